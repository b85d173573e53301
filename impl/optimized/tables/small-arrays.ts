/**
 * Typed arrays for structures that are small, numerous, and often copied. A session has thirty of them, and a fork copies
 * some.
 *
 * The engine allocates an array of more than 64 bytes outside its heap, which takes a microsecond. Here such arrays are cut
 * from pages, in 30 to 50 ns. A page lives as long as any of its arrays. Large arrays have memory of their own.
 */

const pageBytes = 1 << 15;
const mostBytes = 1 << 11;
const cacheLine = 64;

let page = new ArrayBuffer(pageBytes);
let used = 0;

/** An array of `length` integers, all 0. */
export function integers(length: number): Int32Array<ArrayBuffer> {
  const bytes = length * Int32Array.BYTES_PER_ELEMENT;
  if (bytes > mostBytes) return new Int32Array(length);
  if (used + bytes > pageBytes) {
    page = new ArrayBuffer(pageBytes);
    used = 0;
  }
  const array = new Int32Array(page, used, length);
  used += (bytes + cacheLine - 1) & -cacheLine;
  return array;
}

/** An array of the same integers. */
export function copyOf(array: Int32Array): Int32Array<ArrayBuffer> {
  const copy = integers(array.length);
  copy.set(array);
  return copy;
}
