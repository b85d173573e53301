/** A scenario as a page holds it: what each side did, where they differ first, and what does not matter. */
import { type SourcedScenario, scenarioToJson } from '../../format/index.ts';
import { effectsToJson, type Json } from '../../format/write.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { type AnyDispatcher, isOutside } from '../../model/vocabulary/outside.ts';
import type { Dispatcher, Effect, EffectLists, Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { ScenarioData, SideData } from '../../page/document/page-data.ts';
import { DispatcherError } from '../../properties/compare/apply.ts';
import { firstDifference } from '../../properties/compare/compare.ts';
import { originalOf } from '../../properties/engine/dispatchers.ts';
import { settled } from '../../properties/outside/lockstep.ts';
import type { Context } from '../context.ts';
import { shellWord } from '../invocation.ts';
import { effectsOf } from '../io/effects.ts';
import type { Shown } from './shown.ts';
import type { Asking } from './spare/asking.ts';
import { spareOf } from './spare/spare.ts';

export type ShownOptions = {
  readonly id: string;
  readonly group?: string;
  /** The words that call this program; nothing for a scenario that is in no file. */
  readonly program?: string;
  readonly quiet: boolean;
  /** What does not matter is tried with it. */
  readonly asking: Asking;
};

/** A side that was run. */
type Ran = { readonly dispatcher: AnyDispatcher; readonly effects: EffectLists; readonly failure?: string };

/** The data of a scenario; nothing if it was interrupted. */
export async function scenarioData(
  sourced: SourcedScenario,
  shown: Shown,
  options: ShownOptions,
  context: Context,
): Promise<ScenarioData | undefined> {
  const { scenario, source } = sourced;
  const ran: Ran[] = [];
  for (const dispatcher of shown) {
    const side = await run(dispatcher, sourced, context, options.quiet);
    if (side === undefined) return undefined;
    ran.push(side);
  }
  const [a, b] = ran;
  const difference = a === undefined || b === undefined ? undefined : firstDifference(a.effects, b.effects);
  const spare = await spareOf({ scenario, shown, difference: difference?.operation }, options.asking);
  const names = shown.map(({ name }) => name).join(',');
  const { id, group, program } = options;
  const what = shown.length === 2 ? 'replay' : 'run';
  return {
    id,
    source,
    ...(group !== undefined && { group }),
    scenario: scenarioToJson(scenario),
    sides: ran.map((side) => sideData(side, scenario)),
    ...(difference !== undefined && { difference }),
    ...(program !== undefined && {
      replay: `${program} ${what} ${shellWord(source)} --on ${shellWord(names)}`,
    }),
    ...(typeof spare === 'string' ? { notTried: spare } : { spare }),
  };
}

async function run(
  dispatcher: AnyDispatcher,
  sourced: SourcedScenario,
  context: Context,
  quiet: boolean,
): Promise<Ran | undefined> {
  const { scenario } = sourced;
  if (isOutside(dispatcher)) {
    await context.handOver();
    const sides = await settled([dispatcher, modelDispatcher], scenario);
    if (context.interrupt.aborted) return undefined;
    if ('failure' in sides) return { dispatcher, effects: [], failure: sides.failure.message };
    if ('unsupported' in sides)
      return { dispatcher, effects: [], failure: `not supported: ${sides.unsupported}` };
    return run(sides.pair[0], sourced, context, quiet);
  }
  const effects: (readonly Effect[])[] = [];
  try {
    for await (const done of effectsOf(dispatcher, sourced, context, quiet)) effects.push(done.effects);
  } catch (error) {
    if (error instanceof DispatcherError) return { dispatcher, effects, failure: error.message };
    throw error;
  }
  return effects.length === scenario.operations.length ? { dispatcher, effects } : undefined;
}

function sideData({ dispatcher, effects, failure }: Ran, scenario: Scenario): SideData {
  const { name, profile, decisions } = dispatcher;
  const isModel = isTheModel(dispatcher);
  const isStored = !isModel || failure !== undefined || isLong(scenario);
  return {
    name,
    isModel,
    ...(profile !== undefined && { profile }),
    ...(decisions !== undefined && { decisions }),
    ...(isStored && { effects: effects.map((list): Json => effectsToJson(list)) }),
    ...(failure !== undefined && { failure }),
  };
}

/** Whether it is the model, under whichever profile: the page runs it itself. */
function isTheModel(dispatcher: AnyDispatcher): boolean {
  return !isOutside(dispatcher) && originalOf(dispatcher as Dispatcher) === modelDispatcher;
}

/** Operations times regions and registrations from which the page would take seconds to run the model. */
const longWork = 100_000;

function isLong({ operations }: Scenario): boolean {
  const things = operations.filter(({ op }) => op === 'create' || op === 'add-eventfd').length;
  return operations.length * things > longWork;
}
