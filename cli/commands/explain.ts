/** `explain FILE [--on NAME] [--json]`: the map and the path of each write through it. */
import { InputError, printable } from '../../format/errors.ts';
import type { SourcedScenario } from '../../format/read.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Decisions } from '../../model/vocabulary/decisions.ts';
import { type AnyDispatcher, isOutside } from '../../model/vocabulary/outside.ts';
import type { Dispatcher, Profile } from '../../model/vocabulary/vocabulary.ts';
import { originalOf } from '../../properties/engine/dispatchers.ts';
import { settled } from '../../properties/outside/lockstep.ts';
import { filledIn } from '../../properties/outside/observed.ts';
import type { Context } from '../context.ts';
import { explain } from '../explain/explain.ts';
import { explanationPieces } from '../explain/explanation-json.ts';
import { Pace } from '../io/pace.ts';
import { filesOf } from '../io/package-paths.ts';
import { scenarios } from '../io/scenarios.ts';
import { anySystem } from '../systems.ts';

export type ExplainCommandOptions = {
  readonly on: string;
  readonly qemu?: string;
  readonly everyStep?: true;
  readonly json?: true;
};

/** What the name after `--on` asks for. */
type Asked = {
  readonly profile?: Profile;
  readonly decisions?: Partial<Decisions>;
  readonly other?: Dispatcher;
};

/** The dispatcher that is at work beside the model, as a reference. */
function dispatcherOf({ other }: Asked): string {
  return other?.name ?? modelDispatcher.name;
}

/** Explains each scenario; in text, with a blank line and a rule between two. */
export async function runExplain(
  paths: readonly string[],
  options: ExplainCommandOptions,
  context: Context,
): Promise<void> {
  const files = paths.flatMap(filesOf);
  const named = await anySystem(options.on, context, { qemu: options.qemu });
  let isFirst = true;
  const reading = { dispatchers: [options.on], quiet: options.json === true };
  for await (const sourced of scenarios(files, reading, context)) {
    const asked = await askedOf(named, sourced, context);
    if (context.interrupt.aborted) return;
    if (options.json === true) {
      await printJson(sourced, asked, context);
      continue;
    }
    if (!isFirst) await context.output.lines(['', '='.repeat(100), '']);
    isFirst = false;
    if (files.length > 1) await context.output.lines([context.style.bold(printable(sourced.source))]);
    await printText(sourced, asked, options.everyStep === true, context);
  }
}

/** A program runs the whole scenario first: what it told is shown. */
async function askedOf(
  named: AnyDispatcher,
  { scenario, source }: SourcedScenario,
  context: Context,
): Promise<Asked> {
  const { profile, decisions } = named;
  const own = { ...(profile !== undefined && { profile }), ...(decisions !== undefined && { decisions }) };
  if (!isOutside(named)) return originalOf(named) === modelDispatcher ? own : { ...own, other: named };
  await context.handOver();
  const sides = await settled([named, modelDispatcher], scenario);
  if ('pair' in sides) {
    return { ...own, other: filledIn(sides.pair[0], modelDispatcher, named.abilities) };
  }
  if (context.interrupt.aborted) return own;
  const why =
    'unsupported' in sides ? `${named.name}: not supported: ${sides.unsupported}` : sides.failure.message;
  throw new InputError(`${printable(source)}: ${printable(why)}`);
}

async function printText(
  sourced: SourcedScenario,
  asked: Asked,
  everyStep: boolean,
  context: Context,
): Promise<void> {
  const { output, style } = context;
  const pace = new Pace(context, sourced, { dispatcher: dispatcherOf(asked), quiet: false });
  let index = 0;
  const onOperation = (next: number) => {
    index = next;
  };
  try {
    for (const line of explain(sourced.scenario, { style, everyStep, onOperation, ...asked })) {
      await output.lines([line]);
      if (!(await pace.goesOn(index))) return;
    }
  } finally {
    pace.stop();
  }
}

/** One line, written as it is made: Ctrl-C leaves its beginning, without the newline. */
async function printJson(sourced: SourcedScenario, asked: Asked, context: Context): Promise<void> {
  const { output } = context;
  const pace = new Pace(context, sourced, { dispatcher: dispatcherOf(asked), quiet: true });
  const { scenario, source } = sourced;
  for (const piece of explanationPieces(scenario, { source, ...asked })) {
    await output.text(piece);
    if (!(await pace.goesOn(0))) return;
  }
  await output.lines(['']);
}
