/** What `check` found out, as test cases. */
import type { Finding } from '../../properties/compare/finding.ts';
import type { CheckReport } from '../../properties/engine/report.ts';
import { outcomeOf } from '../text/check-report.ts';
import { renderFinding, type SavedFinding } from '../text/finding-report.ts';
import { grouped, percent } from '../text/layout.ts';
import { plain } from '../text/style.ts';
import { failure, type Problem, placeOf, type TestCase, type TestSuite } from './test-case.ts';

/** A case for the regressions, for the random scenarios, for each property, and for the coverage. */
export function checkSuite(report: CheckReport, saved: SavedFinding | undefined): TestSuite {
  const { dispatchers, finding, milliseconds } = report;
  const found = finding === undefined ? undefined : failingCase(report, finding, saved);
  const cases = [regressionsCase(report), randomCase(report), ...propertyCases(report), coverageCase(report)];
  return {
    command: 'check',
    subject: dispatchers.join(' and '),
    cases: cases.map((one) => (one.name === found?.name ? found : one)),
    milliseconds,
  };
}

/** What a shard found, as `merge` lists it. */
type ShardProblem = {
  readonly source: string;
  readonly message: string;
  readonly origin: string;
  readonly property: string;
  readonly file: string | null;
  readonly replay: string | null;
};

/** The same of a run in shards: each finding is a case of its own. */
export function mergedSuite(report: CheckReport, findings: readonly ShardProblem[]): TestSuite {
  const suite = checkSuite(report, undefined);
  if (findings.length === 0) return suite;
  const failing = findings.map(({ source, message, origin, property, file, replay }): TestCase => {
    const details = replay === null ? [] : [`replay  ${replay}`];
    const name = property === 'lockstep' ? randomScenarios : nameOfProperty(property);
    return {
      name: `${name}, in ${source}`,
      ...(file !== null && { file }),
      problem: failure(`${message} (${origin})`, details),
    };
  });
  const others = suite.cases.map((one) =>
    one.name === 'coverage' ? { ...one, problem: skipped('the run did not come to its end') } : one,
  );
  return { ...suite, cases: [...failing, ...others] };
}

const regressions = 'regressions';
const randomScenarios = 'random scenarios';
const nameOfProperty = (property: string) => `property ${property}`;

function skipped(message: string): Problem {
  return { kind: 'skipped', message, details: [] };
}

/** A regression that fails ends the run before the first random scenario. */
function isAtRegression({ finding, scenarios }: CheckReport): boolean {
  return finding !== undefined && scenarios === 0;
}

function failingCase(report: CheckReport, finding: Finding, saved: SavedFinding | undefined): TestCase {
  const { failure: found, origin } = finding;
  const isProperty = report.properties.some(({ name }) => name === found.property);
  const property = isProperty ? nameOfProperty(found.property) : randomScenarios;
  const details = renderFinding(report.dispatchers, finding, saved, plain);
  const problem = failure(`${found.message} (${origin})`, details);
  if (isAtRegression(report)) return { name: regressions, ...placeOf(origin), problem };
  return { name: property, ...(saved !== undefined && 'file' in saved && { file: saved.file }), problem };
}

function regressionsCase(report: CheckReport): TestCase {
  const none = report.regressions === 0;
  return { name: regressions, ...(none && { problem: skipped('there are none') }) };
}

function randomCase(report: CheckReport): TestCase {
  const name = randomScenarios;
  if (isAtRegression(report)) return { name, problem: skipped('a regression failed before') };
  if (!report.interrupted) return { name };
  const message = `interrupted after ${grouped(report.scenarios)} scenarios`;
  return { name, problem: { kind: 'error', message, details: [] } };
}

function propertyCases({ properties }: CheckReport): TestCase[] {
  return properties.map(({ name, tried }) => ({
    name: nameOfProperty(name),
    ...(tried === 0 && { problem: skipped('no scenario was tried on it') }),
  }));
}

function coverageCase(report: CheckReport): TestCase {
  const name = 'coverage';
  const outcome = outcomeOf(report);
  if (outcome === 'difference' || outcome === 'interrupted') {
    return { name, problem: skipped('the run did not come to its end') };
  }
  const { support } = report;
  const missed = [
    ...report.coverage.filter(({ reached }) => !reached),
    ...(support === undefined || support.reached ? [] : [{ ...support, name: 'supported' }]),
  ];
  if (missed.length === 0) return { name };
  const details = missed.map(
    (point) =>
      `"${point.name}" is at ${percent(point.share)}, below its minimum of ${percent(point.minimum)}`,
  );
  return { name, problem: failure('too little happened in the run', details) };
}
