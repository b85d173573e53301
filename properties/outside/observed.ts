/** A dispatcher as it is seen by one that does not tell everything: effects of some kinds are left out on both sides. */
import { type Abilities, effectNames } from '../../model/vocabulary/outside.ts';
import type { Dispatcher, Effect, EffectLists, Expectation } from '../../model/vocabulary/vocabulary.ts';
import { differenceOf, kindOf } from '../compare/compare.ts';

/** Whether every kind of effect is told. */
export function tellsAll({ effects }: Abilities): boolean {
  return effects.length === effectNames.length;
}

/** The effects of these kinds. */
export function observedEffects(lists: EffectLists, abilities: Abilities): EffectLists {
  if (tellsAll(abilities)) return lists;
  return lists.map((list) => observedList(list, abilities));
}

/** The dispatcher with only these effects. */
export function observedOf(dispatcher: Dispatcher, abilities: Abilities): Dispatcher {
  if (tellsAll(abilities)) return dispatcher;
  return {
    ...dispatcher,
    open(header) {
      const session = dispatcher.open(header);
      return { apply: (operation) => observedList(session.apply(operation), abilities) };
    },
  };
}

/**
 * What a dispatcher told, with what it does not tell filled in from another, as long as the two agree: for whoever shows both. Where they
 * do not, what it told.
 */
export function filledIn(told: Dispatcher, other: Dispatcher, abilities: Abilities): Dispatcher {
  if (tellsAll(abilities)) return told;
  return {
    ...told,
    open(header) {
      const [session, whole] = [told.open(header), other.open(header)];
      return {
        apply(operation) {
          const [effects, all] = [session.apply(operation), whole.apply(operation)];
          return differenceOf(effects, observedList(all, abilities)) < 0 ? all : effects;
        },
      };
    },
  };
}

/** What is expected, of the effects that are told. */
export function observedExpectations(
  expect: readonly Expectation[],
  abilities: Abilities,
): readonly Expectation[] {
  return expect.map(({ operation, effects }) => ({ operation, effects: observedList(effects, abilities) }));
}

function observedList(list: readonly Effect[], { effects }: Abilities): readonly Effect[] {
  return list.filter((effect) => effects.includes(kindOf(effect)));
}
