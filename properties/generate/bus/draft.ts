/** A bus scenario while it is written: what is registered as far as one can tell, and the operations that come next. */
import type {
  AccessSize,
  EventfdChange,
  EventfdSize,
  Operation,
  Store,
} from '../../../model/vocabulary/vocabulary.ts';
import type { Chooser } from '../chooser.ts';
import { oneIn, pick } from '../pools.ts';
import type { BusPlace } from './places.ts';

/** A word, by its address. */
export type BusWord = {
  readonly place: BusPlace;
  readonly address: bigint;
  readonly size: EventfdSize;
  readonly data?: bigint;
  readonly notifier: string;
};

/** A store to each of so many words at most. */
const mostSwept = 24;

const wrongSizes = [0, 1, 2, 4, 8] as const satisfies readonly EventfdSize[];
/** Words of sizes other than 0 that begin here end at 2^64 or beyond. */
const lastAddresses = [-1n, -2n, -4n, -8n, -3n, -7n].map((distance) => BigInt.asUintN(64, distance));

export class BusDraft {
  readonly chooser: Chooser;
  readonly places: readonly BusPlace[];
  readonly #operations: Operation[];
  /** A guess: those that collide are among them. */
  readonly #words: BusWord[] = [];

  constructor(chooser: Chooser, places: readonly BusPlace[], operations: Operation[]) {
    this.chooser = chooser;
    this.places = places;
    this.#operations = operations;
  }

  place(): BusPlace {
    return pick(this.chooser, this.places);
  }

  /** The place in memory, if there is one. */
  get memory(): BusPlace | undefined {
    return this.places.find(({ space }) => space === 'memory');
  }

  /** One more operation. */
  step(): void {
    const turn = this.chooser.below(32);
    if (turn < 18) this.#store();
    else if (turn < 27) this.add(this.word());
    else if (turn < 30) this.#remove();
    else if (turn === 30) this.#toggle();
    else this.#addAtTheEnd();
  }

  /** A word of the pools; mostly, one that has something to do with another. */
  word(place = this.place()): BusWord {
    const { chooser } = this;
    const size = pick(chooser, place.wordSizes);
    const hasData = size !== 0 && oneIn(chooser, 2);
    const word: BusWord = {
      place,
      address: pick(chooser, place.addresses),
      size,
      ...(hasData && { data: pick(chooser, place.data) }),
      notifier: pick(chooser, place.notifiers),
    };
    const known = this.#known();
    return known !== undefined && oneIn(chooser, 4) ? this.#nextTo(known, word) : word;
  }

  add(word: BusWord): void {
    // Size 0 with data is an error: now and then.
    const isWrong = word.size === 0 && word.data === undefined && oneIn(this.chooser, 24);
    this.#operations.push(changeOf('add-eventfd', isWrong ? { ...word, data: 1n } : word));
    if (!isWrong) this.#words.push(word);
  }

  /** Where size 0 is about, it is QEMU that decides which word a deletion means, and not the bus: unless it is the only one there. */
  remove(word: BusWord): void {
    const others = this.#words.filter(
      ({ place, address, size }) =>
        place === word.place && address === word.address && (size === 0 || word.size === 0),
    );
    if (others.some((other) => !isAlike(other, word))) return;
    this.#operations.push(changeOf('del-eventfd', word));
    const last = this.#words.findLastIndex((other) => other.place === word.place && isAlike(other, word));
    if (last >= 0) this.#words.splice(last, 1);
  }

  store(word: BusWord, size: AccessSize = word.size === 0 ? this.#storeSize(word.place) : word.size): void {
    const data = word.data ?? pick(this.chooser, word.place.data);
    this.storeAt(word.place, word.address, size, data);
  }

  storeAt({ space }: BusPlace, address: bigint, size: AccessSize, data: bigint): void {
    // No CPU stores 8 bytes to a port, and no guest beyond these addresses.
    if (space === 'io' ? size === 8 || address > 0xffffn : address >= 1n << 36n) return;
    const write: Store = { op: 'write', space, address, size, data: BigInt.asUintN(8 * size, data) };
    this.#operations.push(write);
  }

  /** A store to each word that is registered, which it should take. */
  storeToEach(): void {
    for (const word of this.#words.slice(-mostSwept)) this.store(word);
  }

  #known(): BusWord | undefined {
    return this.#words.length === 0 ? undefined : pick(this.chooser, this.#words);
  }

  /** The word, but where another is, with its size, or right after it; so they collide, or almost. */
  #nextTo(known: BusWord, word: BusWord): BusWord {
    const { place, address, size, data } = known;
    switch (this.chooser.below(5)) {
      case 0:
        return { ...word, place, address, size, ...(size !== 0 && data !== undefined && { data }) };
      case 1:
        return { place, address, size, notifier: word.notifier };
      case 2:
        return { place, address, size: 0, notifier: word.notifier };
      case 3:
        return { ...word, place, address };
      default:
        return { ...word, place, address: address + BigInt(size) };
    }
  }

  /** Mostly where a word is, with its size and its data; else with one of them wrong. */
  #store(): void {
    const { chooser } = this;
    const word = this.#known();
    if (word === undefined || oneIn(chooser, 4)) {
      const place = this.place();
      const address = pick(chooser, place.addresses) - (oneIn(chooser, 6) ? 2n : 0n);
      if (address >= 0n) this.storeAt(place, address, this.#storeSize(place), pick(chooser, place.data));
      return;
    }
    switch (chooser.below(5)) {
      case 0:
        this.store(word, this.#storeSize(word.place));
        return;
      case 1:
        this.store({ ...word, data: pick(chooser, word.place.data) });
        return;
      default:
        this.store(word);
    }
  }

  #storeSize({ storeSizes }: BusPlace): AccessSize {
    return pick(this.chooser, storeSizes);
  }

  /** Mostly what is there; else with one field wrong. */
  #remove(): void {
    const { chooser } = this;
    const word = this.#known();
    if (word === undefined || oneIn(chooser, 12)) {
      this.remove(this.word());
      return;
    }
    if (!oneIn(chooser, 2)) {
      this.remove(word);
      return;
    }
    this.remove(this.#withOneWrong(word));
  }

  #withOneWrong(word: BusWord): BusWord {
    const { chooser } = this;
    const { place, address, size, data, notifier } = word;
    switch (chooser.below(5)) {
      case 0:
        return { ...word, address: address + pick(chooser, [1n, 4n, 2n]) };
      case 1: {
        const other = pick(chooser, wrongSizes);
        return { place, address, size: other, notifier, ...(other !== 0 && data !== undefined && { data }) };
      }
      case 2:
        return { ...word, ...(size !== 0 && { data: BigInt.asUintN(64, (data ?? 0n) + 1n) }) };
      case 3:
        return { place, address, size, notifier };
      default:
        return { ...word, notifier: pick(chooser, ['n0', 'n1', 'n2', 'n3']) };
    }
  }

  /** The region goes, and with it all its words; and it comes back. */
  #toggle(): void {
    const { region, space, offset } = this.place();
    const isMoved = oneIn(this.chooser, 2);
    this.#operations.push({ op: isMoved ? 'unmap' : 'disable', region });
    if (oneIn(this.chooser, 3)) this.step();
    this.#operations.push(
      isMoved ? { op: 'map', region, container: space, offset } : { op: 'enable', region },
    );
  }

  /** A word that ends at 2^64, or would end after it. */
  #addAtTheEnd(): void {
    const { memory, chooser } = this;
    if (memory === undefined || memory.size < 1n << 64n) {
      this.add(this.word());
      return;
    }
    this.add({ ...this.word(memory), place: memory, address: pick(chooser, lastAddresses) });
  }
}

function isAlike(one: BusWord, other: BusWord): boolean {
  return (
    one.address === other.address &&
    one.size === other.size &&
    one.data === other.data &&
    one.notifier === other.notifier
  );
}

function changeOf(op: EventfdChange['op'], { place, address, size, data, notifier }: BusWord): EventfdChange {
  const offset = BigInt.asUintN(64, address - place.offset);
  return { op, region: place.region, offset, size, ...(data !== undefined && { data }), notifier };
}
