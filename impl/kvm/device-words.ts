/**
 * What user space keeps of a device's words, as QEMU does: a sorted list, in which a deletion finds what it removes. What the kernel takes
 * and refuses is not decided here; it is only remembered.
 */
import type { EventfdChange, EventfdSize, HostRegistration } from '../../model/vocabulary/vocabulary.ts';
import type { Registration } from './machine.ts';

/** A word; `rank` is the place of its notifier in the order of first naming. */
export type Word = {
  readonly offset: bigint;
  readonly size: number;
  readonly data: bigint | undefined;
  readonly notifier: string;
  readonly rank: number;
  /** Whether the kernel has it. */
  isTaken: boolean;
};

export class DeviceWords {
  readonly #words: Word[] = [];

  /** In the order of the list. */
  [Symbol.iterator](): Iterator<Word> {
    return this.#words[Symbol.iterator]();
  }

  /** Adds a word, after its equals. */
  add({ offset, size, data, notifier }: EventfdChange, rank: number): Word {
    const word: Word = { offset, size, data, notifier, rank, isTaken: false };
    const found = this.#words.findIndex((other) => order(word, other) < 0);
    this.#words.splice(found < 0 ? this.#words.length : found, 0, word);
    return word;
  }

  /**
   * Removes what a deletion names: the word of its offset, size, data and notifier. Of words that are alike, the last goes. In QEMU under
   * KVM, size 0 on either side is any size, data and notifier: the first such at the offset goes, whatever the kernel thinks of it.
   *
   * @returns undefined where there is none; `user space decides` where QEMU would take another, and then nothing is removed
   */
  remove({ offset, size, data }: EventfdChange, rank: number): Word | 'user space decides' | undefined {
    const isMeant = (other: Word) => other.size === size && other.data === data && other.rank === rank;
    const here = this.#words.filter((other) => other.offset === offset);
    const found = here.find(isMeant);
    const first = here.find((other) => other.size === 0 || size === 0 || isMeant(other));
    if (found === undefined) return first === undefined ? undefined : 'user space decides';
    if (first !== undefined && order(first, found) !== 0) return 'user space decides';
    const last = this.#words.findLastIndex((other) => order(found, other) === 0);
    return this.#words.splice(last, 1)[0];
  }
}

/** By offset, size, no data before data, data, notifier. */
function order(a: Word, b: Word): number {
  if (a.offset !== b.offset) return a.offset < b.offset ? -1 : 1;
  if (a.size !== b.size) return a.size - b.size;
  if (a.data !== b.data) {
    if (a.data === undefined || b.data === undefined) return a.data === undefined ? -1 : 1;
    return a.data < b.data ? -1 : 1;
  }
  return a.rank - b.rank;
}

/** A text of its own for each registration. */
export function keyOf({ bus, address, size, data, eventfd }: Registration): string {
  return `${bus} ${address} ${size} ${data} ${eventfd}`;
}

/** A word, for people. */
export function textOf({
  offset,
  size,
  data,
}: {
  offset: bigint;
  size: number;
  data?: bigint | undefined;
}): string {
  const value = data === undefined ? '' : `, data 0x${data.toString(16)}`;
  return `a word of size ${size} at offset 0x${offset.toString(16)}${value}`;
}

export function hostRegistrationOf(
  { bus, address, size, data }: Registration,
  notifier: string,
): HostRegistration {
  // The format has no other sizes.
  const sized = size as EventfdSize;
  return { space: bus, address, size: sized, ...(data !== undefined && { data }), notifier };
}
