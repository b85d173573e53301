/** How much is tried to find what does not matter. Counted in work, not in time, so that the same command writes the same page. */
import type { Scenario } from '../../../model/vocabulary/vocabulary.ts';
import { grouped } from '../../text/layout.ts';

/** An operation takes longer the more regions and registrations there are: so many of them count as one operation more. */
const thingsPerUnit = 24;

/** A whole report has so many times what one of its scenarios has. */
export type Limits = {
  /** Operations that are run by dispatchers of this process. */
  readonly operations: number;
  /** Scenarios that are sent to a program, a system outside, or a watched process. */
  readonly runs: number;
  /** Milliseconds for those: a program may be slow. */
  readonly milliseconds: number;
};

/** So many scenarios are a few: for each of them, more is tried. */
export const fewScenarios = 4;

/** For a page of one scenario, or a few. */
export const limitsOfScenario: Limits = { operations: 60_000, runs: 400, milliseconds: 20_000 };
/** For each scenario of a report, and for all of them. */
export const limitsOfEntry: Limits = { operations: 24_000, runs: 100, milliseconds: 10_000 };
export const limitsOfReport: Limits = { operations: 1_200_000, runs: 1000, milliseconds: 40_000 };

const fewRuns = 4;

function workOf({ operations }: Scenario, sides: number): number {
  const things = operations.filter(({ op }) => op === 'create' || op === 'add-eventfd').length;
  return Math.ceil(operations.length * sides * (1 + things / thingsPerUnit));
}

export class Budget {
  readonly #limits: Limits;
  readonly #whole: Budget | undefined;
  #operations = 0;
  #runs = 0;
  #milliseconds = 0;

  /** @param whole what all scenarios of a report have together */
  constructor(limits: Limits, whole?: Budget) {
    this.#limits = limits;
    this.#whole = whole;
  }

  /** Whether nothing more is tried. */
  get isSpent(): boolean {
    return this.spent !== undefined;
  }

  /** Which limit was reached, in words. */
  get spent(): string | undefined {
    const { operations, runs, milliseconds } = this.#limits;
    if (this.#operations >= operations) return `${grouped(operations)} operations were run`;
    if (this.#runs >= runs) return `${grouped(runs)} scenarios were sent`;
    if (this.#milliseconds >= milliseconds) return `${milliseconds / 1000} s had passed`;
    const whole = this.#whole?.spent;
    return whole === undefined ? undefined : `for all scenarios of this page, ${whole}`;
  }

  /** How much of its own limits is used, from 0 to 1. */
  get share(): number {
    const { operations, runs, milliseconds } = this.#limits;
    return Math.max(this.#operations / operations, this.#runs / runs, this.#milliseconds / milliseconds);
  }

  /** Whether a scenario can be run only a few times: then nothing would be found. */
  isTooLong(scenario: Scenario, sides: number): boolean {
    return workOf(scenario, sides) * fewRuns > this.#limits.operations;
  }

  takeOperations(scenario: Scenario, sides: number): void {
    this.#take(workOf(scenario, sides), 0, 0);
  }

  takeRun(milliseconds: number): void {
    this.#take(0, 1, milliseconds);
  }

  #take(operations: number, runs: number, milliseconds: number): void {
    this.#operations += operations;
    this.#runs += runs;
    this.#milliseconds += milliseconds;
    if (this.#whole !== undefined) this.#whole.#take(operations, runs, milliseconds);
  }
}
