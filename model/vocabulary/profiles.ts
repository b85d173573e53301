/**
 * Where the systems differ, as data: one record of named decisions per profile. No other file asks for
 * the profile; each asks for a decision.
 */
import type { Decisions } from './decisions.ts';
import type { Profile, ScenarioHeader } from './vocabulary.ts';

const tcg: Decisions = {
  match: 'region',
  visibility: 'any-byte',
  hostChanges: 'merge',
  sizeZeroIdentity: 'any-size',
  data: 'swapped',
  host: 'takes-all',
  root: 'shared',
  cpuStore: 'aligned-pieces',
};

export const profiles: Readonly<Record<Profile, Decisions>> = {
  contract: {
    match: 'host',
    visibility: 'first-byte',
    hostChanges: 'deletions-first',
    sizeZeroIdentity: 'a-size',
    data: 'as-given',
    host: 'ideal',
    root: 'own',
    cpuStore: 'address-space-write',
  },
  tcg,
  'tcg-7.2': { ...tcg, cpuStore: 'bytes-if-unaligned' },
  kvm: {
    match: 'bus',
    visibility: 'any-byte',
    hostChanges: 'merge',
    sizeZeroIdentity: 'any-size',
    data: 'swapped',
    host: 'kernel',
    root: 'shared',
    cpuStore: 'address-space-write',
  },
};

/** The names of all profiles, in the order in which they are listed. */
export const profileNames = Object.keys(profiles) as readonly Profile[];

/** A record with a value for each profile. */
export function perProfile<Value>(valueFor: (profile: Profile) => Value): Record<Profile, Value> {
  return {
    contract: valueFor('contract'),
    tcg: valueFor('tcg'),
    'tcg-7.2': valueFor('tcg-7.2'),
    kvm: valueFor('kvm'),
  };
}

export function isProfile(name: unknown): name is Profile {
  return typeof name === 'string' && Object.hasOwn(profiles, name);
}

/**
 * The profile of this name. TypeScript rules out any other; JavaScript does not.
 *
 * @throws RangeError when there is none, naming those that there are
 */
export function requireProfile(name: unknown): Profile {
  if (!isProfile(name)) {
    throw new RangeError(`unknown profile ${JSON.stringify(name)}: expected ${profileNames.join(', ')}`);
  }
  return name;
}

/**
 * What a scenario's header decides: its profile's record, with the changes in `header.decisions`.
 *
 * @throws RangeError for an unknown profile
 */
export function decisionsOf({ profile = 'contract', decisions }: ScenarioHeader): Decisions {
  const own = profiles[requireProfile(profile)];
  return decisions === undefined ? own : { ...own, ...decisions };
}
