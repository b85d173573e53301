/** The guest writes that every variant of a measurement is fed with: the same ones, in the same order, from one array. */

/** Integers in a write: address (2 halves), size, data (2 halves). */
export const writeLength = 5;

/** Where the doorbell of the measurements lies, bytes: a BAR below 4 GiB, and ivshmem's register in it. */
export const barAddress = 0xfebf0000;
export const doorbellOffset = 12;

/** The data of registration `i`, as ivshmem numbers its doorbells: peer and vector, 64 vectors a peer. */
export function doorbellData(i: number): number {
  return ((i >>> 6) << 16) | (i & 63);
}

/** A repeatable sequence of numbers below a bound (xorshift). */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** `count` writes of 4 bytes to the doorbell, of the data that `data` gives for each. */
export function doorbellWrites(count: number, data: () => number): Int32Array {
  return writesTo(count, () => barAddress + doorbellOffset, data);
}

/** `count` writes of 4 bytes. Addresses below 2^32. */
export function writesTo(count: number, address: () => number, data: () => number): Int32Array {
  const writes = new Int32Array(count * writeLength);
  for (let at = 0; at < writes.length; at += writeLength) {
    writes[at + 1] = address();
    writes[at + 2] = 4;
    writes[at + 4] = data();
  }
  return writes;
}
