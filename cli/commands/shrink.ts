/** `shrink FILE`: a shorter scenario that still shows a difference. */
import { InputError, printable, type SourcedScenario, writeScenario } from '../../format/index.ts';
import { type Failing, findingOf } from '../../properties/compare/finding.ts';
import type { Context } from '../context.ts';
import { shellWord } from '../invocation.ts';
import { scenarios } from '../io/scenarios.ts';
import { requireWritable, writeWhole } from '../io/write-file.ts';
import { shrinkScenario } from '../shrink.ts';
import type { Parting } from '../surroundings.ts';
import { pairNamed, pairOfScenario } from '../systems.ts';
import { escapedJson } from '../text/json-line.ts';
import { plural } from '../text/layout.ts';

export type ShrinkOptions = {
  readonly on?: string;
  readonly qemu?: string;
  readonly search: boolean;
  readonly output?: string;
  readonly quiet?: true;
};

/** Shrinks, writes the result, and says how much shorter it is. */
export async function runShrink(file: string, options: ShrinkOptions, context: Context): Promise<void> {
  const { interrupt } = context;
  const { program } = context.surroundings;
  if (options.output !== undefined) requireWritable(options.output);
  const given =
    options.on === undefined ? undefined : await pairNamed(options.on, context, { qemu: options.qemu });
  const sourced = await onlyScenario(file, options, context);
  if (sourced === undefined) return;
  const { scenario, source } = sourced;
  const pair = given ?? (await pairOfScenario(sourced, context, { qemu: options.qemu }));
  const names = [pair[0].name, pair[1].name] as const;
  const operations = scenario.operations.length;
  const progress = context.progress(`shrinking ${plural(operations, 'operation')}`, options.quiet);
  const onStep = (step: Failing) => {
    progress.show(`shrunk from ${operations} operations to ${step.scenario.operations.length}`);
    context.leaves(() => resultOf(step, names, sourced, { ...options, isCutShort: true, program }));
  };
  const searches = options.search;
  const result = await shrinkScenario({ pair, scenario, searches, onStep, abort: interrupt }).finally(() =>
    progress.stop(),
  );
  if (result === undefined) {
    if (interrupt.aborted) return;
    throw new InputError(`${source}: ${names.join(' and ')} agree on it; there is nothing to shrink`);
  }
  const isCutShort = interrupt.aborted;
  await print(resultOf(result, names, sourced, { ...options, isCutShort, program }), context);
}

type ResultOptions = Pick<ShrinkOptions, 'output' | 'quiet'> & {
  readonly isCutShort: boolean;
  /** The words that call this program. */
  readonly program: string;
};

/** The result as it is printed and written. */
function resultOf(
  failing: Failing,
  dispatchers: readonly [string, string],
  { scenario, source }: SourcedScenario,
  { output, quiet, isCutShort, program }: ResultOptions,
): Parting {
  // Of a random scenario that the search shrank, the length would mean nothing here.
  const originalLength = scenario.operations.length;
  const found = findingOf({ ...failing, originalLength }, dispatchers, source, scenario.found?.seed);
  const text = writeScenario(found.scenario);
  const said = lengthsText(originalLength, failing, isCutShort);
  if (output !== undefined) {
    const lines = quiet ? [] : [said, ...nextLines(program, output, dispatchers)];
    return { file: { path: output, text }, lines };
  }
  // The same scenario, and a terminal shows it as it is.
  const lines = text.trimEnd().split('\n').map(escapedJson);
  return { lines, ...(!quiet && { warning: said }) };
}

async function print({ file, lines = [], warning }: Parting, context: Context): Promise<void> {
  if (file !== undefined) writeWhole(file.path, file.text);
  await context.output.lines(lines);
  await context.output.flush();
  if (warning !== undefined) context.surroundings.errors.write(`${warning}\n`);
}

/** The scenario of a file that holds one; nothing if interrupted before. */
async function onlyScenario(
  file: string,
  { on, quiet }: ShrinkOptions,
  context: Context,
): Promise<SourcedScenario | undefined> {
  let only: SourcedScenario | undefined;
  const reading = { dispatchers: on?.split(',') ?? [], quiet: quiet === true };
  for await (const sourced of scenarios([file], reading, context)) {
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
    `  saved     ${printable(file)}`,
    `  replay    ${program} replay ${shellWord(file)} --on ${shellWord(dispatchers.join(','))}`,
    `  explain   ${program} explain ${shellWord(file)} --on ${shellWord(compared)}`,
  ];
}
