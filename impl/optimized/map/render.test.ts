import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAbove, Region } from './region.ts';
import { reaches } from './region-graph.ts';
import { Renderer } from './render.ts';

const kinds = ['container', 'io', 'ram', 'alias'] as const;
const node = fc.record({
  kind: fc.constantFrom(...kinds),
  size: fc.bigInt(0n, 20n),
  enabled: fc.nat(4).map((die) => die > 0),
  address: fc.bigInt(0n, 12n),
  priority: fc.nat(1),
  /** Which earlier region holds it, and which earlier one an alias shows. */
  parent: fc.nat(9),
  target: fc.nat(9),
  targetOffset: fc.bigInt(0n, 6n),
});

/** The naive twin: who answers one address, by asking the children from the top down. */
function answerer(region: Region, base: bigint, address: bigint): string | undefined {
  if (!region.enabled || address < base || address >= base + region.size) return undefined;
  if (region.target !== undefined) return answerer(region.target, base - region.targetOffset, address);
  for (const child of region.children.all().sort((a, b) => (isAbove(a, b) ? -1 : 1))) {
    const found = answerer(child, base + child.address, address);
    if (found !== undefined) return found;
  }
  return region.terminates ? `${region.name}@${base}` : undefined;
}

describe('rendering', () => {
  it('gives every byte of a window to the region that a walk down the tree finds for it', () => {
    const window = fc.tuple(fc.bigInt(0n, 30n), fc.bigInt(0n, 30n));
    fc.assert(
      fc.property(fc.array(node, { maxLength: 10 }), window, (nodes, [start, length]) => {
        const regions = [new Region(0, 'root', 'container', 32n)];
        for (const { kind, size, enabled, address, priority, parent, target, targetOffset } of nodes) {
          const earlier = regions[target % regions.length];
          // Never of the root, and never in what it shows: so nothing can contain itself.
          const shows = kind === 'alias' && earlier !== regions[0] ? earlier : undefined;
          const itsKind = kind === 'alias' && shows === undefined ? 'io' : kind;
          const region = new Region(
            regions.length,
            `r${regions.length}`,
            itsKind,
            size,
            0,
            shows,
            targetOffset,
          );
          const containers = regions.filter(
            (other) => other.target === undefined && !(shows !== undefined && reaches(shows, other)),
          );
          const container = containers[parent % containers.length] as Region;
          region.enabled = enabled;
          region.address = address;
          region.priority = priority;
          region.sequence = regions.length;
          region.container = container;
          container.children.insert(region);
          if (enabled) container.setChildEnabled(region, true);
          regions.push(region);
        }
        const root = regions[0] as Region;
        const ranges = new Renderer().render(root, 0n, start, start + length);
        for (let address = start; address < start + length; address++) {
          const found = ranges.filter((range) => range.start <= address && address < range.end);
          expect(found.map(({ region, base }) => `${region.name}@${base}`)).toEqual(
            [answerer(root, 0n, address)].filter((name) => name !== undefined),
          );
        }
        expect(
          ranges.every(({ start: from, end: to }) => start <= from && from < to && to <= start + length),
        ).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
