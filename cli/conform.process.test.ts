import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCommand } from './testing/command.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
});
afterAll(() => command.remove());

const conform = (...words: string[]) => command.run(['conform', ...words, '--seed', '1', '--runs', '40']);

describe('a dispatcher that keeps the contract', () => {
  it('conforms: each clause has its row, and nothing failed', async () => {
    const { status, out } = await conform('impl', '--json');
    const report = JSON.parse(out);
    expect(status).toBe(0);
    expect(report).toMatchObject({
      outcome: 'conforms',
      finding: null,
      stale: [],
      random: { scenarios: 40 },
    });
    expect(report.cases.every(({ outcome }: { outcome: string }) => outcome === 'passed')).toBe(true);
    expect(report.clauses.length).toBeGreaterThan(50);
  });
});

/** The named scenarios of clauses that a mutant breaks under a profile. */
const mutant = ['mutant:deletion-ignores-data', '--profile', 'contract'];

describe('a dispatcher that does not', () => {
  it('fails, and the report names clauses, scenarios and what random ones found', async () => {
    const { status, out } = await conform(...mutant);
    expect(status).toBe(1);
    expect(out).toMatch(/^mutant:deletion-ignores-data does not conform/);
    expect(out).toMatch(/^! +R2 /m);
    expect(out).toMatch(/^failed {2}properties\/scenarios\/r2-[\w-]+\.json$/m);
    expect(out).toMatch(/found +seed 1, scenario \d+/);
  });

  it('as JUnit: a case for each named scenario, skipped where it is of another profile', async () => {
    const { status, out } = await conform(...mutant, '--reporter', 'junit');
    expect(status).toBe(1);
    expect(out).toMatch(/<testcase classname="ioeventfd-check.conform" name="R2: [^>]*>\n +<failure/);
    expect(out).toContain('not supported: profile kvm');
  });

  it('does not fail for what is known; and fails for what is known and no longer so', async () => {
    const { out } = await conform(...mutant, '--json');
    const failed: { source: string; clause: string | null }[] = JSON.parse(out).cases.filter(
      ({ outcome }: { outcome: string }) => outcome === 'failed',
    );
    const entries = failed.map(({ source, clause }) => ({
      scenario: source,
      clause: clause ?? 'R2',
      why: 'by design',
    }));
    // What is found that is not like anything listed is listed, too, until there is nothing left.
    let report: { finding: { file: string; scenario: { found: { clause: string } } } | null };
    let status: number | null;
    do {
      command.write('known.json', { format: 'ioeventfd-known/1', known: entries });
      const run = await conform(...mutant, '--known', 'known.json', '--json');
      report = JSON.parse(run.out);
      status = run.status;
      if (report.finding === null) break;
      const { file, scenario } = report.finding;
      expect(entries.map((entry) => entry.scenario)).not.toContain(file);
      entries.push({ scenario: file, clause: scenario.found.clause, why: 'by design' });
    } while (entries.length < failed.length + 10);
    expect(report).toMatchObject({ outcome: 'conforms', stale: [], finding: null });
    expect(status).toBe(0);
    const mended = await conform('impl', '--known', 'known.json');
    expect(mended.status).toBe(1);
    expect(mended.out).toMatch(/^known, but no longer a difference: r2-/m);
  });
});

describe('a list of known differences that cannot be read is one line', () => {
  it.each([
    ['{', 'known.json: line 1, column 2: the text ends where a field name in double quotes is expected'],
    ['[]', 'known.json: expected an object with format ("ioeventfd-known/1") and known, and nothing else'],
    ['{"format":"x","known":[]}', 'known.json: format: expected "ioeventfd-known/1"'],
    [
      '{"format":"ioeventfd-known/1","known":[{"scenario":"a.json","clause":"R2"}]}',
      'known.json: known[0].why: expected a string',
    ],
    [
      '{"format":"ioeventfd-known/1","known":[{"scenario":"a.json","clause":"Z9","why":"w"}]}',
      'known.json: known[0].clause: there is no clause "Z9"',
    ],
    [
      '{"format":"ioeventfd-known/1","known":[{"scenario":"a.json","clause":"R2","why":"w"}]}',
      'known.json: known[0].scenario: a.json: no such file',
    ],
  ])('%s', async (text, line) => {
    command.write('known.json', text);
    const { status, error } = await conform('impl', '--known', 'known.json');
    expect([status, error]).toEqual([2, `ioeventfd-check: ${line}\n`]);
  });
});
