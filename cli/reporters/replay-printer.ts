/** How `replay` prints: each scenario as it is replayed, or a test report at the end. */
import type { SourcedScenario } from '../../format/read.ts';
import type { Context } from '../context.ts';
import type { Replay } from '../replay/replay.ts';
import type { Parting } from '../surroundings.ts';
import { renderReplay, renderSummary, replayJson, type Tally } from '../text/replay-report.ts';
import { githubReport } from './github.ts';
import { junitReport } from './junit.ts';
import { ReplayCases } from './replay-cases.ts';
import type { ReporterOptions, TestSuite } from './test-case.ts';

export type ReplayPrinter = {
  add(sourced: SourcedScenario, result: Replay): Promise<void>;
  /** The last scenario was replayed; or `reason` says why the run ended before. */
  end(reason: string | undefined): Promise<void>;
  /** What is still to be printed, should the run be ended now. */
  soFar(): Parting;
};

/** Why a run ended before its end. */
const interrupted = 'interrupted';

export function printerFor(
  options: ReporterOptions & { readonly json?: true },
  context: Context,
): ReplayPrinter {
  if (options.json) return jsonPrinter(options, context);
  switch (options.reporter) {
    case 'junit':
      return suitePrinter(junitReport, options, context);
    case 'github':
      return suitePrinter(githubReport, options, context);
    case 'text':
      return textPrinter(options, context);
  }
}

function jsonPrinter({ quiet }: ReporterOptions, { output }: Context): ReplayPrinter {
  return {
    async add({ source, scenario }, result) {
      if (quiet && result.verdict === 'agree') return;
      await output.lines([replayJson(source, scenario, result)]);
    },
    end: async () => {},
    soFar: () => ({}),
  };
}

function textPrinter({ quiet }: ReporterOptions, { output, style, interrupt }: Context): ReplayPrinter {
  const tally: Tally = { agree: 0, differ: 0, unmet: 0, unsupported: 0 };
  const summary = (isCutShort: boolean) => ['', renderSummary(tally, isCutShort, style)];
  return {
    async add({ source, scenario }, result) {
      tally[result.verdict]++;
      if (quiet && result.verdict === 'agree') return;
      await output.lines(renderReplay(source, scenario, result, style));
    },
    async end(reason) {
      // An error has a line of its own.
      if (reason !== undefined && !interrupt.aborted) return;
      const isFine = tally.differ + tally.unmet + tally.unsupported === 0 && !interrupt.aborted;
      if (quiet && isFine) return;
      await output.lines(summary(interrupt.aborted));
    },
    soFar: () => ({ lines: summary(true) }),
  };
}

function suitePrinter(
  render: (suite: TestSuite) => string[],
  { quiet }: ReporterOptions,
  { output }: Context,
): ReplayPrinter {
  const cases = new ReplayCases();
  return {
    async add({ source, scenario }, result) {
      cases.add(source, scenario, result);
    },
    async end(reason) {
      const suite = cases.suite(reason);
      if (quiet && suite.cases.every(({ problem }) => problem === undefined)) return;
      await output.lines(render(suite));
    },
    soFar: () => ({ lines: render(cases.suite(interrupted)) }),
  };
}
