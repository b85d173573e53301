/**
 * What must hold of one dispatcher's sessions whatever the contract says, where they have the methods for it: their own invariants hold
 * after each operation (`Session.validate`); a fork goes on like the session, and neither notices the other (`Session.fork`); a session
 * and its fork have the same fingerprint, and what leads from a fingerprint to the same one can be left out
 * (`Session.fingerprint`).
 */
import { messageOf, printable } from '../../format/errors.ts';
import type {
  Dispatcher,
  Effect,
  EffectLists,
  Scenario,
  Session,
} from '../../model/vocabulary/vocabulary.ts';
import { applyTo, DispatcherError, sessionOf } from './apply.ts';
import { differenceOf } from './compare.ts';
import { type Failure, invariantsName } from './property.ts';

/** Whether a dispatcher's sessions have anything to assert. */
export function hasInvariants(dispatcher: Dispatcher, scenario: Scenario): boolean {
  const { validate, fork } = sessionOf(dispatcher, scenario);
  return validate !== undefined || fork !== undefined;
}

/**
 * What does not hold. Undefined where all does, and where the dispatcher throws or gives no effects before anything was forked or left
 * out: that is for lockstep to say.
 */
export function brokenInvariant(dispatcher: Dispatcher, scenario: Scenario): Failure | undefined {
  const assertions = new Assertions(dispatcher, scenario);
  try {
    return assertions.firstBroken();
  } catch (error) {
    if (error instanceof DispatcherError && !assertions.hasRun) return undefined;
    return assertions.failureBy(error);
  }
}

/** Forks that were made before the operation at `at`, in the order in which they go on. */
type Forks = { readonly at: number; readonly sessions: readonly Session[] };

function nameOf(one: Session, forked: Session): string {
  return one === forked ? 'a session that was forked' : 'a fork';
}

class Assertions {
  readonly #dispatcher: Dispatcher;
  readonly #scenario: Scenario;
  readonly #effects: (readonly Effect[])[] = [];

  constructor(dispatcher: Dispatcher, scenario: Scenario) {
    this.#dispatcher = dispatcher;
    this.#scenario = scenario;
  }

  /** Whether the scenario ran to its end, as it is. */
  get hasRun(): boolean {
    return this.#effects.length === this.#scenario.operations.length;
  }

  /** It throws where the scenario alone does not make it. */
  failureBy(error: unknown): Failure {
    const last = Math.max(0, this.#effects.length - 1);
    const operation = error instanceof DispatcherError ? Math.min(error.operation, last) : last;
    const what = error instanceof DispatcherError ? error.what : `throws: ${messageOf(error)}`;
    return this.#failure(operation, 'fork', `forked, or with operations left out, it ${what}`);
  }

  firstBroken(): Failure | undefined {
    const session = sessionOf(this.#dispatcher, this.#scenario);
    const texts: string[] = [];
    const note = (text: string | undefined) => text !== undefined && texts.push(text);
    note(session.fingerprint?.());
    for (const [index, operation] of this.#scenario.operations.entries()) {
      this.#effects.push(applyTo(session, operation, index, this.#dispatcher.name));
      try {
        session.validate?.();
        // After each operation: whatever it keeps of this text must not outlive the next one.
        note(session.fingerprint?.());
      } catch (error) {
        return this.#failure(index, 'invariant', error instanceof Error ? error.message : String(error));
      }
    }
    const text = texts.at(-1);
    const hidden = this.#hiddenChange(texts);
    if (hidden !== undefined) return hidden;
    return this.#brokenFork(text);
  }

  /**
   * Two states with one fingerprint are one state: what lies between them is left out, and the other operations must do what they
   * did. `texts` are the fingerprints before the first operation and after each.
   */
  #hiddenChange(texts: readonly string[]): Failure | undefined {
    const kept = withoutLoops(texts);
    if (kept.length + 1 >= texts.length) return undefined;
    const session = sessionOf(this.#dispatcher, this.#scenario);
    for (const index of kept) {
      const operation = this.#scenario.operations[index];
      if (operation === undefined) continue;
      const given = applyTo(session, operation, index, this.#dispatcher.name);
      if (differenceOf(this.#effects[index] ?? [], given) < 0) continue;
      return this.#failure(
        index,
        'fingerprint',
        'what led from a fingerprint to the same one is not without effect',
      );
    }
    if (session.fingerprint?.() === texts.at(-1)) return undefined;
    return this.#failure(
      texts.length - 2,
      'fingerprint',
      'without what led from a fingerprint to the same one, it ends with another',
    );
  }

  /**
   * Forks one session twice: where half has been done, and where a quarter is still to come. It goes on first, then a fork that does
   * the rest in reverse order, then each inner fork, then the outer one, so that what a fork shares is written to by all. The session
   * is not the one whose invariants were asserted: that looks at everything, and so leaves no cache cold.
   */
  #brokenFork(text: string | undefined): Failure | undefined {
    const { length } = this.#scenario.operations;
    const session = sessionOf(this.#dispatcher, this.#scenario);
    const forked: Forks[] = [];
    let reversed: Session | undefined;
    let from = 0;
    for (const at of [length >> 1, (3 * length) >> 2]) {
      const differing = this.#run(session, from, at);
      if (differing !== undefined) return this.#doesNotGoOn(session, session, from, differing);
      const outer = session.fork?.();
      const inner = outer?.fork?.();
      if (outer === undefined || inner === undefined) return undefined;
      if (outer.fingerprint?.() !== session.fingerprint?.()) {
        const last = Math.max(0, at - 1);
        return this.#failure(last, 'fingerprint', 'a fork has another fingerprint than its session');
      }
      reversed ??= outer.fork?.();
      forked.push({ at, sessions: [inner, outer] });
      from = at;
    }
    for (const { at, sessions } of [{ at: from, sessions: [session] }, ...forked]) {
      for (const one of sessions) {
        const differing = this.#run(one, at, length);
        if (differing !== undefined) return this.#doesNotGoOn(one, session, at, differing);
        if (one.fingerprint?.() === text) continue;
        const reason = `${nameOf(one, session)} before operation ${at} ends with another fingerprint`;
        return this.#failure(at, 'fingerprint', reason);
      }
      if (sessions[0] !== session || reversed === undefined) continue;
      const differing = this.#differsInReverse(reversed, length >> 1);
      if (differing !== undefined) return differing;
    }
    return undefined;
  }

  #doesNotGoOn(one: Session, forked: Session, at: number, differing: number): Failure {
    const reason = `${nameOf(one, forked)} before operation ${at} does not go on as before`;
    return this.#failure(differing, 'fork', reason);
  }

  /** A fork that does the rest in reverse order, against a session that was never forked. */
  #differsInReverse(fork: Session, at: number): Failure | undefined {
    const { name } = this.#dispatcher;
    const session = sessionOf(this.#dispatcher, this.#scenario);
    this.#run(session, 0, at);
    const rest = [...this.#scenario.operations.entries()].slice(at).reverse();
    for (const [index, operation] of rest) {
      const expected = applyTo(session, operation, index, name);
      if (differenceOf(expected, applyTo(fork, operation, index, name)) < 0) continue;
      return this.#failure(
        index,
        'fork',
        `a fork before operation ${at}, which does the rest in reverse order, differs`,
      );
    }
    if (fork.fingerprint?.() === session.fingerprint?.()) return undefined;
    return this.#failure(
      at,
      'fingerprint',
      `a fork before operation ${at}, which does the rest in reverse order, ends with another fingerprint`,
    );
  }

  /** The first operation whose effects are not those of the whole run. */
  #run(session: Session, from: number, to: number): number | undefined {
    const { operations } = this.#scenario;
    for (const [offset, operation] of operations.slice(from, to).entries()) {
      const index = from + offset;
      const given = applyTo(session, operation, index, this.#dispatcher.name);
      if (differenceOf(this.#effects[index] ?? [], given) >= 0) return index;
    }
    return undefined;
  }

  #failure(operation: number, kind: string, reason: string): Failure {
    const effects: EffectLists = this.#effects.slice(0, operation + 1);
    const side = { name: this.#dispatcher.name, effects };
    return {
      property: invariantsName,
      clause: undefined,
      operation,
      effect: 0,
      kind,
      message: `${this.#dispatcher.name}, after operation ${operation}: ${printable(reason)}`,
      sides: [side, side],
    };
  }
}

/** Operations (indexes) that lead from the first fingerprint to the last one without coming to any of them twice. */
function withoutLoops(texts: readonly string[]): readonly number[] {
  const path: { readonly operation: number; readonly text: string }[] = [];
  const places = new Map<string, number>();
  for (const [index, text] of texts.entries()) {
    const known = places.get(text);
    if (known === undefined) {
      places.set(text, path.push({ operation: index - 1, text }) - 1);
      continue;
    }
    for (const { text: left } of path.splice(known + 1)) places.delete(left);
  }
  return path.slice(1).map(({ operation }) => operation);
}
