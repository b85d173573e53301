/** A state of the model, made of interned parts. It is a value: nothing changes it. */
import type { Effect, Operation } from '../../../model/vocabulary/vocabulary.ts';
import { Key, mixKey, mixNumber } from '../store/key.ts';
import { type Pending, pending, type StateParts } from './interned.ts';
import { type LiveState, noEffects, type WriteEffects } from './side.ts';
import type { StepTables } from './step-tables.ts';

const depthError: readonly Effect[] = [{ error: 'depth' }];

export class ModelState implements LiveState {
  readonly effects: readonly Effect[];
  readonly #steps: StepTables;
  readonly #parts: StateParts;
  readonly #depth: number;
  readonly #pending: Pending;
  #key: Key | undefined;
  #writes: WriteEffects | undefined;
  /** States after changes, by operation: at a pair, each is asked for up to three times. */
  readonly #after: (ModelState | undefined)[] = [];

  constructor(
    steps: StepTables,
    parts: StateParts,
    depth: number,
    waiting: Pending,
    effects: readonly Effect[],
  ) {
    this.#steps = steps;
    this.#parts = parts;
    this.#depth = depth;
    this.#pending = depth > 0 && steps.interner.rendersEarly ? pending.map : waiting;
    this.effects = effects;
  }

  key(): Key {
    if (this.#key !== undefined) return this.#key;
    const key = new Key();
    const { regions, view, host, notifiers } = this.#parts;
    mixKey(key, regions.key);
    mixKey(key, view.key);
    mixKey(key, host.key);
    mixKey(key, notifiers.key);
    mixNumber(key, 4 * this.#depth + this.#pending);
    this.#key = key;
    return key;
  }

  /** The key of what is mapped and registered, as the calls left it. */
  get regionsKey(): Key {
    return this.#parts.regions.key;
  }

  after(operation: number): ModelState {
    const steps = this.#steps;
    const parts = this.#parts;
    const { op } = steps.operations[operation] as Operation;
    if (op === 'write') return this.#same(this.probe(operation));
    if (op === 'begin') return new ModelState(steps, parts, this.#depth + 1, this.#pending, noEffects);
    if (op === 'commit') {
      if (this.#depth === 0) return this.#same(depthError);
      return this.#ended(parts, this.#depth - 1, this.#pending);
    }
    this.#after[operation] ??= this.#changed(operation);
    return this.#after[operation];
  }

  /** After an operation that is no write, `begin` or `commit`. */
  #changed(operation: number): ModelState {
    const steps = this.#steps;
    const parts = this.#parts;
    const change = steps.change(parts.regions, parts.notifiers, operation);
    const { effects, regions, notifiers } = change;
    const isSame = regions === parts.regions && notifiers === parts.notifiers;
    if (isSame && change.pending === pending.nothing) return this.#same(effects);
    const { view, host } = parts;
    const after = { regions, view, host, notifiers };
    // Inside a transaction, where the step was computed, only an error has effects.
    if (effects.length > 0) return new ModelState(steps, after, this.#depth, this.#pending, effects);
    return this.#ended(after, this.#depth, Math.max(change.pending, this.#pending) as Pending);
  }

  fork(): this {
    return this;
  }

  step(operation: number): ModelState {
    return this.after(operation);
  }

  probe(operation: number): readonly Effect[] {
    const steps = this.#steps;
    if (steps.operations[operation]?.op !== 'write') return this.after(operation).effects;
    const writes = this.knownWrites();
    return writes[operation] ?? steps.write(this.#parts, operation, writes);
  }

  knownWrites(): WriteEffects {
    this.#writes ??= this.#steps.writesOf(this.#parts);
    return this.#writes;
  }

  isStill(): boolean {
    return true;
  }

  /** The end of an operation; of the outermost transaction, where `depth` is 0 (`commit` in model/reference/reference.ts). */
  #ended(parts: StateParts, depth: number, waiting: Pending): ModelState {
    const steps = this.#steps;
    if (depth > 0 || waiting === pending.nothing) {
      return new ModelState(steps, parts, depth, waiting, noEffects);
    }
    const isRendered = waiting === pending.map;
    const { regions, notifiers } = parts;
    const view = isRendered ? steps.interner.view(regions) : parts.view;
    const { host, effects } = steps.commit(parts, isRendered);
    return new ModelState(steps, { regions, view, host, notifiers }, 0, pending.nothing, effects);
  }

  #same(effects: readonly Effect[]): ModelState {
    const same = new ModelState(this.#steps, this.#parts, this.#depth, this.#pending, effects);
    same.#key = this.#key;
    return same;
  }
}
