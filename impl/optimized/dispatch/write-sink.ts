/** Where the effects of a write go, without allocation. */

/**
 * What a write did. Regions and notifiers by number; offsets, addresses and values as halves: 32-bit integers whose
 * bits count, not their sign (`half >>> 0` is the unsigned value). Sizes in bytes.
 */
export interface WriteSink {
  /** A notifier was signalled, once (D2). */
  signal(notifier: number): void;
  /** A region's callback is called: the value as the device sees it (D3). */
  callback(
    region: number,
    offsetHigh: number,
    offsetLow: number,
    size: number,
    valueHigh: number,
    valueLow: number,
  ): void;
  /** `bytes[from]` to `bytes[to - 1]` were stored in a RAM region. The array is only lent. */
  ram(
    region: number,
    offsetHigh: number,
    offsetLow: number,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): void;
  /** Nothing answers at an address: decode error. */
  unassigned(addressHigh: number, addressLow: number, size: number): void;
  /** A region does not accept an access (D6): decode error. */
  rejected(region: number, offsetHigh: number, offsetLow: number, size: number): void;
}
