/** Baseline (e), what one would write first: a `Map` keyed by a `bigint` or by a string. */

/** A write as a friendly interface takes it. */
export type PlainWrite = { readonly address: bigint; readonly size: number; readonly data: bigint };

export class BigintMap {
  private readonly notifiers = new Map<bigint, number>();

  add({ address, size, data }: PlainWrite, notifier: number): void {
    this.notifiers.set((address << 72n) | (BigInt(size) << 64n) | data, notifier);
  }

  /** Dispatches `count` writes. The sum of what was signalled. */
  run(writes: readonly PlainWrite[], from: number, count: number): number {
    let sum = 0;
    for (let i = from; i < from + count; i++) {
      const { address, size, data } = writes[i]!;
      sum += this.notifiers.get((address << 72n) | (BigInt(size) << 64n) | data) ?? -1;
      sum |= 0;
    }
    return sum;
  }
}

export class StringMap {
  private readonly notifiers = new Map<string, number>();

  add({ address, size, data }: PlainWrite, notifier: number): void {
    this.notifiers.set(`${address}/${size}/${data}`, notifier);
  }

  /** Dispatches `count` writes. The sum of what was signalled. */
  run(writes: readonly PlainWrite[], from: number, count: number): number {
    let sum = 0;
    for (let i = from; i < from + count; i++) {
      const { address, size, data } = writes[i]!;
      sum += this.notifiers.get(`${address}/${size}/${data}`) ?? -1;
      sum |= 0;
    }
    return sum;
  }
}
