/** What `conform` found out, as test cases: one for each named scenario, one for the random ones, one for each stale entry. */

import { type ConformCase, type ConformReport, verdictOf } from '../../properties/conform/conform.ts';
import { failure, type TestCase, type TestSuite } from '../reporters/test-case.ts';
import { renderFinding, type SavedFinding } from '../text/finding-report.ts';
import { plain } from '../text/style.ts';
import { fileOf } from './conform-report.ts';

export function conformSuite(report: ConformReport, saved: SavedFinding | undefined): TestSuite {
  const { dispatchers, cases, stale, milliseconds } = report;
  return {
    command: 'conform',
    subject: dispatchers[1],
    cases: [
      ...cases.map(namedCase),
      ...stale.map(
        ({ source, why }): TestCase => ({
          name: `known difference ${source}`,
          problem: failure(`no longer a difference (${why})`, []),
        }),
      ),
      randomCase(report, saved),
    ],
    milliseconds,
  };
}

function namedCase(one: ConformCase): TestCase {
  const { clause, title, outcome, why = '', failure: found } = one;
  const test: TestCase = {
    name: `${clause ?? 'recorded'}: ${title}`,
    file: fileOf(one),
  };
  switch (outcome) {
    case 'passed':
      return test;
    case 'not supported':
      return { ...test, problem: { kind: 'skipped', message: `not supported: ${why}`, details: [] } };
    case 'known':
      return { ...test, problem: { kind: 'skipped', message: `known difference: ${why}`, details: [] } };
    case 'failed':
      return { ...test, problem: failure(one.message ?? found?.message ?? 'a difference', []) };
  }
}

function randomCase(report: ConformReport, saved: SavedFinding | undefined): TestCase {
  const { dispatchers, finding, random, interrupted } = report;
  const name = 'random scenarios';
  if (finding !== undefined) {
    return {
      name,
      problem: failure(finding.failure.message, renderFinding(dispatchers, finding, saved, plain)),
    };
  }
  if (interrupted) return { name, problem: { kind: 'error', message: 'interrupted', details: [] } };
  if (verdictOf(report) === 'nothing') return { name, problem: failure('nothing is supported', []) };
  return random.scenarios === 0
    ? { name, problem: { kind: 'skipped', message: 'none ran', details: [] } }
    : { name };
}
