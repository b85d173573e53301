/** Operations that change the map or the registrations. */
import type {
  AccessLimits,
  Create,
  EventfdChange,
  EventfdSize,
  Operation,
  Toggle,
} from '../../model/vocabulary/vocabulary.ts';
import type { Chooser } from './chooser.ts';
import type { Draft } from './draft.ts';
import { oneIn, pick } from './pools.ts';
import type { SketchedRegion } from './sketch.ts';

/** A region that no scenario creates: operations on it are `unknown`. */
const ghost = 'ghost';

const kindNames = ['io', 'io', 'io', 'io', 'alias', 'alias', 'container', 'container', 'ram'] as const;
const idPrefixes = { io: 'dev', ram: 'ram', container: 'box', alias: 'win' } as const;

/** What a region must be. What is left out is drawn at random. */
export type Wanted = {
  readonly kind?: 'io' | 'ram' | 'container';
  /** The least size, bytes. */
  readonly least?: bigint;
  /** Whether one access must be able to be 8 bytes long. */
  readonly wide?: boolean;
};

/** Creates a region and notes it; now and then under a name that exists already. */
export function create(draft: Draft, { kind: wanted, least = 0n, wide = false }: Wanted = {}): Create {
  const { chooser, pools, sketch } = draft;
  const kind = wanted ?? (sketch.regions.length === 0 ? 'io' : pick(chooser, kindNames));
  const drawn = drawSize(draft, kind);
  const size = drawn < least ? least : drawn;
  const taken = wanted === undefined && oneIn(chooser, 40) ? sketch.anyRegion(chooser) : undefined;
  const region = taken?.id ?? `${idPrefixes[kind]}${sketch.regions.length}`;
  const note = ({
    wide = false,
    foreign = false,
    target,
    targetOffset = 0n,
  }: Partial<Pick<SketchedRegion, 'wide' | 'foreign' | 'target' | 'targetOffset'>>) => {
    if (taken !== undefined) return;
    // Field by field: spreading defaults here took 3 % of a run.
    sketch.regions.push({
      id: region,
      kind,
      size,
      enabled: true,
      wide,
      foreign,
      target,
      targetOffset,
      container: undefined,
      offset: 0n,
    });
  };
  if (kind === 'io') {
    const drawn = drawDevice(draft);
    const unaligned = drawn.valid?.unaligned === true && { unaligned: true };
    const io = wide ? { ...drawn, valid: { max: 8 as const, ...unaligned } } : drawn;
    const { endianness = 'native' } = io;
    note({ wide: io.valid?.max === 8, foreign: endianness !== 'native' && endianness !== draft.target });
    return { op: 'create', region, kind, size, ...io };
  }
  if (kind === 'alias') {
    const target = oneIn(chooser, 12)
      ? pick(chooser, ['memory', 'io'] as const)
      : pick(chooser, sketch.regions);
    // Mostly from 0 on; sometimes from so far inside that some words lie before the window.
    const targetOffset = oneIn(chooser, 2) ? 0n : pick(chooser, pools.offsets);
    note({ target, targetOffset });
    const shown = oneIn(chooser, 60) ? ghost : typeof target === 'string' ? target : target.id;
    return { op: 'create', region, kind, size, target: shown, ...(targetOffset !== 0n && { targetOffset }) };
  }
  note({});
  return { op: 'create', region, kind, size };
}

/** Windows and containers are mostly as large as what they show; small ones clip. RAM is never the whole space. */
function drawSize({ chooser, pools }: Draft, kind: SketchedRegion['kind']): bigint {
  const size = pick(chooser, pools.regionSizes);
  if (kind === 'ram') return size > mostRam ? 0x2000n : size;
  return kind !== 'io' && oneIn(chooser, 3) ? pick(chooser, largeSizes) : size;
}

const mostRam = 1n << 33n;

const largeSizes = [0x20n, 0x1000n, 0x2000n, 1n << 64n] as const;

type DeviceFields = Omit<Extract<Create, { kind: 'io' }>, 'op' | 'region' | 'kind' | 'size'>;

function drawDevice({ chooser }: Draft): DeviceFields {
  const endianness = oneIn(chooser, 3) ? pick(chooser, ['little', 'big'] as const) : undefined;
  const valid = oneIn(chooser, 2) ? undefined : drawLimits(chooser);
  const impl = oneIn(chooser, 2) ? undefined : drawLimits(chooser);
  return {
    ...(endianness !== undefined && { endianness }),
    ...(valid !== undefined && { valid }),
    ...(impl !== undefined && { impl }),
  };
}

const widths = [8, 8, 0, 1, 2, 4] as const satisfies readonly EventfdSize[];

function drawLimits(chooser: Chooser): AccessLimits {
  const max = pick(chooser, widths);
  const drawn = oneIn(chooser, 2) ? 0 : pick(chooser, widths);
  const min = max !== 0 && drawn > max ? max : drawn;
  return {
    ...(min !== 0 && { min }),
    ...(max !== 0 && { max }),
    ...(oneIn(chooser, 3) && { unaligned: true }),
  };
}

const isOther = ({ kind }: SketchedRegion) => kind !== 'container';
const isContainer = ({ kind }: SketchedRegion) => kind === 'container';

/** Maps a region: into a space at a place, or into another region; into an alias is an error. */
export function map(draft: Draft, region: SketchedRegion | undefined): Operation {
  const { chooser, pools, sketch } = draft;
  const holder = oneIn(chooser, 3)
    ? sketch.regionThat(chooser, oneIn(chooser, 6) ? isOther : isContainer)
    : undefined;
  const container = holder ?? (oneIn(chooser, pools.portsIn) ? 'io' : 'memory');
  const offset = drawOffset(draft, container);
  const priority = pick(chooser, pools.priorities);
  if (
    region !== undefined &&
    region !== holder &&
    region.container === undefined &&
    holder?.kind !== 'alias'
  ) {
    region.container = container;
    region.offset = offset;
  }
  return {
    op: 'map',
    region: nameOf(chooser, region),
    container: typeof container === 'string' ? container : container.id,
    offset,
    ...(priority !== 0 && { priority }),
  };
}

/** An offset at which a region may be mapped: in a space, near one of the scenario's places; in a container, a small one. */
function drawOffset({ chooser, pools }: Draft, container: SketchedRegion['container']): bigint {
  if (container === 'memory' || container === 'io') {
    const place = pick(chooser, container === 'memory' ? pools.memoryPlaces : pools.ioPlaces);
    return oneIn(chooser, 2) ? place : BigInt.asUintN(64, place + pick(chooser, pools.offsets));
  }
  return oneIn(chooser, 3) ? 0n : pick(chooser, pools.offsets);
}

export function onRegion({ chooser, sketch }: Draft, op: Toggle['op']): Operation {
  // Enabling what is enabled does nothing.
  const disabled = op === 'enable' ? sketch.regionThat(chooser, ({ enabled }) => !enabled) : undefined;
  const box = op === 'disable' && oneIn(chooser, 3) ? sketch.regionThat(chooser, isContainer) : undefined;
  const region = disabled ?? box ?? sketch.anyRegion(chooser);
  if (region !== undefined && op === 'unmap') region.container = undefined;
  else if (region !== undefined) region.enabled = op === 'enable';
  return { op, region: nameOf(chooser, region) };
}

export function move(draft: Draft): Operation {
  const { chooser, sketch } = draft;
  const region = sketch.anyRegion(chooser);
  const offset = drawOffset(draft, region?.container);
  if (region !== undefined) region.offset = offset;
  return { op: 'move', region: nameOf(chooser, region), offset };
}

export function resize({ chooser, pools, sketch }: Draft): Operation {
  return {
    op: 'resize',
    region: nameOf(chooser, sketch.anyRegion(chooser)),
    size: pick(chooser, pools.regionSizes),
  };
}

export function retarget({ chooser, pools, sketch }: Draft): Operation {
  const region = sketch.regionThat(chooser, ({ kind }) => kind === 'alias') ?? sketch.anyRegion(chooser);
  const targetOffset = oneIn(chooser, 3) ? 0n : pick(chooser, pools.offsets);
  if (region !== undefined) region.targetOffset = targetOffset;
  return { op: 'retarget', region: nameOf(chooser, region), targetOffset };
}

/** Registers a word, and notes it. */
export function addEventfd(draft: Draft, region: SketchedRegion | undefined): Operation {
  const { chooser, pools, sketch } = draft;
  const { deleted } = sketch;
  if (deleted !== undefined && oneIn(chooser, 4)) {
    sketch.deleted = undefined;
    sketch.eventfds.push(deleted);
    return deleted.change;
  }
  if (sketch.eventfds.length > 0 && oneIn(chooser, 6)) return sibling(draft);
  const drawn = pick(chooser, pools.eventfdSizes);
  // An access of a region without `valid.max` 8 is never 8 bytes long: such a word shows little more than that, but to
  // a kernel, which knows no `valid`.
  const isCut = draft.profile !== 'kvm' && region?.wide === false;
  const cut = drawn === 8 && isCut && !oneIn(chooser, 4) ? 4 : drawn;
  const size = region?.wide && oneIn(chooser, 4) ? 8 : cut;
  const withData = size === 0 ? oneIn(chooser, 20) : !oneIn(chooser, 3);
  const change: EventfdChange = {
    op: 'add-eventfd',
    region: nameOf(chooser, region),
    offset: drawWord(draft, region, size),
    size,
    ...(withData && { data: drawData(draft, size) }),
    notifier: pick(chooser, pools.notifiers),
  };
  if (region !== undefined) sketch.eventfds.push({ region, change });
  return change;
}

/** A word related to one that is registered: the same one with another value, size or notifier, or one near it. */
function sibling({ chooser, pools, sketch }: Draft): EventfdChange {
  const { region, change: known } = pick(chooser, sketch.eventfds);
  const { data, ...plain } = known;
  let change: EventfdChange = { ...known, notifier: pick(chooser, pools.notifiers) };
  switch (chooser.below(4)) {
    case 0:
    case 1: {
      const { size } = known;
      const other = size === 0 ? undefined : BigInt.asUintN(8 * size, pick(chooser, pools.data));
      if (other !== undefined) change = { ...change, data: other };
      break;
    }
    case 2:
      change = { ...plain, size: pick(chooser, pools.eventfdSizes), notifier: change.notifier };
      break;
    default:
      // Of a far word, the one at the same place in another block of 4 GiB.
      change = { ...change, offset: known.offset < 0x2000n ? known.offset + 4n : known.offset ^ (1n << 32n) };
  }
  sketch.eventfds.push({ region, change });
  return change;
}

/** A word's offset: mostly aligned and in its region, sometimes its last; beyond its end, up to the last word of all, is legal. */
function drawWord({ chooser, pools }: Draft, region: SketchedRegion | undefined, size: EventfdSize): bigint {
  if (oneIn(chooser, 40)) return 0xffff_ffff_ffff_fffcn;
  if (region !== undefined && region.size >= 8n && oneIn(chooser, 12))
    return region.size - BigInt(size === 0 ? 1 : size);
  const drawn = pick(chooser, pools.offsets);
  const offset = size === 0 || oneIn(chooser, 4) ? drawn : drawn - (drawn % BigInt(size));
  return region !== undefined && offset >= region.size && !oneIn(chooser, 8) ? 0n : offset;
}

/** Mostly a value that fits; a wider one never matches (R4). */
function drawData({ chooser, pools }: Draft, size: EventfdSize): bigint {
  const data = pick(chooser, pools.data);
  return size === 0 || oneIn(chooser, 4) ? data : BigInt.asUintN(8 * size, data);
}

/** Mostly deletes what was registered; sometimes something similar. */
export function deleteEventfd(draft: Draft): Operation {
  const { chooser, pools, sketch } = draft;
  const index = chooser.below(Math.max(1, sketch.eventfds.length));
  const known = sketch.eventfds[index];
  if (known === undefined || oneIn(chooser, 8)) {
    const { region, offset, size, data } = known?.change ?? { region: ghost, offset: 0n, size: 4 as const };
    const other = oneIn(chooser, 2) ? size : pick(chooser, pools.eventfdSizes);
    const notifier = pick(chooser, pools.notifiers);
    return { op: 'del-eventfd', region, offset, size: other, ...(data !== undefined && { data }), notifier };
  }
  sketch.eventfds.splice(index, 1);
  sketch.deleted = known;
  return { ...known.change, op: 'del-eventfd' };
}

function nameOf(chooser: Chooser, region: SketchedRegion | undefined): string {
  if (region === undefined || oneIn(chooser, 60)) return ghost;
  // The roots are regions, too: they can be disabled, moved and resized.
  return oneIn(chooser, 60) ? pick(chooser, ['memory', 'io'] as const) : region.id;
}
