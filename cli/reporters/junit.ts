/**
 * JUnit XML, as Jenkins, GitLab and others read it: `testsuites`, `testsuite`, `testcase` with `failure`, `error` or `skipped`.
 */
import { printable } from '../../format/errors.ts';
import type { Problem, TestCase, TestSuite } from './test-case.ts';

/** The report, a line each. */
export function junitReport({ command, subject, cases, milliseconds }: TestSuite): string[] {
  const counts = {
    tests: cases.length,
    failures: countOf(cases, 'failure'),
    errors: countOf(cases, 'error'),
    skipped: countOf(cases, 'skipped'),
    time: (milliseconds / 1000).toFixed(3),
  };
  const { skipped: _, ...totals } = counts;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'ioeventfd-check', ...totals })}>`,
    `  <testsuite${attributes({ name: `${command}: ${subject}`, ...counts })}>`,
    ...cases.flatMap((one) => caseLines(one, command)),
    '  </testsuite>',
    '</testsuites>',
  ];
}

function countOf(cases: readonly TestCase[], kind: Problem['kind']): number {
  return cases.filter(({ problem }) => problem?.kind === kind).length;
}

function caseLines({ name, file, line, problem }: TestCase, command: string): string[] {
  const classname = `ioeventfd-check.${command}`;
  const start = `    <testcase${attributes({ classname, name, file, line })}`;
  if (problem === undefined) return [`${start}/>`];
  return [`${start}>`, ...problemLines(problem), '    </testcase>'];
}

function problemLines({ kind, message, details }: Problem): string[] {
  const start = `      <${kind}${attributes({ message })}`;
  if (details.length === 0) return [`${start}/>`];
  const [first = '', ...others] = details.map(escaped);
  return [`${start}>${first}`, ...others, `</${kind}>`];
}

function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escaped(String(value))}"`))
    .join('');
}

/** Text of one line for an element or an attribute. Characters that XML does not allow at all are shown as `\uXXXX`. */
function escaped(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
