/**
 * What is written for dispatchers of this process, tried on one outside: it is tried with the runs that are known; those that it asks
 * for beyond them are made; then it is tried again, until it asks for no other. A property asks for two or three.
 */
import { writeScenarioLine } from '../../format/index.ts';
import { type AnyDispatcher, isOutside, type OutsideDispatcher } from '../../model/vocabulary/outside.ts';
import type { Dispatcher, EffectLists, Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Failure, Property, PropertyVerdict } from '../compare/property.ts';
import { tryProperty } from '../engine/try-property.ts';
import { properties } from '../properties/index.ts';
import { lacksNothing } from './abilities.ts';
import { type AnyPair, lackedAt, lockstepOutside, type Runner, withOthers } from './lockstep.ts';
import { tellsAll } from './observed.ts';

/** More runs than any property asks for. */
const mostRuns = 64;

/** A property, tried on a dispatcher that may live outside. It applies only to one that tells all, and knows all, that it needs. */
export async function tryPropertyOutside(
  property: Property,
  dispatcher: AnyDispatcher,
  scenario: Scenario,
  run: Runner = withOthers,
): Promise<PropertyVerdict> {
  if (!isOutside(dispatcher)) return tryProperty(property, dispatcher, scenario);
  const { abilities } = dispatcher;
  if (!tellsAll(abilities) || !lacksNothing(abilities)) return 'does not apply';
  const known = new Map<string, EffectLists>();
  for (let runs = 0; runs < mostRuns; runs++) {
    let asked: Scenario | undefined;
    const verdict = tryProperty(
      property,
      knownRuns(dispatcher, known, (one) => {
        asked ??= one;
      }),
      scenario,
    );
    if (asked === undefined) return verdict;
    const effects = await effectsOf(dispatcher, asked, run);
    if (effects === undefined) return 'does not apply';
    known.set(writeScenarioLine(asked), effects);
  }
  return 'does not apply';
}

/** Undefined where there is no answer to compare: `lockstep` says that of the scenario itself. */
async function effectsOf(
  dispatcher: OutsideDispatcher,
  scenario: Scenario,
  run: Runner,
): Promise<EffectLists | undefined> {
  if (lackedAt(dispatcher, scenario) !== undefined) return undefined;
  const { answer } = await run(dispatcher, scenario);
  return answer.kind === 'effects' ? answer.effects : undefined;
}

/** A dispatcher that gives the known effects. For a scenario that is not known, it says so, and gives none. */
function knownRuns(
  { name, profile }: OutsideDispatcher,
  known: ReadonlyMap<string, EffectLists>,
  ask: (scenario: Scenario) => void,
): Dispatcher {
  const plain: Dispatcher = {
    name,
    ...(profile !== undefined && { profile }),
    open: () => ({ apply: () => [] }),
  };
  return {
    ...plain,
    open(header) {
      // Whoever runs a scenario opens a session with the whole of it.
      const scenario = header as Scenario;
      const effects = known.get(writeScenarioLine(scenario));
      if (effects === undefined) ask(scenario);
      const { operations } = scenario;
      let next = 0;
      return {
        apply(operation) {
          if (operation !== operations[next])
            throw new Error('a scenario was opened, and another one is run');
          return effects?.[next++] ?? [];
        },
      };
    },
  };
}

/** How the property of this name, or lockstep, fails on a pair of which one lives outside; undefined if it does not. */
export async function failureOutside(
  name: string | undefined,
  pair: AnyPair,
  scenario: Scenario,
  run: Runner = withOthers,
): Promise<Failure | undefined> {
  const property = properties.find((one) => one.name === name);
  if (property === undefined) return (await lockstepOutside(pair, scenario, run)).failure;
  for (const dispatcher of pair) {
    const verdict = await tryPropertyOutside(property, dispatcher, scenario, run);
    if (typeof verdict === 'object') return verdict;
  }
  return undefined;
}
