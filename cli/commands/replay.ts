/** `replay FILE...`: saved scenarios again, on the pair that they name. */
import { InputError } from '../../format/index.ts';
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Context } from '../context.ts';
import { exitStatus } from '../errors.ts';
import { scenarios } from '../io/scenarios.ts';
import { replay } from '../replay.ts';
import { pairNamed, pairOfScenario } from '../systems.ts';
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
    const pair = given ?? (await pairOfScenario(sourced));
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
