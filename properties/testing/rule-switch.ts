/** How a rule of the reference model is switched off, from outside: nothing of this is in the model. */
import type { ClauseId } from '../../model/clauses/catalogue.ts';
import { step } from '../../model/reference/reference.ts';
import { initialState, type State } from '../../model/reference/state.ts';
import type { Decisions } from '../../model/vocabulary/decisions.ts';
import type {
  Dispatcher,
  Effect,
  Operation,
  Scenario,
  ScenarioHeader,
} from '../../model/vocabulary/vocabulary.ts';
import { alone, namesIn, same } from './bends.ts';

/**
 * How a rule is broken: a decision is exchanged in the state, and other rules are broken in what the model is given
 * (operations, header, state) or in the effects that it gives. Each part that is left out changes nothing.
 */
type Bend = {
  readonly decisions?: Partial<Decisions>;
  readonly header?: (header: ScenarioHeader) => ScenarioHeader;
  /** The operations that are run instead of one; none: the operation has no effects. */
  readonly operation?: (operation: Operation, scenario: Scenario) => readonly Operation[];
  /** The state that an operation finds. */
  readonly state?: (state: State, operation: Operation) => State;
  /** What becomes of an effect. */
  readonly effect?: (effect: Effect) => readonly Effect[];
  /** What becomes of all effects of an operation. */
  readonly effects?: (effects: readonly Effect[]) => readonly Effect[];
  /** The state that an operation leaves. */
  readonly after?: (state: State, effects: readonly Effect[]) => State;
};

export type RuleSwitch = {
  readonly name: string;
  readonly clauses: readonly ClauseId[];
  readonly bend: Bend;
};

/** The model with a rule switched off. */
export function without({ name, bend }: RuleSwitch, scenario: Scenario): Dispatcher {
  const { decisions, header = same, operation = alone, state: bent = same, effect = alone } = bend;
  const { effects: bentEffects = same, after: bentAfter = same } = bend;
  return {
    name: `model without ${name}`,
    open(given) {
      let state = initialState(header(given));
      state = { ...state, decisions: { ...state.decisions, ...decisions } };
      if (name === 'order of naming') state = { ...state, notifiers: namesIn(scenario).reverse() };
      return {
        apply(given) {
          const effects: Effect[] = [];
          for (const one of operation(given, scenario)) {
            const after = step(bent(state, one), one);
            state = bentAfter(after.state, after.effects);
            effects.push(...after.effects.flatMap(effect));
          }
          return bentEffects(effects);
        },
      };
    },
  };
}
