/** Asking dispatchers what they do with a varied scenario, wherever they live; what it costs is taken from a budget. */
import { endlessMutants } from '../../../impl/mutants/machinery/endless.ts';
import { modelDispatcher } from '../../../model/reference/reference.ts';
import { type AnyDispatcher, isOutside } from '../../../model/vocabulary/outside.ts';
import type { Dispatcher, EffectLists, Scenario } from '../../../model/vocabulary/vocabulary.ts';
import { DispatcherError } from '../../../properties/compare/apply.ts';
import { runScenario } from '../../../properties/compare/compare.ts';
import { isModulePath } from '../../../properties/engine/dispatchers.ts';
import { failureOf } from '../../../properties/engine/try-property.ts';
import { settled } from '../../../properties/outside/lockstep.ts';
import { failureOutside } from '../../../properties/outside/trials.ts';
import type { RunLimits } from '../../../properties/watch/limits.ts';
import { canWatch, ProcessPool } from '../../../properties/watch/process-pool.ts';
import type { LockstepAnswer } from '../../../properties/watch/tasks.ts';
import { StoppedError } from '../../../properties/watch/watched-process.ts';
import { Breather } from '../../io/breather.ts';
import type { Budget } from './budget.ts';

export class Asking {
  readonly #limits: RunLimits;
  readonly #interrupt: AbortSignal;
  readonly #breather = new Breather();
  #pool: ProcessPool | undefined;
  /** What is asked is taken from it. */
  budget: Budget;

  constructor(budget: Budget, limits: RunLimits, interrupt: AbortSignal) {
    this.budget = budget;
    this.#limits = limits;
    this.#interrupt = interrupt;
  }

  get isOver(): boolean {
    return this.budget.isSpent || this.#interrupt.aborted;
  }

  get isInterrupted(): boolean {
    return this.#interrupt.aborted;
  }

  /** How a property fails on a pair: the failure's kind; nothing where it holds, or there is no telling. */
  async kindOf(
    property: string,
    pair: readonly [AnyDispatcher, AnyDispatcher],
    scenario: Scenario,
  ): Promise<string | undefined> {
    const [a, b] = pair;
    if (isOutside(a) || isOutside(b)) {
      return this.#timed(async () => (await failureOutside(property, pair, scenario))?.kind);
    }
    // A property on a module is tried in this process: only lockstep is a task of a watched one.
    if (property === 'lockstep' && (mayHang(a) || mayHang(b)) && canWatch()) {
      const task = { kind: 'lockstep', a: a.name, b: b.name, scenarios: [scenario] } as const;
      return this.#watched(async (pool) => (await pool.run<LockstepAnswer>(task))?.failure.kind);
    }
    return this.#inside(scenario, 2, () => failureOf(property, [a, b], scenario)?.kind);
  }

  /** What a dispatcher does; nothing where it does not come to the end. */
  async effectsOf(dispatcher: AnyDispatcher, scenario: Scenario): Promise<EffectLists | undefined> {
    if (isOutside(dispatcher)) {
      return this.#timed(async () => {
        const sides = await settled([dispatcher, modelDispatcher], scenario);
        return 'pair' in sides ? runScenario(sides.pair[0], scenario) : undefined;
      });
    }
    if (mayHang(dispatcher) && canWatch()) {
      const { name } = dispatcher;
      return this.#watched((pool) => pool.run<EffectLists>({ kind: 'effects', a: name, b: name, scenario }));
    }
    return this.#inside(scenario, 1, () => runScenario(dispatcher, scenario));
  }

  async close(): Promise<void> {
    await this.#pool?.end();
  }

  async #inside<Answer>(
    scenario: Scenario,
    sides: number,
    ask: () => Answer | undefined,
  ): Promise<Answer | undefined> {
    this.budget.takeOperations(scenario, sides);
    if (this.#breather.isDue) await this.#breather.pause();
    try {
      return ask();
    } catch (error) {
      if (error instanceof DispatcherError) return undefined;
      throw error;
    }
  }

  async #timed<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const started = performance.now();
    try {
      return await ask();
    } finally {
      this.budget.takeRun(performance.now() - started);
    }
  }

  async #watched<Answer>(ask: (pool: ProcessPool) => Promise<Answer>): Promise<Answer | undefined> {
    const pool = this.#pool ?? new ProcessPool(this.#limits, 1);
    if (this.#pool === undefined) {
      this.#pool = pool;
      this.#interrupt.addEventListener('abort', () => void pool.end(), { once: true });
    }
    try {
      return await this.#timed(() => ask(pool));
    } catch (error) {
      if (error instanceof StoppedError || this.#interrupt.aborted) return undefined;
      throw error;
    }
  }
}

/** Code of somebody else, and bugs that are known for it, may not come to an end on a scenario that nobody has tried. */
function mayHang({ name }: Dispatcher): boolean {
  return isModulePath(name) || endlessMutants.some((mutant) => name.startsWith(`mutant:${mutant.name}`));
}
