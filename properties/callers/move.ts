/** One thing that happens in a caller's life. */
import type { GuestWrite } from '../../model/callers/index.ts';

export type PlaceChange =
  | 'moves'
  | 'is hidden'
  | 'is uncovered'
  | 'is unmapped'
  | 'is mapped again'
  | 'is disabled'
  | 'is enabled';

/** `refused`: the ordinals, within the move, of the registrations that the host refuses. */
export type Move =
  | { readonly kind: 'event'; readonly event: string; readonly refused: readonly number[] }
  | {
      readonly kind: 'place';
      readonly change: PlaceChange;
      readonly region: string;
      readonly refused: readonly number[];
    }
  | {
      readonly kind: 'write';
      readonly write: GuestWrite;
      /** The guest's CPU, or QEMU itself: DMA of another device. */
      readonly by: 'cpu' | 'qemu';
      /** Relative to where the region was first, or to where it moves. */
      readonly at: 'first' | 'moved';
      readonly refused: readonly number[];
    };
