/** Saved scenarios that may not come to their end: each runs in a watched process first, which is ended if need be. */
import type { Dispatcher, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { type Failure, terminationName } from '../../properties/compare/property.ts';
import { isModulePath } from '../../properties/engine/dispatchers.ts';
import type { OpenOptions } from '../../properties/outside/load.ts';
import { defaultLimits, type RunLimits } from '../../properties/watch/limits.ts';
import { canWatch, ProcessPool } from '../../properties/watch/process-pool.ts';
import type { LockstepAnswer } from '../../properties/watch/tasks.ts';
import { terminationFailure } from '../../properties/watch/termination.ts';
import { StoppedError } from '../../properties/watch/watched-process.ts';

/** `--limit-time`, in seconds, and `--limit-memory`, in MiB. */
export type LimitOptions = { readonly limitTime?: number; readonly limitMemory?: number };

export function limitsOf({ limitTime, limitMemory }: LimitOptions): RunLimits {
  return { seconds: limitTime ?? defaultLimits.seconds, mebibytes: limitMemory ?? defaultLimits.mebibytes };
}

/** How what lives outside is opened: `--limit-time` and `--qemu`. */
export function openOptionsOf(options: LimitOptions & { readonly qemu?: string }): OpenOptions {
  return { seconds: limitsOf(options).seconds, qemu: options.qemu };
}

export class ScenarioWatch {
  readonly #limits: RunLimits;
  #pool: ProcessPool | undefined;

  constructor(limits: RunLimits) {
    this.#limits = limits;
  }

  /**
   * How a scenario is ended on one of two dispatchers; undefined where it comes to its end, or there is no reason to doubt it: it
   * was not found for that, and the dispatchers are this package's own; or where it was interrupted.
   */
  async stopOf(
    [a, b]: readonly [Dispatcher, Dispatcher],
    scenario: Scenario,
    interrupt: AbortSignal,
  ): Promise<Failure | undefined> {
    const names = [a.name, b.name];
    const isDoubtful = scenario.found?.property === terminationName || names.some(isOthers);
    if (!isDoubtful || !canWatch()) return undefined;
    this.#pool ??= new ProcessPool(this.#limits, 1);
    const end = () => this.close();
    interrupt.addEventListener('abort', end);
    try {
      await this.#pool.run<LockstepAnswer>({ kind: 'lockstep', a: a.name, b: b.name, scenarios: [scenario] });
      return undefined;
    } catch (error) {
      if (interrupt.aborted) return undefined;
      if (!(error instanceof StoppedError)) throw error;
      return terminationFailure(error, error.place, names, this.#limits, scenario);
    } finally {
      interrupt.removeEventListener('abort', end);
    }
  }

  async close(): Promise<void> {
    await this.#pool?.end();
  }
}

/** Of somebody else, or broken on purpose. */
function isOthers(name: string): boolean {
  return isModulePath(name) || name.startsWith('mutant:');
}
