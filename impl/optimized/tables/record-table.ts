/**
 * A hash table from six 32-bit integers to a numbered record, on typed arrays.
 *
 *     index  (a power of two of places; 0 = empty, else record number + 1)
 *     ┌───┬───┬───┬───┬───┬───┬───┬───┐       hash = sum of key[i] * odd constant, folded, upper bits
 *     │   │ 3 │   │ 1 │ 2 │   │   │   │       a collision goes to the next place (linear probing)
 *     └───┴─│─┴───┴─│─┴─│─┴───┴───┴───┘
 *           │       │   └──────────┐
 *     records               │      ▼          8 integers each, one cache line for two
 *     ┌─────────────────────┼──────┬─────
 *     │ 0: key key key key key key │ first second │ 1: ...
 *
 * A record's number is stable while it lives. Removal closes the gap in the probe chain by moving later places back. So
 * there are no tombstones, and a table that shrinks gets no slower. At most half of the places are taken (`Thresholds`).
 *
 * Reads of typed arrays are asserted present: every index comes from the table itself.
 */

import { grownLength, isOverfull, standardThresholds, type Thresholds } from '../thresholds.ts';
import { must, mustBeSame } from './must.ts';
import { copyOf, zerosOf } from './small-arrays.ts';

/**
 * Integers in a record: six of key, two of value. On hot paths the code below writes 3 bits, 6 and 7 as numerals: compiled
 * code loads an exported constant from memory each time.
 */
export const recordLength = 8;

export class RecordTable {
  /** Record r occupies `records[r * 8]` to `records[r * 8 + 7]`. Replaced when the table grows. */
  records: Int32Array<ArrayBuffer>;
  /** Records in use. */
  size = 0;
  /** Record number + 1 by place, or 0. Replaced when the table grows. */
  index: Int32Array<ArrayBuffer>;
  private readonly thresholds: Thresholds;
  private shift: number;
  /** Records handed out so far, freed ones included. */
  private handedOut = 0;
  /** Head of the chain of freed records (through their first field), or -1. */
  private freed = -1;
  /** Whether another table reads the same arrays: then they are copied before they are written to. */
  private isShared = true;

  constructor(thresholds: Thresholds = standardThresholds) {
    this.thresholds = thresholds;
    this.records = zerosOf(thresholds.recordCapacity * recordLength);
    this.index = zerosOf(thresholds.recordPlaces);
    this.shift = Math.clz32(thresholds.recordPlaces) + 1;
  }

  /** The number of the record with this key, or -1. */
  find(a: number, b: number, c: number, d: number, e: number, f: number): number {
    const index = this.index;
    const records = this.records;
    const mask = index.length - 1;
    let place = hash(a, b, c, d, e, f) >>> this.shift;
    for (;;) {
      const record = index[place]! - 1;
      if (record < 0) return -1;
      const at = record << 3;
      if (
        records[at + 5] === f &&
        records[at + 2] === c &&
        records[at + 3] === d &&
        records[at + 1] === b &&
        records[at] === a &&
        records[at + 4] === e
      ) {
        return record;
      }
      place = (place + 1) & mask;
    }
  }

  /** Makes a record for a key that has none; its value fields are 0. Returns its number. */
  add(a: number, b: number, c: number, d: number, e: number, f: number): number {
    if (this.isShared) this.unshare();
    if (isOverfull(this.size + 1, this.index.length, this.thresholds.fullest)) this.growIndex();
    const record = this.takeRecord();
    const at = record << 3;
    const records = this.records;
    records[at] = a;
    records[at + 1] = b;
    records[at + 2] = c;
    records[at + 3] = d;
    records[at + 4] = e;
    records[at + 5] = f;
    records[at + 6] = 0;
    records[at + 7] = 0;
    this.place(record);
    this.size++;
    return record;
  }

  /** Frees a record; its number may be handed out again. */
  remove(record: number): void {
    if (this.isShared) this.unshare();
    this.closeGap(this.placeOf(record));
    this.records[(record << 3) + 6] = this.freed;
    this.freed = record;
    this.size--;
  }

  first(record: number): number {
    return this.records[(record << 3) + 6]!;
  }

  second(record: number): number {
    return this.records[(record << 3) + 7]!;
  }

  setFirst(record: number, value: number): void {
    if (this.isShared) this.unshare();
    this.records[(record << 3) + 6] = value;
  }

  setSecond(record: number, value: number): void {
    if (this.isShared) this.unshare();
    this.records[(record << 3) + 7] = value;
  }

  /** The numbers of all records in use, in no order. */
  *used(): Generator<number> {
    for (const entry of this.index) if (entry !== 0) yield entry - 1;
  }

  /** Asserts the table's invariants: each record is used, and found by its key, or free. */
  validate(): void {
    const used = [...this.used()];
    for (const record of used) {
      must(this.find(...this.key(record)) === record, 'record ', record, ' is not found by its key');
    }
    must(used.length === this.size, used.length, ' records in the index, ', this.size, ' counted');
    const { fullest } = this.thresholds;
    must(!isOverfull(used.length, this.index.length, fullest), 'too many places are taken');
    const freed: number[] = [];
    for (let record = this.freed; record >= 0; record = this.first(record)) {
      must(freed.push(record) <= this.handedOut, 'the chain of freed records has no end');
    }
    mustBeSame([...used, ...freed], Array(this.handedOut).keys(), 'records used and free');
  }

  /** The six key integers of a record. */
  key(record: number): [number, number, number, number, number, number] {
    const at = record << 3;
    const records = this.records;
    return [
      records[at]!,
      records[at + 1]!,
      records[at + 2]!,
      records[at + 3]!,
      records[at + 4]!,
      records[at + 5]!,
    ];
  }

  /** Becomes a copy of another table; both read the same arrays until one is written to. */
  copyFrom(other: RecordTable): void {
    other.isShared = true;
    this.records = other.records;
    this.index = other.index;
    this.size = other.size;
    this.shift = other.shift;
    this.handedOut = other.handedOut;
    this.freed = other.freed;
    this.isShared = true;
  }

  private unshare(): void {
    this.records = copyOf(this.records, this.thresholds);
    this.index = copyOf(this.index, this.thresholds);
    this.isShared = false;
  }

  private takeRecord(): number {
    const record = this.freed;
    if (record >= 0) {
      this.freed = this.first(record);
      return record;
    }
    if (this.handedOut * recordLength === this.records.length) {
      const grown = new Int32Array(grownLength(this.handedOut, this.thresholds.growth) * recordLength);
      grown.set(this.records);
      this.records = grown;
    }
    return this.handedOut++;
  }

  /** Doubles the places, and places every record again. */
  growIndex(): void {
    const old = this.index;
    this.index = new Int32Array(old.length * 2);
    this.shift--;
    for (const entry of old) if (entry !== 0) this.place(entry - 1);
  }

  private place(record: number): void {
    const index = this.index;
    const mask = index.length - 1;
    let place = this.home(record);
    while (index[place] !== 0) place = (place + 1) & mask;
    index[place] = record + 1;
  }

  private placeOf(record: number): number {
    const mask = this.index.length - 1;
    let place = this.home(record);
    while (this.index[place] !== record + 1) place = (place + 1) & mask;
    return place;
  }

  /** Where a record would be if it had no neighbours. */
  private home(record: number): number {
    const at = record << 3;
    const r = this.records;
    return hash(r[at]!, r[at + 1]!, r[at + 2]!, r[at + 3]!, r[at + 4]!, r[at + 5]!) >>> this.shift;
  }

  /** Empties a place, and moves back what comes after it and could then no longer be found. */
  closeGap(emptied: number): void {
    const index = this.index;
    const mask = index.length - 1;
    let gap = emptied;
    let place = gap;
    for (;;) {
      place = (place + 1) & mask;
      const entry = index[place]!;
      if (entry === 0) break;
      // An entry may move back to the gap if its home is not between the gap and where it stands.
      if (((place - this.home(entry - 1)) & mask) >= ((place - gap) & mask)) {
        index[gap] = entry;
        gap = place;
      }
    }
    index[gap] = 0;
  }
}

/**
 * The products are independent, so the processor computes them side by side. The fold and the last product spread keys in
 * regular steps, which collide in a plain sum of products: see `FastTable`.
 */
function hash(a: number, b: number, c: number, d: number, e: number, f: number): number {
  const low = (Math.imul(a, 0x85ebca6b) + Math.imul(b, 0xc2b2ae35)) | 0;
  const middle = (Math.imul(c, 0x27d4eb2f) + Math.imul(d, 0x165667b1)) | 0;
  const high = (Math.imul(e, 0x7feb352d) + f) | 0;
  const sum = (((low + middle) | 0) + high) | 0;
  return Math.imul(sum ^ (sum >>> 15), 0x9e3779b1);
}
