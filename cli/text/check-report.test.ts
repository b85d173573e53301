import { describe, expect, it } from 'vitest';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import type { Finding } from '../../properties/compare/finding.ts';
import { lockstep } from '../../properties/compare/lockstep.ts';
import type { CheckReport } from '../../properties/engine/report.ts';
import { ivshmem } from '../testing/scenarios.ts';
import { checkJson } from './check-json.ts';
import { outcomeOf, renderCheck } from './check-report.ts';
import { styleOf } from './style.ts';

const textOf = (lines: readonly string[]) => `${lines.join('\n')}\n`;

const agreed: CheckReport = {
  dispatchers: ['model', 'impl'],
  profiles: ['contract', 'tcg', 'tcg-7.2', 'kvm'],
  seed: 42,
  shard: undefined,
  asked: { runs: 45_000 },
  regressions: 3,
  scenarios: 45_000,
  scenariosPerProfile: { contract: 15_000, tcg: 15_000, 'tcg-7.2': 0, kvm: 15_000 },
  operations: 991_674,
  extra: { large: 360, varied: 9876, onVariants: 9000, validated: 2368, redecided: 1956 },
  milliseconds: 8123.4,
  workers: 2,
  coverage: [
    { name: 'hit', clauses: ['D1'], scenarios: 20_475, share: 0.455, minimum: 0.277, reached: true },
    {
      name: 'host refuses: EINVAL',
      clauses: ['K1'],
      scenarios: 18,
      share: 0.0004,
      minimum: 0.0003,
      reached: true,
    },
    { name: 'error: depth', clauses: ['P1'], scenarios: 0, share: 0, minimum: 0, reached: true },
  ],
  inside: [
    {
      dispatcher: 'impl',
      scenarios: 2368,
      events: [
        { name: 'store: on the fast path', scenarios: 812, share: 0.343, minimum: 0.17, reached: true },
        { name: 'bus: grows', scenarios: 0, share: 0, minimum: 0, reached: true },
      ],
    },
    {
      dispatcher: 'impl:small',
      scenarios: 2250,
      events: [
        { name: 'store: on the fast path', scenarios: 700, share: 0.311, minimum: 0.15, reached: true },
        { name: 'bus: grows', scenarios: 200, share: 0.0889, minimum: 0.04, reached: true },
      ],
    },
  ],
  properties: [
    { name: 'accounting', tried: 235, applied: 230 },
    { name: 'moved-map', tried: 1234, applied: 78 },
  ],
  finding: undefined,
  first: undefined,
  interrupted: false,
  died: undefined,
};

/** The model, with one thing broken: the data of a match are not looked at. */
const broken: Dispatcher = {
  name: 'broken',
  open(header) {
    const session = modelDispatcher.open(header);
    return {
      apply(operation) {
        const effects = session.apply(operation);
        if (operation.op !== 'write' || !effects.some((effect) => 'callback' in effect)) return effects;
        return [{ signal: 'peer1.vector1' }];
      },
      fingerprint: () => session.fingerprint(),
    };
  },
};

function findingOf(): Finding {
  const failure = lockstep(modelDispatcher, broken, ivshmem);
  if (failure === undefined) throw new Error('the broken dispatcher is not broken');
  return { failure, scenario: ivshmem, originalLength: 31, origin: 'seed 42, scenario 17' };
}

const differing: CheckReport = {
  ...agreed,
  dispatchers: ['model', 'broken'],
  scenarios: 17,
  operations: 391,
  finding: findingOf(),
};

const saved = {
  finding: {
    file: 'findings/lockstep-D1-0123abcd.json',
    replay: 'ioeventfd-check replay findings/lockstep-D1-0123abcd.json --on model,broken',
    explain: 'ioeventfd-check explain findings/lockstep-D1-0123abcd.json --on broken',
  },
  first: undefined,
};

describe('the report of a check', () => {
  it('says of a run without a difference how much happened in it', async () => {
    await expect(textOf(renderCheck(agreed, undefined))).toMatchFileSnapshot('../golden/check-agree.txt');
  });

  it('shows a difference: the scenario, both sides, the clause, the file, and how to replay it', async () => {
    await expect(textOf(renderCheck(differing, saved))).toMatchFileSnapshot('../golden/check-difference.txt');
  });

  it('prints the scenario itself where it could not be saved', () => {
    const text = textOf(
      renderCheck(differing, { ...saved, finding: { text: '{ "format": ... }\n', reason: 'EACCES' } }),
    );
    expect(text).toContain('nowhere (EACCES): the scenario is printed below');
    expect(text).toContain('\n{ "format": ... }\n');
    expect(text).not.toContain('replay ');
  });

  it('tells of what was found first, where a shorter scenario was found after it', () => {
    const report = { ...differing, first: { ...findingOf(), originalLength: 44 } };
    const places = { ...saved, first: { file: 'findings/first.json', replay: '', explain: '' } };
    expect(textOf(renderCheck(report, places))).toContain(
      `\n  first     ${ivshmem.operations.length} operations, shrunk from 44, differing in callback / signal; saved as findings/first.json\n`,
    );
    expect(JSON.parse(checkJson(report, places)).first).toMatchObject({
      originalLength: 44,
      file: 'findings/first.json',
    });
    expect(textOf(renderCheck(differing, saved))).not.toContain('first');
  });

  it('fails a run in which too little happened, with a line for each coverage point', () => {
    const coverage = agreed.coverage.map((name, i) =>
      i === 0 ? { ...name, share: 0.1, reached: false } : name,
    );
    const report = { ...agreed, coverage };
    expect(outcomeOf(report)).toBe('coverage');
    const text = textOf(renderCheck(report, undefined));
    expect(text).toContain('agree, but too little happened in 45,000 random scenarios to count.');
    expect(text).toContain('coverage: "hit" is at 10.0 %, below its minimum of 27.7 %');
    expect(text).toContain('!  hit ');
  });

  it('never calls a run fine that was interrupted', () => {
    const coverage = agreed.coverage.map((name) => ({ ...name, reached: false }));
    const report = { ...agreed, coverage, scenarios: 500, interrupted: true };
    expect(outcomeOf(report)).toBe('interrupted');
    const [headline = '', ...rest] = renderCheck(report, undefined);
    expect(headline).toBe(
      'Interrupted: not complete. model and impl agree on the first 500 random scenarios.',
    );
    expect(textOf(rest)).not.toContain('below its minimum');
  });

  it('keeps what the clock decides on lines and in fields of its own', () => {
    const slower = { ...differing, milliseconds: 99_999 };
    const [fast, slow] = [renderCheck(differing, saved), renderCheck(slower, saved)];
    const changed = fast.filter((line, i) => line !== slow[i]);
    expect(changed.map((line) => line.trim().split(' ')[0])).toEqual(['time', 'speed']);
    const strip = (text: string) => ({ ...JSON.parse(text), timings: null });
    expect(strip(checkJson(differing, saved))).toEqual(strip(checkJson(slower, saved)));
  });

  it('has colours when it is asked for them, and says the same', () => {
    const coloured = textOf(renderCheck(differing, saved, styleOf(true)));
    expect(coloured).toContain('\x1b[31m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
    expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(textOf(renderCheck(differing, saved)));
  });

  it('is a line of JSON for programs', async () => {
    const line = checkJson(differing, saved);
    expect(line).not.toContain('\n');
    await expect(`${JSON.stringify(JSON.parse(line), null, 2)}\n`).toMatchFileSnapshot(
      '../golden/check-difference-json.txt',
    );
  });
});
