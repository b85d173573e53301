/** The side of the reference model. Its states are values made of interned parts, and its steps come from tables. */
import type { Effect, Operation, ScenarioHeader } from '../../../model/vocabulary/vocabulary.ts';
import { pending } from './interned.ts';
import { ModelState } from './model-state.ts';
import { type LiveState, noEffects, type Side } from './side.ts';
import { StepTables, type TableRoom } from './step-tables.ts';

export class ModelSide implements Side {
  readonly name: string;
  readonly isModel = true;
  readonly #steps: StepTables;

  /** @param room for the tables of its steps, where many sides share it */
  constructor(header: ScenarioHeader, operations: readonly Operation[], name = 'model', room?: TableRoom) {
    this.name = name;
    this.#steps = new StepTables(header, operations, room);
  }

  start(): ModelState {
    return new ModelState(this.#steps, this.#steps.start(), 0, pending.nothing, noEffects);
  }

  replay(history: readonly number[]): LiveState {
    let state = this.start();
    for (const operation of history) state = state.after(operation);
    return state;
  }

  effectsOf(history: readonly number[]): (readonly Effect[])[] {
    let state = this.start();
    return history.map((operation) => {
      state = state.after(operation);
      return state.effects;
    });
  }
}
