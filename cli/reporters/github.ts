/**
 * Workflow commands of GitHub Actions: an `::error` for each case that did not pass, which GitHub shows beside the file. No
 * other line has text from files in it, so that no title can pass for a command.
 */
import { printable } from '../../format/errors.ts';
import type { TestCase, TestSuite } from './test-case.ts';

/** The report, a line each. */
export function githubReport({ command, subject, cases }: TestSuite): string[] {
  const failed = cases.filter(isFailed).length;
  const skipped = cases.filter(({ problem }) => problem?.kind === 'skipped').length;
  const counts = [
    `${cases.length - failed - skipped} passed`,
    `${failed} failed`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return [
    ...cases.filter(isFailed).map((one) => errorCommand(one, `${command}: ${subject}`)),
    `${command}: ${counts.join(', ')}`,
  ];
}

function isFailed({ problem }: TestCase): boolean {
  return problem?.kind === 'failure' || problem?.kind === 'error';
}

function errorCommand({ name, file, line, problem }: TestCase, title: string): string {
  const properties = Object.entries({ file, line, title })
    .filter(([, value]) => value !== undefined)
    .map(([property, value]) => `${property}=${propertyValue(String(value))}`);
  const lines = [`${name}: ${problem?.message}`, ...(problem?.details ?? [])];
  return `::error ${properties.join(',')}::${data(lines.map(printable).join('\n'))}`;
}

/** What follows the second `::`. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** The value of a property, which a comma or a colon would end. */
function propertyValue(text: string): string {
  return data(printable(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
