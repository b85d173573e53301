/**
 * Large scenarios: hundreds of registrations or regions, added and removed in and out of order, with writes where a structure
 * that grows, shrinks or splits goes wrong: at the ends, at the neighbours, at what was removed just now.
 *
 * They cost some hundred times as much as an ordinary scenario, most of it in the model, which renders the whole map at each
 * commit. So most changes are made in transactions.
 */
import type { HostOptions, Operation, Profile, Scenario, Store } from '../../model/vocabulary/vocabulary.ts';
import type { Chooser } from './chooser.ts';
import { type Crowd, crowds, type Member } from './crowds.ts';
import { oneIn, pick } from './pools.ts';

/** How many members a crowd has, where one costs little. A structure that doubles does so several times. */
const sizes = [12, 24, 40, 70, 130, 260] as const;

/** A random large scenario for a profile. */
export function generateLargeScenario(chooser: Chooser, profile: Profile): Scenario {
  const target = oneIn(chooser, 4) ? 'big' : 'little';
  const makeCrowd = pick(chooser, crowds);
  const crowd = makeCrowd(chooser, pick(chooser, sizes));
  const host = profile === 'tcg' || !oneIn(chooser, 6) ? undefined : hostFor(chooser, crowd);
  const operations = [...crowd.setUp];
  const gathering = new Gathering(chooser, crowd.members, operations);
  gathering.comeAll();
  for (let rounds = 2 + chooser.below(3); rounds > 0; rounds--) {
    gathering.goSome();
    if (!oneIn(chooser, 4)) gathering.comeSome();
  }
  return {
    profile,
    ...(target === 'big' && { target }),
    ...(host !== undefined && { host }),
    operations,
  };
}

/** A host that is full before all have come, or that refuses some of them. */
function hostFor(chooser: Chooser, { members }: Crowd): HostOptions {
  const some = chooser.below(members.length);
  return oneIn(chooser, 2) ? { limit: some } : { refuse: [some, some + 1, 2 * some + 3] };
}

/** Changes that are made outside a transaction, each with a commit of its own: the model is slow at these. */
const mostSingly = 6;

/** The members that are there, and the operations so far. */
class Gathering {
  readonly #chooser: Chooser;
  readonly #members: readonly Member[];
  readonly #operations: Operation[];
  readonly #present: boolean[];

  constructor(chooser: Chooser, members: readonly Member[], operations: Operation[]) {
    this.#chooser = chooser;
    this.#members = members;
    this.#operations = operations;
    this.#present = members.map(() => false);
  }

  /** All come, in one to three transactions, and each end is written to. */
  comeAll(): void {
    const order = inSomeOrder(this.#chooser, this.#members.length);
    const parts = 1 + this.#chooser.below(3);
    const length = Math.ceil(order.length / parts);
    for (let from = 0; from < order.length; from += length) this.#come(order.slice(from, from + length));
    this.#writeAround(order);
  }

  goSome(): void {
    const going = this.#some(this.#indexes(true));
    this.#change(going, (index) => {
      this.#present[index] = false;
      return this.#members[index]?.leave ?? [];
    });
    this.#writeAround(going);
  }

  comeSome(): void {
    const coming = this.#some(this.#indexes(false));
    this.#come(coming);
    this.#writeAround(coming);
  }

  #come(coming: readonly number[]): void {
    this.#change(coming, (index) => {
      this.#present[index] = true;
      return this.#members[index]?.come ?? [];
    });
  }

  #indexes(present: boolean): number[] {
    const indexes: number[] = [];
    for (const [index, is] of this.#present.entries()) if (is === present) indexes.push(index);
    return indexes;
  }

  /** One of them, a run of them, every second, or nearly all, in some order. */
  #some(from: readonly number[]): number[] {
    const chooser = this.#chooser;
    const order = inSomeOrder(chooser, from.length);
    const start = chooser.below(Math.max(1, order.length));
    const places = [
      () => order.slice(start, start + 1 + chooser.below(mostSingly)),
      () => order.slice(start),
      () => order.filter((_, place) => place % 2 === 0),
      () => order.slice(0, Math.max(1, order.length - 1)),
      () => order.slice(-1 - chooser.below(mostSingly)),
    ];
    return pick(chooser, places)().flatMap((place) => from[place] ?? []);
  }

  #change(indexes: readonly number[], operationsOf: (index: number) => readonly Operation[]): void {
    const isOne = indexes.length > mostSingly || oneIn(this.#chooser, 3);
    if (isOne) this.#operations.push({ op: 'begin' });
    for (const [nth, index] of indexes.entries()) {
      this.#operations.push(...operationsOf(index));
      // Within a transaction, too: the old map must answer still.
      if (nth < 2 && oneIn(this.#chooser, 3)) this.#writeTo(index);
    }
    if (isOne) this.#operations.push({ op: 'commit' });
  }

  /** Writes to the first and the last of those that came or went, to a neighbour of each, and to the ends of all. */
  #writeAround(changed: readonly number[]): void {
    const last = this.#members.length - 1;
    const interesting = new Set([changed[0] ?? 0, changed.at(-1) ?? last, 0, last]);
    for (const index of changed.slice(0, 1)) interesting.add(index - 1).add(index + 1);
    interesting.add(this.#chooser.below(last + 1));
    for (const index of interesting) this.#writeTo(index);
  }

  /** The member's own store; often again; sometimes one that just misses. */
  #writeTo(index: number): void {
    const chooser = this.#chooser;
    const store = this.#members[index]?.store;
    if (store === undefined) return;
    this.#operations.push(store);
    if (oneIn(chooser, 4)) this.#operations.push(store);
    if (oneIn(chooser, 3)) this.#operations.push(nearMiss(chooser, store));
  }
}

/** The indexes up to `count`: ascending, descending, from both ends in turn, or shuffled. */
export function inSomeOrder(chooser: Chooser, count: number): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  switch (chooser.below(4)) {
    case 0:
      return order;
    case 1:
      return order.reverse();
    case 2:
      return order.map((index) => (index % 2 === 0 ? index >> 1 : count - 1 - (index >> 1)));
    default:
      for (let last = count - 1; last > 0; last--) {
        const other = chooser.below(last + 1);
        // Both are in the list.
        [order[last], order[other]] = [order[other] as number, order[last] as number];
      }
      return order;
  }
}

function nearMiss(chooser: Chooser, store: Store): Store {
  const { address, size, data } = store;
  switch (chooser.below(3)) {
    case 0:
      return { ...store, address: BigInt.asUintN(64, address + BigInt(size)) };
    case 1:
      return { ...store, address: BigInt.asUintN(64, address - BigInt(size)) };
    default:
      return { ...store, data: BigInt.asUintN(8 * size, data ^ (1n << BigInt(chooser.below(8 * size)))) };
  }
}
