/** The contract, executable: vocabulary, profiles, reference dispatcher. */
export { answer, type FlatRange, flatView, type Place } from './flat-view.ts';
export { type Decisions, profiles } from './profiles.ts';
export { modelDispatcher, type Step, step } from './reference.ts';
export type { Region, Regions, Registration } from './region.ts';
export { initialState, type State } from './state.ts';
export * from './vocabulary.ts';
export { type Access, accesses } from './write.ts';
