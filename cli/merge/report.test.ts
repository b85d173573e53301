/** Reports as they may come from anywhere. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { check } from '../../properties/engine/check.ts';
import { checkJson } from '../text/check-json.ts';
import { mergeReports } from './check.ts';
import { readReports } from './report.ts';
import { maximumReportBytes } from './report-text.ts';

const never = new AbortController().signal;

let directory: string;
/** A shard's report, as `check --json` prints it. */
let genuine: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ioeventfd-check-reports-'));
  const report = await check({
    a: modelDispatcher,
    b: modelDispatcher,
    profiles: ['contract', 'tcg', 'tcg-7.2', 'kvm'],
    runs: 750,
    seed: 1,
    regressions: [],
    shard: { index: 1, count: 1 },
  });
  genuine = checkJson(report, undefined);
});
afterAll(() => rmSync(directory, { recursive: true }));

function write(text: string): string {
  const file = join(directory, 'report.json');
  writeFileSync(file, text);
  return file;
}

/** What is said of a text, without the file's name. */
async function complaint(text: string): Promise<string> {
  const file = write(text);
  try {
    mergeReports(await readReports(file, { signal: never }));
  } catch (error) {
    return String((error as Error).message).replaceAll(file, 'FILE');
  }
  return 'none';
}

// biome-ignore lint/suspicious/noExplicitAny: what a test breaks has no type.
type Edit = (report: any) => void;

function edited(edit: Edit): string {
  const report = JSON.parse(genuine);
  edit(report);
  return JSON.stringify(report);
}

describe('a report', () => {
  it('is taken as check prints it, in one line or several', async () => {
    expect(await complaint(genuine)).toBe('none');
    expect(await complaint(JSON.stringify(JSON.parse(genuine), null, 2))).toBe('none');
  });

  it('may be one of several, a line each', async () => {
    const shards = [1, 2].map((index) =>
      edited((report) => Object.assign(report.shard, { index, count: 2 })),
    );
    const reports = await readReports(write(`${shards.join('\n')}\n`), { signal: never });
    expect(reports.map(({ source }) => source.slice(directory.length))).toEqual([
      '/report.json:1',
      '/report.json:2',
    ]);
    const once = mergeReports(await readReports(write(genuine), { signal: never })).report;
    expect(mergeReports(reports).report.scenarios).toBe(2 * once.scenarios);
  });

  it.each<[string, Edit, string]>([
    [
      'a number of no run',
      (report) => {
        report.scenarios = 1e10;
      },
      'FILE: scenarios: expected a whole number from 0 to 1000000000, got 10000000000',
    ],
    [
      'a coverage point left out',
      (report) => report.coverage.splice(3, 1),
      'FILE: coverage[3].name: expected "hit: data", got "hit: several in one write"',
    ],
    ['the last coverage point left out', (report) => report.coverage.pop(), 'is missing'],
    [
      'a coverage point of its own',
      (report) => {
        report.coverage[0].name = 'hit\n\u001b[2J';
      },
      'FILE: coverage[0].name: not known to this version, got "hit\\n\\u001b[2J"',
    ],
    [
      'an unknown property',
      (report) => {
        report.properties[2].name = 'magic';
      },
      'FILE: properties[2].name: not known to this version, got "magic"',
    ],
    [
      'a field of its own',
      (report) => {
        report['\u202e'] = 1;
      },
      'FILE: ["\\u202e"]: unknown field; known are format,',
    ],
    [
      'more scenarios of a coverage point than there are',
      (report) => {
        report.coverage[0].scenarios = 751;
      },
      'FILE: coverage[0].scenarios: more than the 750 scenarios',
    ],
    [
      'a coverage point that says it was reached',
      (report) => {
        report.coverage[0].scenarios = 0;
      },
      'FILE: coverage[0]: share, minimum or reached is not what these counts give',
    ],
    [
      'profiles that do not add up',
      (report) => {
        report.scenariosPerProfile.tcg += 1;
      },
      'FILE: scenariosPerProfile: expected a sum of 750',
    ],
    [
      'an outcome that is not that of the rest',
      (report) => {
        report.outcome = 'difference';
      },
      'FILE: outcome: "difference" contradicts the rest of the report',
    ],
    [
      'a shard that there cannot be',
      (report) => {
        report.shard.index = 2;
      },
      'FILE: shard.index: above the number of shards',
    ],
    [
      'another version',
      (report) => {
        report.format = 'ioeventfd-check-report/1';
      },
      'FILE: format: expected "ioeventfd-check-report/4", got "ioeventfd-check-report/1"',
    ],
    [
      'very many shards',
      (report) => {
        report.shard.count = 999_999;
      },
      'of 999999 shards, missing: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 999988 more',
    ],
  ])('with %s is refused in one line that names the place', async (_, edit, line) => {
    const said = await complaint(edited(edit));
    expect(said).toContain(line);
    expect(said).toMatch(/^[ -~]+$/);
  });

  it('has its numbers quoted as they stand there', async () => {
    const text = genuine.replace(/"scenarios":750/, '"scenarios":1e300');
    expect(await complaint(text)).toBe(
      'FILE: scenarios: expected a whole number from 0 to 1000000000, got 1e300',
    );
  });

  it('is known by its format: of a scenario, nothing else is said', async () => {
    const message = await complaint('{"format":"ioeventfd-scenario/1","title":"t","operations":[]}');
    expect(message).toMatch(
      /^FILE: format: expected "ioeventfd-check-report\/\d", got "ioeventfd-scenario\/1"$/,
    );
  });

  it('is not read beyond its bound', async () => {
    expect(await complaint(' '.repeat(maximumReportBytes + 1))).toBe(
      'FILE: more than 16 MiB, the most that is read of it',
    );
    await expect(readReports('/dev/zero', { signal: never })).rejects.toThrow('more than 16 MiB');
  });

  it('has a finding whose scenario the format takes', async () => {
    const found = {
      ...{ property: 'lockstep', clause: null, message: 'm', origin: 'o', originalLength: 1 },
      ...{ operation: 0, effect: 0, sides: [], scenario: { format: 'ioeventfd-scenario/1' } },
      ...{ file: null, replay: null, explain: null },
    };
    const text = edited((report) => Object.assign(report, { finding: found, outcome: 'difference' }));
    expect(await complaint(text)).toBe('FILE: finding.scenario: operations: missing: expected a list');
  });
});
