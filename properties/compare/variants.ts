/** Other builds of a dispatcher that must do the same, such as one whose tables are as small as can be. */
import type { Dispatcher, EffectLists, Session } from '../../model/vocabulary/vocabulary.ts';

/** The variants of both sides. */
export function variantsOf(a: Dispatcher, b: Dispatcher): readonly Dispatcher[] {
  if (a.variants === undefined && b.variants === undefined) return none;
  return [...(a.variants ?? none), ...(b.variants ?? none)];
}

const none: readonly Dispatcher[] = [];

/** A dispatcher that gives what another one gave for a scenario, so that it need not run again. */
export function recordedRun(
  { name, profile }: Pick<Dispatcher, 'name' | 'profile'>,
  effects: EffectLists,
): Dispatcher {
  return {
    name,
    ...(profile !== undefined && { profile }),
    open(): Session {
      let next = 0;
      return { apply: () => effects[next++] ?? [] };
    },
  };
}
