/** `run FILE... --on NAME`: the effects of every operation. */

import { InputError, printable } from '../../format/errors.ts';
import { effectsToJson, type Json, type SourcedScenario } from '../../format/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { isOutside, type OutsideDispatcher } from '../../model/vocabulary/outside.ts';
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import { settled } from '../../properties/outside/lockstep.ts';
import type { Context } from '../context.ts';
import { exitStatus } from '../errors.ts';
import { effectsOf } from '../io/effects.ts';
import { filesOf } from '../io/package-paths.ts';
import { scenarios } from '../io/scenarios.ts';
import { type LimitOptions, limitsOf, openOptionsOf, ScenarioWatch } from '../io/watch.ts';
import { anySystem } from '../systems.ts';
import { jsonLine } from '../text/json-line.ts';
import { effectText, headerText, numbered, surroundingsText } from '../text/operation.ts';

export type RunCommandOptions = LimitOptions & {
  readonly on: string;
  readonly qemu?: string;
  readonly json?: true;
};

/** Prints the effects of each scenario, in order, as it is read. */
export async function runRun(
  paths: readonly string[],
  options: RunCommandOptions,
  context: Context,
): Promise<void> {
  const files = paths.flatMap(filesOf);
  const dispatcher = await anySystem(options.on, context, openOptionsOf(options));
  const counts = { all: 0, unsupported: 0 };
  const reading = { dispatchers: [options.on], quiet: options.json === true };
  const watch = new ScenarioWatch(limitsOf(options));
  try {
    for await (const sourced of scenarios(files, reading, context)) {
      counts.all++;
      if (isOutside(dispatcher)) {
        if (!(await runOutside(dispatcher, sourced, options, files.length > 1, context)))
          counts.unsupported++;
        if (context.interrupt.aborted) return;
        continue;
      }
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
  if (counts.unsupported > counts.all / 2) context.status = exitStatus.difference;
}

/** Prints what a program told of a scenario; false where it cannot be asked. */
async function runOutside(
  dispatcher: OutsideDispatcher,
  sourced: SourcedScenario,
  options: RunCommandOptions,
  isOneOfMany: boolean,
  context: Context,
): Promise<boolean> {
  const { scenario, source } = sourced;
  await context.handOver();
  const sides = await settled([dispatcher, modelDispatcher], scenario);
  if (context.interrupt.aborted) return true;
  if ('failure' in sides) throw new InputError(`${printable(source)}: ${sides.failure.message}`);
  if ('unsupported' in sides) {
    await printUnsupported(sides.unsupported, sourced, options, context);
    return false;
  }
  if (options.json) {
    await printJson(sides.pair[0], sourced, context);
    return true;
  }
  if (isOneOfMany) await context.output.lines([context.style.bold(printable(source))]);
  await printText(sides.pair[0], sourced, context);
  return true;
}

async function printUnsupported(
  unsupported: string,
  { scenario, source }: SourcedScenario,
  { json }: RunCommandOptions,
  { output }: Context,
): Promise<void> {
  const title = scenario.title ?? '';
  const text = `not supported  ${printable(source)}: ${printable(unsupported)}`;
  await output.lines([json ? jsonLine({ source, title, unsupported }) : text]);
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
