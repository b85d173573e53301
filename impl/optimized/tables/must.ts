/**
 * Asserts what the dispatcher's own structures promise, as `OptimizedSession.validate` does for all of them.
 *
 * @param otherwise the message in parts, put together where it is needed only: to make them all takes time in every `validate`
 */
export function must(holds: boolean, ...otherwise: readonly unknown[]): asserts holds {
  if (!holds) throw new Error(otherwise.join(''));
}

/** Asserts that two sets of numbers are equal, and that the first names none twice. What they are is given in parts. */
export function mustBeSame(
  numbers: Iterable<number>,
  expected: Iterable<number>,
  ...what: readonly unknown[]
): void {
  const left = new Set(expected);
  for (const number of numbers)
    must(left.delete(number), ...what, ': ', number, ' is there twice, or should not be');
  const [missing] = left;
  must(missing === undefined, ...what, ': ', missing, ' is missing');
}
