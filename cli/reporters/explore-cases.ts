/** What `explore` found out, as one test case. */
import type { ExploreReport } from '../../properties/explore/report.ts';
import { renderExplore } from '../text/explore-report.ts';
import type { SavedFinding } from '../text/finding-report.ts';
import { flawLine } from '../text/flaw-report.ts';
import { plain } from '../text/style.ts';
import { failure, type TestSuite } from './test-case.ts';

export function exploreSuite(report: ExploreReport, saved: SavedFinding | undefined): TestSuite {
  const { dispatchers, scope, milliseconds } = report;
  const details = renderExplore(report, saved, plain);
  const problem = problemOf(report, details);
  const file = saved !== undefined && 'file' in saved ? { file: saved.file } : {};
  return {
    command: 'explore',
    subject: dispatchers.join(' and '),
    cases: [{ name: `scope ${scope}`, ...file, ...(problem && { problem }) }],
    milliseconds,
  };
}

function problemOf({ end, finding, flaw, depth }: ExploreReport, details: readonly string[]) {
  switch (end) {
    case 'exhausted':
    case 'bounded':
    case 'paths':
      return undefined;
    case 'unsupported':
      return failure('most of the scope is not supported', details);
    case 'difference':
      return failure(finding?.failure.message ?? 'a difference', details);
    case 'flaw':
      return failure(flaw === undefined ? 'a flaw' : flawLine(flaw), details);
    case 'interrupted':
      return { kind: 'error' as const, message: `interrupted at depth ${depth}`, details };
    case 'memory':
      return { kind: 'error' as const, message: `out of memory at depth ${depth}`, details };
  }
}
