/**
 * What does not matter in a scenario on which two dispatchers differ: found by trying, with the shrinker's moves. First operations are
 * left out for as long as the pair still differs in the same way; then, in what stays, one value after the other is changed.
 */
import { isOutside } from '../../model/vocabulary/outside.ts';
import type { Dispatcher, Operation, Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { SpareData } from '../../page/document/page-data.ts';
import { DispatcherError } from '../../properties/compare/apply.ts';
import type { Difference } from '../../properties/compare/compare.ts';
import { failureOf } from '../../properties/engine/try-property.ts';
import { withoutRemarks } from '../../properties/shrink/candidates.ts';
import { fewerOperations } from '../../properties/shrink/fewer.ts';
import { smallerNumbers } from '../../properties/shrink/numbers.ts';
import { plainerOperations } from '../../properties/shrink/plainer.ts';
import type { Shown } from './shown.ts';

/** Operations that are run in all, at most: some seconds of work. */
const mostWork = 60_000;
/** Longer scenarios are not tried: each trial takes too long for a page. */
const longest = 2000;

/** Nothing where it cannot be tried: with a program, or a scenario that is too long. */
export function spareOf(shown: Shown, scenario: Scenario, difference: Difference): SpareData | undefined {
  const [a, b] = shown;
  if (b === undefined || isOutside(a) || isOutside(b) || scenario.operations.length > longest)
    return undefined;
  const trial = new Trial([a, b], scenario);
  if (trial.kind === undefined) return undefined;
  const kept = trial.leastOf({
    ...withoutRemarks(scenario),
    operations: scenario.operations.slice(0, difference.operation + 1),
  });
  const places = new Map(scenario.operations.map((operation, index) => [operation, index]));
  const isKept = new Set(kept.operations);
  const operations = scenario.operations.flatMap((operation, index) =>
    isKept.has(operation) ? [] : [index],
  );
  return {
    verdict: `${a.name} and ${b.name} differ in the same way`,
    operations,
    fields: freeFields(trial, kept, places),
  };
}

class Trial {
  readonly #pair: readonly [Dispatcher, Dispatcher];
  #left = mostWork;
  /** How the pair differs. */
  readonly kind: string | undefined;

  constructor(pair: readonly [Dispatcher, Dispatcher], scenario: Scenario) {
    this.#pair = pair;
    this.kind = this.#kindOf(scenario);
  }

  /** Whether the pair differs in the same way; false once there has been enough work. */
  stays(scenario: Scenario): boolean {
    if (this.#left <= 0) return false;
    this.#left -= scenario.operations.length;
    return this.#kindOf(scenario) === this.kind;
  }

  #kindOf(scenario: Scenario): string | undefined {
    try {
      return failureOf('lockstep', this.#pair, scenario)?.kind;
    } catch (error) {
      if (error instanceof DispatcherError) return undefined;
      throw error;
    }
  }

  /** The scenario without all that can be left out; its operations are the very same objects. */
  leastOf(scenario: Scenario): Scenario {
    if (!this.stays(scenario)) return scenario;
    let least = scenario;
    for (;;) {
      const fewer = this.#firstThatStays(fewerOperations(least));
      if (fewer === undefined) return least;
      least = fewer;
    }
  }

  #firstThatStays(proposed: Iterable<Scenario>): Scenario | undefined {
    for (const one of proposed) if (this.stays(one)) return one;
    return undefined;
  }
}

/** Fields of which another value does as well, each by itself. Objects with several changes say nothing of each. */
function freeFields(
  trial: Trial,
  kept: Scenario,
  places: ReadonlyMap<Operation, number>,
): SpareData['fields'] {
  const free = new Map<number, Set<string>>();
  for (const propose of [plainerOperations, smallerNumbers]) {
    for (const changed of propose(kept)) {
      const difference = onlyChange(kept.operations, changed.operations);
      const index = difference === undefined ? undefined : places.get(difference.operation);
      if (difference === undefined || index === undefined) continue;
      if (free.get(index)?.has(difference.field) || !trial.stays(changed)) continue;
      free.set(index, (free.get(index) ?? new Set()).add(difference.field));
    }
  }
  return Object.fromEntries([...free].map(([index, fields]) => [String(index), [...fields]]));
}

/** The one field in which two lists of operations differ; nothing where there are several, or another number of operations. */
function onlyChange(
  before: readonly Operation[],
  after: readonly Operation[],
): { readonly operation: Operation; readonly field: string } | undefined {
  if (before.length !== after.length) return undefined;
  const changes = before.flatMap((operation, index) => {
    const other = after[index];
    if (other === undefined || other === operation) return [];
    return changedFields(operation, other).map((field) => ({ operation, field }));
  });
  return changes.length === 1 ? changes[0] : undefined;
}

function changedFields(a: Operation, b: Operation): string[] {
  const [one, other] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => textOf(one[name]) !== textOf(other[name]));
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part)) ?? '';
}
