/** A caller's life: as it is under a profile, and, beside it, as it should be. */
import type { AnyCaller, CallerRegistration } from '../../model/callers/index.ts';
import type { State } from '../../model/reference/state.ts';
import type { ByteOrder, Profile } from '../../model/vocabulary/vocabulary.ts';

/** Under which profile and byte order of the guest's CPU a life is lived. */
export type Circumstances = { readonly profile: Profile; readonly target: ByteOrder };

/** One of the two lives. */
export type Side = {
  readonly map: State;
  /** The caller's own state. */
  readonly device: unknown;
};

export type Life = {
  readonly caller: AnyCaller;
  readonly circumstances: Circumstances;
  /** Under the profile, with what the host refuses. */
  readonly actual: Side;
  /** Under the contract, with every registration that the device's state asks for. */
  readonly expected: Side;
  /** What the caller has registered and not deleted, and which notifiers it has closed. */
  readonly made: readonly CallerRegistration[];
  readonly closed: readonly string[];
};

/** The region that covers another one, whole. */
export const coverOf = (region: string) => `cover-of-${region}`;

export const isCover = (region: string) => region.startsWith(coverOf(''));
