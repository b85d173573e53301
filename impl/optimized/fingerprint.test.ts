import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decisions } from '../../model/vocabulary/decisions.ts';
import type { Operation, Profile, ScenarioHeader } from '../../model/vocabulary/vocabulary.ts';
import { loadScope } from '../../properties/explore/scope/load.ts';
import type { Scope } from '../../properties/explore/scope/scope.ts';
import { OptimizedSession } from './session.ts';

/** The fingerprint after some operations of a map that has a device of 8 bytes at 0. */
function fingerprintAfter(header: ScenarioHeader, operations: readonly Operation[]): string {
  const session = new OptimizedSession(header);
  session.apply({ op: 'create', region: 'd', kind: 'io', size: 8n });
  session.apply({ op: 'map', region: 'd', container: 'memory', offset: 0n });
  for (const operation of operations) session.apply(operation);
  return session.fingerprint();
}

function eventfd(op: 'add-eventfd' | 'del-eventfd', notifier: string, data?: bigint): Operation {
  const place = { op, region: 'd', offset: 4n, size: 4, notifier } as const;
  return data === undefined ? place : { ...place, data };
}

/** A session after a random scenario of a scope's changes: the regions are there, transactions are not deep. */
function wander(scope: Scope, header: ScenarioHeader, choices: readonly number[]): OptimizedSession {
  const session = new OptimizedSession(header);
  const changes = scope.operations.filter(({ op }) => op !== 'write');
  for (const operation of changes) if (operation.op === 'create') session.apply(operation);
  for (const choice of choices) {
    const operation = changes[choice % changes.length];
    const isDeep = session.memory.transaction.depth === 2 || session.memory.store.table.size > 2;
    if (operation === undefined || (isDeep && (operation.op === 'begin' || operation.op === 'add-eventfd'))) {
      continue;
    }
    session.apply(operation);
  }
  return session;
}

describe('the fingerprint', () => {
  it('tells which of two equal registrations the host refused: the last goes first', () => {
    const [add, other] = [eventfd('add-eventfd', 'n0', 1n), eventfd('add-eventfd', 'n0')];
    const lastRefused = fingerprintAfter({}, [add, add]);
    const firstRefused = fingerprintAfter({}, [other, add, eventfd('del-eventfd', 'n0'), add]);
    expect(firstRefused).not.toBe(lastRefused);
  });

  const cover: readonly Operation[] = [
    { op: 'create', region: 'cover', kind: 'ram', size: 2n },
    { op: 'map', region: 'cover', container: 'memory', offset: 4n, priority: 1 },
  ];

  it('tells it, too, where the word is covered in part', () => {
    const [add, other] = [eventfd('add-eventfd', 'n0', 1n), eventfd('add-eventfd', 'n0')];
    const textOf = (...operations: Operation[]) =>
      fingerprintAfter({ profile: 'kvm', decisions: { match: 'region' } }, [...cover, ...operations]);
    expect(textOf(other, add, eventfd('del-eventfd', 'n0'), add)).not.toBe(textOf(add, add));
  });

  it('tells in a transaction what the host was told of a word that is covered in part', () => {
    const [add, del] = [eventfd('add-eventfd', 'n0'), eventfd('del-eventfd', 'n0')];
    const textOf = (...operations: Operation[]) =>
      fingerprintAfter({ profile: 'tcg' }, [...cover, ...operations]);
    expect(textOf(add, { op: 'begin' }, del)).not.toBe(textOf(add, del, { op: 'begin' }));
  });

  it('does not tell in which order a host that takes all took words of different addresses', () => {
    const header: ScenarioHeader = { profile: 'kvm', decisions: { host: 'takes-all' } };
    const word = (offset: bigint, size: 0 | 4): Operation => {
      return { op: 'add-eventfd', region: 'd', offset, size, notifier: 'n0' };
    };
    const [low, high, other] = [word(0n, 4), word(4n, 4), word(4n, 0)];
    expect(fingerprintAfter(header, [high, low])).toBe(fingerprintAfter(header, [low, high]));
    expect(fingerprintAfter(header, [high, other])).not.toBe(fingerprintAfter(header, [other, high]));
  });

  it('does not count requests beyond the last that is refused by its number', () => {
    const [add, del] = [eventfd('add-eventfd', 'n0'), eventfd('del-eventfd', 'n0')];
    const header = { host: { refuse: [1] } };
    expect(fingerprintAfter(header, [add, del])).not.toBe(fingerprintAfter(header, [add, del, add, del]));
    expect(fingerprintAfter(header, [add, del, add, del])).toBe(
      fingerprintAfter(header, [add, del, add, del, add, del]),
    );
  });

  const cases = ['tiny', 'alias', 'overlap', 'refusals', 'root', 'transaction'].flatMap((name) =>
    (['contract', 'tcg', 'tcg-7.2', 'kvm'] as const).map((profile): [string, Profile] => [name, profile]),
  );
  it.each(cases)('is equal only where no continuation differs: scope %s, %s', async (name, profile) => {
    const scope = await loadScope(name);
    expectOneFuture(scope, { ...scope.header, profile });
  });

  const combinations: readonly (readonly [Profile, Partial<Decisions>])[] = [
    ['contract', { host: 'takes-all' }],
    ['contract', { host: 'kernel' }],
    ['contract', { visibility: 'any-byte', root: 'shared' }],
    ['tcg', { host: 'kernel' }],
    ['kvm', { host: 'ideal' }],
    ['kvm', { host: 'takes-all', hostChanges: 'deletions-first' }],
  ];
  it.each(combinations)('and so it is with decisions changed: %s, %o', async (profile, decisions) => {
    const scope = await loadScope('refusals');
    expectOneFuture(scope, { ...scope.header, profile, decisions });
  });
});

/** Random scenarios that end in states of equal fingerprints go on alike. */
function expectOneFuture(scope: Scope, header: ScenarioHeader): void {
  const seen = new Map<string, OptimizedSession>();
  let pairs = 0;
  const scenario = fc.array(fc.nat(1000), { minLength: 2, maxLength: 24, size: 'max' });
  fc.assert(
    fc.property(scenario, fc.array(fc.nat(1000), { maxLength: 24, size: 'max' }), (choices, more) => {
      const session = wander(scope, header, choices);
      const known = seen.get(session.fingerprint());
      if (known === undefined) {
        seen.set(session.fingerprint(), session.fork());
        return;
      }
      pairs++;
      const other = known.fork();
      for (const choice of more) {
        const operation = scope.operations[choice % scope.operations.length];
        if (operation === undefined) continue;
        deepStrictEqual(session.apply(operation), other.apply(operation));
        strictEqual(session.fingerprint(), other.fingerprint());
      }
    }),
    { numRuns: 300 },
  );
  expect(pairs).toBeGreaterThan(10);
}
