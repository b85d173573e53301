/** The model on a scenario. After an edit, what comes before it is not computed again. */

import { step } from '../../model/reference/reference.ts';
import { initialState, type State } from '../../model/reference/state.ts';
import { tracedStep } from '../../model/trace/traced-step.ts';
import type { Effect, Operation, Scenario, ScenarioHeader } from '../../model/vocabulary/vocabulary.ts';
import type { Run, StepView } from './run.ts';

/** Of a long scenario, the state is kept at every so manieth operation: it may be large. */
const longScenario = 2000;

export class ModelRun implements Run {
  readonly #operations: readonly Operation[];
  readonly #header: string;
  readonly #every: number;
  /** The states before operations 0, `every`, twice `every`, ... */
  readonly #states: State[];
  readonly #effects: (readonly Effect[])[];
  #state: State;

  constructor(scenario: Scenario, earlier?: ModelRun) {
    this.#operations = scenario.operations;
    this.#header = headerKey(scenario);
    this.#every = scenario.operations.length > longScenario ? 32 : 1;
    this.#states = [initialState(scenario)];
    this.#effects = [];
    if (earlier !== undefined) {
      const kept = Math.floor(this.#commonLength(earlier) / this.#every);
      if (kept > 0) this.#states = earlier.#states.slice(0, kept + 1);
      this.#effects = earlier.#effects.slice(0, kept * this.#every);
    }
    this.#state = this.#states.at(-1) as State;
  }

  /** How many operations two runs begin with together. */
  #commonLength(other: ModelRun): number {
    if (other.#header !== this.#header || other.#every !== this.#every) return 0;
    let same = 0;
    while (
      same < other.done &&
      this.#operations[same] === other.#operations[same] &&
      same < this.#operations.length
    ) {
      same++;
    }
    return same;
  }

  get done(): number {
    return this.#effects.length;
  }

  advance(milliseconds: number): boolean {
    const end = performance.now() + milliseconds;
    for (let index = this.done; index < this.#operations.length; index++) {
      const { state, effects } = step(this.#state, this.#operations[index] as Operation);
      this.#state = state;
      this.#effects.push(effects);
      if ((index + 1) % this.#every === 0) this.#states.push(state);
      if (performance.now() >= end) break;
    }
    return this.done === this.#operations.length;
  }

  effectsAt(index: number): readonly Effect[] {
    return this.#effects[index] ?? [];
  }

  at(index: number): StepView {
    const operation = this.#operations[index];
    if (operation === undefined || index >= this.done) throw new RangeError(`operation ${index} is not done`);
    const before = this.#stateBefore(index);
    const { state: after, effects } = step(before, operation);
    return { before, after, effects, trace: () => tracedStep(before, operation).trace };
  }

  #stateBefore(index: number): State {
    const at = Math.floor(index / this.#every);
    let state = this.#states[at] as State;
    for (let i = at * this.#every; i < index; i++) {
      const operation = this.#operations[i] as Operation;
      // A write changes nothing.
      if (operation.op !== 'write') state = step(state, operation).state;
    }
    return state;
  }
}

function headerKey({ profile, target, host, decisions }: ScenarioHeader): string {
  return JSON.stringify([profile, target, host, decisions]);
}
