/** Is a caller prepared? At random first, which is quick and reaches far; then every life in the scope. */
import type { AnyCaller } from '../../model/callers/index.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import {
  type CallerReport,
  type ExploreCallerOptions,
  type Explored,
  exploreCaller,
  operationsIn,
  type ShownViolation,
} from './explore.ts';
import { randomViolations } from './random.ts';
import { type ViolationKind, violationKinds } from './violation.ts';

export type CheckCallerOptions = ExploreCallerOptions & {
  /** Random lives under each profile and byte order (default 100). */
  readonly runs?: number;
  readonly seed: number;
};

/**
 * Checks that a caller is prepared (F2): random lives, and every life of a scope.
 *
 * @returns the shortest violation of each kind, wherever it was found, and how far the exploration got
 */
export async function checkCaller(caller: AnyCaller, options: CheckCallerOptions): Promise<CallerReport> {
  const { profiles = profileNames, targets = ['little', 'big'], seed, runs = 100 } = options;
  const atRandom = randomViolations(caller, { profiles, targets, seed, runs });
  const report = await exploreCaller(caller, options);
  const explored = report.explored.map((one) => ({
    ...one,
    kinds: violationKinds.filter(
      (kind) => one.kinds.includes(kind) || atRandom.some((shown) => isOf(shown, kind, one)),
    ),
  }));
  return { ...report, explored, violations: shortestOfEachKind([...report.violations, ...atRandom]) };
}

function isOf(shown: ShownViolation, kind: ViolationKind, { profile, target }: Explored): boolean {
  const { circumstances } = shown;
  return shown.kind === kind && circumstances.profile === profile && circumstances.target === target;
}

function shortestOfEachKind(all: readonly ShownViolation[]): readonly ShownViolation[] {
  const shortest = new Map<string, ShownViolation>();
  for (const violation of all) {
    const known = shortest.get(violation.kind);
    if (known === undefined || operationsIn(violation.history) < operationsIn(known.history)) {
      shortest.set(violation.kind, violation);
    }
  }
  return [...shortest.values()];
}
