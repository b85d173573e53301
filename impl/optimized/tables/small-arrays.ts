/**
 * Typed arrays for structures that are small, numerous, and often copied. A session has thirty of them, and a fork copies
 * some.
 *
 * The engine allocates an array of more than 64 bytes outside its heap, which takes a microsecond. Here such arrays are cut
 * from pages, in 30 to 50 ns. A page lives as long as any of its arrays. Large arrays have memory of their own.
 */

import { standardThresholds, type Thresholds } from '../thresholds.ts';

const cacheLine = 64;

type Page = { memory: ArrayBuffer; used: number };

const standardPage = emptyPage(standardThresholds.pageBytes);
/** The pages that are in use, by their size, but for the standard one. */
const otherPages = new Map<number, Page>();
/** Arrays of zeros that nobody writes to, by length. */
const zeros: Int32Array<ArrayBuffer>[] = [];
const zeroBytes: Uint8Array<ArrayBuffer>[] = [];

/** An array of `length` integers, all 0. */
export function integers(length: number, thresholds: Thresholds): Int32Array<ArrayBuffer> {
  const bytes = length * Int32Array.BYTES_PER_ELEMENT;
  const { sharedBytes, pageBytes } = thresholds;
  if (bytes > sharedBytes || bytes > pageBytes) return new Int32Array(length);
  const page = pageBytes === standardThresholds.pageBytes ? standardPage : pageOf(pageBytes);
  if (page.used + bytes > pageBytes) {
    page.memory = new ArrayBuffer(pageBytes);
    page.used = 0;
  }
  const array = new Int32Array(page.memory, page.used, length);
  page.used += (bytes + cacheLine - 1) & -cacheLine;
  return array;
}

/** An array of the same integers. */
export function copyOf(array: Int32Array, thresholds: Thresholds): Int32Array<ArrayBuffer> {
  const copy = integers(array.length, thresholds);
  copy.set(array);
  return copy;
}

/** An array of `length` zeros that is shared: what a new structure reads until it is written to. */
export function zerosOf(length: number): Int32Array<ArrayBuffer> {
  // No holes: the engine treats an array with holes as a dictionary.
  while (zeros.length <= length) zeros.push(new Int32Array(zeros.length));
  return zeros[length]!;
}

/** As `zerosOf`, in bytes. */
export function zeroBytesOf(length: number): Uint8Array<ArrayBuffer> {
  while (zeroBytes.length <= length) zeroBytes.push(new Uint8Array(zeroBytes.length));
  return zeroBytes[length]!;
}

function pageOf(pageBytes: number): Page {
  let page = otherPages.get(pageBytes);
  if (page === undefined) {
    page = emptyPage(pageBytes);
    otherPages.set(pageBytes, page);
  }
  return page;
}

function emptyPage(pageBytes: number): Page {
  return { memory: new ArrayBuffer(pageBytes), used: 0 };
}
