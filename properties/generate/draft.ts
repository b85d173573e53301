/** What the makers of operations share while one scenario is written. */
import type { ByteOrder, Profile } from '../../model/vocabulary/vocabulary.ts';
import type { Chooser } from './chooser.ts';
import type { Pools } from './pools.ts';
import type { Sketch } from './sketch.ts';

export type Draft = {
  readonly chooser: Chooser;
  readonly pools: Pools;
  readonly sketch: Sketch;
  readonly target: ByteOrder;
  readonly profile: Profile;
};
