/** Differences as they are found, reported and saved. */
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import { answerName, type Failure, invariantsName, repeatabilityName, terminationName } from './property.ts';

/** What is said of one dispatcher, and is no difference of two. */
const ofOneSide: readonly string[] = [invariantsName, terminationName, answerName, repeatabilityName];

/** A scenario on which a property fails, as it is found and shrunk. */
export type Failing = {
  readonly scenario: Scenario;
  readonly failure: Failure;
  /** Operations before shrinking. */
  readonly originalLength: number;
};

/** A failing scenario, ready to be reported and saved. */
export type Finding = {
  readonly failure: Failure;
  /** The scenario, with a title; its `found` says the same in the file's own terms. */
  readonly scenario: Scenario;
  /** Operations before shrinking. */
  readonly originalLength: number;
  /** What shows it without this program, by the ending of the file that it is for: a shell script, say. */
  readonly reproduction?: ReadonlyMap<string, string>;
  /** Where it comes from: a regression's source, the seed and the number of the scenario, or a scope. */
  readonly origin: string;
};

/** The finding of a failing scenario. `dispatchers` are the names of both. */
export function findingOf(
  { failure, scenario, originalLength }: Failing,
  dispatchers: readonly [string, string],
  origin: string,
  seed?: number,
): Finding {
  const { property, clause, operation, sides, message, stderr } = failure;
  const [one, other] = sides;
  const what = ofOneSide.includes(property)
    ? message
    : `${one.name} and ${other.name} differ at operation ${operation}`;
  return {
    failure,
    originalLength,
    origin,
    scenario: {
      title: `${property}: ${what}`,
      ...scenario,
      found: {
        property,
        ...(clause !== undefined && { clause }),
        dispatchers,
        operation,
        effects: sides.map(({ effects }) => effects[operation] ?? []),
        ...(seed !== undefined && { seed }),
        originalLength,
        ...(stderr !== undefined && { stderr }),
      },
    },
  };
}
