/** What a dispatcher is held to in somebody's own tests: options and their defaults. */
import { InputError, show } from '../format/errors.ts';
import { profileNames } from '../model/vocabulary/profiles.ts';
import type { Dispatcher, Profile, Scenario } from '../model/vocabulary/vocabulary.ts';
import {
  type DispatcherReference,
  knownProfile,
  partsOfReference,
} from '../properties/engine/dispatchers.ts';

export type DispatcherOptions = {
  /** The profiles that count; if left out, that of the dispatcher where it has one, else that of `against`, else all. */
  readonly profiles?: readonly Profile[];
  /** What the dispatcher is compared with; `model` if left out. */
  readonly against?: DispatcherReference;
  /** Random scenarios of each test that uses some; what `fc.configureGlobal` says if left out, else 500. */
  readonly runs?: number;
  /** The seed of the random scenarios; what `fc.configureGlobal` says if left out, else a new one. A failure names it. */
  readonly seed?: number;
  /** With the seed, the path that a failure names: only that scenario runs, shrunk as it was. For one test at a time. */
  readonly path?: string;
  /** A directory of saved scenarios. Each is a test; what is newly found is written there. It need not exist yet. */
  readonly regressions?: string;
  /**
   * Why a scenario cannot be asked of this dispatcher; undefined where it can. What is not supported is skipped and counted. Where
   * fewer than one in twenty random scenarios are supported, the test fails.
   */
  readonly unsupported?: (scenario: Scenario) => string | undefined;
};

/** Options with their defaults, but for those that fast-check has defaults for. */
export type CompleteDispatcherOptions = DispatcherOptions &
  Required<Pick<DispatcherOptions, 'profiles' | 'against' | 'unsupported'>>;

/** @throws InputError where an option is wrong, in one line that names it */
export function withDispatcherDefaults(
  dispatcher: Dispatcher | string,
  options: DispatcherOptions,
): CompleteDispatcherOptions {
  const { runs, seed, profiles, against = 'model', unsupported = () => undefined } = options;
  if (runs !== undefined && !(Number.isSafeInteger(runs) && runs >= 1)) {
    throw new InputError(`runs: expected a whole number from 1, got ${show(runs)}`);
  }
  if (seed !== undefined && !Number.isSafeInteger(seed)) {
    throw new InputError(`seed: expected a whole number, got ${show(seed)}`);
  }
  if (profiles?.length === 0) throw new InputError('profiles: empty: give at least one, or leave it out');
  for (const profile of profiles ?? []) knownProfile(profile, 'profiles');
  const own = profileOf(dispatcher) ?? profileOf(against);
  return {
    ...options,
    against,
    unsupported,
    profiles: profiles ?? (own === undefined ? profileNames : [own]),
  };
}

/** The profile that a dispatcher is bound to. Of the path of a module only what stands behind it is known before it is loaded. */
function profileOf(dispatcher: DispatcherReference): Profile | undefined {
  if (typeof dispatcher !== 'string') return dispatcher.profile;
  return partsOfReference(dispatcher).profile;
}
