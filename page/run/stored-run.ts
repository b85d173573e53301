/**
 * A side whose effects are in the page: another dispatcher, or the model on a scenario that it would take long to run again. The map
 * follows the operations; what the host holds follows the effects.
 */
import { effectsFromJson } from '../../format/decode.ts';
import type { Json } from '../../format/write.ts';
import { assign, deassign } from '../../model/bus/kernel-bus.ts';
import type { Host, HostSpace } from '../../model/host/host.ts';
import type { Ioeventfd } from '../../model/ioeventfd/ioeventfd.ts';
import { step } from '../../model/reference/reference.ts';
import { initialState, type State } from '../../model/reference/state.ts';
import { tracedStep } from '../../model/trace/traced-step.ts';
import type { Effect, HostRegistration, Operation, Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Run, StepView } from './run.ts';

/** The state is kept at every so manieth operation, and at no more than so many: it may be large. */
const closest = 50;
const mostKept = 400;

export class StoredRun implements Run {
  readonly #operations: readonly Operation[];
  readonly #effects: readonly Json[];
  readonly #isModel: boolean;
  readonly #every: number;
  readonly #states: State[];
  /** The states before operations from `start` on, as far as they were asked for. */
  #near: { readonly start: number; readonly states: State[] };

  constructor(scenario: Scenario, effects: Json, isModel: boolean) {
    this.#operations = scenario.operations;
    this.#effects = Array.isArray(effects) ? effects : [];
    this.#isModel = isModel;
    this.#every = Math.max(closest, Math.ceil(scenario.operations.length / mostKept));
    const state = initialState(scenario);
    this.#states = [state];
    this.#near = { start: 0, states: [state] };
  }

  get done(): number {
    return this.#operations.length;
  }

  /** All effects are there; what takes time are the states, so that each step is near one that is kept. */
  advance(milliseconds: number): boolean {
    const end = performance.now() + milliseconds;
    const last = Math.floor(this.done / this.#every);
    while (this.#states.length <= last) {
      this.#states.push(this.#after(this.#states.length - 1, this.#states.length * this.#every));
      if (performance.now() >= end) break;
    }
    return this.#states.length > last;
  }

  effectsAt(index: number): readonly Effect[] {
    const stored = this.#effects[index];
    return stored === undefined || (Array.isArray(stored) && stored.length === 0)
      ? []
      : effectsFromJson(stored);
  }

  /** The states are computed when they are asked for: of a side that is not drawn, only the effects are. */
  at(index: number): StepView {
    const operation = this.#operations[index] as Operation;
    const effects = this.effectsAt(index);
    let before: State | undefined;
    let after: State | undefined;
    const next = (state: State) => this.#next(state, index);
    const stateBefore = () => {
      before ??= this.#stateBefore(index);
      return before;
    };
    return {
      get before() {
        return stateBefore();
      },
      get after() {
        after ??= next(stateBefore());
        return after;
      },
      effects,
      trace: this.#isModel ? () => tracedStep(stateBefore(), operation).trace : undefined,
    };
  }

  /** The states around a step are kept, so that going back and forth finds the very same ones, and what was made of them. */
  #stateBefore(index: number): State {
    const start = Math.floor(index / this.#every) * this.#every;
    if (this.#near.start !== start) {
      const kept = Math.min(start / this.#every, this.#states.length - 1);
      this.#near = { start, states: [this.#after(kept, start)] };
    }
    const { states } = this.#near;
    while (states.length <= index - start) {
      states.push(this.#next(states.at(-1) as State, start + states.length - 1));
    }
    return states[index - start] as State;
  }

  /** The state before an operation, from one that is kept. */
  #after(kept: number, index: number): State {
    let state = this.#states[kept] as State;
    for (let at = kept * this.#every; at < index; at++) state = this.#next(state, at);
    return state;
  }

  #next(state: State, index: number): State {
    const operation = this.#operations[index] as Operation;
    return operation.op === 'write' ? state : stateAfter(state, operation, this.effectsAt(index));
  }
}

/**
 * The state after an operation whose effects are known. As if within one more transaction, so that the model does not render: what
 * the host was told is in the effects.
 */
function stateAfter(before: State, operation: Operation, effects: readonly Effect[]): State {
  const [first] = effects;
  if (operation.op === 'write' || (first !== undefined && 'error' in first)) return before;
  const { state } = step({ ...before, depth: before.depth + 1 }, operation);
  const depth = state.depth - 1;
  const host = effects.reduce((now, effect) => hostAfter(now, effect, state), before.host);
  if (depth > 0) return { ...state, depth, host };
  const rendered = state.mapPending ? state.regions : state.rendered;
  return { ...state, depth, host, rendered, mapPending: false, eventfdsPending: false };
}

function hostAfter(host: Host, effect: Effect, state: State): Host {
  if ('hostAdd' in effect) {
    const one = ioeventfdOf(effect.hostAdd, state);
    return inSpace(host, effect.hostAdd, ({ told, held }) => ({
      told: [...told, { ...one, refused: undefined }],
      held: state.decisions.host === 'kernel' ? assign(held, one) : [...held, one],
    }));
  }
  if ('hostRefused' in effect) {
    const one = ioeventfdOf(effect.hostRefused, state);
    return inSpace(host, effect.hostRefused, ({ told, held }) => ({
      told: [...told, { ...one, refused: effect.reason }],
      held,
    }));
  }
  if ('hostDel' in effect) {
    const one = ioeventfdOf(effect.hostDel, state);
    return inSpace(host, effect.hostDel, ({ told, held }) => ({
      told: told.filter((other) => !isSame(other, one)),
      held: deassign(held, one),
    }));
  }
  return host;
}

function inSpace(host: Host, { space }: HostRegistration, change: (now: HostSpace) => HostSpace): Host {
  return space === 'memory' ? { ...host, memory: change(host.memory) } : { ...host, io: change(host.io) };
}

function ioeventfdOf({ address, size, data, notifier }: HostRegistration, { notifiers }: State): Ioeventfd {
  return { address, size, data, notifier, rank: notifiers.indexOf(notifier) };
}

function isSame(a: Ioeventfd, b: Ioeventfd): boolean {
  return a.address === b.address && a.size === b.size && a.data === b.data && a.notifier === b.notifier;
}
