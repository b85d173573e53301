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
    // One fork where much has been done, and one where all of it is still to come: what a fork shares is written to by both.
    const { length } = this.#scenario.operations;
    return this.#brokenFork(length >> 1, text) ?? this.#brokenFork((3 * length) >> 2, text);
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

  /** A fork, and one of that: the session goes on first, then the inner fork, then the outer one. */
  #brokenFork(at: number, text: string | undefined): Failure | undefined {
    const session = sessionOf(this.#dispatcher, this.#scenario);
    this.#run(session, 0, at);
    const outer = session.fork?.();
    const inner = outer?.fork?.();
    if (outer === undefined || inner === undefined) return undefined;
    if (outer.fingerprint?.() !== session.fingerprint?.()) {
      return this.#failure(
        Math.max(0, at - 1),
        'fingerprint',
        'a fork has another fingerprint than its session',
      );
    }
    for (const one of [session, inner, outer]) {
      const differing = this.#run(one, at, this.#scenario.operations.length);
      const who = one === session ? 'a session that was forked' : 'a fork';
      if (differing !== undefined) {
        return this.#failure(differing, 'fork', `${who} before operation ${at} does not go on as before`);
      }
      if (one.fingerprint?.() !== text) {
        return this.#failure(
          at,
          'fingerprint',
          `${who} before operation ${at} ends with another fingerprint`,
        );
      }
    }
    return undefined;
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
