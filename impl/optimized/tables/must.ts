/** Asserts an invariant of the dispatcher's own structures: `OptimizedSession.validate`. */
export function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

/** Asserts that two sets of numbers are equal, and that the first names none twice. */
export function mustBeSame(numbers: Iterable<number>, expected: Iterable<number>, what: string): void {
  const left = new Set(expected);
  for (const number of numbers)
    must(left.delete(number), `${what}: ${number} is there twice, or should not be`);
  for (const number of left) throw new Error(`${what}: ${number} is missing`);
}
