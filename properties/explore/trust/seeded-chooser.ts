/** Choices that follow from a seed alone. */
import type { Chooser } from '../../generate/chooser.ts';

/** A Weyl sequence of 32-bit words, each mixed (the finisher of MurmurHash3). */
export class SeededChooser implements Chooser {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  below(bound: number): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let word = this.#state;
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    word ^= word >>> 16;
    // The bias is at most bound / 2^32.
    return Math.floor(((word >>> 0) / 2 ** 32) * bound);
  }
}
