/** `run FILE... --on NAME`: the effects of every operation. */

import { InputError, printable } from '../../format/errors.ts';
import { effectsToJson, type Json, type SourcedScenario } from '../../format/index.ts';
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import type { Context } from '../context.ts';
import { effectsOf } from '../io/effects.ts';
import { filesOf } from '../io/package-paths.ts';
import { scenarios } from '../io/scenarios.ts';
import { type LimitOptions, limitsOf, ScenarioWatch } from '../io/watch.ts';
import { systemNamed } from '../systems.ts';
import { jsonLine } from '../text/json-line.ts';
import { effectText, headerText, numbered, surroundingsText } from '../text/operation.ts';

export type RunCommandOptions = LimitOptions & { readonly on: string; readonly json?: true };

/** Prints the effects of each scenario, in order, as it is read. */
export async function runRun(
  paths: readonly string[],
  options: RunCommandOptions,
  context: Context,
): Promise<void> {
  const files = paths.flatMap(filesOf);
  const dispatcher = await systemNamed(options.on);
  const reading = { dispatchers: [options.on], quiet: options.json === true };
  const watch = new ScenarioWatch(limitsOf(options));
  try {
    for await (const sourced of scenarios(files, reading, context)) {
      const stop = await watch.stopOf([dispatcher, dispatcher], sourced.scenario, context.interrupt);
      if (context.interrupt.aborted) return;
      if (options.json && stop === undefined) {
        await printJson(dispatcher, sourced, context);
      } else if (!options.json) {
        if (files.length > 1) await context.output.lines([context.style.bold(printable(sourced.source))]);
        // What happened before stands.
        await printText(dispatcher, upTo(sourced, stop?.operation), context);
      }
      if (stop !== undefined) throw new InputError(`${printable(sourced.source)}: ${stop.message}`);
    }
  } finally {
    await watch.close();
  }
}

/** The first operations only, where a number of them is given. */
function upTo(sourced: SourcedScenario, count: number | undefined): SourcedScenario {
  const { scenario } = sourced;
  return { ...sourced, scenario: { ...scenario, operations: scenario.operations.slice(0, count) } };
}

/** A scenario that Ctrl-C cut short is left out: a line stands for a whole one. */
async function printJson(dispatcher: Dispatcher, sourced: SourcedScenario, context: Context): Promise<void> {
  const { scenario, source } = sourced;
  const effects: Json[] = [];
  for await (const done of effectsOf(dispatcher, sourced, context, true)) {
    effects.push(effectsToJson(done.effects));
  }
  if (effects.length < scenario.operations.length) return;
  await context.output.lines([jsonLine({ source, title: scenario.title ?? '', effects })]);
}

async function printText(dispatcher: Dispatcher, sourced: SourcedScenario, context: Context): Promise<void> {
  const { scenario } = sourced;
  const { output, style } = context;
  const title = scenario.title === undefined ? '(no title)' : printable(scenario.title);
  const header = dispatcher.profile !== undefined ? surroundingsText(scenario) : headerText(scenario);
  await output.lines([style.bold(title), `  ${printable(dispatcher.name)}, ${header}`]);
  for await (const { index, operation, effects } of effectsOf(dispatcher, sourced, context)) {
    const texts = effects.map((effect) => style.mark(`        ${effectText(effect)}`));
    await output.lines([...numbered(index, operation, '  '), ...texts]);
  }
  await output.lines(['']);
}
