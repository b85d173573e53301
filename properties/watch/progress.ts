/**
 * Where a process is: which scenario, which side, which operation. The main thread writes it, a thread beside it reads it, for the
 * main thread may never answer again.
 */
import type { Dispatcher, ScenarioHeader, Session } from '../../model/vocabulary/vocabulary.ts';

/** The places of the numbers in the shared array. */
const runsAt = 0;
const scenarioAt = 1;
const sideAt = 2;
const operationAt = 3;
const busyAt = 4;
const redecidedAt = 5;
const cells = 6;

export type Place = {
  /** The number of the scenario in its task. */
  readonly scenario: number;
  /** 0 and 1 are the two dispatchers, 2 and on their variants. */
  readonly side: number;
  /** -1 before the first operation. */
  readonly operation: number;
  /** Whether decisions of the profile are changed. */
  readonly isRedecided: boolean;
};

export class Progress {
  readonly cells: Int32Array;

  constructor(shared: Int32Array = new Int32Array(new SharedArrayBuffer(4 * cells))) {
    this.cells = shared;
  }

  /** Whether a task is being done. */
  get isBusy(): boolean {
    return Atomics.load(this.cells, busyAt) === 1;
  }

  set isBusy(isBusy: boolean) {
    Atomics.store(this.cells, busyAt, isBusy ? 1 : 0);
  }

  /** Counts sessions that were opened: each has the whole of the limits. */
  get runs(): number {
    return Atomics.load(this.cells, runsAt);
  }

  get place(): Place {
    return {
      scenario: Atomics.load(this.cells, scenarioAt),
      side: Atomics.load(this.cells, sideAt),
      operation: Atomics.load(this.cells, operationAt),
      isRedecided: Atomics.load(this.cells, redecidedAt) === 1,
    };
  }

  /** A scenario begins. */
  begin(scenario: number): void {
    Atomics.store(this.cells, scenarioAt, scenario);
  }

  /** The dispatcher, which notes where it is. */
  noting(dispatcher: Dispatcher, side: number): Dispatcher {
    const { cells: noted } = this;
    const { inside } = dispatcher;
    const opened = (header: ScenarioHeader, open: () => Session) => {
      noted[operationAt] = -1;
      noted[sideAt] = side;
      noted[redecidedAt] = header.decisions === undefined ? 0 : 1;
      Atomics.add(noted, runsAt, 1);
      return notingSession(open(), noted, side);
    };
    return {
      ...dispatcher,
      ...(inside !== undefined && {
        inside: { ...inside, open: (header, tell) => opened(header, () => inside.open(header, tell)) },
      }),
      open: (header) => opened(header, () => dispatcher.open(header)),
    };
  }
}

/** Plain stores, not atomic ones: they cost nothing, and the reader comes again. */
function notingSession(session: Session, noted: Int32Array, side: number): Session {
  let operations = 0;
  return {
    apply(operation) {
      noted[sideAt] = side;
      noted[operationAt] = operations++;
      return session.apply(operation);
    },
    ...(session.validate !== undefined && { validate: () => session.validate?.() }),
    ...(session.fingerprint !== undefined && { fingerprint: () => session.fingerprint?.() ?? '' }),
    ...(session.fork !== undefined && { fork: () => session.fork?.() ?? session }),
  };
}
