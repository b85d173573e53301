/** `ioeventfd-check/testing`: the tests of a dispatcher for any runner. With vitest, see `ioeventfd-check/vitest`. */

export { default as fc } from 'fast-check';
export { checkDispatcher, type DispatcherTest } from './check-dispatcher.ts';
export { DispatcherTestError } from './failure-text.ts';
export type { DispatcherOptions } from './options.ts';
