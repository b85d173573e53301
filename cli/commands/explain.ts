/** `explain FILE [--on NAME] [--json]`: the map and the path of each write through it. */
import { printable } from '../../format/errors.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Decisions } from '../../model/vocabulary/decisions.ts';
import type { Dispatcher, Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { originalOf } from '../../properties/engine/dispatchers.ts';
import type { Context } from '../context.ts';
import { explain } from '../explain/explain.ts';
import { explanationPieces } from '../explain/explanation-json.ts';
import { Breather } from '../io/interrupt.ts';
import { scenarios } from '../io/scenarios.ts';
import { systemNamed } from '../systems.ts';

export type ExplainCommandOptions = {
  readonly on: string;
  readonly everyStep?: true;
  readonly json?: true;
};

/** What the name after `--on` asks for. */
type Asked = {
  readonly profile?: Profile;
  readonly decisions?: Partial<Decisions>;
  readonly other?: Dispatcher;
};

/** Explains each scenario; in text, with a blank line and a rule between two. */
export async function runExplain(
  files: readonly string[],
  options: ExplainCommandOptions,
  context: Context,
): Promise<void> {
  const named = await systemNamed(options.on);
  const { profile, decisions } = named;
  const asked: Asked = {
    ...(profile !== undefined && { profile }),
    ...(decisions !== undefined && { decisions }),
    ...(originalOf(named) !== modelDispatcher && { other: named }),
  };
  let isFirst = true;
  for await (const { scenario, source } of scenarios(files, context)) {
    if (options.json === true) {
      await printJson(scenario, source, asked, context);
      continue;
    }
    if (!isFirst) await context.output.lines(['', '='.repeat(100), '']);
    isFirst = false;
    if (files.length > 1) await context.output.lines([context.style.bold(printable(source))]);
    await printText(scenario, asked, options.everyStep === true, context);
  }
}

async function printText(
  scenario: Scenario,
  asked: Asked,
  everyStep: boolean,
  { output, style, interrupt }: Context,
): Promise<void> {
  const breather = new Breather();
  for (const line of explain(scenario, { style, everyStep, ...asked })) {
    await output.lines([line]);
    if (breather.isDue) await breather.pause();
    if (interrupt.aborted) return;
  }
}

/** One line, written as it is made: Ctrl-C leaves its beginning, without the newline. */
async function printJson(
  scenario: Scenario,
  source: string,
  asked: Asked,
  { output, interrupt }: Context,
): Promise<void> {
  const breather = new Breather();
  for (const piece of explanationPieces(scenario, { source, ...asked })) {
    await output.text(piece);
    if (breather.isDue) await breather.pause();
    if (interrupt.aborted) return;
  }
  await output.lines(['']);
}
