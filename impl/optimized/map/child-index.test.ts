import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Region } from './region.ts';

const step = fc.record({ child: fc.nat(11), address: fc.bigInt(0n, 40n), size: fc.bigInt(0n, 12n) });

describe('the index of children', () => {
  it('finds the same children in a range as a look at each of them', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 80 }),
        fc.bigInt(-3n, 45n),
        fc.bigInt(0n, 20n),
        (steps, start, length) => {
          const container = new Region(0, 'container', 'container', 64n);
          const children = Array.from({ length: 12 }, (_, i) => new Region(i + 1, `c${i}`, 'io', 1n));
          const entered = new Set<Region>();
          steps.forEach(({ child, address, size }, i) => {
            const region = children[child] as Region;
            if (entered.delete(region)) container.children.remove(region);
            else {
              region.address = address;
              region.size = size;
              region.sequence = i;
              container.children.insert(region);
              entered.add(region);
            }
            container.children.validate();
          });
          const found: Region[] = [];
          container.children.overlapping(start, start + length, found);
          const expected = [...entered].filter(
            ({ address, size }) =>
              size > 0n && length > 0n && address < start + length && address + size > start,
          );
          // Empty children and ranges may come out or not: they show nothing.
          expect(new Set(found.filter(({ size }) => size > 0n && length > 0n))).toEqual(new Set(expected));
          expect(new Set(container.children.all())).toEqual(entered);
        },
      ),
    );
  });

  it('stays shallow for a thousand children in order', () => {
    const container = new Region(0, 'container', 'container', 1n << 20n);
    for (let i = 0; i < 1000; i++) {
      const region = new Region(i + 1, `c${i}`, 'io', 16n);
      region.address = BigInt(i * 16);
      region.sequence = i;
      container.children.insert(region);
    }
    container.children.validate();
    expect(container.children.depth()).toBeLessThan(40);
  });
});
