/** What a command found out, as CI systems think of it: a list of test cases. */
import { InputError } from '../../format/errors.ts';

/** How a report is printed: for people, as JUnit XML, or as GitHub workflow commands. */
export type ReporterName = 'text' | 'junit' | 'github';

/** Not passed: a `failure` was found, an `error` kept the case from its end, `skipped` was not tried. */
export type Problem = {
  readonly kind: 'failure' | 'error' | 'skipped';
  /** One line. */
  readonly message: string;
  /** More about it, a line each, as the report for people has it. */
  readonly details: readonly string[];
};

export type TestCase = {
  readonly name: string;
  /** The scenario's file and line (from 1), where there is one. */
  readonly file?: string;
  readonly line?: number;
  /** Nothing where the case passed. */
  readonly problem?: Problem;
};

/** The test cases of one run of a command. */
export type TestSuite = {
  /** `check`, `replay` or `explore`. */
  readonly command: string;
  /** What was compared, such as `model and impl`. */
  readonly subject: string;
  readonly cases: readonly TestCase[];
  readonly milliseconds: number;
};

/** Longer details are cut: a report is held in memory, and GitHub takes 64 KiB of a message. */
const mostLines = 400;

/** A failure, its details cut to a length that CI systems take. */
export function failure(message: string, details: readonly string[]): Problem {
  const more = details.length - mostLines;
  const shown = more > 0 ? [...details.slice(0, mostLines), `... and ${more} more lines`] : details;
  return { kind: 'failure', message, details: shown };
}

/** Where a scenario stands, from its source: `FILE`, or `FILE:LINE` in JSON Lines. */
export function placeOf(source: string): { readonly file?: string; readonly line?: number } {
  if (source === 'standard input') return {};
  const [, file, line] = /^(.+):(\d{1,9})$/s.exec(source) ?? [];
  if (file === undefined) return { file: source };
  return file === 'standard input' ? {} : { file, line: Number(line) };
}

/** The options of a command that has reporters. */
export type ReporterOptions = { readonly reporter: ReporterName; readonly quiet?: true };

/** @throws InputError for options that contradict each other */
export function requireReporter({ reporter, quiet }: ReporterOptions): void {
  if (reporter === 'junit' && quiet) {
    throw new InputError('--quiet and --reporter junit exclude each other: a test report is never empty');
  }
}
