/** How many scenarios a dispatcher outside could be asked: what it cannot be asked is no pass. */

export type Support = {
  /** Scenarios that it could not be asked. */
  readonly unsupported: number;
  /** Of all scenarios, those that it could be asked, 0 to 1. */
  readonly share: number;
  /** The least share that counts. */
  readonly minimum: number;
  readonly reached: boolean;
  /** Whether it lacks nothing and tells all, so that the minimums of coverage count. */
  readonly isWhole: boolean;
  /** Why, and how often, most often first; at most ten reasons. */
  readonly reasons: readonly { readonly why: string; readonly scenarios: number }[];
};

const mostReasons = 10;

/** @param whys why it could not be asked, for each scenario for which it could not */
export function supportOf(
  scenarios: number,
  whys: readonly string[],
  minimum: number,
  isWhole: boolean,
): Support {
  const counts = new Map<string, number>();
  for (const why of whys) counts.set(why, (counts.get(why) ?? 0) + 1);
  const reasons = [...counts].map(([why, count]) => ({ why, scenarios: count }));
  const share = scenarios === 0 ? 1 : 1 - whys.length / scenarios;
  return {
    unsupported: whys.length,
    share,
    minimum,
    reached: share >= minimum,
    isWhole,
    reasons: reasons
      .sort((one, other) => other.scenarios - one.scenarios || (one.why < other.why ? -1 : 1))
      .slice(0, mostReasons),
  };
}
