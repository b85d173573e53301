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
  readonly isModel = false;
  readonly #dispatcher: Dispatcher;
  /** What a session is opened for. */
  readonly #scenario: Scenario;
  readonly #operations: readonly Operation[];

  constructor(dispatcher: Dispatcher, header: ScenarioHeader, operations: readonly Operation[]) {
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

  replay(scenario: readonly number[]): LiveState {
    const session = this.open();
    let history: History | undefined;
    let effects = noEffects;
    for (const operation of scenario) {
      effects = this.apply(session, operation);
      history = { before: history, operation };
    }
    return new SessionState(this, session, history, effects);
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

/** The operations that led to a state, last first. They run again where a session cannot be forked. */
type History = { readonly before: History | undefined; readonly operation: number };

class SessionState implements LiveState {
  readonly effects: readonly Effect[];
  readonly #side: SessionSide;
  readonly #session: Session;
  readonly #history: History | undefined;
  #key: Key | undefined;

  constructor(side: SessionSide, session: Session, history: History | undefined, effects: readonly Effect[]) {
    this.#side = side;
    this.#session = session;
    this.#history = history;
    this.effects = effects;
  }

  key(): Key {
    this.#key ??= this.#keyNow();
    return this.#key;
  }

  after(operation: number): LiveState {
    const session = this.#side.fork(this.#session) ?? this.#again();
    const effects = this.#side.apply(session, operation);
    return new SessionState(this.#side, session, { before: this.#history, operation }, effects);
  }

  probe(operation: number): readonly Effect[] {
    return this.#side.apply(this.#session, operation);
  }

  isStill(key: Key): boolean {
    return sameKey(this.#keyNow(), key);
  }

  #keyNow(): Key {
    const key = new Key();
    hashText(this.#side.fingerprintOf(this.#session), 0, key);
    return key;
  }

  #again(): Session {
    const scenario: number[] = [];
    for (let at = this.#history; at !== undefined; at = at.before) scenario.push(at.operation);
    const session = this.#side.open();
    for (let at = scenario.length - 1; at >= 0; at--) {
      this.#side.apply(session, scenario[at] as number);
    }
    return session;
  }
}
