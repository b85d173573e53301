/** What the scenarios of `check` reach inside the dispatcher, as it is shipped and with the least thresholds. */
import { expect, it } from 'vitest';
import { optimizedDispatcher } from '../../impl/index.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import { randomScenarios } from '../engine/batch-plan.ts';
import { InsideCounter, insideShares } from './inside.ts';

it('everything that can happen in its structures does, often enough', () => {
  const builds: readonly Dispatcher[] = [optimizedDispatcher, ...(optimizedDispatcher.variants ?? [])];
  const counter = new InsideCounter();
  for (const scenario of randomScenarios({ seed: 4, runs: 2000, profiles: profileNames })) {
    for (const build of builds) {
      const session = counter.telling(build).open(scenario);
      for (const operation of scenario.operations) session.apply(operation);
      counter.end(build);
    }
  }
  const shares = counter.counts().map((counts, index) => {
    const percents = Object.entries(builds[index]?.inside?.events ?? {});
    return insideShares(
      counts,
      Object.fromEntries(percents.map(([event, percent]) => [event, percent / 100])),
    );
  });
  expect(shares.map(({ dispatcher, scenarios }) => [dispatcher, scenarios])).toEqual([
    ['impl', 2000],
    ['impl:small', 2000],
  ]);
  const rare = shares.flatMap(({ dispatcher, events }) =>
    events
      .filter(({ reached }) => !reached)
      .map(({ name, scenarios }) => `${dispatcher}, ${name}: ${scenarios}`),
  );
  expect(rare).toEqual([]);
  for (const name of Object.keys(optimizedDispatcher.inside?.events ?? {})) {
    const most = Math.max(
      ...shares.map(({ events }) => events.find((one) => one.name === name)?.scenarios ?? 0),
    );
    expect(most, name).toBeGreaterThan(0);
  }
});
