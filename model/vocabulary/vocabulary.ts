/**
 * The vocabulary: what a scenario is made of, what is observed of it, and what a dispatcher is.
 *
 * Everything here is plain data in the shape of the scenario format (docs/scenario-format.md), with one
 * difference: numbers that can pass 2^53 (addresses, offsets, region sizes, data) are `bigint` in memory and
 * hexadecimal strings in files. These are the types to read
 * first: `Scenario`, `Effect`, `Dispatcher`.
 */

import type { Decisions } from './decisions.ts';

/** The two roots, which exist from the start, and the address spaces they span (`memory` 2^64 bytes, `io` 2^16). */
export type Space = 'memory' | 'io';

/**
 * Whose behaviour: what a device author may rely on, or what QEMU does without KVM (`tcg`: 8.1 and later; `tcg-7.2`) and
 * with it.
 */
export type Profile = 'contract' | 'tcg' | 'tcg-7.2' | 'kvm';

/** Byte order of the guest's CPU. */
export type ByteOrder = 'little' | 'big';

/** Byte order of a device; `native` is the target's (QEMU: `enum device_endian`). */
export type Endianness = ByteOrder | 'native';

/** An access size in bytes. */
export type AccessSize = 1 | 2 | 4 | 8;

/** A registered word's size in bytes; 0 matches an access of any size. */
export type EventfdSize = 0 | AccessSize;

/** The accesses that a region accepts (`valid`) or implements (`impl`), as in QEMU's `MemoryRegionOps`: bytes, 0 = default. */
export type AccessLimits = {
  readonly min?: EventfdSize;
  readonly max?: EventfdSize;
  readonly unaligned?: boolean;
};

/** `memory_region_init_io`. Size in bytes, 0 to 2^64. */
export type CreateIo = {
  readonly op: 'create';
  readonly region: string;
  readonly kind: 'io';
  readonly size: bigint;
  readonly endianness?: Endianness;
  readonly valid?: AccessLimits;
  readonly impl?: AccessLimits;
};

/** `memory_region_init_ram` or `memory_region_init`. Size in bytes, 0 to 2^64. */
export type CreatePlain = {
  readonly op: 'create';
  readonly region: string;
  readonly kind: 'ram' | 'container';
  readonly size: bigint;
};

/** `memory_region_init_alias`: a window of `size` bytes that shows `target` from `targetOffset` on. */
export type CreateAlias = {
  readonly op: 'create';
  readonly region: string;
  readonly kind: 'alias';
  readonly size: bigint;
  readonly target: string;
  readonly targetOffset?: bigint;
};

export type Create = CreateIo | CreatePlain | CreateAlias;

/** `memory_region_add_subregion_overlap`. The offset is in the container, bytes. */
export type MapRegion = {
  readonly op: 'map';
  readonly region: string;
  readonly container: string;
  readonly offset: bigint;
  readonly priority?: number;
};

/** `memory_region_del_subregion`, `memory_region_set_enabled`. */
export type Toggle = { readonly op: 'unmap' | 'enable' | 'disable'; readonly region: string };

/** `memory_region_set_address`. */
export type Move = { readonly op: 'move'; readonly region: string; readonly offset: bigint };

/** `memory_region_set_size`. */
export type Resize = { readonly op: 'resize'; readonly region: string; readonly size: bigint };

/** `memory_region_set_alias_offset`. */
export type Retarget = { readonly op: 'retarget'; readonly region: string; readonly targetOffset: bigint };

/**
 * `memory_region_add_eventfd`, `memory_region_del_eventfd`: the word of `size` bytes at `offset` in `region`; with
 * `data`, only a write of that value matches.
 */
export type EventfdChange = {
  readonly op: 'add-eventfd' | 'del-eventfd';
  readonly region: string;
  readonly offset: bigint;
  readonly size: EventfdSize;
  readonly data?: bigint;
  readonly notifier: string;
};

/** `memory_region_transaction_begin`, `memory_region_transaction_commit`. */
export type Transaction = { readonly op: 'begin' | 'commit' };

/** A store by the guest's CPU: `data` is the value, laid out in memory in the target's byte order. */
export type Store = {
  readonly op: 'write';
  readonly space: Space;
  readonly address: bigint;
  readonly size: AccessSize;
  readonly data: bigint;
};

/** A write by QEMU itself (DMA): `bytes` in memory order, two hexadecimal digits each, 1 to 64 of them. */
export type BulkWrite = {
  readonly op: 'write';
  readonly space: Space;
  readonly address: bigint;
  readonly bytes: string;
};

export type Write = Store | BulkWrite;

export type Operation =
  | Create
  | MapRegion
  | Toggle
  | Move
  | Resize
  | Retarget
  | EventfdChange
  | Transaction
  | Write;

/** How the host answers registrations: `limit` registrations per space; which requests (ordinals from 0) it refuses. */
export type HostOptions = {
  readonly limit?: number;
  readonly refuse?: 'all' | readonly number[];
};

/** What a dispatcher needs to know before the first operation. */
export type ScenarioHeader = {
  readonly profile?: Profile;
  readonly target?: ByteOrder;
  readonly host?: HostOptions;
  /** Changes to what the profile decides. Only in memory: `model@tcg+visibility=first-byte` sets it, no file has it. */
  readonly decisions?: Partial<Decisions>;
};

/** Effects that must be seen at one operation (an index into `operations`). */
export type Expectation = { readonly operation: number; readonly effects: readonly Effect[] };

/** What the tool wrote beside a counterexample; for people, never needed to replay. */
export type Found = {
  readonly property: string;
  readonly clause?: string;
  readonly dispatchers?: readonly string[];
  readonly operation?: number;
  readonly effects?: readonly (readonly Effect[])[];
  readonly seed?: number;
  readonly originalLength?: number;
  /** The last that a dispatcher outside wrote to standard error. */
  readonly stderr?: string;
};

/** One scenario: what the device models did to the memory map, and what was written. */
export type Scenario = ScenarioHeader & {
  /** Where an editor finds the JSON Schema. This program does not look at it. */
  readonly $schema?: string;
  readonly title?: string;
  /** The systems on which the expected effects were seen, such as `linux-6.18 kvm`; for people. */
  readonly confirmed?: readonly string[];
  readonly operations: readonly Operation[];
  readonly expect?: readonly Expectation[];
  readonly found?: Found;
};

/** A registration as the host sees it: the absolute address (bytes), the size, and `data` as the host gets them. */
export type HostRegistration = {
  readonly space: Space;
  readonly address: bigint;
  readonly size: EventfdSize;
  readonly data?: bigint;
  readonly notifier: string;
};

/** Why a host does not take a registration (the kernel's errno, or `refused`: `host.refuse` said so). */
export type RefusalReason = 'EEXIST' | 'ENOSPC' | 'EINVAL' | 'refused';

/** Preconditions of the calls, in the order in which they are checked. */
export const errorCodes = [
  'exists',
  'unknown',
  'kind',
  'mapped',
  'unmapped',
  'cycle',
  'size',
  'match',
  'absent',
  'depth',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** Notifier `signal` was signalled once. */
export type SignalEffect = { readonly signal: string };
/** The region's write callback was called: offset in the region, size in bytes, the value as the device sees it. */
export type CallbackEffect = {
  readonly callback: string;
  readonly offset: bigint;
  readonly size: AccessSize;
  readonly value: bigint;
};
/** Bytes stored in a RAM region (hexadecimal, memory order); adjacent stores of one write are one effect. */
export type RamEffect = { readonly ram: string; readonly offset: bigint; readonly bytes: string };
/** No region answers at this address: a decode error. */
export type UnassignedEffect = { readonly unassigned: bigint; readonly size: AccessSize };
/** The region does not accept this access (its `valid`): a decode error. */
export type RejectedEffect = {
  readonly rejected: string;
  readonly offset: bigint;
  readonly size: AccessSize;
};
export type HostAddEffect = { readonly hostAdd: HostRegistration };
export type HostDelEffect = { readonly hostDel: HostRegistration };
export type HostRefusedEffect = { readonly hostRefused: HostRegistration; readonly reason: RefusalReason };
/** A precondition was breached; nothing changed. Comparisons look at the code only. */
export type ErrorEffect = { readonly error: ErrorCode; readonly message?: string };

export type WriteEffect = SignalEffect | CallbackEffect | RamEffect | UnassignedEffect | RejectedEffect;
export type HostEffect = HostAddEffect | HostDelEffect | HostRefusedEffect;
export type Effect = WriteEffect | HostEffect | ErrorEffect;

/** What operation i of a scenario yielded, at index i. */
export type EffectLists = readonly (readonly Effect[])[];

/** One run of a scenario: operations in, effects out. */
export interface Session {
  /** Interprets one operation. Total: a breached precondition is an `error` effect, never an exception. */
  apply(operation: Operation): readonly Effect[];
  /**
   * A string that is equal for two sessions exactly when no further operations could tell them apart: it tells all that
   * later effects depend on, caches that could give wrong answers included. Only `explore` needs it: it takes sessions with
   * equal fingerprints for the same state.
   */
  fingerprint?(): string;
  /** Throws where an invariant of the session's own structures does not hold. Optional: `check` asks after the operations of some scenarios. */
  validate?(): void;
  /** An independent session in the same state. Optional: without it, `explore` runs the operations again, which is slower. */
  fork?(): Session;
}

/** What happens inside a dispatcher's sessions, for `check` to count: growth of its tables, say, or stores on its fast path. */
export interface Inside {
  /** The names of the events, each with the least share of scenarios in which it is to happen, in percent. */
  readonly events: Readonly<Record<string, number>>;
  /** A session like any other, that tells each event as it happens. */
  open(header: ScenarioHeader, tell: (event: string) => void): Session;
}

/** Anything that claims to keep the contract and lives in this process. Two functions are enough: `open` and a session's `apply`. */
export interface Dispatcher {
  /** What reports call it: `model`, `impl`, ... */
  readonly name: string;
  /** The profile that it runs every scenario under, where it does not follow the scenario's own. */
  readonly profile?: Profile;
  /** What that profile decides otherwise here. */
  readonly decisions?: Partial<Decisions>;
  /** Whether sessions follow `decisions` of the header. `check` tries random ones on two dispatchers that both do. */
  readonly followsDecisions?: boolean;
  /**
   * Other builds of the same dispatcher, which must give the same effects: with tables that grow at once, say. `check` runs some
   * scenarios on them too. Variant `small` of `./mine.js` is called `./mine.js:small`.
   */
  readonly variants?: readonly Dispatcher[];
  /** Sessions that tell what happens inside them: `check` runs a share of its scenarios on them. */
  readonly inside?: Inside;
  open(header: ScenarioHeader): Session;
}
