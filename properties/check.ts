/** The main job: regressions, then random histories, on two dispatchers, until a difference or the end. */
import fc from 'fast-check';
import type { Dispatcher, Profile, Scenario } from '../model/vocabulary.ts';
import { properties } from './holds/index.ts';
import { type LabelShare, labelShares } from './labels.ts';
import { lockstep } from './lockstep.ts';
import { LabelCounter } from './observe.ts';
import type { Failure } from './property.ts';
import { ScenarioArbitrary } from './scenario-arbitrary.ts';
import { failureOf, tryProperty } from './try-property.ts';

export type CheckOptions = {
  readonly a: Dispatcher;
  readonly b: Dispatcher;
  /** The profiles that histories are generated for, in turn. */
  readonly profiles: readonly Profile[];
  /** Random histories to run; ignored when `seconds` is given. */
  readonly runs: number;
  /** Run until this many seconds have passed, instead. */
  readonly seconds?: number;
  readonly seed: number;
  /** Histories that run first, as given (saved regressions): each with the name it is reported under. */
  readonly regressions: readonly { readonly source: string; readonly scenario: Scenario }[];
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the run at the next opportunity (within some milliseconds), with what was found so far. */
  readonly abort?: AbortSignal;
};

export type Progress = {
  readonly histories: number;
  readonly operations: number;
  readonly milliseconds: number;
};

/** A history on which a property fails, shrunk. */
export type Finding = {
  readonly failure: Failure;
  /** The shrunk history; its `found` says the same in the file's own terms. */
  readonly scenario: Scenario;
  /** Operations before shrinking. */
  readonly originalLength: number;
  /** Where it comes from: a regression's source, or the seed and the number of the history. */
  readonly origin: string;
};

/** How often a property was tried, and to how many of these histories it applied. */
export type PropertyUse = { readonly name: string; readonly tried: number; readonly applied: number };

export type CheckReport = {
  readonly dispatchers: readonly [string, string];
  readonly profiles: readonly Profile[];
  readonly seed: number;
  readonly regressions: number;
  readonly histories: number;
  /** Operations that both dispatchers interpreted and whose effects were compared. */
  readonly operations: number;
  readonly milliseconds: number;
  readonly labels: readonly LabelShare[];
  readonly properties: readonly PropertyUse[];
  readonly finding: Finding | undefined;
  /** Ended by `abort` before its time. */
  readonly interrupted: boolean;
};

/** Histories of one batch: one run of fast-check with a seed of its own, some 50 ms of work. */
const batchSize = 250;

/** Each history runs in lockstep; every 16th is also tried on one of the properties that need no second dispatcher. */
const propertyInterval = 16;

/** Compares two dispatchers. Deterministic in `seed` and `runs`; ends at the first finding. */
export async function check(options: CheckOptions): Promise<CheckReport> {
  return new Run(options).toEnd();
}

class Run {
  readonly #options: CheckOptions;
  readonly #started = performance.now();
  readonly #counter = new LabelCounter();
  readonly #perProfile: Record<Profile, number> = { contract: 0, tcg: 0, kvm: 0 };
  readonly #uses = properties.map(({ name }) => ({ name, tried: 0, applied: 0 }));
  #histories = 0;
  #operations = 0;
  #finding: Finding | undefined;

  constructor(options: CheckOptions) {
    this.#options = options;
  }

  async toEnd(): Promise<CheckReport> {
    this.#runRegressions();
    for (let batch = 0; this.#finding === undefined && !this.#isOver(); batch++) {
      this.#runBatch(batch);
      this.#options.onProgress?.(this.#progress());
      // Lets signals and the progress display have their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return this.#report();
  }

  #isOver(): boolean {
    const { abort, seconds, runs } = this.#options;
    if (abort?.aborted) return true;
    return seconds === undefined ? this.#histories >= runs : this.#elapsed() >= 1000 * seconds;
  }

  #elapsed(): number {
    return performance.now() - this.#started;
  }

  #progress(): Progress {
    return { histories: this.#histories, operations: this.#operations, milliseconds: this.#elapsed() };
  }

  #runRegressions(): void {
    const { a, b, regressions } = this.#options;
    for (const { source, scenario } of regressions) {
      const failure = lockstep(a, b, scenario);
      if (failure !== undefined) {
        const { length } = scenario.operations;
        this.#finding = { failure, scenario, originalLength: length, origin: source };
        return;
      }
    }
  }

  /** One batch: fast-check generates, runs and, at a failure, shrinks. */
  #runBatch(batch: number): void {
    const { profiles, seconds, runs, seed } = this.#options;
    const profile = profiles[batch % profiles.length] ?? 'contract';
    const first = this.#histories;
    const size = seconds === undefined ? Math.min(batchSize, runs - first) : batchSize;
    let failure: Failure | undefined;
    let found: { readonly number: number; readonly length: number } | undefined;
    const holds = (scenario: Scenario): boolean => {
      const known = failure;
      const now = known === undefined ? this.#try(scenario, profile) : this.#tryAgain(scenario, known);
      if (now === undefined) return true;
      failure = now;
      found ??= { number: this.#histories, length: scenario.operations.length };
      return false;
    };
    const details = fc.check(fc.property(new ScenarioArbitrary({ profiles: [profile] }), holds), {
      seed: batchSeed(seed, batch),
      numRuns: size,
    });
    if (!details.failed || failure === undefined || found === undefined) return;
    const [scenario] = details.counterexample ?? [];
    if (scenario === undefined) return;
    this.#finding = this.#findingOf(scenario, failure, found);
  }

  #findingOf(scenario: Scenario, failure: Failure, found: { number: number; length: number }): Finding {
    const { seed } = this.#options;
    const { property, clause, operation, sides } = failure;
    const at = sides.map(({ effects }) => effects[operation] ?? []);
    return {
      failure,
      originalLength: found.length,
      origin: `seed ${seed}, history ${found.number}`,
      scenario: {
        title: `${property}: ${sides[0].name} and ${sides[1].name} differ at operation ${operation}`,
        ...scenario,
        found: {
          property,
          ...(clause !== undefined && { clause }),
          dispatchers: [this.#options.a.name, this.#options.b.name],
          operation,
          effects: at,
          seed,
          originalLength: found.length,
        },
      },
    };
  }

  /** A new history: lockstep, with its labels counted, and now and then a property. */
  #try(scenario: Scenario, profile: Profile): Failure | undefined {
    const { a, b } = this.#options;
    this.#histories++;
    this.#perProfile[profile]++;
    this.#operations += scenario.operations.length;
    this.#counter.begin(scenario);
    const failure = lockstep(a, b, scenario, this.#counter.observe);
    this.#counter.end();
    if (failure !== undefined || this.#histories % propertyInterval !== 0) return failure;
    const turn = this.#histories / propertyInterval;
    const index = turn % properties.length;
    const property = properties[index];
    const use = this.#uses[index];
    if (property === undefined || use === undefined) return undefined;
    use.tried++;
    const verdict = tryProperty(property, Math.floor(turn / properties.length) % 2 === 0 ? a : b, scenario);
    if (verdict !== 'does not apply') use.applied++;
    return typeof verdict === 'object' ? verdict : undefined;
  }

  /** A simpler history, while shrinking: the same property, on the same side, in the same way, or nothing. */
  #tryAgain(scenario: Scenario, known: Failure): Failure | undefined {
    const { a, b } = this.#options;
    const failure =
      known.property === 'lockstep' ? lockstep(a, b, scenario) : failureOf(known.property, [a, b], scenario);
    return failure?.kind === known.kind ? failure : undefined;
  }

  #report(): CheckReport {
    const { a, b, profiles, seed, regressions, abort, seconds, runs } = this.#options;
    const unfinished = seconds === undefined ? this.#histories < runs : this.#elapsed() < 1000 * seconds;
    return {
      dispatchers: [a.name, b.name],
      profiles,
      seed,
      regressions: regressions.length,
      histories: this.#histories,
      operations: this.#operations,
      milliseconds: this.#elapsed(),
      labels: labelShares(this.#counter.counts(), this.#perProfile),
      properties: this.#uses,
      finding: this.#finding,
      interrupted: this.#finding === undefined && abort?.aborted === true && unfinished,
    };
  }
}

/** A seed for each batch, so that a batch means the same whoever runs it: a mix of the run's seed and the batch's number (32 bits). */
function batchSeed(seed: number, batch: number): number {
  let mixed = (seed ^ Math.imul(batch + 1, 0x9e37_79b1)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) | 0;
}
