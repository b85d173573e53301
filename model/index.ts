/** The contract, executable: vocabulary, profiles, reference dispatcher. */

export { type Access, accesses } from './dispatch/write.ts';
export { answer, type FlatRange, flatView, type Place } from './map/flat-view.ts';
export type { Region, Regions, Registration } from './map/region.ts';
export { modelDispatcher, type Step, step } from './reference/reference.ts';
export { initialState, type State } from './reference/state.ts';
export { type Decisions, isProfile, profileNames, profiles, requireProfile } from './vocabulary/profiles.ts';
export * from './vocabulary/vocabulary.ts';
