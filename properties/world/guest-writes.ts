/** Writes of a guest at random: aimed at the words that are selected, at the ends of what is mapped, or at nothing. */
import { type Bar, mainRam, testData, testWords } from '../../impl/qemu/world/machine.ts';
import type { AccessSize, Space, Write } from '../../model/vocabulary/vocabulary.ts';
import type { Chooser } from '../generate/chooser.ts';
import { pick } from '../generate/pools.ts';

/** Pages of memory where BARs are placed: beside each other, on both sides of a window's end, and at the end of RAM. */
export const pages: readonly bigint[] = [
  0xe000_0000n,
  0xe000_1000n,
  0xe00f_f000n,
  0xe010_0000n,
  mainRam.size,
];
export const hiddenPage = mainRam.size - 0x1000n;
/** Ports where BARs are placed. */
export const ports: readonly bigint[] = [0xc000n, 0xc000n, 0xc100n, 0xcf00n];

/** A word that is selected: its BAR, and its offset in that. */
export type SelectedWord = { readonly bar: string; readonly space: Space; readonly offset: bigint };

/** What the guest has done so far. It changes from write to write. */
export type GuestMap = {
  readonly bars: readonly Bar[];
  /** Where each BAR was placed last. */
  readonly placed: ReadonlyMap<string, bigint>;
  /** The word that was selected last, of each device. */
  readonly words: ReadonlyMap<string, SelectedWord>;
};

export class GuestWrites {
  readonly #chooser: Chooser;
  readonly #stores: boolean;
  readonly #map: GuestMap;

  /** `stores`: whether a virtual CPU stores, too. */
  constructor(chooser: Chooser, stores: boolean, map: GuestMap) {
    this.#chooser = chooser;
    this.#stores = stores;
    this.#map = map;
  }

  /** A write of the guest. */
  draw(): Write {
    if (this.#stores && this.#chooser.below(20) === 0) return this.#storeAcross();
    const odd = this.#oddPage();
    if (this.#stores && odd !== undefined && this.#chooser.below(3) === 0) return this.#storeInPage(odd);
    const chosen = [...this.#map.words.values()].map((word) => word.space);
    const space =
      chosen.length > 0 && this.#chooser.below(2) === 0 ? pick(this.#chooser, chosen) : this.anySpace();
    const address = this.#target(space);
    if (this.#stores && this.#chooser.below(3) > 0) return this.#store(space, address);
    const length = space === 'io' ? pick(this.#chooser, [1, 1, 1, 2, 4]) : this.#length();
    // Aimed at: the word is the first of its bytes, or comes later.
    const before = this.#chooser.below(3) === 0 ? BigInt(this.#chooser.below(length)) : 0n;
    const start = address - before;
    const bytes = Array.from({ length }, (_, index) => this.#byte(index === Number(before)));
    return { op: 'write', space, address: start, bytes: bytes.join('') };
  }

  /** A page of several regions, or one that a region fills in part: a CPU's store goes another way there. */
  #oddPage(): bigint | undefined {
    const placed = [this.#map.placed.get('display'), this.#map.placed.get('shared.registers')].filter(
      (address) => address,
    );
    const address = placed.length === 0 ? undefined : pick(this.#chooser, placed);
    return address && address - (address % 0x1000n);
  }

  /** At an end of one of its regions, or across it. */
  #storeInPage(page: bigint): Write {
    const end = pick(this.#chooser, [0x100n, 0x500n, 0x516n, 0x600n, 0x608n, 0x700n, 0x800n, 0x900n, 0xf00n]);
    const size = pick<AccessSize>(this.#chooser, [2, 4, 8, 8]);
    const before = pick(this.#chooser, [-8n, 0n, 0n, 2n, 4n, 4n, 8n]);
    const data = BigInt(`0x${Array.from({ length: size }, () => this.#byte(false)).join('')}`);
    return { op: 'write', space: 'memory', address: page + end - before, size, data };
  }

  /** Across the end of a page, with a BAR in it or in the next one. */
  #storeAcross(): Write {
    const placed = [...this.#map.placed.values()].filter(
      (address) => address >= 0x1000n && address % 0x1000n === 0n,
    );
    const page = placed.length === 0 ? 0xe000_0000n : pick(this.#chooser, placed);
    const end = this.#chooser.below(2) === 0 ? page : page + 0x1000n;
    const size = pick<AccessSize>(this.#chooser, [2, 4, 8]);
    const before = BigInt(1 + this.#chooser.below(size - 1));
    const data = BigInt(`0x${Array.from({ length: size }, () => this.#byte(false)).join('')}`);
    return { op: 'write', space: 'memory', address: end - before, size, data };
  }

  anySpace(): Space {
    return this.#chooser.below(4) === 0 ? 'io' : 'memory';
  }

  #store(space: Space, address: bigint): Write {
    const sizes = space === 'io' ? ([1, 1, 2, 4] as const) : ([1, 1, 2, 4, 8, 8] as const);
    const size = pick<AccessSize>(this.#chooser, sizes);
    const before = this.#chooser.below(3) === 0 ? this.#chooser.below(size) : 0;
    const bytes = Array.from({ length: size }, (_, index) => this.#byte(index === before));
    // The rest is 0 at times: under TCG the word is compared with it, too.
    const isPlain = this.#chooser.below(3) === 0;
    const data = BigInt(`0x${(isPlain ? bytes.slice(0, before + 1) : bytes).toReversed().join('')}`);
    return { op: 'write', space, address: address - BigInt(before), size, data };
  }

  #length(): number {
    const kind = this.#chooser.below(4);
    if (kind < 2) return 1;
    return kind === 2 ? pick(this.#chooser, [2, 4, 8]) : 1 + this.#chooser.below(20);
  }

  /** A byte, as two digits: the one that a test matches, or another one. */
  #byte(isAimed: boolean): string {
    const data = testData.toString(16);
    if (isAimed && this.#chooser.below(4) > 0) return data;
    return pick(this.#chooser, ['00', '01', '02', data, 'fb', '5a']);
  }

  /** The address of a word, of an end of something, or of nothing. */
  #target(space: Space): bigint {
    const words = [...this.#map.words.values()].filter(
      (word) => word.space === space && this.#map.placed.get(word.bar),
    );
    if (words.length > 0 && this.#chooser.below(5) < 3) {
      const word = pick(this.#chooser, words);
      return (this.#map.placed.get(word.bar) ?? 0n) + word.offset;
    }
    const inSpace = this.#map.bars.filter((bar) => bar.space === space && this.#map.placed.get(bar.name));
    if (inSpace.length === 0 || this.#chooser.below(16) === 0) return this.#anywhere(space);
    const tests = inSpace.filter(({ name }) => name.startsWith('test'));
    const bar = pick(this.#chooser, tests.length > 0 && this.#chooser.below(3) > 0 ? tests : inSpace);
    const base = this.#map.placed.get(bar.name) ?? 0n;
    if (bar.name.startsWith('test')) {
      const words = Object.values(testWords[space === 'io' ? 'port' : 'mmio']);
      if (this.#chooser.below(4) > 0) return base + pick(this.#chooser, words);
    }
    return base + this.#inside(bar.size, bar.name === 'edu');
  }

  #inside(size: bigint, isEdu: boolean): bigint {
    const some = isEdu
      ? [0x100n, 0x104n, 0x801n, 0x802n, 0xffcn, 0xffff8n]
      : [0n, 1n, 4n, 0xf8n, 0x500n, 0x508n, 0x514n, 0x5f8n, 0x600n, 0x604n, 0x800n, 0xff8n];
    const offsets = [...some.filter((offset) => offset < size), size - 4n, size - 1n, size];
    return pick(this.#chooser, offsets);
  }

  #anywhere(space: Space): bigint {
    if (space === 'io')
      return pick(this.#chooser, ports) + pick(this.#chooser, [0n, 0x84n, 0x85n, 0xfcn, 0xffn]);
    return (
      pick(this.#chooser, [...pages, hiddenPage]) +
      pick(this.#chooser, [0x100n, 0x801n, 0x802n, 0xff8n, 0xffcn, 0xffen])
    );
  }
}
