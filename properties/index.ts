/** What must hold, and how cases are found, measured, shrunk and kept. */
export {
  type CheckOptions,
  type CheckReport,
  check,
  type Progress,
  type PropertyUse,
  type Shard,
} from './check.ts';
export { type Chooser, ExhaustiveChooser, RandomChooser, ReplayChooser } from './chooser.ts';
export {
  type Difference,
  differenceOf,
  type EffectKind,
  firstDifference,
  kindOf,
  runHistory,
  sameEffect,
} from './compare.ts';
export { dispatcherNamed, dispatcherNames, underProfile } from './dispatchers.ts';
export {
  type ExploreEnd,
  type ExploreOptions,
  type ExploreProgress,
  type ExploreReport,
  explore,
} from './explore/explore.ts';
export { loadScope, readScope, type Scope, scopeNames } from './explore/scope.ts';
export type { Finding } from './finding.ts';
export { generateHistory } from './generate/history.ts';
export { properties } from './holds/index.ts';
export { type Label, labelNames } from './label-table.ts';
export { type LabelShare, labelShares } from './labels.ts';
export { lockstep } from './lockstep.ts';
export { LabelCounter } from './observe.ts';
export type { Failure, Property, Side, Verdict } from './property.ts';
export { ScenarioArbitrary, type ScenarioOptions } from './scenario-arbitrary.ts';
export { simplerScenarios } from './shrink/candidates.ts';
export { costOf } from './shrink/cost.ts';
export {
  type Failing,
  type Fails,
  type SearchOptions,
  searchShortest,
  shrunk,
  shrunkInAnyWay,
} from './shrink/shortest.ts';
