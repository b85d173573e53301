/** What is behind a doubt: a difference that a fingerprint hid, or a fork or fingerprint that is wrong. */
import type { Effect } from '../../../model/vocabulary/vocabulary.ts';
import { differenceOf } from '../../compare/compare.ts';
import type { LiveState, Side } from '../sides/side.ts';
import type { Doubt } from '../workers/doubt.ts';
import { isError } from '../workers/path.ts';
import type { Flaw } from './flaw.ts';
import type { Replays } from './replays.ts';
import { shortened } from './shortened.ts';

/** Indexes of the scope's operations. */
type History = readonly number[];

export type Judgement = {
  /** The sides differ at its last operation. */
  readonly difference: History | undefined;
  readonly flaw: Flaw | undefined;
};

export function judged(doubt: Doubt, replays: Replays): Judgement {
  const { history, other = [] } = doubt;
  switch (doubt.kind) {
    case 'effects': {
      const at = replays.differenceIn(history);
      if (at >= 0) return hiddenDifference(history.slice(0, at + 1), replays);
      return { difference: undefined, flaw: wrongFork(doubt, replays) };
    }
    case 'fingerprint': {
      const flaw = hiddenState(history, other, replays) ?? wrongFork(doubt, replays);
      return { difference: undefined, flaw };
    }
    case 'isolation':
      return { difference: undefined, flaw: wrongFork(doubt, replays) };
  }
}

/**
 * Whether a fork or a fingerprint is wrong. If not, the doubt is one of many scenarios of a difference that shows after a
 * shortest path, too.
 */
export function isFlaw({ kind, history }: Doubt, replays: Replays): boolean {
  if (kind !== 'effects') return true;
  const at = replays.differenceIn(history);
  return at < 0 || isHidden(history.slice(0, at + 1), replays);
}

/** Whether the sides differ at the last operation of a history of the scope, and nowhere else. */
function differs(history: History, replays: Replays): boolean {
  return replays.differenceIn(history) === history.length - 1 && replays.usageAfter(history) !== undefined;
}

/** Whether they differ there, but not after the shortest path to the same pair. */
function isHidden(history: History, replays: Replays): boolean {
  const twin = differs(history, replays) ? replays.twinOf(history) : undefined;
  return twin !== undefined && replays.differenceIn(twin) < 0;
}

/** A difference that shows without forks. */
function hiddenDifference(history: History, replays: Replays): Judgement {
  if (!isHidden(history, replays)) {
    return { difference: shortened(history, (shorter) => differs(shorter, replays)), flaw: undefined };
  }
  const difference = shortened(history, (shorter) => isHidden(shorter, replays));
  const twin = replays.twinOf(difference) ?? [];
  const { a, b } = replays.sides;
  const hiding = [b, a].find((side) => differenceOf(lastOf(side, difference), lastOf(side, twin)) >= 0) ?? b;
  return { difference, flaw: wrongFingerprint(hiding, difference, twin, replays) };
}

/** Fingerprints that were equal differ after the same operation, on sessions that are never forked. */
function hiddenState(history: History, other: History, replays: Replays): Flaw | undefined {
  const comesApart = (shorter: History) => {
    const twin = replays.usageAfter(shorter) && replays.twinOf(shorter);
    return twin !== undefined && replays.toldApart(shorter, twin).length > 0;
  };
  const shortest = comesApart(history) ? shortened(history, comesApart) : history;
  const twin = comesApart(history) ? (replays.twinOf(shortest) ?? other) : other;
  const [hiding] = replays.toldApart(shortest, twin);
  return hiding && wrongFingerprint(replays.sides[hiding], shortest, twin, replays);
}

function wrongFingerprint(side: Side, one: History, other: History, { sides }: Replays): Flaw {
  const effects = [lastOf(side, one), lastOf(side, other)];
  const differ = differenceOf(effects[0] ?? [], effects[1] ?? []) >= 0;
  const histories = [one, other].map((history) => operationsOf(history, sides.operations));
  return { dispatcher: side.name, what: 'fingerprint', histories, effects: differ ? effects : [] };
}

/**
 * A history after which forks are not what a session is that was never forked, as short as it was found. First it is tried
 * without most of its writes, and without other forks beside those on the way; last, with a session that goes on before its fork does.
 */
function wrongFork({ history, effects }: Doubt, replays: Replays): Flaw {
  const { sides } = replays;
  const sessions = [sides.b, sides.a].filter((side) => !side.isModel);
  const changes = history.filter(
    (operation, at) => at === history.length - 1 || !sides.writes.includes(operation),
  );
  for (const start of [changes, history]) {
    for (const side of sessions) {
      for (const afterForks of waysToFork) {
        const goesWrong = (shorter: History) => afterForks(side, shorter, replays) !== undefined;
        if (!goesWrong(start)) continue;
        const shortest = shortened(start, goesWrong);
        const { state, meanwhile } = afterForks(side, shortest, replays) ?? {};
        const forked = state?.effects ?? [];
        const straight = lastOf(side, shortest);
        const differ = differenceOf(forked, straight) >= 0;
        const flaw = forkFlaw(side, shortest, differ ? [forked, straight] : [], sides.operations);
        const other = sides.operations[meanwhile ?? -1];
        return other === undefined ? flaw : { ...flaw, meanwhile: other };
      }
    }
  }
  const onFork = (side: Side) => effects?.[side === sides.a ? 0 : 1] ?? [];
  const wrong = sessions.find((side) => differenceOf(onFork(side), lastOf(side, history)) >= 0);
  const shown = wrong === undefined ? [] : [onFork(wrong), lastOf(wrong, history)];
  return forkFlaw(wrong ?? sides.b, history, shown, sides.operations);
}

function forkFlaw(
  side: Side,
  history: History,
  effects: readonly (readonly Effect[])[],
  operations: Replays['sides']['operations'],
): Flaw {
  return { dispatcher: side.name, what: 'fork', histories: [operationsOf(history, operations)], effects };
}

/**
 * The state in which forks along a history end, if its effects or its fingerprint are not those of a session that is never forked;
 * undefined, too, where the scope's bounds do not allow the history. `meanwhile`: what the last one's session did after it was forked.
 */
type WrongFork = (
  side: Side,
  history: History,
  replays: Replays,
) => { readonly state: LiveState; readonly meanwhile?: number } | undefined;

/** Fewer forks first. */
const waysToFork: readonly WrongFork[] = [
  (side, history, { sides }) => afterChain(side, history, false, sides),
  (side, history, { sides }) => afterChain(side, history, true, sides),
  afterAnother,
];

/**
 * A chain of forks, one for each operation. `hasSiblings`: at each step there are forks for all operations that the scope allows,
 * too.
 */
function afterChain(
  side: Side,
  history: History,
  hasSiblings: boolean,
  { operations, budget }: Replays['sides'],
): ReturnType<WrongFork> {
  let state = side.start();
  let usage = budget.start();
  for (const operation of history) {
    for (let sibling = 0; hasSiblings && sibling < operations.length; sibling++) {
      if (budget.allows(usage, sibling)) state.after(sibling);
    }
    if (!budget.allows(usage, operation)) return undefined;
    state = state.after(operation);
    usage = budget.after(usage, operation, isError(state.effects));
  }
  return isLike(side.replay(history), state) ? undefined : { state };
}

/** A fork that does the last operation after its session has done another one. */
function afterAnother(side: Side, history: History, replays: Replays): ReturnType<WrongFork> {
  const { operations, budget } = replays.sides;
  const last = history.at(-1);
  const before = history.slice(0, -1);
  const usage = replays.usageAfter(before);
  if (last === undefined || usage === undefined || !budget.allows(usage, last)) return undefined;
  const straight = side.replay(history);
  for (let other = 0; other < operations.length; other++) {
    if (!budget.allows(usage, other)) continue;
    // A session that is itself a fork may copy what it shares before it writes to it.
    const session = side.replay(before);
    // What it keeps of a fingerprint goes to the fork, as in the exploration.
    session.key();
    const fork = session.fork();
    if (fork === undefined) return undefined;
    session.step(other);
    const state = fork.step(last);
    if (!isLike(straight, state)) return { state, meanwhile: other };
  }
  return undefined;
}

/** Whether a session that was never forked has the effects and the fingerprint of a state. */
function isLike(straight: LiveState, state: LiveState): boolean {
  return differenceOf(state.effects, straight.effects) < 0 && straight.isStill(state.key());
}

function lastOf(side: Side, history: History): readonly Effect[] {
  return side.effectsOf(history).at(-1) ?? [];
}

function operationsOf(
  history: History,
  operations: Replays['sides']['operations'],
): Flaw['histories'][number] {
  return history.flatMap((index) => operations[index] ?? []);
}
