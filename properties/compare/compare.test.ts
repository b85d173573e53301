import { describe, expect, it } from 'vitest';
import type { Dispatcher, Effect, HostRegistration } from '../../model/vocabulary/vocabulary.ts';
import { differenceOf, type EffectKind, firstDifference, kindOf, sameEffect } from './compare.ts';
import { lockstep } from './lockstep.ts';

const registration: HostRegistration = {
  space: 'memory',
  address: 0x1004n,
  size: 4,
  data: 7n,
  notifier: 'n',
};

/** Every other registration that has one field changed, or left out where it may be. */
const otherRegistrations: readonly HostRegistration[] = [
  { ...registration, space: 'io' },
  { ...registration, address: 0x1000n },
  { ...registration, size: 2 },
  { ...registration, data: 8n },
  withoutData(registration),
  { ...registration, notifier: 'm' },
];

function withoutData({ data: _, ...rest }: HostRegistration): HostRegistration {
  return rest;
}

/** Of each kind of effect one, and others that differ from it in one field each (docs/scenario-format.md, "Effects"). */
const effects: Readonly<Record<EffectKind, readonly [one: Effect, ...others: readonly Effect[]]>> = {
  signal: [{ signal: 'n' }, { signal: 'm' }],
  callback: [
    { callback: 'd', offset: 4n, size: 4, value: 7n },
    { callback: 'e', offset: 4n, size: 4, value: 7n },
    { callback: 'd', offset: 0n, size: 4, value: 7n },
    { callback: 'd', offset: 4n, size: 2, value: 7n },
    { callback: 'd', offset: 4n, size: 4, value: 8n },
  ],
  ram: [
    { ram: 'r', offset: 4n, bytes: '0102' },
    { ram: 's', offset: 4n, bytes: '0102' },
    { ram: 'r', offset: 0n, bytes: '0102' },
    { ram: 'r', offset: 4n, bytes: '01' },
  ],
  unassigned: [
    { unassigned: 4n, size: 4 },
    { unassigned: 0n, size: 4 },
    { unassigned: 4n, size: 2 },
  ],
  rejected: [
    { rejected: 'd', offset: 4n, size: 4 },
    { rejected: 'e', offset: 4n, size: 4 },
    { rejected: 'd', offset: 0n, size: 4 },
    { rejected: 'd', offset: 4n, size: 2 },
  ],
  hostAdd: [{ hostAdd: registration }, ...otherRegistrations.map((hostAdd) => ({ hostAdd }))],
  hostDel: [{ hostDel: registration }, ...otherRegistrations.map((hostDel) => ({ hostDel }))],
  hostRefused: [
    { hostRefused: registration, reason: 'EEXIST' },
    { hostRefused: registration, reason: 'ENOSPC' },
    { hostRefused: registration, reason: 'EINVAL' },
    { hostRefused: registration, reason: 'refused' },
    ...otherRegistrations.map((hostRefused) => ({ hostRefused, reason: 'EEXIST' }) as const),
  ],
  error: [{ error: 'unknown' }, { error: 'kind' }],
};

const kinds = Object.keys(effects) as readonly EffectKind[];

describe('effects of one operation', () => {
  it.each(kinds)('%s: are told apart by every field', (kind) => {
    for (const one of effects[kind]) {
      expect(kindOf(one)).toBe(kind);
      expect(sameEffect(one, structuredClone(one))).toBe(true);
      for (const other of effects[kind]) expect(sameEffect(one, other)).toBe(one === other);
    }
  });

  it('are told apart by their kind', () => {
    for (const one of kinds) {
      for (const other of kinds) expect(sameEffect(effects[one][0], effects[other][0])).toBe(one === other);
    }
  });

  it('of errors, only the code counts', () => {
    expect(sameEffect({ error: 'kind', message: 'no io region' }, { error: 'kind' })).toBe(true);
  });

  it('are compared to the end of the longer list, whichever side it is on', () => {
    const [signal, callback] = [effects.signal[0], effects.callback[0]];
    expect(differenceOf([signal, callback], [signal, callback])).toBe(-1);
    expect(differenceOf([signal], [signal, callback])).toBe(1);
    expect(differenceOf([signal, callback], [signal])).toBe(1);
    expect(differenceOf([], [signal])).toBe(0);
    expect(differenceOf([signal, callback], [callback, signal])).toBe(0);
    expect(firstDifference([[signal]], [[signal], [callback]])).toEqual({ operation: 1, effect: 0 });
    expect(firstDifference([[signal], [callback]], [[signal]])).toEqual({ operation: 1, effect: 0 });
    expect(firstDifference([[signal], []], [[signal]])).toBeUndefined();
  });
});

/** A dispatcher that answers every operation with the same effects. */
function answering(name: string, given: readonly Effect[]): Dispatcher {
  return { name, open: () => ({ apply: () => given }) };
}

describe('lockstep', () => {
  const scenario = { operations: [{ op: 'begin' }] } as const;
  const [signal, callback] = [effects.signal[0], effects.callback[0]];
  const [refused, other] = effects.hostRefused;

  it.each([
    ['an effect more on the second side', [signal], [signal, callback], 'nothing / callback'],
    ['an effect more on the first side', [signal, callback], [signal], 'callback / nothing'],
    ['another reason of a refusal', [refused], [other], 'hostRefused / hostRefused'],
  ] as const)('sees %s', (_, one, two, kind) => {
    const [a, b] = [answering('a', one as readonly Effect[]), answering('b', two as readonly Effect[])];
    expect(lockstep(a, b, scenario)?.kind).toBe(kind);
    expect(lockstep(a, a, scenario)).toBeUndefined();
  });
});
