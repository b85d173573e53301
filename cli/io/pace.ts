/** Going through a long scenario: pauses, in which signals are heard, and how far it has come. */
import { printable } from '../../format/errors.ts';
import type { SourcedScenario } from '../../format/read.ts';
import { runsOtherCode } from '../../properties/engine/dispatchers.ts';
import type { Context } from '../context.ts';
import type { ProgressDisplay } from '../surroundings.ts';
import { grouped } from '../text/layout.ts';
import { Breather } from './breather.ts';
import { noProgress } from './progress.ts';
import { isSmall } from './scenarios.ts';

export type PaceOptions = {
  /** The dispatcher at work, as a reference. One of a user may never return. */
  readonly dispatcher: string;
  /** What the display says is at work, if anything. */
  readonly says?: string;
  /** Whether to show no progress. */
  readonly quiet: boolean;
};

/** What is printed during so many milliseconds of work may be lost when an operation is ended in the middle of it. */
const longestHeld = 1;

/** Goes with the work on one scenario, operation by operation. */
export class Pace {
  readonly #context: Context;
  readonly #breather = new Breather();
  readonly #progress: ProgressDisplay;
  readonly #where: string;
  readonly #operations: number;
  readonly #longestHeld: number;
  #handedOver: number;

  constructor(
    context: Context,
    { scenario, source }: SourcedScenario,
    { dispatcher, says, quiet }: PaceOptions,
  ) {
    this.#context = context;
    this.#operations = scenario.operations.length;
    this.#where = `${printable(source)}: ${says === undefined ? '' : `${printable(says)}, `}operation`;
    this.#progress = isSmall(scenario) ? noProgress : context.progress(this.#textAt(0), quiet);
    const mayHang = runsOtherCode(dispatcher);
    this.#longestHeld = mayHang ? 0 : longestHeld;
    // What was printed of many small scenarios leaves together.
    this.#handedOver = mayHang || !isSmall(scenario) ? Number.NEGATIVE_INFINITY : performance.now();
  }

  /** Before each operation. False when the work is to end. */
  async goesOn(index: number): Promise<boolean> {
    if (performance.now() - this.#handedOver > this.#longestHeld) {
      await this.#context.handOver();
      this.#handedOver = performance.now();
    }
    if (this.#breather.isDue) {
      this.#progress.show(this.#textAt(index));
      await this.#breather.pause();
    }
    return !this.#context.interrupt.aborted;
  }

  /** The scenario is done with. */
  stop(): void {
    this.#progress.stop();
  }

  #textAt(index: number): string {
    return `${this.#where} ${grouped(index)} of ${grouped(this.#operations)}`;
  }
}
