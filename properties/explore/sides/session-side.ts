/** The side of any dispatcher. Its sessions are forked where they can be; where they cannot, the scenario runs again. */
import { InputError, printable } from '../../../format/errors.ts';
import type {
  Dispatcher,
  Effect,
  Operation,
  ScenarioHeader,
  Session,
} from '../../../model/vocabulary/vocabulary.ts';
import { hashText, Key, sameKey } from '../store/key.ts';
import { type LiveState, noEffects, type Side } from './side.ts';

export class SessionSide implements Side {
  readonly isModel = false;
  readonly #dispatcher: Dispatcher;
  readonly #header: ScenarioHeader;
  readonly #operations: readonly Operation[];

  constructor(dispatcher: Dispatcher, header: ScenarioHeader, operations: readonly Operation[]) {
    this.#dispatcher = dispatcher;
    this.#header = header;
    this.#operations = operations;
  }

  start(): LiveState {
    return new SessionState(this, this.open(), undefined, noEffects);
  }

  open(): Session {
    return this.#dispatcher.open(this.#header);
  }

  replay(scenario: readonly number[]): LiveState {
    const session = this.open();
    let history: History | undefined;
    let effects = noEffects;
    for (const operation of scenario) {
      effects = session.apply(this.operation(operation));
      history = { before: history, operation };
    }
    return new SessionState(this, session, history, effects);
  }

  operation(index: number): Operation {
    return this.#operations[index] as Operation;
  }

  /** @throws InputError where the session has no fingerprint: states cannot be told apart without one */
  fingerprintOf(session: Session): string {
    if (typeof session.fingerprint === 'function') return session.fingerprint();
    throw new InputError(
      `${printable(this.#dispatcher.name)}: cannot be explored: its sessions have no fingerprint(). Add one, or use check instead`,
    );
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
    const session = this.#session.fork?.() ?? this.#again();
    const effects = session.apply(this.#side.operation(operation));
    return new SessionState(this.#side, session, { before: this.#history, operation }, effects);
  }

  probe(operation: number): readonly Effect[] {
    return this.#session.apply(this.#side.operation(operation));
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
      session.apply(this.#side.operation(scenario[at] as number));
    }
    return session;
  }
}
