/** How writes differ in two states of the model. States share their tables of effects, so each two tables are compared once. */
import type { Operation } from '../../model/vocabulary/vocabulary.ts';
import type { ModelState } from '../explore/sides/model-state.ts';
import type { WriteEffects } from '../explore/sides/side.ts';
import { type DifferenceKind, differenceKind } from './search.ts';

/** By operation of the scope: how the write differs. Writes without a difference are left out. */
export type DifferingWrites = ReadonlyMap<number, DifferenceKind>;

/** Comparisons that are remembered. Each takes some 100 bytes, and keeps its tables. */
const mostRemembered = 200_000;

const none: DifferingWrites = new Map();

export class WriteDifferences {
  readonly #operations: readonly Operation[];
  readonly #writes: readonly number[];
  #known = new Map<WriteEffects, Map<WriteEffects, DifferingWrites>>();
  #remembered = 0;

  constructor(operations: readonly Operation[]) {
    this.#operations = operations;
    this.#writes = [...operations.keys()].filter((index) => operations[index]?.op === 'write');
  }

  /** How many of the scope's operations are writes. */
  get writes(): number {
    return this.#writes.length;
  }

  between(one: ModelState, other: ModelState): DifferingWrites {
    const [table, otherTable] = [one.knownWrites(), other.knownWrites()];
    let beside = this.#known.get(table);
    const known = beside?.get(otherTable);
    if (known !== undefined) return known;
    const differing = this.#compared(one, other);
    if (++this.#remembered > mostRemembered) {
      this.#known = new Map();
      this.#remembered = 0;
      beside = undefined;
    }
    if (beside === undefined) {
      beside = new Map();
      this.#known.set(table, beside);
    }
    beside.set(otherTable, differing);
    return differing;
  }

  #compared(one: ModelState, other: ModelState): DifferingWrites {
    const differing = new Map<number, DifferenceKind>();
    for (const index of this.#writes) {
      const operation = this.#operations[index] as Operation;
      const kind = differenceKind(operation, [one.probe(index), other.probe(index)], 'guest');
      if (kind !== undefined) differing.set(index, kind);
    }
    return differing.size === 0 ? none : differing;
  }
}
