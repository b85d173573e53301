/** `replay FILE...`: saved scenarios again, on the pair that they name. */
import { InputError } from '../../format/index.ts';
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Failure } from '../../properties/compare/property.ts';
import type { Context } from '../context.ts';
import { exitStatus } from '../errors.ts';
import { scenarios } from '../io/scenarios.ts';
import { type LimitOptions, limitsOf, ScenarioWatch } from '../io/watch.ts';
import { type Replay, replay } from '../replay.ts';
import { printerFor, type ReplayPrinter } from '../reporters/replay-printer.ts';
import { type ReporterName, requireReporter } from '../reporters/test-case.ts';
import { pairNamed, pairOfScenario } from '../systems.ts';

export type ReplayOptions = LimitOptions & {
  readonly on?: string;
  readonly json?: true;
  readonly reporter: ReporterName;
  readonly quiet?: true;
};

/** Replays each scenario as it is read, and reports. */
export async function runReplay(
  files: readonly string[],
  options: ReplayOptions,
  context: Context,
): Promise<void> {
  requireReporter(options);
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
  const given = options.on === undefined ? undefined : await pairNamed(options.on);
  const quiet = options.quiet === true || options.json === true;
  const reading = { dispatchers: options.on?.split(',') ?? [], quiet };
  context.leaves(printer.soFar);
  const watch = new ScenarioWatch(limitsOf(options));
  try {
    for await (const sourced of scenarios(files, reading, context)) {
      const pair = given ?? (await pairOfScenario(sourced));
      requireOperations(sourced);
      const stop = await watch.stopOf(pair, sourced.scenario, context.interrupt);
      if (context.interrupt.aborted) break;
      const result = stop === undefined ? await replay(pair, sourced, context, quiet) : stoppedReplay(stop);
      if (result === undefined) break;
      if (result.verdict !== 'agree') context.status = exitStatus.difference;
      await printer.add(sourced, result);
      context.leaves(printer.soFar);
    }
  } finally {
    await watch.close();
  }
}

/** What is said of a scenario that was ended. */
function stoppedReplay(failure: Failure): Replay {
  return { verdict: 'differ', sides: failure.sides, difference: undefined, failure, unmet: [] };
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
