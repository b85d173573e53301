/** For the tests: reports in JSON. */

/** A report without what depends on the clock and the machine, and without `fields`. */
export function untimed(text: string, ...fields: string[]) {
  const report = JSON.parse(text);
  for (const field of ['timings', ...fields]) delete report[field];
  return report;
}
