/** One side of a pair, live: a dispatcher's state from which operations can be tried. */
import { InputError, printable } from '../../format/errors.ts';
import type {
  Dispatcher,
  Effect,
  Operation,
  ScenarioHeader,
  Session,
} from '../../model/vocabulary/vocabulary.ts';
import { hashText, Key, sameKey } from './hash.ts';

/** A state of one side. Operations are indexes into the alphabet. */
export interface Live {
  /** The effects of the operation that led here. */
  readonly effects: readonly Effect[];
  /** The state's key: equal keys, equal futures. The array is only lent. */
  key(): Key;
  /** The state behind an operation; this one stays as it is. */
  after(operation: number): Live;
  /**
   * The effects of an operation that is believed to change nothing. Where it does change something, this live state is
   * another one from then on: `isStill` tells, after any number of them.
   */
  probe(operation: number): readonly Effect[];
  /** Whether the state, looked at anew, has this key. */
  isStill(key: Key): boolean;
}

/** Makes the live state of the empty map, and any other from there. */
export interface Side {
  readonly name: string;
  readonly isModel: boolean;
  start(): Live;
  /** The state behind a scenario of changes, run from the empty map: no forks. */
  replay(scenario: readonly number[]): Live;
}

const nothing: readonly Effect[] = [];

/** Any dispatcher, by its sessions: forked where they can be, else run again. */
export class SessionSide implements Side {
  readonly name: string;
  readonly isModel = false;
  readonly #dispatcher: Dispatcher;
  readonly #header: ScenarioHeader;
  readonly #alphabet: readonly Operation[];

  constructor(dispatcher: Dispatcher, header: ScenarioHeader, alphabet: readonly Operation[]) {
    this.name = dispatcher.name;
    this.#dispatcher = dispatcher;
    this.#header = header;
    this.#alphabet = alphabet;
  }

  start(): Live {
    return new SessionLive(this, this.open(), undefined, nothing);
  }

  open(): Session {
    return this.#dispatcher.open(this.#header);
  }

  replay(scenario: readonly number[]): Live {
    const session = this.open();
    let trace: Trace | undefined;
    let effects = nothing;
    for (const operation of scenario) {
      effects = session.apply(this.operation(operation));
      trace = { before: trace, operation };
    }
    return new SessionLive(this, session, trace, effects);
  }

  operation(index: number): Operation {
    return this.#alphabet[index] as Operation;
  }
}

/** The operations that led to a state, last first: what is run again where a session cannot be forked. */
type Trace = { readonly before: Trace | undefined; readonly operation: number };

class SessionLive implements Live {
  readonly effects: readonly Effect[];
  readonly #side: SessionSide;
  readonly #session: Session;
  readonly #trace: Trace | undefined;
  #key: Key | undefined;

  constructor(side: SessionSide, session: Session, trace: Trace | undefined, effects: readonly Effect[]) {
    this.#side = side;
    this.#session = session;
    this.#trace = trace;
    this.effects = effects;
  }

  key(): Key {
    if (this.#key !== undefined) return this.#key;
    const key = new Key();
    hashText(fingerprintOf(this.#session, this.#side.name), 0, key);
    this.#key = key;
    return key;
  }

  after(operation: number): Live {
    const session = this.#session.fork?.() ?? this.#again();
    const effects = session.apply(this.#side.operation(operation));
    return new SessionLive(this.#side, session, { before: this.#trace, operation }, effects);
  }

  probe(operation: number): readonly Effect[] {
    return this.#session.apply(this.#side.operation(operation));
  }

  isStill(key: Key): boolean {
    const now = new Key();
    hashText(fingerprintOf(this.#session, this.#side.name), 0, now);
    return sameKey(now, key);
  }

  #again(): Session {
    const scenario: number[] = [];
    for (let at = this.#trace; at !== undefined; at = at.before) scenario.push(at.operation);
    const session = this.#side.open();
    for (let at = scenario.length - 1; at >= 0; at--) {
      session.apply(this.#side.operation(scenario[at] as number));
    }
    return session;
  }
}

/** @throws InputError where the session has none: states cannot be told apart without it. */
function fingerprintOf(session: Session, dispatcher: string): string {
  if (session.fingerprint !== undefined) return session.fingerprint();
  throw new InputError(
    `${printable(dispatcher)}: its sessions have no fingerprint(), without which it cannot be explored; add it, or use check`,
  );
}
