/**
 * Dispatchers that live outside this process: another program over a pipe, a running QEMU, a kernel. A whole scenario goes in, and
 * a list of effects for each operation comes back, later. What such a system cannot do, or does not show, it says beforehand.
 */
import type { Decisions } from './decisions.ts';
import type {
  ByteOrder,
  Dispatcher,
  EffectLists,
  Operation,
  Profile,
  Scenario,
  Space,
} from './vocabulary.ts';

/** Kinds of regions, as `create` has them. */
export const regionKinds = ['io', 'ram', 'container', 'alias'] as const;
export type RegionKind = (typeof regionKinds)[number];

/** The names of all operations. */
export const operationNames = [
  'create',
  'map',
  'unmap',
  'enable',
  'disable',
  'move',
  'resize',
  'retarget',
  'add-eventfd',
  'del-eventfd',
  'begin',
  'commit',
  'write',
] as const satisfies readonly Operation['op'][];
export type OperationName = (typeof operationNames)[number];

/** What tells the kinds of effects apart: the name of an effect's first field. */
export const effectNames = [
  'signal',
  'callback',
  'ram',
  'unassigned',
  'rejected',
  'hostAdd',
  'hostDel',
  'hostRefused',
  'error',
] as const;
export type EffectName = (typeof effectNames)[number];

/** A CPU's store (`size` and `data`), and QEMU's own write (`bytes`). */
export const writeKinds = ['store', 'bytes'] as const;
export type WriteKind = (typeof writeKinds)[number];

/**
 * What a scenario may have beside its operations:
 * - `overlap`: regions over each other, and priorities;
 * - `limits`: `valid` and `impl`;
 * - `endianness`: a device whose byte order is not `native`;
 * - `any-size`: registrations of size 0;
 * - `host`: a host that is full or refuses (`host.limit`, `host.refuse`);
 * - `full-host`: of that, only a host that takes nothing at all (`host.limit` 0); who has `host` has it, too;
 * - `errors`: operations that breach a precondition.
 */
export const featureNames = [
  'overlap',
  'limits',
  'endianness',
  'any-size',
  'host',
  'full-host',
  'errors',
] as const;
export type FeatureName = (typeof featureNames)[number];

/** What a registration may be told apart by, beside its address: the size of the access, and its value. Without `size`, it is of size 0. */
export const matchNames = ['size', 'data'] as const;
export type MatchName = (typeof matchNames)[number];

/** Accesses that differ from the store: `cut`, where a region takes a store in several. Without it, a region takes each store whole. */
export const accessNames = ['cut'] as const;
export type AccessName = (typeof accessNames)[number];

/** What a dispatcher outside can do and what it shows. Scenarios that need more are not sent to it. */
export type Abilities = {
  readonly profiles: readonly Profile[];
  /** Of the guest's CPU. */
  readonly byteOrders: readonly ByteOrder[];
  readonly operations: readonly OperationName[];
  readonly spaces: readonly Space[];
  readonly regions: readonly RegionKind[];
  readonly writes: readonly WriteKind[];
  readonly accesses: readonly AccessName[];
  readonly features: readonly FeatureName[];
  readonly matches: readonly MatchName[];
  /** The effects that it tells. Others are left out of a comparison, on both sides. */
  readonly effects: readonly EffectName[];
};

/** Why a system did not answer a scenario: it ended, it took too long, or what it said is no answer. */
export type BreakdownKind = 'crash' | 'timeout' | 'protocol';

/** A system that broke down at a scenario. */
export type Breakdown = {
  readonly kind: BreakdownKind;
  /** One line, without the system's name. */
  readonly what: string;
  /** The last that it wrote to standard error, if it has one: at most 4 KiB. */
  readonly stderr?: string;
};

/** What came back for a scenario. */
export type OutsideAnswer =
  | { readonly kind: 'effects'; readonly effects: EffectLists }
  /** It cannot be asked that. */
  | { readonly kind: 'unsupported'; readonly why: string }
  /** The system says that it failed; it may tell the effects of the operations before that. */
  | {
      readonly kind: 'error';
      readonly message: string;
      readonly stderr?: string;
      readonly before?: EffectLists;
    }
  | Breakdown;

/** An answer, and what went wrong before that could not be repeated. */
export type OutsideRun = {
  readonly answer: OutsideAnswer;
  /** The system broke down at this scenario, or at one that was under way with it; sent again, alone, each was answered. */
  readonly before?: Breakdown;
};

/** Anything that claims to keep the contract and lives outside this process. */
export interface OutsideDispatcher {
  /** What reports call it: a reference, such as `exec:python3 dispatcher.py`. */
  readonly name: string;
  /** What it calls itself, with its version. */
  readonly title: string;
  /** The profile that it runs every scenario under, where it does not follow the scenario's own. */
  readonly profile?: Profile;
  readonly decisions?: Partial<Decisions>;
  readonly abilities: Abilities;
  /** How many scenarios are worth having under way at once. */
  readonly width: number;
  /** Runs a scenario. Never rejects for what the system does. */
  run(scenario: Scenario): Promise<OutsideRun>;
  /**
   * Runs a scenario while nothing else is under way, on a system that is started again only where it broke down.
   *
   * @param seconds for the answer; as for `run`, if left out
   */
  runSingly(scenario: Scenario, seconds?: number): Promise<OutsideAnswer>;
  /** Runs a scenario on a system that is started for it and ended after it, so that nothing else can have a part in the answer. */
  runAlone(scenario: Scenario): Promise<OutsideAnswer>;
  /** Whoever asked no longer wants to know: forgets what is waiting or under way. */
  forget(): Promise<void>;
  /** Ends the system, and waits until nothing of it is left. */
  close(): Promise<void>;
}

/** A dispatcher, wherever it lives. */
export type AnyDispatcher = Dispatcher | OutsideDispatcher;

export function isOutside(dispatcher: AnyDispatcher): dispatcher is OutsideDispatcher {
  return 'runAlone' in dispatcher;
}
