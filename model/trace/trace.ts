/**
 * The trace of an operation: what it did, and why. Plain data for explanations, made from the functions that decide.
 *
 * Addresses and offsets are in bytes, `bigint` in memory. `Ioeventfd` addresses here are absolute.
 */
import type { Rejection } from '../dispatch/access-size.ts';
import type { Entry } from '../dispatch/pieces.ts';
import type { Route } from '../dispatch/store-parts.ts';
import type { Refusal } from '../dispatch/subpage.ts';
import type { Mismatch } from '../ioeventfd/ioeventfd.ts';
import type {
  ByteOrder,
  ErrorCode,
  HostEffect,
  RefusalReason,
  WriteEffect,
} from '../vocabulary/vocabulary.ts';

export type Trace = ErrorTrace | ChangeTrace | WriteTrace;

/** A precondition was breached: nothing changed (clause P1). */
export type ErrorTrace = { readonly kind: 'error'; readonly error: ErrorCode };

/**
 * Any operation but a write. `outcome`:
 * - `done`: it took effect; `effects` are what the host was told.
 * - `waits`: an open transaction holds it back (H1).
 * - `unchanged`: it was so already.
 * - `not visible`: the ioeventfd is registered, and not visible anywhere, so the host was not told (H2).
 */
export type ChangeTrace = {
  readonly kind: 'change';
  readonly outcome: 'done' | 'waits' | 'unchanged' | 'not visible';
  /** Whether the map was rendered anew. */
  readonly rendered: boolean;
  readonly effects: readonly HostEffect[];
};

export type WriteTrace = { readonly kind: 'write'; readonly parts: readonly PartTrace[] };

/** A part of a write that is routed on its own (clauses K9 to K12); most writes have one. */
export type PartTrace = {
  readonly address: bigint;
  readonly size: number;
  /** Whether it is a part because the write crosses a page (K10). */
  readonly isCut: boolean;
  /** Where it goes first. */
  readonly route: Route;
  /** What the kernel's bus made of it, where it met the bus. */
  readonly bus?: BusTrace;
  /** What the memory core got of it; nothing where the bus took it. */
  readonly pieces: readonly PieceTrace[];
};

/** A piece in which a part enters the memory core (section T of the contract); but for a CPU under TCG, a part is one piece. */
export type PieceTrace = {
  readonly address: bigint;
  readonly size: number;
  /** Where it enters: by `address_space_write`, by the entry of its page, or as a port. */
  readonly entry: Entry;
  /** The access for which all of the piece is refused (T6, T7). */
  readonly refused?: RefusalTrace;
  readonly accesses: readonly AccessTrace[];
};

/**
 * An access for which a piece is refused as a whole, and why: nothing answers it, its region does not accept it, or it is a
 * store to a port of RAM that ends within it. `min`, `max`: the region's `valid` sizes.
 */
export type RefusalTrace = {
  readonly address: bigint;
  readonly size: number;
  readonly reason: Refusal['reason'];
  readonly place?: {
    readonly region: string;
    readonly offset: bigint;
    readonly min: number;
    readonly max: number;
  };
};

/** The kernel's bus and a store: `value` is in the target's byte order. */
export type BusTrace = {
  readonly value: bigint;
  /** The entries that share a byte with the store, in the order of the bus. */
  readonly candidates: readonly Candidate[];
  /** The notifier that is signalled; none where the store leaves the guest. */
  readonly signal?: string;
  /** What the map shows at the store's address, where that is not what the signalled entry was registered for (D5, H2). */
  readonly takenFrom?: { readonly region?: string };
};

/** One access of the memory core, or a run of stores to RAM, which has no value. */
export type AccessTrace = {
  readonly address: bigint;
  readonly size: number;
  readonly value?: bigint;
  /** What ioeventfds are compared with, where that is not the value: all that is left of the store (T9). */
  readonly compared?: bigint;
  readonly byteOrder: ByteOrder;
  readonly length: LengthTrace;
  /** What answers; none in unassigned space. */
  readonly place?: PlaceTrace;
  /** Where the access is looked for: the region's list, what the host holds, or nowhere, since the bus came first (K12). */
  readonly lookedIn: 'region' | 'host' | 'nowhere';
  /** Ioeventfds that share a byte with the access, in the order in which they are looked at; then those that do not count. */
  readonly candidates: readonly Candidate[];
  /** Why the region does not accept the access (D6, S8), with its `valid` sizes; left out where a piece is refused as a whole. */
  readonly rejection?: { readonly reason: Rejection; readonly min: number; readonly max: number };
  /** How the callback's calls differ from the access, and the sizes that the callback takes (S6). */
  readonly adaptation?: {
    readonly kind: 'widened' | 'split' | 'none';
    readonly min: number;
    readonly max: number;
  };
  readonly effects: readonly WriteEffect[];
};

/**
 * Why an access is as long as it is (S2, S4). `left`: bytes of the part not yet done. `bound`: which bound decides, `bytes`
 * long: `left` is all of it, `maximum` is `valid.max`, `default maximum` is 4 for want of one.
 */
export type LengthTrace = {
  readonly left: number;
  readonly bound: 'left' | 'maximum' | 'default maximum' | 'alignment' | 'power of two';
  readonly bytes: number;
};

/** A byte of a region, and the aliases through which it is seen, outermost first. */
export type PlaceTrace = {
  readonly region: string;
  readonly kind: 'io' | 'ram';
  readonly offset: bigint;
  readonly via: readonly string[];
  /** Whether the access ends beyond what is visible of the region here (S3). */
  readonly endsBeyond: boolean;
};

/**
 * Whether an ioeventfd matches a write, and if not, why:
 * - `matches`: it does, and is signalled.
 * - `begins elsewhere`, `other size`, `other data`: see `mismatch` (D1, K6).
 * - `data too wide`: its data do not fit in its size (R4).
 * - `later in the order`: it would match, but another one comes first (D4, K8).
 * - `not found by the search`: it would match, but the bus's search does not reach it (K7).
 * - `not looked at`: the memory core does not look at ioeventfds under KVM (K12).
 * - `hidden`: its region lies under the one that answers (D5).
 * - `refused`, `lost`, `not committed`, `not visible`: the host does not hold it (`Standing`).
 */
export type CandidateVerdict =
  | 'matches'
  | Mismatch
  | 'data too wide'
  | 'later in the order'
  | 'not found by the search'
  | 'not looked at'
  | 'hidden'
  | 'refused'
  | 'lost'
  | 'not committed'
  | 'not visible';

/** An ioeventfd near a write, at its absolute address, and its verdict. */
export type Candidate = {
  readonly address: bigint;
  readonly size: number;
  readonly data?: bigint;
  readonly notifier: string;
  /** The registration; none where it is deleted, and the host holds it until the commit. */
  readonly registration?: { readonly region: string; readonly offset: bigint };
  /** Whether its data are kept with their bytes swapped (R3). */
  readonly isSwapped: boolean;
  readonly verdict: CandidateVerdict;
  /** Why the host refused it, where it did. */
  readonly refusal?: RefusalReason;
};
