/** `replay FILE...`: saved scenarios again, on the pair that they name. */

import { InputError, type SourcedScenario } from '../../format/index.ts';
import { isOutside } from '../../model/vocabulary/outside.ts';
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { AnyPair } from '../../properties/outside/lockstep.ts';
import type { Context } from '../context.ts';
import { exitStatus } from '../errors.ts';
import { requirePageDirectory } from '../io/page-directory.ts';
import { scenarios } from '../io/scenarios.ts';
import { type LimitOptions, limitsOf, openOptionsOf, ScenarioWatch } from '../io/watch.ts';
import { type Pair, type Replay, replay } from '../replay/replay.ts';
import { replayOutside, stoppedReplay } from '../replay/replay-outside.ts';
import { printerFor, type ReplayPrinter } from '../reporters/replay-printer.ts';
import { type ReporterName, requireReporter } from '../reporters/test-case.ts';
import type { Replayed } from '../show/report-pages.ts';
import { pairNamed, pairOfScenario } from '../systems.ts';

export type ReplayOptions = LimitOptions & {
  readonly on?: string;
  readonly qemu?: string;
  readonly json?: true;
  readonly reporter: ReporterName;
  readonly quiet?: true;
  /** The directory of a page. */
  readonly html?: string;
};

/** Replays each scenario as it is read, and reports. */
export async function runReplay(
  files: readonly string[],
  options: ReplayOptions,
  context: Context,
): Promise<void> {
  requireReporter(options);
  requirePageDirectory(options.html);
  const printer = printerFor(options, context);
  try {
    await replayAll(files, options, context, printer);
  } catch (error) {
    // A test report is whole, whatever ended the run.
    if (error instanceof InputError) await printer.end(error.message);
    throw error;
  }
  await printer.end(context.interrupt.aborted ? 'interrupted' : undefined);
}

async function replayAll(
  files: readonly string[],
  options: ReplayOptions,
  context: Context,
  printer: ReplayPrinter,
): Promise<void> {
  const given =
    options.on === undefined ? undefined : await pairNamed(options.on, context, openOptionsOf(options));
  // Of the files that name one pair, all share it: a system outside is opened once.
  const pairs = new Map<string, AnyPair>();
  const pairOf = async (sourced: SourcedScenario) => {
    const key = JSON.stringify(sourced.scenario.found?.dispatchers ?? null);
    const pair = pairs.get(key) ?? (await pairOfScenario(sourced, context, openOptionsOf(options)));
    pairs.set(key, pair);
    return pair;
  };
  const quiet = options.quiet === true || options.json === true;
  const reading = { dispatchers: given?.map(({ name }) => name) ?? [], quiet };
  const page = await pageOf(options, context);
  const leave = () =>
    context.leaves(() => ({ ...printer.soFar(), ...(page !== undefined && { file: page.file(replayed) }) }));
  const watch = new ScenarioWatch(limitsOf(options));
  const replayed: Replayed[] = [];
  leave();
  const counts = { all: 0, unsupported: 0 };
  try {
    for await (const sourced of scenarios(files, reading, context)) {
      const pair = given ?? (await pairOf(sourced));
      requireOperations(sourced);
      const result = isInside(pair)
        ? await replayInside(pair, sourced, watch, context, quiet)
        : await replayOutside(pair, sourced, context, quiet);
      if (result === undefined || context.interrupt.aborted) break;
      counts.all++;
      if (result.verdict === 'unsupported') counts.unsupported++;
      else if (result.verdict !== 'agree') context.status = exitStatus.difference;
      await printer.add(sourced, result);
      if (page !== undefined) replayed.push({ sourced, result });
      leave();
    }
  } finally {
    await watch.close();
  }
  await page?.write(replayed);
  // To replay what cannot be asked is no pass.
  if (counts.unsupported > counts.all / 2) context.status = exitStatus.difference;
}

/** What `--html` asks for: the page of what is replayed so far, and of all in the end. */
async function pageOf(options: ReplayOptions, context: Context) {
  const { html } = options;
  if (html === undefined) return undefined;
  const { reportFile, replayPage, writeReport } = await import('../show/index.ts');
  const { program } = context.surroundings;
  return {
    file: (replayed: readonly Replayed[]) => reportFile(html, replayPage(replayed, program)),
    write: (replayed: readonly Replayed[]) =>
      writeReport(html, replayPage(replayed, program), options, context),
  };
}

function isInside(pair: AnyPair): pair is Pair {
  return !pair.some(isOutside);
}

async function replayInside(
  pair: Pair,
  sourced: SourcedScenario,
  watch: ScenarioWatch,
  context: Context,
  quiet: boolean,
): Promise<Replay | undefined> {
  const stop = await watch.stopOf(pair, sourced.scenario, context.interrupt);
  return stop === undefined ? replay(pair, sourced, context, quiet) : stoppedReplay(stop);
}

/** A scenario without operations agrees with everything; to say so would hide that the file is not what it should be. */
function requireOperations({
  scenario,
  source,
}: {
  readonly scenario: Scenario;
  readonly source: string;
}): void {
  if (scenario.operations.length > 0) return;
  throw new InputError(`${source}: operations: empty, there is nothing to replay; is this the right file?`);
}
