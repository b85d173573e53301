/** Pauses in a long loop, in which signals are heard and output is handed over. */

/** Work of at most so long is done before there is a pause, in milliseconds. */
const longestStretch = 50;

/** Says when it is time to pause; cheap enough to be asked for each operation. */
export class Breather {
  #last = performance.now();

  /** Whether it is time for `pause`. */
  get isDue(): boolean {
    return performance.now() - this.#last > longestStretch;
  }

  async pause(): Promise<void> {
    // Two turns of the event loop: a message that came meanwhile is heard in the second one at the latest.
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    this.#last = performance.now();
  }
}
