/** How `replay` prints: each scenario as it is replayed, or a test report at the end. */
import type { SourcedScenario } from '../../format/read.ts';
import type { Context } from '../context.ts';
import type { Replay } from '../replay.ts';
import { renderReplay, renderSummary, replayJson, type Tally } from '../text/replay-report.ts';
import { githubReport } from './github.ts';
import { junitReport } from './junit.ts';
import { ReplayCases } from './replay-cases.ts';
import type { ReporterOptions, TestSuite } from './test-case.ts';

export type ReplayPrinter = {
  add(sourced: SourcedScenario, result: Replay): Promise<void>;
  /** The last scenario was replayed; or `reason` says why the run ended before. */
  end(reason: string | undefined): Promise<void>;
};

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
  };
}

function textPrinter({ quiet }: ReporterOptions, { output, style, interrupt }: Context): ReplayPrinter {
  const tally: Tally = { agree: 0, differ: 0, unmet: 0 };
  return {
    async add({ source, scenario }, result) {
      tally[result.verdict]++;
      if (quiet && result.verdict === 'agree') return;
      await output.lines(renderReplay(source, scenario, result, style));
    },
    async end(reason) {
      // An error has a line of its own.
      if (reason !== undefined && !interrupt.aborted) return;
      const isFine = tally.differ + tally.unmet === 0 && !interrupt.aborted;
      if (quiet && isFine) return;
      await output.lines(['', renderSummary(tally, interrupt.aborted, style)]);
    },
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
      if (reason !== undefined) cases.endEarly(reason);
      const suite = cases.suite();
      if (quiet && suite.cases.every(({ problem }) => problem === undefined)) return;
      await output.lines(render(suite));
    },
  };
}
