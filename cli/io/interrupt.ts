/** Ctrl-C: the first one ends the work at the next opportunity, the second one at once. */
import { exitStatus } from '../errors.ts';

/** A signal that is aborted by the first SIGINT. SIGTERM keeps its default, which ends the process whatever it is doing. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(exitStatus.interrupted);
    controller.abort();
  };
  process.on('SIGINT', stop);
  return controller.signal;
}

/** Work of at most so long is done before signals are looked at, in milliseconds. */
const longestStretch = 50;

/** Gives signals their turn in a long loop; cheap enough to be called for each operation. */
export class Breather {
  #last = performance.now();

  /** Whether it is time for `pause`. */
  get isDue(): boolean {
    return performance.now() - this.#last > longestStretch;
  }

  async pause(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#last = performance.now();
  }
}
