/** Exploration never says `exhausted` where a fork or a fingerprint is wrong: it says which. */
import { describe, expect, it } from 'vitest';
import { modelDispatcher } from '../../../model/reference/reference.ts';
import type { Dispatcher, Operation, Session } from '../../../model/vocabulary/vocabulary.ts';
import { firstDifference, runScenario } from '../../compare/compare.ts';
import { lockstep } from '../../compare/lockstep.ts';
import { explore } from '../explore.ts';
import type { ExploreReport } from '../report.ts';
import { loadScope } from '../scope/load.ts';
import {
  cachingDispatchers,
  forgetfulForks,
  leakingSessions,
  wrongFingerprints,
  wrongForks,
} from '../testing/wrong-dispatchers.ts';

async function explored(
  b: Dispatcher,
  scopeName: string,
  keeps: (operation: Operation) => boolean = () => true,
): Promise<ExploreReport> {
  const scope = await loadScope(scopeName);
  return explore({ a: modelDispatcher, b, scope: { ...scope, operations: scope.operations.filter(keeps) } });
}

describe('a wrong fork', () => {
  it.each([...wrongForks, ...leakingSessions])('$dispatcher.name', async ({ dispatcher, scope }) => {
    const { end, finding, flaw } = await explored(dispatcher, scope);
    expect([end, finding]).toEqual(['flaw', undefined]);
    expect(flaw).toMatchObject({ dispatcher: dispatcher.name, what: 'fork' });
    expect(flaw?.histories).toHaveLength(1);
    expect(flaw?.histories[0]?.length).toBeLessThanOrEqual(8);
  });

  it.each(leakingSessions)('and what the session did meanwhile: $dispatcher.name', async (wrong) => {
    const { dispatcher, scope } = wrong;
    const { flaw } = await explored(dispatcher, scope);
    const { header } = await loadScope(scope);
    const operations = flaw?.histories[0] ?? [];
    const sessionAfter = (history: readonly Operation[]) => {
      const session = dispatcher.open(header);
      for (const operation of history) session.apply(operation);
      session.fingerprint?.();
      return session;
    };
    const session = sessionAfter(operations.slice(0, -1));
    const fork = session.fork?.();
    session.apply(flaw?.meanwhile as Operation);
    const last = operations.at(-1) as Operation;
    const afterLast = (one: Session | undefined) => [one?.apply(last), one?.fingerprint?.()];
    const expected = afterLast(sessionAfter(operations.slice(0, -1)));
    expect(resultOf(() => afterLast(fork))).not.toEqual(expected);
  });
});

function resultOf<Result>(call: () => Result): Result | 'throws' {
  try {
    return call();
  } catch {
    return 'throws';
  }
}

describe('a fingerprint that leaves something out', () => {
  it.each(wrongFingerprints)('$dispatcher.name', async ({ dispatcher, scope }) => {
    const { end, finding, flaw } = await explored(dispatcher, scope);
    expect([end, finding]).toEqual(['flaw', undefined]);
    expect(flaw).toMatchObject({ dispatcher: dispatcher.name, what: 'fingerprint' });
    const { header } = await loadScope(scope);
    const fingerprintBefore = (history: NonNullable<typeof flaw>['histories'][number]) => {
      const session = dispatcher.open(header);
      for (const operation of history.slice(0, -1)) session.apply(operation);
      return session.fingerprint?.();
    };
    const [one = [], other = []] = flaw?.histories ?? [];
    expect(fingerprintBefore(one)).toBe(fingerprintBefore(other));
    expect(one.at(-1)).toEqual(other.at(-1));
    const effects = [one, other].map(
      (operations) => runScenario(dispatcher, { ...header, operations }).at(-1) ?? [],
    );
    expect(firstDifference([effects[0] ?? []], [effects[1] ?? []])).toBeDefined();
    expect(flaw?.effects).toEqual(effects);
  });
});

describe('what writes leave behind, and the fingerprint does not tell', () => {
  it.each(cachingDispatchers)('$dispatcher.name', async ({ dispatcher, scope, keeps, length }) => {
    const report = await explored(dispatcher, scope, keeps);
    expect(report).toMatchObject({
      end: 'difference',
      isShortest: false,
      flaw: { dispatcher: dispatcher.name, what: 'fingerprint' },
    });
    const { scenario, failure } = report.finding ?? {};
    expect(scenario?.operations).toHaveLength(length);
    expect(scenario && lockstep(modelDispatcher, dispatcher, scenario)).toEqual(failure);
    expect(report.flaw?.histories[0]).toEqual(scenario?.operations);
    // The other scenario is one on which they agree.
    const [, operations = []] = report.flaw?.histories ?? [];
    expect(lockstep(modelDispatcher, dispatcher, { ...scenario, operations })).toBeUndefined();
  });

  it.each(forgetfulForks)('and is not in forks: $dispatcher.name', async ({ dispatcher, scope }) => {
    const { end, finding } = await explored(dispatcher, scope);
    expect(end).toBe('difference');
    expect(finding && lockstep(modelDispatcher, dispatcher, finding.scenario)).toBeDefined();
  });
});
