/** Asserts what the dispatcher's own structures promise, as `OptimizedSession.validate` does for all of them. */
export function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

/** Asserts that two sets of numbers are equal, and that the first names none twice. */
export function mustBeSame(numbers: Iterable<number>, expected: Iterable<number>, what: string): void {
  const left = new Set(expected);
  for (const number of numbers)
    must(left.delete(number), `${what}: ${number} is there twice, or should not be`);
  const [missing] = left;
  must(missing === undefined, `${what}: ${missing} is missing`);
}
