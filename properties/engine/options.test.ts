import { describe, expect, it } from 'vitest';
import { InputError } from '../../format/errors.ts';
import { check } from './check.ts';
import type { CheckOptions } from './options.ts';

const pair = { a: 'model', b: 'impl' };

describe('check, called from JavaScript', () => {
  it.each<[unknown, string]>([
    [undefined, 'check: expected an object with the dispatchers a and b'],
    [{}, 'a: expected a dispatcher (an object with a name and open) or a reference to one'],
    [{ a: 'model' }, 'b: expected a dispatcher (an object with a name and open) or a reference to one'],
    [{ ...pair, runs: 0 }, 'runs: expected a whole number from 1 to 9007199254740991, got 0'],
    [{ ...pair, runs: '100' }, 'runs: expected a whole number from 1 to 9007199254740991, got "100"'],
    [
      { ...pair, runs: Number.POSITIVE_INFINITY },
      'runs: expected a whole number from 1 to 9007199254740991, got Infinity',
    ],
    [{ ...pair, seconds: 0 }, 'seconds: expected a number of seconds above 0, got 0'],
    [{ ...pair, seconds: Number.NaN }, 'seconds: expected a number of seconds above 0, got NaN'],
    [{ ...pair, seed: 2 ** 32 }, 'seed: expected a whole number from 0 to 4294967295, got 4294967296'],
    [{ ...pair, seed: -1 }, 'seed: expected a whole number from 0 to 4294967295, got -1'],
    [{ ...pair, profiles: 'tcg' }, 'profiles: expected a list of profiles, got "tcg"'],
    [{ ...pair, profiles: [] }, 'profiles: empty: give at least one, or leave it out'],
    [
      { ...pair, profiles: ['xen'] },
      'profiles: no profile is called "xen": there are contract, tcg, tcg-7.2, kvm',
    ],
    [{ ...pair, workers: 1.5 }, 'workers: expected a whole number from 1 to 1024, got 1.5'],
    [{ ...pair, shard: { index: 3, count: 2 }, seed: 1 }, 'shard: index 3 is above count 2'],
    [{ ...pair, shard: { index: 1, count: 2 } }, 'shard: the parts of a run need one seed: give seed too'],
    [
      { ...pair, regressions: [{ source: 'x' }] },
      'regressions.0.scenario: expected a scenario, got undefined',
    ],
    [{ ...pair, onProgress: 1 }, 'onProgress: expected a function, got 1'],
    [{ ...pair, abort: {} }, 'abort: expected an AbortSignal, got an object'],
  ])('says in one line what is wrong: %#', async (options, message) => {
    const error: unknown = await check(options as CheckOptions).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toBe(message);
  });

  it('without runs or seconds ends, with the documented default', async () => {
    const abort = new AbortController();
    const report = await check({ ...pair, abort: abort.signal, onProgress: () => abort.abort() });
    expect(report.asked).toEqual({ runs: 30_000 });
    expect(report.profiles).toEqual(['contract', 'tcg', 'tcg-7.2', 'kvm']);
    expect(report.interrupted).toBe(true);
  });

  it('generates for the profile of the first dispatcher where that has one', async () => {
    const report = await check({ a: 'model@tcg', b: 'impl', runs: 20, seed: 1 });
    expect(report.scenariosPerProfile).toEqual({ contract: 0, tcg: 20, 'tcg-7.2': 0, kvm: 0 });
    expect(report.finding).toBeUndefined();
  });
});
