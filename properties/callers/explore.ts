/** A caller's lives, all of them, in a scope: breadth first, so that the first violation of a kind is a shortest one. */
import type { AnyCaller } from '../../model/callers/index.ts';
import { mismatch } from '../../model/ioeventfd/ioeventfd.ts';
import type { Regions } from '../../model/map/region.ts';
import { fingerprintOf } from '../../model/reference/fingerprint.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { ByteOrder, Operation, Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { type Circumstances, isCover, type Life } from './life.ts';
import { afterMove, bornWith, type Moved } from './live.ts';
import type { Move } from './move.ts';
import { movesOf, refusalsOf } from './moves.ts';
import { notifiersInOrder } from './notifier-order.ts';
import { type Violation, type ViolationKind, violationKinds, violationOfWrite } from './violation.ts';

/** One move of a history, with what it did. */
export type HistoryStep = {
  /** Undefined for the first: the device comes up. */
  readonly move: Move | undefined;
  readonly operations: readonly Operation[];
  readonly requests: number;
};

/** A violation and the history that shows it; the last move is the one that does. */
export type ShownViolation = Violation & {
  readonly circumstances: Circumstances;
  readonly history: readonly HistoryStep[];
};

/** A history that shows something that is allowed, and worth knowing. */
export type Remark = {
  /**
   * What is said.
   * - `beyond`: the callback notifies somebody for a write that no registration names.
   * - `dead`: a registration that the kernel holds, and that its search does not find (K7).
   * - `guest error`: what is notified of a write that the guest must not make depends on what is in force.
   */
  readonly kind: 'beyond' | 'dead' | 'guest error';
  readonly message: string;
  readonly circumstances: Circumstances;
  readonly history: readonly HistoryStep[];
};

/** What was explored under one profile and byte order. */
export type Explored = Circumstances & {
  readonly states: number;
  readonly moves: number;
  /** Moves of the longest history that led to a new state. */
  readonly depth: number;
  /** Whether every history was tried, of any length. */
  readonly isExhausted: boolean;
  /** How the caller fails to be prepared here. */
  readonly kinds: readonly ViolationKind[];
};

export type CallerReport = {
  readonly caller: AnyCaller;
  readonly explored: readonly Explored[];
  /** The shortest of each kind. */
  readonly violations: readonly ShownViolation[];
  readonly remarks: readonly Remark[];
};

export type ExploreCallerOptions = {
  readonly profiles?: readonly Profile[];
  readonly targets?: readonly ByteOrder[];
  /** States to visit at most under each profile and byte order. */
  readonly mostStates?: number;
  readonly abort?: AbortSignal;
  readonly onProgress?: (explored: Explored) => void;
};

const defaultStates = 2_000;

type Entry = { readonly life: Life; readonly step: HistoryStep; readonly parent: Entry | undefined };

type Collected = {
  readonly violations: Map<ViolationKind, ShownViolation>;
  readonly remarks: Map<Remark['kind'], Remark>;
};

/** Explores every life of a caller under each profile and byte order. Deterministic. */
export async function exploreCaller(
  caller: AnyCaller,
  options: ExploreCallerOptions = {},
): Promise<CallerReport> {
  const { profiles = profileNames, targets = ['little', 'big'] } = options;
  const found: Collected = { violations: new Map(), remarks: new Map() };
  const explored: Explored[] = [];
  for (const target of targets) {
    for (const profile of profiles) {
      if (options.abort?.aborted) continue;
      explored.push(await exploreOne(caller, { profile, target }, options, found));
    }
  }
  return {
    caller,
    explored,
    violations: [...found.violations.values()],
    remarks: [...found.remarks.values()],
  };
}

async function exploreOne(
  caller: AnyCaller,
  circumstances: Circumstances,
  { mostStates = defaultStates, abort, onProgress }: ExploreCallerOptions,
  found: Collected,
): Promise<Explored> {
  const seen = new Set<string>();
  const kinds = new Set<ViolationKind>();
  let moves = 0;
  let depth = 0;
  let isExhausted = true;
  const born = bornWith(caller, circumstances, notifiersInOrder(caller));
  let frontier: Entry[] = [];
  const visit = (moved: Moved, move: Move | undefined, parent: Entry | undefined, next: Entry[]): void => {
    const { operations, requests } = moved;
    const entry: Entry = { life: moved.life, step: { move, operations, requests }, parent };
    if (moved.violation !== undefined) {
      kinds.add(moved.violation.kind);
      noteViolation(found, moved.violation, entry);
      return;
    }
    noteRemarks(found, moved, entry);
    if (parent !== undefined && isUnchanged(parent.life, moved.life)) return;
    const key = keyOf(moved.life);
    if (seen.has(key)) return;
    if (seen.size >= mostStates) isExhausted = false;
    else {
      seen.add(key);
      next.push(entry);
    }
  };
  const counts = (isDone: boolean): Explored => ({
    ...circumstances,
    states: seen.size,
    moves,
    depth,
    isExhausted: isDone,
    kinds: violationKinds.filter((kind) => kinds.has(kind)),
  });
  visit(born, undefined, undefined, frontier);
  for (; frontier.length > 0; depth++) {
    const next: Entry[] = [];
    for (const entry of frontier) {
      if (abort?.aborted) return counts(false);
      for (const move of movesOf(entry.life)) moves += branch(entry, move, next, visit);
    }
    frontier = next;
    onProgress?.(counts(false));
    // Lets an interrupt be heard.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return counts(isExhausted);
}

type Visit = (moved: Moved, move: Move, parent: Entry, next: Entry[]) => void;

/** Tries a move with each choice of what the host refuses. How many that were. */
function branch(entry: Entry, move: Move, next: Entry[], visit: Visit): number {
  const taken = afterMove(entry.life, move);
  visit(taken, move, entry, next);
  // Only these hosts refuse what they are told to refuse (H4).
  if (taken.requests === 0 || entry.life.actual.map.decisions.host === 'takes-all') return 1;
  const choices = refusalsOf(taken.requests).filter((refused) => refused.length > 0);
  for (const refused of choices) {
    const refusing: Move = { ...move, refused };
    visit(afterMove(entry.life, refusing), refusing, entry, next);
  }
  return 1 + choices.length;
}

/** Whether a write has changed nothing: most do not. */
function isUnchanged(before: Life, after: Life): boolean {
  return (
    before.actual.device === after.actual.device &&
    before.expected.device === after.expected.device &&
    before.actual.map === after.actual.map
  );
}

/** Equal keys, equal futures. A cover that is not mapped leaves nothing behind: it is put into its place anew. */
function keyOf({ actual, expected, made, closed }: Life): string {
  const own = [actual.device, expected.device, made, closed];
  const text = JSON.stringify(own, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
  const { regions, rendered } = actual.map;
  const kept = withoutLooseCovers(regions);
  const map = {
    ...actual.map,
    regions: kept,
    rendered: rendered === regions ? kept : withoutLooseCovers(rendered),
  };
  return `${text}|${fingerprintOf(map)}`;
}

function withoutLooseCovers(regions: Regions): Regions {
  return new Map([...regions].filter(([id, { container }]) => container !== undefined || !isCover(id)));
}

function historyOf(entry: Entry): readonly HistoryStep[] {
  const steps: HistoryStep[] = [];
  for (let at: Entry | undefined = entry; at !== undefined; at = at.parent) steps.push(at.step);
  return steps.reverse();
}

/** Operations of the scenario that a history makes. */
export function operationsIn(history: readonly HistoryStep[]): number {
  return history.reduce((sum, { operations }) => sum + operations.length, 0);
}

/** Keeps the violation of each kind whose scenario is the shortest. */
function noteViolation({ violations }: Collected, violation: Violation, entry: Entry): void {
  const shown = { ...violation, circumstances: entry.life.circumstances, history: historyOf(entry) };
  const known = violations.get(violation.kind);
  if (known !== undefined && operationsIn(known.history) <= operationsIn(shown.history)) return;
  violations.set(violation.kind, shown);
}

function noteRemarks({ remarks }: Collected, moved: Moved, entry: Entry): void {
  const { move } = entry.step;
  if (move?.kind !== 'write') return;
  const [effects = []] = moved.effects;
  const isSignalled = effects.some((effect) => 'signal' in effect);
  const { circumstances } = entry.life;
  const note = (kind: Remark['kind'], message: string) => {
    if (!remarks.has(kind)) remarks.set(kind, { kind, message, circumstances, history: historyOf(entry) });
  };
  if (entry.parent === undefined) return;
  const { notified = [], expected = [] } = moved;
  const error = entry.life.caller.guestError?.(entry.parent.life.actual.device, move.write);
  if (error !== undefined && violationOfWrite(notified, expected) !== undefined) {
    note('guest error', `${error}: ${violationOfWrite(notified, expected)?.message}`);
  }
  if (isSignalled) return;
  if (circumstances.profile === 'contract' && notified.length > 0 && !hasRefused(entry.parent.life)) {
    note('beyond', `the callback notifies ${notified.join(', ')} for a write that no registration names`);
  }
  const dead = deadFor(entry.parent.life, moved.operations[0]);
  if (dead !== undefined)
    note('dead', `the kernel holds the registration of ${dead}, and its search does not find it`);
}

/** Whether the host has refused a registration that is still visible. */
function hasRefused({ actual }: Life): boolean {
  const { memory, io } = actual.map.host;
  return [...memory.told, ...io.told].some(({ refused }) => refused !== undefined);
}

/** The notifier of an ioeventfd that the kernel's bus holds and that a store should have signalled, if any (K7). */
function deadFor({ actual }: Life, operation: Operation | undefined): string | undefined {
  const { decisions, host } = actual.map;
  if (decisions.host !== 'kernel' || operation?.op !== 'write' || 'bytes' in operation) return undefined;
  const { space, address, size, data } = operation;
  if (space === 'io' && size === 8) return undefined;
  return host[space].held.find((one) => mismatch(one, address, size, data) === undefined)?.notifier;
}

/** A history as a scenario: what the host refused, by ordinals that count all requests. */
export function scenarioOf(
  { history, circumstances, ...shown }: ShownViolation | Remark,
  caller: AnyCaller,
): Scenario {
  const refuse: number[] = [];
  let requests = 0;
  for (const step of history) {
    refuse.push(...(step.move?.refused ?? []).map((ordinal) => requests + ordinal));
    requests += step.requests;
  }
  const { profile, target } = circumstances;
  return {
    title: `${caller.name}: ${shown.kind}: ${shown.message}`,
    profile,
    ...(target === 'big' && { target }),
    ...(refuse.length > 0 && { host: { refuse } }),
    operations: history.flatMap(({ operations }) => operations),
  };
}
