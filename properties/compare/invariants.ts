/**
 * What must hold of one dispatcher's sessions whatever the contract says, where they have the methods for it: their own invariants hold
 * after each operation (`Session.validate`); a fork goes on like the session, and neither notices the other (`Session.fork`); a session
 * and its fork have the same fingerprint, and what leaves the fingerprint as it is can be left out (`Session.fingerprint`).
 */
import { printable } from '../../format/errors.ts';
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

/** What does not hold. Undefined where all does, and up to where the dispatcher throws: that is for lockstep to say. */
export function brokenInvariant(dispatcher: Dispatcher, scenario: Scenario): Failure | undefined {
  try {
    return new Assertions(dispatcher, scenario).firstBroken();
  } catch (error) {
    if (error instanceof DispatcherError) return undefined;
    throw error;
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

  firstBroken(): Failure | undefined {
    const session = sessionOf(this.#dispatcher, this.#scenario);
    const idle = new Set<number>();
    let text = session.fingerprint?.();
    for (const [index, operation] of this.#scenario.operations.entries()) {
      this.#effects.push(applyTo(session, operation, index, this.#dispatcher.name));
      const before = text;
      try {
        session.validate?.();
        // After each operation: whatever it keeps of this text must not outlive the next one.
        text = session.fingerprint?.();
      } catch (error) {
        return this.#failure(index, 'invariant', error instanceof Error ? error.message : String(error));
      }
      if (text !== undefined && text === before) idle.add(index);
    }
    const hidden = this.#hiddenChange(idle, text);
    if (hidden !== undefined) return hidden;
    return this.#brokenFork(text);
  }

  /** Operations that left the fingerprint as it was changed nothing: without them, all others do what they did. */
  #hiddenChange(idle: ReadonlySet<number>, text: string | undefined): Failure | undefined {
    if (idle.size === 0) return undefined;
    const session = sessionOf(this.#dispatcher, this.#scenario);
    for (const [index, operation] of this.#scenario.operations.entries()) {
      if (idle.has(index)) continue;
      const given = applyTo(session, operation, index, this.#dispatcher.name);
      if (differenceOf(this.#effects[index] ?? [], given) < 0) continue;
      return this.#failure(
        index,
        'fingerprint',
        'an earlier operation, which left the fingerprint as it was, counts',
      );
    }
    if (session.fingerprint?.() === text) return undefined;
    const last = this.#scenario.operations.length - 1;
    return this.#failure(
      last,
      'fingerprint',
      'an operation, which left the fingerprint as it was, changes a later one',
    );
  }

  /**
   * Forks one session twice: where half has been done, and where a quarter is still to come. It goes on first, then each inner
   * fork, then the outer one, so that what a fork shares is written to by all. The session is not the one whose invariants were
   * asserted: that looks at everything, and so leaves no cache cold.
   */
  #brokenFork(text: string | undefined): Failure | undefined {
    const { length } = this.#scenario.operations;
    const session = sessionOf(this.#dispatcher, this.#scenario);
    const forked: Forks[] = [];
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
    }
    return undefined;
  }

  #doesNotGoOn(one: Session, forked: Session, at: number, differing: number): Failure {
    const reason = `${nameOf(one, forked)} before operation ${at} does not go on as before`;
    return this.#failure(differing, 'fork', reason);
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
