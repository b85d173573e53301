/**
 * Where the systems differ, as data: one record of named decisions per profile. No other file asks for
 * the profile; each asks for a decision.
 */
import type { Profile } from './vocabulary.ts';

export type Decisions = {
  /**
   * What a guest write is compared with.
   * - `host`: each access of the split write, with what the (ideal) host holds at the access's address.
   * - `region`: each access of the split write, with the answering region's own list, visible or not, from the moment
   *   of the call (`memory_region_dispatch_write_eventfds`).
   * - `bus`: the CPU's whole store, with the kernel's bus, before the memory core sees it; what the bus does not
   *   take is emulated, and eventfds are not looked at again.
   */
  readonly match: 'host' | 'region' | 'bus';
  /** The host holds a word where its first byte is answered, or where any byte is (`address_space_update_ioeventfds`). */
  readonly visibility: 'first byte' | 'any byte';
  /** Host changes of one commit: deletions first, or QEMU's merge of both lists (`address_space_add_del_ioeventfds`). */
  readonly hostChanges: 'deletions first' | 'merge';
  /** Deleting: size 0 is a size like others, or matches every size (`memory_region_ioeventfd_equal`). */
  readonly sizeZeroIdentity: 'a size' | 'any size';
  /** Match data: kept as given, or in target byte order (`memory_region_add_eventfd` → `adjust_endianness`). */
  readonly data: 'as given' | 'swapped';
  /** The host: refuses by `host.refuse`, collision and limit; takes everything; or is the kernel's bus. */
  readonly host: 'ideal' | 'takes all' | 'kernel';
  /** A space's root is its root region, or what `memory_region_get_flatview_root` takes for it. */
  readonly root: 'own' | 'shared';
};

export const profiles: Readonly<Record<Profile, Decisions>> = {
  contract: {
    match: 'host',
    visibility: 'first byte',
    hostChanges: 'deletions first',
    sizeZeroIdentity: 'a size',
    data: 'as given',
    host: 'ideal',
    root: 'own',
  },
  tcg: {
    match: 'region',
    visibility: 'any byte',
    hostChanges: 'merge',
    sizeZeroIdentity: 'any size',
    data: 'swapped',
    host: 'takes all',
    root: 'shared',
  },
  kvm: {
    match: 'bus',
    visibility: 'any byte',
    hostChanges: 'merge',
    sizeZeroIdentity: 'any size',
    data: 'swapped',
    host: 'kernel',
    root: 'shared',
  },
};

/** The names of all profiles, in the order in which they are listed. */
export const profileNames = Object.keys(profiles) as readonly Profile[];

export function isProfile(name: unknown): name is Profile {
  return typeof name === 'string' && Object.hasOwn(profiles, name);
}

/**
 * The profile of this name. TypeScript rules out any other; JavaScript does not.
 *
 * @throws RangeError when there is none, naming those that there are
 */
export function requireProfile(name: unknown): Profile {
  if (isProfile(name)) return name;
  throw new RangeError(`unknown profile ${JSON.stringify(name)}: expected ${profileNames.join(', ')}`);
}
