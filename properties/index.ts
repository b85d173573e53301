/** What must hold, and how cases are found, measured, shrunk and kept. */

export { type CheckCallerOptions, checkCaller } from './callers/check-caller.ts';
export type { CallerReport, Remark, ShownViolation } from './callers/explore.ts';
export { loadCaller } from './callers/load-caller.ts';
export type { Violation, ViolationKind } from './callers/violation.ts';
export { DispatcherError } from './compare/apply.ts';
export { assertAgree } from './compare/assert-agree.ts';
export {
  type Difference,
  differenceOf,
  type EffectKind,
  firstDifference,
  kindOf,
  runScenario,
  sameEffect,
} from './compare/compare.ts';
export type { Failing, Finding } from './compare/finding.ts';
export { lockstep } from './compare/lockstep.ts';
export type { Failure, Property, PropertyVerdict, Side } from './compare/property.ts';
export { CoverageCounter } from './coverage/observe.ts';
export { type CoverageShare, coverageShares } from './coverage/shares.ts';
export { type CoverageName, coverageNames } from './coverage/table.ts';
export { type RunPlan, randomScenarios, type Shard } from './engine/batch-plan.ts';
export { check } from './engine/check.ts';
export {
  type DispatcherReference,
  dispatcherNamed,
  dispatcherNames,
  loadDispatcher,
  underProfile,
} from './engine/dispatchers.ts';
export type { CheckOptions, Progress } from './engine/options.ts';
export { loadRegressions, type Regression } from './engine/regressions.ts';
export type { CheckReport, PropertyUse } from './engine/report.ts';
export { type SearchOptions, searchShortest } from './engine/search.ts';
export { type ExploreOptions, explore } from './explore/explore.ts';
export type { ExploreEnd, ExploreProgress, ExploreReport } from './explore/report.ts';
export { loadScope, scopeNames } from './explore/scope/load.ts';
export { readScope } from './explore/scope/read.ts';
export type { Scope } from './explore/scope/scope.ts';
export type { Flaw } from './explore/trust/flaw.ts';
export { type Chooser, ExhaustiveChooser, RandomChooser, ReplayChooser } from './generate/chooser.ts';
export { generateScenario } from './generate/scenario.ts';
export { ScenarioArbitrary, type ScenarioOptions } from './generate/scenario-arbitrary.ts';
export { type AnyReference, loadAnyDispatcher } from './outside/load.ts';
export { properties } from './properties/index.ts';
export { simplerScenarios } from './shrink/candidates.ts';
export { costOf } from './shrink/cost.ts';
export { type Fails, shrunk, shrunkInAnyWay } from './shrink/shrunk.ts';
