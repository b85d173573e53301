/** Regions and the map they form: immutable values; every change gives a new map (QEMU: `struct MemoryRegion`). */
import type { Ioeventfd } from '../ioeventfd/ioeventfd.ts';
import type { AccessLimits, Create, Endianness } from '../vocabulary/vocabulary.ts';

/** `MemoryRegionOps.valid` or `.impl`, as given: bytes, 0 = QEMU's default. */
export type Limits = { readonly min: number; readonly max: number; readonly unaligned: boolean };

export type Region = {
  readonly id: string;
  readonly kind: 'io' | 'ram' | 'container' | 'alias';
  readonly size: bigint;
  /** What a ram region was created with: `resize` cannot exceed it. */
  readonly createdSize: bigint;
  readonly enabled: boolean;
  readonly container: string | undefined;
  /** Offset in the container; QEMU keeps it when the region is unmapped. */
  readonly address: bigint;
  readonly priority: number;
  /** Ids of what is mapped in it, topmost first: by priority; among equals, the one mapped last comes first. */
  readonly subregions: readonly string[];
  readonly target: string | undefined;
  readonly targetOffset: bigint;
  readonly endianness: Endianness;
  readonly valid: Limits;
  readonly impl: Limits;
  /** Sorted by `isBefore` (ioeventfd.ts). */
  readonly eventfds: readonly Ioeventfd[];
};

/** What an operation may change of a region. */
export type RegionChanges = Partial<
  Pick<
    Region,
    'size' | 'enabled' | 'container' | 'address' | 'priority' | 'subregions' | 'targetOffset' | 'eventfds'
  >
>;

export type Regions = ReadonlyMap<string, Region>;

export const twoTo64 = 1n << 64n;

const anyAccess: Limits = { min: 0, max: 0, unaligned: false };

/** A new region, enabled and not mapped (`memory_region_init_*`). */
export function newRegion(create: Create): Region {
  const { region: id, kind, size } = create;
  const isAlias = create.kind === 'alias';
  const isIo = create.kind === 'io';
  return {
    id,
    kind,
    size,
    createdSize: size,
    enabled: true,
    container: undefined,
    address: 0n,
    priority: 0,
    subregions: [],
    target: isAlias ? create.target : undefined,
    targetOffset: (isAlias && create.targetOffset) || 0n,
    endianness: (isIo && create.endianness) || 'native',
    valid: limits(isIo ? create.valid : undefined),
    impl: limits(isIo ? create.impl : undefined),
    eventfds: [],
  };
}

/** The region with some fields replaced. Written out: `{ ...region, ...fields }` says the same, and takes many times as long. */
export function regionWith(region: Region, fields: RegionChanges): Region {
  return {
    id: region.id,
    kind: region.kind,
    size: fields.size ?? region.size,
    createdSize: region.createdSize,
    enabled: fields.enabled ?? region.enabled,
    container: 'container' in fields ? fields.container : region.container,
    address: fields.address ?? region.address,
    priority: fields.priority ?? region.priority,
    subregions: fields.subregions ?? region.subregions,
    target: region.target,
    targetOffset: fields.targetOffset ?? region.targetOffset,
    endianness: region.endianness,
    valid: region.valid,
    impl: region.impl,
    eventfds: fields.eventfds ?? region.eventfds,
  };
}

function limits(given: AccessLimits | undefined): Limits {
  return given === undefined ? anyAccess : { ...anyAccess, ...given };
}

/** What exists before the first operation: the two roots. */
export const roots: Regions = new Map(
  (
    [
      ['memory', twoTo64],
      ['io', 1n << 16n],
    ] as const
  ).map(([id, size]) => [id, newRegion({ op: 'create', region: id, kind: 'container', size })]),
);

export function isRoot(id: string): boolean {
  return roots.has(id);
}

/** The region of this id, which the caller knows to exist. */
export function regionOf(regions: Regions, id: string): Region {
  const region = regions.get(id);
  if (region === undefined) throw new Error(`no region ${id}: a precondition was not checked`);
  return region;
}

/** The regions with this one replaced or added. */
export function withRegion(regions: Regions, region: Region): Regions {
  return new Map(regions).set(region.id, region);
}

/** Puts `id` on top of those of its priority (`memory_region_add_subregion_common`). */
export function mapped(
  regions: Regions,
  id: string,
  container: string,
  address: bigint,
  priority: number,
): Regions {
  const parent = regionOf(regions, container);
  const others = parent.subregions;
  const found = others.findIndex((other) => regionOf(regions, other).priority <= priority);
  const at = found < 0 ? others.length : found;
  const subregions = [...others.slice(0, at), id, ...others.slice(at)];
  return new Map(regions)
    .set(container, regionWith(parent, { subregions }))
    .set(id, regionWith(regionOf(regions, id), { container, address, priority }));
}

/** Takes `id` out of its container; its address stays (`memory_region_del_subregion`). */
export function unmapped(regions: Regions, id: string): Regions {
  const region = regionOf(regions, id);
  if (region.container === undefined) return regions;
  const parent = regionOf(regions, region.container);
  return new Map(regions)
    .set(parent.id, regionWith(parent, { subregions: parent.subregions.filter((other) => other !== id) }))
    .set(id, regionWith(region, { container: undefined }));
}

/** Whether `id` contains or shows `sought`, through containers and aliases; a region contains itself. */
export function reaches(regions: Regions, id: string, sought: string): boolean {
  const seen = new Set<string>();
  const visit = (at: string): boolean => {
    if (at === sought) return true;
    if (seen.has(at)) return false;
    seen.add(at);
    const region = regionOf(regions, at);
    return region.subregions.some(visit) || (region.target !== undefined && visit(region.target));
  };
  return visit(id);
}
