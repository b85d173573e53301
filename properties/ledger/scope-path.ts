/**
 * The path to the pair of states that is being looked at. What is stored of a pair is only how it was reached. The pairs of a
 * frontier come in the order of their paths, so two neighbours begin alike, and only the rest of the next path is computed.
 */
import type { Operation, Profile, ScenarioHeader } from '../../model/vocabulary/vocabulary.ts';
import { Budget, type Usage } from '../explore/scope/budget.ts';
import type { Scope } from '../explore/scope/scope.ts';
import { ModelSide } from '../explore/sides/model-side.ts';
import type { ModelState } from '../explore/sides/model-state.ts';
import { sameKey } from '../explore/store/key.ts';
import type { StateStore } from '../explore/store/state-store.ts';
import { isError } from '../explore/workers/path.ts';
import { type Mended, mendedAfter, mendedAtStart } from './mended-systems.ts';

/** One side of a pair. Where a deletion succeeds on one side alone, the two differ in what is in use: each keeps to the bounds. */
export type Side = { readonly state: ModelState; readonly usage: Usage };

/** A profile and the contract after the same operations. */
export type SidePair = { readonly own: Side; readonly contract: Side };

/** A pair on the path, with its number in the store. */
export type Step = SidePair & { readonly pair: number; readonly mended: () => readonly Mended[] };

export class ScopePath {
  readonly #operations: readonly Operation[];
  readonly #budget: Budget;
  readonly #named: ReadonlySet<string>;
  readonly #begin: Step;
  #steps: Step[];

  /** `named`: the lines of the ledger. */
  constructor(profile: Profile, scope: Scope, named: ReadonlySet<string>) {
    const { header, operations } = scope;
    this.#operations = operations;
    this.#budget = new Budget(scope, true);
    this.#named = named;
    const start = (under: ScenarioHeader): Side => ({
      state: new ModelSide(under, operations).start(),
      usage: this.#budget.start(),
    });
    const mended = mendedAtStart(profile, scope);
    this.#begin = {
      own: start({ ...header, profile }),
      contract: start({ ...header, profile: 'contract' }),
      pair: 0,
      mended: () => mended,
    };
    this.#steps = [this.#begin];
  }

  /** The pair with this number. */
  to(pair: number, store: StateStore): Step {
    const numbers: number[] = [];
    for (let number = pair; number !== 0; number = store.parents[number] ?? 0) numbers.push(number);
    numbers.reverse();
    let common = 0;
    while (common < numbers.length && this.#steps[common + 1]?.pair === numbers[common]) common++;
    this.#steps.length = common + 1;
    let last = this.#steps[common] as Step;
    for (const number of numbers.slice(common)) {
      last = this.#stepAfter(last, number, store.operations[number] ?? 0);
      this.#steps.push(last);
    }
    return last;
  }

  allows({ own, contract }: SidePair, operation: number): boolean {
    return this.#budget.allows(own.usage, operation) && this.#budget.allows(contract.usage, operation);
  }

  /** Both sides after an operation that is no write. */
  after({ own, contract }: SidePair, operation: number): SidePair {
    return { own: this.#sideAfter(own, operation), contract: this.#sideAfter(contract, operation) };
  }

  /** The mended systems after an operation that is no write. `after`: the pair after it. */
  mendedAfter(before: Step, operation: number, { own }: SidePair): readonly Mended[] {
    const { effects } = own.state;
    return before
      .mended()
      .map((one) =>
        mendedAfter(one, operation, this.#operations[operation] as Operation, effects, this.#named),
      );
  }

  #stepAfter(before: Step, pair: number, operation: number): Step {
    const sides = this.after(before, operation);
    let mended: readonly Mended[] | undefined;
    return {
      ...sides,
      pair,
      mended: () => {
        mended ??= this.mendedAfter(before, operation, sides);
        return mended;
      },
    };
  }

  #sideAfter({ state, usage }: Side, operation: number): Side {
    const next = state.after(operation);
    return { state: next, usage: this.#budget.after(usage, operation, isError(next.effects)) };
  }
}

/** Whether not the same is mapped and registered on both sides. */
export function isApart({ own, contract }: SidePair): boolean {
  return !sameKey(own.state.regionsKey, contract.state.regionsKey);
}
