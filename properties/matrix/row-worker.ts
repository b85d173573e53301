/** What a worker thread does for the matrix: one row after the other. */

import { optimizedDispatcher } from '../../impl/index.ts';
import { canary, type Mutant, mutantNamed } from '../../impl/mutants/index.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Dispatcher, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { loadScope, scopeNames } from '../explore/scope/load.ts';
import { namedScenarios } from '../named-scenarios.ts';
import { matrix } from './matrix.ts';
import { proofIn } from './proof.ts';

export type RowTask = {
  /** A mutant's name; `canary`, or `impl`, the dispatcher that is not broken; or `exec:COMMAND`, a program. */
  readonly name: string;
  readonly seeds: readonly number[];
  /** Most random scenarios, for each seed. */
  readonly scenarios: number;
  readonly explores: boolean;
};

/** A row of the matrix as plain data. Lengths are operations. */
export type PlainRow = {
  readonly name: string;
  readonly clause: string;
  readonly story: string;
  readonly reenacts: string | undefined;
  /** How many of the named scenarios show it. */
  readonly named: number;
  /** Scenarios until it was found, one number for each seed; undefined where it survived. */
  readonly scenarios: readonly (number | undefined)[];
  readonly median: number;
  readonly worst: number;
  readonly shrunk: Scenario | undefined;
  readonly proof: { readonly scope: string; readonly length: number } | undefined;
};

/** Scopes that take too long for the matrix. */
const tooLarge: readonly string[] = ['large'];

/** Some ten seconds for a scope, a minute in all. */
const bounds = { mostPairs: 15_000, mostPairsInAll: 100_000 };

let named: readonly { readonly source: string; readonly scenario: Scenario }[] | undefined;
let prove: ReturnType<typeof proofIn> | undefined;

export default async function row({ name, seeds, scenarios, explores }: RowTask): Promise<PlainRow> {
  const mutant = mutantNamed(name) ?? control(name);
  named ??= namedScenarios().map(({ file, scenario }) => ({ source: file, scenario }));
  prove ??= proofIn(
    await Promise.all(
      scopeNames()
        .filter((scope) => !tooLarge.includes(scope))
        .map((scope) => loadScope(scope)),
    ),
    bounds,
  );
  const [full] = await matrix({
    mutants: [mutant],
    seeds,
    scenarios,
    named,
    search: true,
    ...(explores && { prove }),
  });
  if (full === undefined) throw new Error(`no row for ${name}`);
  const { median, worst, shrunk, proof } = full;
  return {
    name,
    clause: mutant.clause,
    story: mutant.story,
    reenacts: mutant.reenacts,
    named: full.named.length,
    scenarios: full.scenarios,
    median,
    worst,
    shrunk,
    proof: proof && { scope: proof.scope, length: proof.length },
  };
}

/** A dispatcher on which the matrix itself is tried: one that must be found, and one that must not. */
function control(name: string): Mutant {
  const dispatcher: Dispatcher = name === 'canary' ? canary : optimizedDispatcher;
  const story =
    name === 'canary' ? 'swallows every signal: must be found at once' : 'not broken: must survive';
  return { name, clause: 'D2', story, profiles: profileNames, dispatcher };
}
