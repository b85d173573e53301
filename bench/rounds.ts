/**
 * Interleaved rounds: A B C A B C ..., many and short, and the median of each. Other work on the machine then hits some
 * rounds of every variant instead of all rounds of one.
 */

/** One way of doing what is measured. */
export type Variant = {
  readonly name: string;
  /** Operations in a round: such that a round takes a millisecond or a few. */
  readonly count: number;
  /** Does `count` operations, in a loop of its own: a loop shared by variants would know the types of none. */
  readonly run: (round: number) => number;
};

/** Nanoseconds an operation, by variant: the median of the rounds. */
export type Costs = Readonly<Record<string, number>>;

/** Measures variants against each other. The first rounds only warm up. */
export function interleave(
  variants: readonly Variant[],
  rounds: number,
  warmUp = Math.ceil(rounds / 4),
): Costs {
  const samples = new Map<string, number[]>(variants.map(({ name }) => [name, []]));
  for (let round = -warmUp; round < rounds; round++) {
    for (const { name, count, run } of variants) {
      const start = process.hrtime.bigint();
      consume(run(round + warmUp));
      const nanoseconds = Number(process.hrtime.bigint() - start);
      if (round >= 0) samples.get(name)?.push(nanoseconds / count);
    }
  }
  return Object.fromEntries([...samples].map(([name, values]) => [name, median(values)]));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Where results go, so that the loops that made them are not optimized away. */
const kept = new Int32Array(1);

function consume(value: number): void {
  kept[0] = kept[0]! ^ value;
}
