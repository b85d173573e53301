import type { AnyDispatcher } from '../../model/vocabulary/outside.ts';

/** The dispatchers of a page: one or two. */
export type Shown = readonly [AnyDispatcher] | readonly [AnyDispatcher, AnyDispatcher];
