import { describe, expect, it } from 'vitest';
import { readScenario, writeScenarioLine } from '../../format/index.ts';
import { optimizedDispatcher } from '../../impl/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { lockstep } from '../compare/lockstep.ts';
import { ScenarioStream, type StreamedScenario } from './scenario-stream.ts';

const points = 8;

/** The scenarios of a batch whose n-th reached these points. */
function streamed(
  size: number,
  reached: (number: number) => readonly number[],
  seed = 5,
): StreamedScenario[] {
  const stream = new ScenarioStream(seed, size, ['contract', 'tcg', 'kvm'], points);
  const all: StreamedScenario[] = [];
  for (let next = stream.next(); next !== undefined; next = stream.next()) {
    all.push(next);
    stream.learn(next, reached(all.length));
  }
  return all;
}

const textOf = ({ scenario }: StreamedScenario) => writeScenarioLine(scenario);
const kinds = (all: readonly StreamedScenario[]) => new Set(all.map(({ kind }) => kind));

describe('the scenarios of a batch', () => {
  it('are the same for the same seed and what was reached, and others for another', () => {
    const reached = (number: number) => [number % 3, 3 + (number % 5)];
    expect(streamed(60, reached).map(textOf)).toEqual(streamed(60, reached).map(textOf));
    expect(streamed(60, reached).map(textOf)).not.toEqual(streamed(60, reached, 6).map(textOf));
  });

  it('come for the profiles in turn, those of a longer batch begin like those of a shorter one', () => {
    const all = streamed(60, () => []);
    expect(new Set(all.map(({ scenario }, index) => `${index % 3} ${scenario.profile}`)).size).toBe(3);
    expect(all.slice(0, 20).map(textOf)).toEqual(streamed(20, () => []).map(textOf));
  });

  it('are varied only once one has reached a pair of points for the first time, late enough to be rare', () => {
    expect(kinds(streamed(120, () => [1, 2]))).toEqual(new Set(['random']));
    const late = streamed(120, (number) => (number < 40 ? [1] : number === 40 ? [1, 2] : []));
    expect(kinds(late.slice(0, 40))).toEqual(new Set(['random']));
    const variations = late.filter(({ kind }) => kind === 'varied');
    expect(variations.length).toBeGreaterThan(8);
    // Each has operations of the one that was kept, and nearly all have changed it.
    const kept = new Set(late[39]?.scenario.operations.map((operation) => bigintText(operation)));
    const known = ({ scenario }: StreamedScenario) =>
      scenario.operations.filter((one) => kept.has(bigintText(one)));
    expect(variations.filter((one) => known(one).length === 0)).toEqual([]);
    const changed = variations.filter((one) => known(one).length !== one.scenario.operations.length);
    expect(changed.length).toBeGreaterThan(variations.length / 2);
  });
});

describe('large scenarios', () => {
  // Every 125th.
  const large = [1, 2, 3, 4, 5, 6].flatMap((seed) =>
    streamed(250, () => [], seed).filter(({ kind }) => kind === 'large'),
  );

  it('have up to hundreds of operations, in the format', () => {
    expect(large.length).toBe(12);
    const lengths = large.map(({ scenario }) => scenario.operations.length);
    expect(Math.max(...lengths)).toBeGreaterThan(200);
    for (const one of large) expect(writeScenarioLine(readScenario(textOf(one), 'large'))).toBe(textOf(one));
  });

  it('are such that model and dispatcher agree on them', () => {
    for (const { scenario } of large)
      expect(lockstep(modelDispatcher, optimizedDispatcher, scenario)).toBeUndefined();
  });
});

function bigintText(value: unknown): string {
  return JSON.stringify(value, (_, field) => (typeof field === 'bigint' ? `${field}n` : field));
}
