/** `replay FILE...`: saved scenarios again, on the pair that they name. */
import { quote } from '../../format/errors.ts';
import { InputError, type SourcedScenario } from '../../format/index.ts';
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import { isModulePath } from '../../properties/engine/dispatchers.ts';
import type { Context } from '../context.ts';
import { exitStatus } from '../errors.ts';
import { scenarios } from '../io/scenarios.ts';
import { type Pair, replay } from '../replay.ts';
import { pairNamed } from '../systems.ts';
import { renderReplay, renderSummary, replayJson, type Tally } from '../text/replay-report.ts';

export type ReplayOptions = { readonly on?: string; readonly json?: true };

/** Replays each scenario as it is read, and counts. */
export async function runReplay(
  files: readonly string[],
  options: ReplayOptions,
  context: Context,
): Promise<void> {
  const { output, style, interrupt } = context;
  const given = options.on === undefined ? undefined : await pairNamed(options.on);
  const tally: Tally = { agree: 0, differ: 0, unmet: 0 };
  for await (const sourced of scenarios(files, interrupt)) {
    const { scenario, source } = sourced;
    const pair = given ?? (await pairOf(sourced));
    requireOperations(sourced);
    const result = await replay(pair, scenario, interrupt);
    if (result === undefined) break;
    tally[result.verdict]++;
    if (result.verdict !== 'agree') context.status = exitStatus.difference;
    await output.lines(
      options.json ? [replayJson(source, scenario, result)] : renderReplay(source, scenario, result, style),
    );
  }
  if (!options.json) await output.lines(['', renderSummary(tally, interrupt.aborted, style)]);
}

/**
 * The pair that a scenario names as the one on which it was found, else model and impl. A module that a file names is not
 * loaded: that would run whatever code the file's author chose.
 */
async function pairOf({ scenario, source }: SourcedScenario): Promise<Pair> {
  const names = scenario.found?.dispatchers;
  const path = names?.find(isModulePath);
  if (path !== undefined) {
    throw new InputError(
      `${source}: found.dispatchers: ${quote(path)} is a module, and files do not choose which code runs; name it yourself with --on A,B`,
    );
  }
  if (names === undefined) return pairNamed('model,impl');
  if (names.length === 2) return pairNamed(names.join(','));
  throw new InputError(
    `${source}: found.dispatchers: expected two names, got ${names.length}; say which with --on A,B`,
  );
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
