/**
 * The path to the pair of states that is being looked at. What is stored of a pair is only how it was reached. The pairs of a
 * frontier come in the order of their paths, so two neighbours begin alike, and only the rest of the next path is computed.
 */
import type { Effect, Operation, Profile, ScenarioHeader } from '../../model/vocabulary/vocabulary.ts';
import { Budget, type Usage } from '../explore/scope/budget.ts';
import type { Scope } from '../explore/scope/scope.ts';
import { ModelSide } from '../explore/sides/model-side.ts';
import type { ModelState } from '../explore/sides/model-state.ts';
import { TableRoom } from '../explore/sides/step-tables.ts';
import { sameKey } from '../explore/store/key.ts';
import type { StateStore } from '../explore/store/state-store.ts';
import { isError } from '../explore/workers/path.ts';
import { type Mended, mendedAfter, mendedAtStart } from './mended-systems.ts';

/** Of the tables of all sides together. */
const mostEntries = 2_500_000;

/** The states of a profile and of the contract after the same operations. */
export type StatePair = { readonly own: ModelState; readonly contract: ModelState };

/** A pair on the path. */
export type Step = StatePair & {
  /** Its number in the store. */
  readonly pair: number;
  /** Where a deletion succeeds on one side alone, the two differ in what is in use: each keeps to the bounds. */
  readonly usage: { readonly own: Usage; readonly contract: Usage };
  readonly mended: () => readonly Mended[];
};

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
    const room = new TableRoom(mostEntries);
    const start = (under: ScenarioHeader) => new ModelSide(under, operations, 'model', room).start();
    const usage = this.#budget.start();
    const mended = mendedAtStart(profile, scope, room);
    this.#begin = {
      own: start({ ...header, profile }),
      contract: start({ ...header, profile: 'contract' }),
      pair: 0,
      usage: { own: usage, contract: usage },
      mended: () => mended,
    };
    this.#steps = [this.#begin];
  }

  /** The pair with this number. */
  to(pair: number, store: StateStore): Step {
    const numbers = store.pairsTo(pair);
    let common = 0;
    while (common < numbers.length && this.#steps[common + 1]?.pair === numbers[common]) common++;
    this.#steps.length = common + 1;
    let last = this.#steps[common] as Step;
    for (const number of numbers.slice(common)) {
      last = this.#stepAfter(last, number, store.operationOf(number));
      this.#steps.push(last);
    }
    return last;
  }

  allows({ usage }: Step, operation: number): boolean {
    return this.#budget.allows(usage.own, operation) && this.#budget.allows(usage.contract, operation);
  }

  /** Both sides after an operation that is no write. */
  after({ own, contract }: StatePair, operation: number): StatePair {
    return { own: own.after(operation), contract: contract.after(operation) };
  }

  /** The mended systems after an operation that is no write. `effects`: the profile's. */
  mendedAfter(before: Step, operation: number, effects: readonly Effect[]): readonly Mended[] {
    const named = this.#named;
    const given = this.#operations[operation] as Operation;
    return before.mended().map((one) => mendedAfter(one, operation, given, effects, named));
  }

  #stepAfter(before: Step, pair: number, operation: number): Step {
    const { own, contract } = this.after(before, operation);
    const usage = {
      own: this.#budget.after(before.usage.own, operation, isError(own.effects)),
      contract: this.#budget.after(before.usage.contract, operation, isError(contract.effects)),
    };
    let mended: readonly Mended[] | undefined;
    return {
      own,
      contract,
      pair,
      usage,
      mended: () => {
        mended ??= this.mendedAfter(before, operation, own.effects);
        return mended;
      },
    };
  }
}

/** Whether not the same is mapped and registered on both sides. */
export function isApart({ own, contract }: StatePair): boolean {
  return !sameKey(own.regionsKey, contract.regionsKey);
}
