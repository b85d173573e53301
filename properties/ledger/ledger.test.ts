/** The ledger that is shipped: its lines show what they say, and name every difference. */
import { describe, expect, it } from 'vitest';
import { profiles } from '../../model/vocabulary/profiles.ts';
import { loadScope } from '../explore/scope/load.ts';
import { checkLedger, differencesOf } from './check-ledger.ts';
import { checkScope } from './check-scope.ts';
import { knowledge } from './knowledge.ts';
import { ledgerPairs } from './ledger.ts';
import { decisionNames, differingDecisions, runningProfiles, singlePairs } from './pair.ts';
import { keyOf, ownOperations, searchScope } from './search.ts';
import { shippedLedger } from './witnesses.ts';

const entries = shippedLedger();
const named = new Set(entries.map(keyOf));

describe('the shipped ledger', () => {
  it.each(entries)('$file: the decision alone makes this difference, at the last operation', (entry) => {
    const { pair, view, scenario } = entry;
    const found = differencesOf(scenario, pair).find((one) => one.view === view);
    expect(found?.key).toBe(keyOf(entry));
    const before = { ...scenario, operations: scenario.operations.slice(0, -1) };
    expect(differencesOf(before, pair).filter((one) => one.view === view)).toEqual([]);
  });

  it('has a line for each decision of each pair', () => {
    const without = ledgerPairs().filter(({ profile, decisions }) =>
      entries.every(({ pair }) => pair.profile !== profile || pair.decisions.join() !== decisions.join()),
    );
    expect(without).toEqual([]);
  });

  it('knows something of every decision that differs', () => {
    const differing = new Set(runningProfiles.flatMap((profile) => differingDecisions(profile)));
    expect(decisionNames.filter((name) => differing.has(name))).toEqual(Object.keys(knowledge));
  });

  // The command `ledger` does all of it, in minutes.
  it.each(
    entries.filter(({ scope, scenario }) => scope !== ownOperations && scenario.operations.length <= 3),
  )('$file: no shorter scenario of its scope shows this', async ({ pair, view, kind, scope, scenario }) => {
    const length = scenario.operations.length;
    const bounds = { mostOperations: length, mostStates: 100_000 };
    const { witnesses } = searchScope(pair, await loadScope(scope), view, bounds);
    expect(witnesses.find((one) => one.kind === kind)?.operations).toHaveLength(length);
  });
});

describe('the check of the ledger', () => {
  it.each(runningProfiles)('%s: random scenarios show nothing that no line names', (profile) => {
    expect(checkLedger(profile, named, { seed: 5, runs: 100 }).unnamed).toEqual([]);
  });

  it('a scope, to its end: with no line, each kind of difference that its own search finds; with all lines, none', async () => {
    const scope = await loadScope('limit-one');
    const all = await checkScope('kvm', scope, named);
    expect([all.differing > 0, all.unnamed]).toEqual([true, []]);
    const { unnamed } = await checkScope('kvm', scope, new Set());
    const bounds = { mostOperations: 5, mostStates: 1_000 };
    const searched = singlePairs()
      .filter(({ profile }) => profile === 'kvm')
      .flatMap((pair) =>
        (['host', 'guest'] as const).flatMap((view) => searchScope(pair, scope, view, bounds).witnesses),
      );
    expect(unnamed.map(({ key }) => key)).toEqual(expect.arrayContaining(searched.map(keyOf)));
  });

  const decisionsOfPairs = runningProfiles.flatMap((profile) =>
    differingDecisions(profile)
      .filter((decision) => profile !== 'tcg-7.2' || profiles.tcg[decision] !== profiles[profile][decision])
      .map((decision) => [profile, decision] as const),
  );

  it.each(decisionsOfPairs)('%s: without the lines of %s it fails', (profile, decision) => {
    const others = entries.filter(
      ({ pair }) => pair.profile !== profile || !pair.decisions.includes(decision),
    );
    const own = entries.filter(({ pair }) => pair.profile === profile && pair.decisions.includes(decision));
    const fewer = new Set(others.map(keyOf));
    // Its own scenarios are as good as random ones, and quicker.
    const unnamed = own.flatMap(({ scenario, pair }) =>
      differencesOf(scenario, pair).filter(({ key }) => !fewer.has(key)),
    );
    expect(unnamed.length).toBeGreaterThan(0);
  });
});
