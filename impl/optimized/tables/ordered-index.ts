/**
 * Records of a `RecordTable` (all, or some) in the order of their keys (six unsigned integers, most significant first), for walks
 * over a range of keys.
 *
 *     directory    ┌──────┬──────┬──────┐      chunk numbers, in order of keys
 *                  │  2   │  0   │  1   │
 *                  └──│───┴──│───┴──│───┘
 *     chunks          ▼      ▼      ▼
 *                  [4 7 9] [1 3]  [0 8 6 2]    up to 64 record numbers each, in order of keys
 *
 * A key is found by a binary search of the directory (by each chunk's first record), then of the chunk. A full chunk
 * splits in two. An empty one is freed. Insertion moves at most 63 numbers, and the directory one time in 32 (64 is a
 * threshold: `Thresholds`).
 *
 * Reads of typed arrays are asserted present: every index comes from the structure itself.
 */

import { grownLength, standardThresholds, type Thresholds } from '../thresholds.ts';
import { must, mustBeSame } from './must.ts';
import type { RecordTable } from './record-table.ts';
import { copyOf, zerosOf } from './small-arrays.ts';

/** Shared by all indexes: only one seeks at a time. */
const soughtKey = new Int32Array(6);

export class OrderedIndex {
  private readonly table: RecordTable;
  private readonly thresholds: Thresholds;
  private readonly chunkCapacity: number;
  private items: Int32Array<ArrayBuffer>;
  private lengths = zerosOf(1);
  private directory = zerosOf(1);
  private chunkCount = 0;
  private chunksHandedOut = 0;
  private freedChunks: number[] = [];
  private cursorChunk = 0;
  private cursorAt = 0;
  /** The key that `seek` compares with. */
  private readonly sought = soughtKey;
  /** Whether another index reads the same arrays: then they are copied before they are written to. */
  private isShared = true;

  constructor(table: RecordTable, thresholds: Thresholds = standardThresholds) {
    this.table = table;
    this.thresholds = thresholds;
    this.chunkCapacity = thresholds.chunkCapacity;
    this.items = zerosOf(thresholds.chunkCapacity);
  }

  /** Chunks in use, and freed ones. */
  get chunks(): { readonly used: number; readonly free: number } {
    return { used: this.chunkCount, free: this.freedChunks.length };
  }

  /** Inserts a record of the table. */
  insert(record: number): void {
    if (this.isShared) this.unshare();
    this.soughtIs(record);
    // Devices mostly register in ascending order. Then one comparison finds the place, instead of a search that touches 16
    // scattered records (65,536 additions: a sixth of their time).
    if (this.chunkCount === 0) this.begin();
    else if (this.isAfterAll()) this.seekEnd();
    else this.seekSought();
    // A key beyond the end of a chunk goes to that chunk's end, not to the beginning of the next.
    if (this.cursorAt === 0 && this.cursorChunk > 0) {
      this.cursorChunk--;
      this.cursorAt = this.lengths[this.directory[this.cursorChunk]!]!;
    }
    if (this.lengths[this.directory[this.cursorChunk]!] === this.chunkCapacity) this.split();
    const chunk = this.directory[this.cursorChunk]!;
    const from = chunk * this.chunkCapacity + this.cursorAt;
    const length = this.lengths[chunk]!;
    this.items.copyWithin(from + 1, from, chunk * this.chunkCapacity + length);
    this.items[from] = record;
    this.lengths[chunk] = length + 1;
  }

  /** Removes a record, which must be in the index and still in the table. */
  remove(record: number): void {
    if (this.isShared) this.unshare();
    this.soughtIs(record);
    this.seekSought();
    const chunk = this.directory[this.cursorChunk]!;
    const from = chunk * this.chunkCapacity + this.cursorAt;
    const length = this.lengths[chunk]! - 1;
    this.items.copyWithin(from, from + 1, chunk * this.chunkCapacity + length + 1);
    this.lengths[chunk] = length;
    if (length > 0) return;
    this.directory.copyWithin(this.cursorChunk, this.cursorChunk + 1, this.chunkCount);
    this.chunkCount--;
    this.freedChunks.push(chunk);
  }

  /** Puts the cursor before the first record whose key is not below this one. */
  seek(a: number, b: number, c: number, d = 0, e = 0, f = 0): void {
    const sought = this.sought;
    sought[0] = a;
    sought[1] = b;
    sought[2] = c;
    sought[3] = d;
    sought[4] = e;
    sought[5] = f;
    this.seekSought();
  }

  /** The record after the cursor, or -1 at the end. Moves the cursor on. One walk at a time. */
  next(): number {
    while (this.cursorChunk < this.chunkCount) {
      const chunk = this.directory[this.cursorChunk]!;
      if (this.cursorAt < this.lengths[chunk]!)
        return this.items[chunk * this.chunkCapacity + this.cursorAt++]!;
      this.cursorChunk++;
      this.cursorAt = 0;
    }
    return -1;
  }

  /** Asserts the index's invariants, and that it holds just these records: by default all of the table. */
  validate(expected: Iterable<number> = this.table.used()): void {
    const records: number[] = [];
    const chunks: number[] = [...this.directory.subarray(0, this.chunkCount)];
    for (const chunk of chunks) {
      const length = this.lengths[chunk]!;
      must(length >= 1 && length <= this.chunkCapacity, 'chunk ', chunk, ' holds ', length);
      const from = chunk * this.chunkCapacity;
      records.push(...this.items.subarray(from, from + length));
    }
    mustBeSame(records, expected, 'records in order');
    records.forEach((record, i) => {
      if (i === 0) return;
      this.soughtIs(records[i - 1]!);
      must(this.compare(record) > 0, 'record ', record, ' is out of order');
    });
    mustBeSame([...chunks, ...this.freedChunks], Array(this.chunksHandedOut).keys(), 'chunks');
  }

  /** Becomes a copy of another index, of whose table this one's is a copy. Both read the same until one is written to. */
  copyFrom(other: OrderedIndex): void {
    other.isShared = true;
    this.items = other.items;
    this.lengths = other.lengths;
    this.directory = other.directory;
    this.chunkCount = other.chunkCount;
    this.chunksHandedOut = other.chunksHandedOut;
    this.freedChunks = other.freedChunks;
    this.isShared = true;
  }

  private unshare(): void {
    this.items = copyOf(this.items, this.thresholds);
    this.lengths = copyOf(this.lengths, this.thresholds);
    this.directory = copyOf(this.directory, this.thresholds);
    this.freedChunks = this.freedChunks.slice();
    this.isShared = false;
  }

  private soughtIs(record: number): void {
    const { sought, table } = this;
    const records = table.records;
    const at = record << 3;
    for (let i = 0; i < 6; i++) sought[i] = records[at + i]!;
  }

  /** Negative, zero or positive as the record's key is below, at or above the sought one. */
  private compare(record: number): number {
    const records = this.table.records;
    const at = record << 3;
    const sought = this.sought;
    for (let i = 0; i < 6; i++) {
      const mine = records[at + i]!;
      const other = sought[i]!;
      if (mine !== other) return mine >>> 0 < other >>> 0 ? -1 : 1;
    }
    return 0;
  }

  private begin(): void {
    this.directory[0] = this.takeChunk();
    this.chunkCount = 1;
    this.cursorChunk = 0;
    this.cursorAt = 0;
  }

  private isAfterAll(): boolean {
    const chunk = this.directory[this.chunkCount - 1]!;
    return this.compare(this.items[chunk * this.chunkCapacity + this.lengths[chunk]! - 1]!) < 0;
  }

  private seekEnd(): void {
    this.cursorChunk = this.chunkCount - 1;
    this.cursorAt = this.lengths[this.directory[this.cursorChunk]!]!;
  }

  private seekSought(): void {
    let low = 0;
    let high = this.chunkCount;
    // The last chunk whose first record is below the sought key holds the place, or ends just before it.
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(this.items[this.directory[middle]! * this.chunkCapacity]!) < 0) low = middle + 1;
      else high = middle;
    }
    this.cursorChunk = low === 0 ? 0 : low - 1;
    this.cursorAt = 0;
    if (low === 0) return;
    const chunk = this.directory[this.cursorChunk]!;
    const base = chunk * this.chunkCapacity;
    let from = 0;
    let to = this.lengths[chunk]!;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.compare(this.items[base + middle]!) < 0) from = middle + 1;
      else to = middle;
    }
    this.cursorAt = from;
    if (from === this.lengths[chunk] && low < this.chunkCount) {
      this.cursorChunk = low;
      this.cursorAt = 0;
    }
  }

  /** Makes room at the cursor: the full chunk's upper part becomes a chunk of its own. */
  private split(): void {
    const position = this.cursorChunk;
    const full = this.directory[position]!;
    const fresh = this.takeChunk();
    // Keys often come in ascending order: a chunk that overflows at its very end stays full.
    const keep = this.cursorAt === this.chunkCapacity ? this.chunkCapacity : this.chunkCapacity / 2;
    const from = full * this.chunkCapacity + keep;
    this.items.copyWithin(fresh * this.chunkCapacity, from, (full + 1) * this.chunkCapacity);
    this.lengths[full] = keep;
    this.lengths[fresh] = this.chunkCapacity - keep;
    if (this.chunkCount === this.directory.length)
      this.directory = grown(this.directory, grownLength(this.directory.length, this.thresholds.growth));
    this.directory.copyWithin(position + 2, position + 1, this.chunkCount);
    this.directory[position + 1] = fresh;
    this.chunkCount++;
    if (this.cursorAt >= keep) {
      this.cursorChunk = position + 1;
      this.cursorAt -= keep;
    }
  }

  private takeChunk(): number {
    const freed = this.freedChunks.pop();
    if (freed !== undefined) {
      this.lengths[freed] = 0;
      return freed;
    }
    if (this.chunksHandedOut === this.lengths.length) {
      // By half, not double: chunks of keys in no order are two thirds full already.
      const chunks = grownLength(this.lengths.length, this.thresholds.chunkGrowth);
      this.lengths = grown(this.lengths, chunks);
      this.items = grown(this.items, chunks * this.chunkCapacity);
    }
    return this.chunksHandedOut++;
  }
}

function grown(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const fresh = new Int32Array(length);
  fresh.set(array);
  return fresh;
}
