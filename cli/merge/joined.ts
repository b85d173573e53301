/** What the reports of all shards of a run come to. */
import { printable } from '../../format/errors.ts';
import { runsOtherCode } from '../../properties/engine/dispatchers.ts';
import { commandsFor } from '../invocation.ts';
import { failure, type TestCase, type TestSuite } from '../reporters/test-case.ts';
import type { Style } from '../text/style.ts';
import type { ShardFinding } from './report-text.ts';

/** A verdict in each of the forms in which it can be asked for. */
export type Joined = {
  readonly status: number;
  readonly json: () => string;
  readonly suite: () => TestSuite;
  readonly text: (style: Style) => string[];
};

/** A finding, with the command that replays it. */
export type ListedFinding = ShardFinding & { readonly replay: string | null };

/**
 * The findings with commands for them. A command that a report names is not passed on: it is made anew of the checked file and
 * dispatchers. A module or program that a report names is not put into a command: to run it would run whatever code its author chose.
 */
export function listed(
  findings: readonly ShardFinding[],
  dispatchers: readonly [string, string],
  program: string,
): ListedFinding[] {
  return findings.map((finding) => ({
    ...finding,
    replay:
      finding.file === null || dispatchers.some(runsOtherCode)
        ? null
        : commandsFor(program, finding.file, dispatchers).replay,
  }));
}

/** A few lines for each finding. */
export function findingLines(findings: readonly ListedFinding[], style: Style): string[] {
  return findings.flatMap(({ source, message, origin, file, replay }) => [
    style.bad(`${printable(source)}: ${printable(message)} (${printable(origin)})`),
    ...(file === null ? [] : [`  saved   ${printable(file)}`]),
    ...(replay === null ? [] : [`  replay  ${replay}`]),
    '',
  ]);
}

/** A test case for each finding. */
export function findingCases(name: string, findings: readonly ListedFinding[]): TestCase[] {
  return findings.map(({ source, message, origin, file, replay }) => ({
    name: `${name}, in ${source}`,
    ...(file !== null && { file }),
    problem: failure(`${message} (${origin})`, replay === null ? [] : [`replay  ${replay}`]),
  }));
}
