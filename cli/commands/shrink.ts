/** `shrink FILE`: a shorter scenario that still shows a difference. */
import { InputError, type SourcedScenario, writeScenario } from '../../format/index.ts';
import { type Failing, findingOf } from '../../properties/compare/finding.ts';
import type { Context } from '../context.ts';
import { shellWord } from '../invocation.ts';
import { startProgress } from '../io/progress.ts';
import { scenarios } from '../io/scenarios.ts';
import { requireWritable, writeWhole } from '../io/write-file.ts';
import { shrinkInThread } from '../shrink.ts';
import { pairNamed, pairOfScenario } from '../systems.ts';
import { plural } from '../text/layout.ts';

export type ShrinkOptions = {
  readonly on?: string;
  readonly search: boolean;
  readonly output?: string;
  readonly quiet?: true;
};

/** Shrinks, writes the result, and says how much shorter it is. */
export async function runShrink(file: string, options: ShrinkOptions, context: Context): Promise<void> {
  const { interrupt, output } = context;
  const { errors, program } = context.surroundings;
  if (options.output !== undefined) requireWritable(options.output);
  const given = options.on === undefined ? undefined : await pairNamed(options.on);
  const sourced = await onlyScenario(file, context);
  if (sourced === undefined) return;
  const { scenario, source } = sourced;
  const pair = given ?? (await pairOfScenario(sourced));
  const dispatchers = [pair[0].name, pair[1].name] as const;
  const operations = scenario.operations.length;
  const progress = await startProgress(`shrinking ${plural(operations, 'operation')}`, errors, options.quiet);
  const result = await shrinkInThread(
    { dispatchers, scenario, searches: options.search },
    interrupt,
    (step) => progress.show(`shrunk from ${operations} operations to ${step.scenario.operations.length}`),
  ).finally(() => progress.stop());
  if (result === undefined) {
    if (interrupt.aborted) return;
    throw new InputError(`${source}: ${dispatchers.join(' and ')} agree on it; there is nothing to shrink`);
  }
  // Of a random scenario that the search shrank, the length would mean nothing here.
  const failing = { ...result, originalLength: operations };
  const { scenario: shortest } = findingOf(failing, dispatchers, source, scenario.found?.seed);
  const text = writeScenario(shortest);
  const said = lengthsText(operations, result, interrupt.aborted);
  if (options.output === undefined) {
    await output.lines([text.trimEnd()]);
    await output.flush();
    if (!options.quiet) errors.write(`${said}\n`);
    return;
  }
  writeWhole(options.output, text);
  if (!options.quiet) await output.lines([said, ...nextLines(program, options.output, dispatchers)]);
}

/** The scenario of a file that holds one; nothing if interrupted before. */
async function onlyScenario(file: string, context: Context): Promise<SourcedScenario | undefined> {
  let only: SourcedScenario | undefined;
  for await (const sourced of scenarios([file], context)) {
    if (only !== undefined) {
      throw new InputError(`${sourced.source}: a second scenario; shrink takes one, such as from sed -n 1p`);
    }
    only = sourced;
  }
  return only;
}

function lengthsText(before: number, { scenario }: Failing, isCutShort: boolean): string {
  const after = scenario.operations.length;
  const lengths =
    after < before
      ? `shrunk from ${plural(before, 'operation')} to ${after}`
      : `${plural(before, 'operation')}; no shorter scenario was found`;
  return isCutShort ? `interrupted, not complete: ${lengths}` : lengths;
}

function nextLines(program: string, file: string, dispatchers: readonly [string, string]): string[] {
  const [, compared] = dispatchers;
  return [
    `  saved     ${file}`,
    `  replay    ${program} replay ${shellWord(file)} --on ${shellWord(dispatchers.join(','))}`,
    `  explain   ${program} explain ${shellWord(file)} --on ${shellWord(compared)}`,
  ];
}
