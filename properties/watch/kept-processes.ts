/**
 * Processes that a run is done with, for the next one. A fresh process compiles what it executes for a second or more; a test suite that
 * calls `check` often would wait for that each time.
 */
import { availableParallelism } from 'node:os';
import type { RunLimits } from './limits.ts';
import type { WatchedProcess } from './watched-process.ts';

/** Kept for so long, in milliseconds, without a task. */
const patience = 60_000;

type Kept = { readonly process: WatchedProcess; readonly limits: string; readonly expiry: NodeJS.Timeout };

/** At most one for each processor. They keep no program alive, and end with it. */
export class KeptProcesses {
  readonly #all: Kept[] = [];

  /** One with these limits that is still there. */
  take(limits: RunLimits): WatchedProcess | undefined {
    for (;;) {
      const index = this.#all.findLastIndex((one) => one.limits === JSON.stringify(limits));
      const [kept] = index < 0 ? [] : this.#all.splice(index, 1);
      if (kept === undefined) return undefined;
      clearTimeout(kept.expiry);
      if (kept.process.isEnded) continue;
      kept.process.ref();
      return kept.process;
    }
  }

  /** Keeps an idle one, in place of the one that was kept first where they are too many. */
  keep(process: WatchedProcess, limits: RunLimits): void {
    process.unref();
    const expiry = setTimeout(() => this.#drop(kept), patience).unref();
    const kept: Kept = { process, limits: JSON.stringify(limits), expiry };
    this.#all.push(kept);
    const [first] = this.#all;
    if (first !== undefined && this.#all.length > availableParallelism()) this.#drop(first);
  }

  #drop(kept: Kept): void {
    clearTimeout(kept.expiry);
    const index = this.#all.indexOf(kept);
    if (index >= 0) this.#all.splice(index, 1);
    void kept.process.kill();
  }
}
