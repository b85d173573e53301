/** The side of any dispatcher. Its sessions are forked where they can be; where they cannot, the scenario runs again. */
import { InputError, messageOf, printable } from '../../../format/errors.ts';
import type {
  Dispatcher,
  Effect,
  Operation,
  Scenario,
  ScenarioHeader,
  Session,
} from '../../../model/vocabulary/vocabulary.ts';
import { applyTo, DispatcherError, sessionOf } from '../../compare/apply.ts';
import { hashText, Key, sameKey } from '../store/key.ts';
import { type LiveState, noEffects, type Side } from './side.ts';

/** The effects of an operation that failed. They differ from all others, and from themselves. */
const failed: readonly Effect[] = [{} as Effect];

export class SessionSide implements Side {
  readonly name: string;
  readonly isModel = false;
  readonly #dispatcher: Dispatcher;
  /** What a session is opened for. */
  readonly #scenario: Scenario;
  readonly #operations: readonly Operation[];

  constructor(dispatcher: Dispatcher, header: ScenarioHeader, operations: readonly Operation[]) {
    this.name = dispatcher.name;
    this.#dispatcher = dispatcher;
    this.#scenario = { ...header, operations: [] };
    this.#operations = operations;
  }

  start(): LiveState {
    return new SessionState(this, this.open(), undefined, noEffects);
  }

  open(): Session {
    return sessionOf(this.#dispatcher, this.#scenario);
  }

  replay(history: readonly number[]): LiveState {
    const session = this.open();
    let applied: Applied | undefined;
    let effects = noEffects;
    for (const operation of history) {
      effects = this.apply(session, operation);
      applied = { before: applied, operation };
    }
    return new SessionState(this, session, applied, effects);
  }

  effectsOf(history: readonly number[]): (readonly Effect[])[] {
    const session = this.open();
    return history.map((operation) => this.apply(session, operation));
  }

  /** The effects of an operation. A dispatcher that throws, or gives no list of effects, differs from any other there. */
  apply(session: Session, index: number): readonly Effect[] {
    try {
      return applyTo(session, this.#operations[index] as Operation, index, this.#dispatcher.name);
    } catch (error) {
      if (error instanceof DispatcherError) return failed;
      throw error;
    }
  }

  /** @throws InputError where the session has a fork that does not work */
  fork(session: Session): Session | undefined {
    if (session.fork === undefined) return undefined;
    const fork = this.#called('fork', () => session.fork?.());
    if (typeof fork?.apply === 'function') return fork;
    throw this.#cannot('its fork() gives no session');
  }

  /** @throws InputError where there is no fingerprint that works: states cannot be told apart without one */
  fingerprintOf(session: Session): string {
    if (session.fingerprint === undefined)
      throw this.#cannot('its sessions have no fingerprint(). Add one, or use check instead');
    const fingerprint: unknown = this.#called('fingerprint', () => session.fingerprint?.());
    if (typeof fingerprint === 'string') return fingerprint;
    throw this.#cannot(`its fingerprint() gives a ${typeof fingerprint}, expected a string`);
  }

  #called<Result>(name: string, call: () => Result): Result {
    try {
      return call();
    } catch (error) {
      throw this.#cannot(`its ${name}() throws: ${messageOf(error)}`);
    }
  }

  #cannot(reason: string): InputError {
    return new InputError(printable(`${this.#dispatcher.name}: cannot be explored: ${reason}`));
  }
}

/** The operations that a session was given, last first. They run again where it cannot be forked. */
type Applied = { readonly before: Applied | undefined; readonly operation: number };

class SessionState implements LiveState {
  readonly effects: readonly Effect[];
  readonly #side: SessionSide;
  readonly #session: Session;
  /** Kept up to date only for a session that has no fork. */
  #applied: Applied | undefined;
  #key: Key | undefined;

  constructor(side: SessionSide, session: Session, applied: Applied | undefined, effects: readonly Effect[]) {
    this.#side = side;
    this.#session = session;
    this.#applied = applied;
    this.effects = effects;
  }

  key(): Key {
    this.#key ??= this.#keyNow();
    return this.#key;
  }

  after(operation: number): LiveState {
    const side = this.#side;
    const fork = side.fork(this.#session);
    const session = fork ?? this.#again();
    const effects = side.apply(session, operation);
    const applied = fork === undefined ? { before: this.#applied, operation } : undefined;
    return new SessionState(side, session, applied, effects);
  }

  fork(): LiveState | undefined {
    const fork = this.#side.fork(this.#session);
    return fork && new SessionState(this.#side, fork, undefined, this.effects);
  }

  step(operation: number): LiveState {
    const effects = this.probe(operation);
    return new SessionState(this.#side, this.#session, this.#applied, effects);
  }

  probe(operation: number): readonly Effect[] {
    const session = this.#session;
    if (session.fork === undefined) this.#applied = { before: this.#applied, operation };
    return this.#side.apply(session, operation);
  }

  isStill(key: Key): boolean {
    return sameKey(this.#keyNow(), key);
  }

  knownWrites(): undefined {
    return undefined;
  }

  #keyNow(): Key {
    const key = new Key();
    hashText(this.#side.fingerprintOf(this.#session), 0, key);
    return key;
  }

  #again(): Session {
    const history: number[] = [];
    for (let at = this.#applied; at !== undefined; at = at.before) history.push(at.operation);
    const session = this.#side.open();
    for (let at = history.length - 1; at >= 0; at--) {
      this.#side.apply(session, history[at] as number);
    }
    return session;
  }
}
