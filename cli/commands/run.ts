/** `run FILE... --on NAME`: the effects of every operation. */

import { printable } from '../../format/errors.ts';
import { effectsToJson, type Json, type SourcedScenario } from '../../format/index.ts';
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import type { Context } from '../context.ts';
import { effectsOf } from '../io/effects.ts';
import { scenarios } from '../io/scenarios.ts';
import { systemNamed } from '../systems.ts';
import { jsonLine } from '../text/json-line.ts';
import { effectText, headerText, numbered, surroundingsText } from '../text/operation.ts';

export type RunOptions = { readonly on: string; readonly json?: true };

/** Prints the effects of each scenario, in order, as it is read. */
export async function runRun(files: readonly string[], options: RunOptions, context: Context): Promise<void> {
  const dispatcher = await systemNamed(options.on);
  for await (const { scenario, source } of scenarios(files, context)) {
    if (!options.json && files.length > 1)
      await context.output.lines([context.style.bold(printable(source))]);
    const print = options.json ? printJson : printText;
    await print(dispatcher, { scenario, source }, context);
  }
}

/** A scenario that Ctrl-C cut short is left out: a line stands for a whole one. */
async function printJson(
  dispatcher: Dispatcher,
  { scenario, source }: SourcedScenario,
  context: Context,
): Promise<void> {
  const effects: Json[] = [];
  for await (const done of effectsOf(dispatcher, scenario, context.interrupt)) {
    effects.push(effectsToJson(done.effects));
  }
  if (effects.length < scenario.operations.length) return;
  await context.output.lines([jsonLine({ source, title: scenario.title ?? '', effects })]);
}

async function printText(
  dispatcher: Dispatcher,
  { scenario }: SourcedScenario,
  context: Context,
): Promise<void> {
  const { output, style } = context;
  const title = scenario.title === undefined ? '(no title)' : printable(scenario.title);
  const header = dispatcher.profile !== undefined ? surroundingsText(scenario) : headerText(scenario);
  await output.lines([style.bold(title), `  ${dispatcher.name}, ${header}`]);
  for await (const { index, operation, effects } of effectsOf(dispatcher, scenario, context.interrupt)) {
    const texts = effects.map((effect) => style.mark(`        ${effectText(effect)}`));
    await output.lines([...numbered(index, operation, '  '), ...texts]);
  }
  await output.lines(['']);
}
