/** A report in the form that was asked for. */
import { githubReport } from './github.ts';
import { junitReport } from './junit.ts';
import type { ReporterName, TestSuite } from './test-case.ts';

/** The forms of a report. Only the one that is asked for is made. */
export type ReportForms = {
  /** A line, without the newline. */
  readonly json: () => string;
  readonly suite: () => TestSuite;
  /** For people. */
  readonly text: () => string[];
};

/** The lines of a report: JSON where `json` is given, else as the reporter has it. */
export function reportLines(
  { json, reporter }: { readonly json?: true; readonly reporter: ReporterName },
  forms: ReportForms,
): string[] {
  if (json) return [forms.json()];
  switch (reporter) {
    case 'junit':
      return junitReport(forms.suite());
    case 'github':
      return githubReport(forms.suite());
    case 'text':
      return forms.text();
  }
}
