/** Where a generator's decisions come from: drawn at random, enumerated one after the other, or given again. */
import type { Random } from 'fast-check';

/** Makes the decisions of a generator, one number at a time. */
export interface Chooser {
  /** A whole number from 0 to `bound - 1`; `bound` is at least 1 and at most 2^31. */
  below(bound: number): number;
}

/** Draws from fast-check's generator, so that its seeds and reports stay valid. */
export class RandomChooser implements Chooser {
  readonly #random: Random;
  /** Random bits that are drawn and not used yet, as a number below 2^bits: a draw of 32 bits serves several small choices. */
  #pool = 0;
  #bits = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  below(bound: number): number {
    if (bound <= 1) return 0;
    if (bound > 256) return this.#random.nextInt(0, bound - 1);
    // 16 bits a choice: the bias of the multiplication, at most 256 / 65,536, does not matter to a test generator.
    if (this.#bits < 16) {
      this.#pool = this.#random.nextInt() >>> 0;
      this.#bits = 32;
    }
    const drawn = this.#pool & 0xffff;
    this.#pool >>>= 16;
    this.#bits -= 16;
    return (drawn * bound) >>> 16;
  }
}

/** Enumerates every sequence of choices once: run the generator, call `next`, run it again, until `next` says false. */
export class ExhaustiveChooser implements Chooser {
  readonly #taken: { choice: number; bound: number }[] = [];
  #at = 0;

  below(bound: number): number {
    const known = this.#taken[this.#at];
    if (known === undefined) {
      this.#taken.push({ choice: 0, bound });
      this.#at++;
      return 0;
    }
    this.#at++;
    return known.choice;
  }

  /** Goes to the next sequence of choices, like an odometer; false when all have been made. */
  next(): boolean {
    this.#at = 0;
    for (;;) {
      const last = this.#taken.pop();
      if (last === undefined) return false;
      if (last.choice + 1 < last.bound) {
        this.#taken.push({ choice: last.choice + 1, bound: last.bound });
        return true;
      }
    }
  }
}

/** Makes the choices of a list again, in order; after its end, 0. */
export class ReplayChooser implements Chooser {
  readonly #choices: readonly number[];
  #at = 0;

  constructor(choices: readonly number[]) {
    this.#choices = choices;
  }

  below(bound: number): number {
    const choice = this.#choices[this.#at++] ?? 0;
    return Math.min(choice, bound - 1);
  }
}
