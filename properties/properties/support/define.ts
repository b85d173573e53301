/** How a property of one dispatcher is written down: what it says, and a function that tries it. */
import type { ClauseId } from '../../../model/clauses/catalogue.ts';
import type {
  Dispatcher,
  Effect,
  EffectLists,
  Operation,
  Scenario,
} from '../../../model/vocabulary/vocabulary.ts';
import { firstDifference, kindOf } from '../../compare/compare.ts';
import type { Failure, Property, Side } from '../../compare/property.ts';

/**
 * A failure, as the property's own code says it; the clause is the property's first if left out. It is numbered by
 * `operations`: those of the scenario that the property compared, which may be a part of the one it was given.
 */
export type Breach = Omit<Failure, 'property' | 'clause'> & {
  readonly clause?: ClauseId;
  readonly operations: readonly Operation[];
};

/** What trying a property came to, in the property's own terms. */
export type AttemptOutcome = 'holds' | 'does not apply' | Breach;

/** Makes a property. It does not apply to scenarios of profiles that do not promise it. */
export function defineProperty(
  description: Omit<Property, 'check'>,
  attempt: (dispatcher: Dispatcher, scenario: Scenario) => AttemptOutcome,
): Property {
  return {
    ...description,
    check(dispatcher, scenario) {
      if (!description.profiles.includes(scenario.profile ?? 'contract')) return 'does not apply';
      const outcome = attempt(dispatcher, scenario);
      if (typeof outcome === 'string') return outcome;
      const { operations, ...breach } = outcome;
      const failure = { property: description.name, clause: description.clauses[0], ...breach };
      return operations === scenario.operations ? failure : inScenario(failure, operations, scenario);
    },
  };
}

/** The failure in the numbering of the whole scenario, of whose operations `operations` are some. */
function inScenario(failure: Failure, operations: readonly Operation[], scenario: Scenario): Failure {
  const at = operations[failure.operation];
  const [expected, actual] = failure.sides;
  const whole = ({ name, effects }: Side): Side => ({
    name,
    effects: renumbered(effects, operations, scenario.operations),
  });
  return {
    ...failure,
    operation: Math.max(0, at === undefined ? -1 : scenario.operations.indexOf(at)),
    sides: [whole(expected), whole(actual)],
  };
}

/** Effects that are numbered by some operations, numbered by others: operations are told apart by being the same object. */
export function renumbered(
  effects: EffectLists,
  from: readonly Operation[],
  to: readonly Operation[],
): EffectLists {
  const lists = new Map(from.map((operation, index) => [operation, effects[index] ?? []]));
  return to.map((operation) => lists.get(operation) ?? []);
}

/** Where two runs that should say the same part, if they do; both are in the scenario's own numbering of operations. */
export function difference(
  scenario: Scenario,
  expected: Side,
  actual: Side,
  clause?: ClauseId,
): Breach | undefined {
  const found = firstDifference(expected.effects, actual.effects);
  if (found === undefined) return undefined;
  return breachAt(scenario, found.operation, found.effect, [expected, actual], clause);
}

/** The breach at one effect of one operation, whose kind is told by what the two sides say there. */
export function breachAt(
  scenario: Scenario,
  operation: number,
  effect: number,
  sides: readonly [Side, Side],
  clause?: ClauseId,
): Breach {
  const [expected, actual] = sides.map(({ effects }) => nameAt(effects, operation, effect));
  const op = scenario.operations[operation]?.op ?? 'probe';
  return {
    ...(clause !== undefined && { clause }),
    operations: scenario.operations,
    operation,
    effect,
    kind: `${op}: ${expected} / ${actual}`,
    message: `${sides[1].name}: ${actual} where ${sides[0].name} gives ${expected}`,
    sides,
  };
}

function nameAt(effects: EffectLists, operation: number, effect: number): string {
  const found: Effect | undefined = effects[operation]?.[effect];
  return found === undefined ? 'nothing' : kindOf(found);
}
