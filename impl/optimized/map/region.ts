/** A node of the memory map's tree: `MemoryRegion` in QEMU. Offsets and sizes in bytes. */

import { ChildIndex } from './child-index.ts';

export type RegionKind = 'io' | 'ram' | 'container' | 'alias';

/** The enabled children of regions that have none. */
const noRegions = new Set<Region>();

export class Region {
  /** Dense, from 0: typed arrays know the region by it. */
  readonly number: number;
  readonly name: string;
  readonly kind: RegionKind;
  size: bigint;
  /** A ram region's memory: it cannot be resized beyond. */
  readonly createdSize: bigint;
  enabled = true;
  /** What dispatch needs to know: see `traits.ts`. */
  traits: number;
  /** Offset in the container; kept when unmapped (`MemoryRegion::addr`). */
  address = 0n;
  container: Region | undefined;
  priority = 0;
  /** When it was mapped: among equal priorities the greater lies on top. */
  sequence = 0;
  readonly target: Region | undefined;
  targetOffset: bigint;
  /** The aliases that show this region. */
  readonly aliases: Region[] = [];
  readonly children = new ChildIndex<Region>();
  /** Changed by `setChildEnabled` only. */
  enabledChildren = noRegions;
  /** What the fingerprint says of this region, but for its registrations; undefined since a change. See `regionText`. */
  text: string | undefined;

  constructor(
    number: number,
    name: string,
    kind: RegionKind,
    size: bigint,
    traits = 0,
    target?: Region,
    targetOffset = 0n,
  ) {
    this.number = number;
    this.name = name;
    this.kind = kind;
    this.traits = traits;
    this.size = size;
    this.createdSize = size;
    this.target = target;
    this.targetOffset = targetOffset;
    target?.aliases.push(this);
  }

  /** Notes that a child is enabled, and mapped; or that it no longer is. */
  setChildEnabled(child: Region, isEnabled: boolean): void {
    // The empty set is shared by all regions.
    if (isEnabled && this.enabledChildren.size === 0) this.enabledChildren = new Set();
    if (isEnabled) this.enabledChildren.add(child);
    else this.enabledChildren.delete(child);
  }

  /** Whether the region itself answers where no subregion lies on top of it (`MemoryRegion::terminates`). */
  get terminates(): boolean {
    return this.kind === 'io' || this.kind === 'ram';
  }
}

/** Copies of all regions of a map, in order of number. */
export function copiesOf(regions: readonly Region[]): Region[] {
  const copies: Region[] = [];
  for (const { number, name, kind, createdSize, traits, target, targetOffset } of regions) {
    // A target was there before its alias.
    const shown = target && copies[target.number];
    copies.push(new Region(number, name, kind, createdSize, traits, shown, targetOffset));
  }
  for (const region of regions) {
    const copy = copies[region.number]!;
    copy.size = region.size;
    copy.enabled = region.enabled;
    copy.address = region.address;
    copy.priority = region.priority;
    copy.sequence = region.sequence;
    copy.text = region.text;
    const { container } = region;
    if (container !== undefined) copy.container = copies[container.number]!;
    copy.children.copyFrom(region.children, copies);
    for (const child of region.enabledChildren) copy.setChildEnabled(copies[child.number]!, true);
  }
  return copies;
}

/** Whether `a` lies on top of `b` where they overlap in one container: by priority, then the one mapped last (D5). */
export function isAbove(a: Region, b: Region): boolean {
  return a.priority === b.priority ? a.sequence > b.sequence : a.priority > b.priority;
}
