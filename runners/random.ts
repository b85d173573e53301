/** Random scenarios as fast-check runs them: its global settings count, and a failure names its seed and path. */
import fc from 'fast-check';
import type { Scenario } from '../model/vocabulary/vocabulary.ts';
import type { Failing } from '../properties/compare/finding.ts';
import type { Failure } from '../properties/compare/property.ts';
import { ScenarioArbitrary } from '../properties/generate/scenario-arbitrary.ts';
import type { CompleteDispatcherOptions } from './options.ts';

/** How a scenario fails; undefined where it does not. */
export type Fails = (scenario: Scenario) => Failure | undefined;

/** A failing random scenario, shrunk, and the parameters with which fast-check finds it again. */
export type RandomFailing = Failing & { readonly parameters: string };

/** So many scenarios that are not supported may come on each one that is. */
const mostSkipsPerRun = 19;

/**
 * The first random scenario that fails, shrunk; undefined where none does.
 *
 * @throws Error where too few of them are supported
 */
export function failingAtRandom(
  fails: Fails,
  { profiles, runs, seed, path, unsupported }: CompleteDispatcherOptions,
): RandomFailing | undefined {
  let original: Scenario | undefined;
  const reasons = new Map<string, number>();
  const property = fc.property(new ScenarioArbitrary({ profiles }), (scenario) => {
    const reason = unsupported(scenario);
    if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    fc.pre(reason === undefined);
    if (fails(scenario) === undefined) return true;
    original ??= scenario;
    return false;
  });
  const details = fc.check(property, {
    numRuns: runs ?? fc.readConfigureGlobal().numRuns ?? defaultRuns,
    maxSkipsPerRun: mostSkipsPerRun,
    ...(seed !== undefined && { seed }),
    ...(path !== undefined && { path }),
  });
  if (!details.failed) return undefined;
  const [scenario] = details.counterexample ?? [];
  const failure = scenario && fails(scenario);
  if (scenario === undefined || failure === undefined) {
    throw new Error(shortage(details.numRuns, details.numSkips, reasons));
  }
  const parameters = `{ seed: ${details.seed}, path: ${JSON.stringify(details.counterexamplePath)}, endOnFailure: true }`;
  return { scenario, failure, originalLength: (original ?? scenario).operations.length, parameters };
}

const defaultRuns = 500;

function shortage(runs: number, skips: number, reasons: ReadonlyMap<string, number>): string {
  const told = [...reasons].map(([reason, count]) => `${reason}: ${count}`).join('; ');
  return `only ${runs} of ${runs + skips} random scenarios are supported, fewer than one in ${mostSkipsPerRun + 1} (${told})`;
}
