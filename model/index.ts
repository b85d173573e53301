/** The contract, executable: vocabulary, profiles, the reference dispatcher, and traces that say why it did what it did. */

export {
  type CallbackCall,
  type CallbackOutcome,
  type Caller,
  type CallerChange,
  type CallerRegion,
  type CallerRegistration,
  type CallerStep,
  defineCaller,
  type GuestWrite,
  mistakenCallers,
  qemuCallers,
} from './callers/index.ts';
export type { Ioeventfd } from './ioeventfd/ioeventfd.ts';
export { answer, type Place } from './map/answer.ts';
export { type FlatRange, flatView } from './map/flat-view.ts';
export type { Region, Regions } from './map/region.ts';
export { modelDispatcher, type Step, step } from './reference/reference.ts';
export { initialState, type State } from './reference/state.ts';
export { type Layer, type LayeredMap, type LayeredRange, layeredMap } from './trace/layers.ts';
export * from './trace/trace.ts';
export { type TracedStep, tracedStep } from './trace/traced-step.ts';
export { type DecisionName, type Decisions, decisionCatalogue } from './vocabulary/decisions.ts';
export * from './vocabulary/outside.ts';
export {
  decisionsOf,
  isProfile,
  perProfile,
  profileNames,
  profiles,
  requireProfile,
} from './vocabulary/profiles.ts';
export * from './vocabulary/vocabulary.ts';
