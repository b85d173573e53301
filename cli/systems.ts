/** Dispatchers by name, as the commands ask for them. */
import { InputError } from '../format/errors.ts';
import type { Dispatcher, Profile } from '../model/vocabulary/vocabulary.ts';
import { dispatcherNamed, dispatcherNames, isProfile } from '../properties/engine/dispatchers.ts';
import { SystemMissingError } from './errors.ts';

/** Names that stand for systems outside this process; there is no driver for them yet. */
const systems: readonly string[] = ['qemu', 'kvm'];

/**
 * The dispatcher of a name such as `impl` or `model@tcg`.
 *
 * @throws SystemMissingError for a system that cannot be reached from here
 * @throws InputError for a name that stands for nothing
 */
export function systemNamed(name: string): Dispatcher {
  const { plain } = partsOf(name);
  if (systems.includes(plain) && !dispatcherNames().includes(plain)) {
    throw new SystemMissingError(
      `${plain} is not there: this version has no driver for it; use one of ${dispatcherNames().join(', ')}`,
    );
  }
  return dispatcherNamed(name);
}

/** A pair of names, `A,B`. */
export function pairNamed(names: string): readonly [Dispatcher, Dispatcher] {
  const [a, b, ...others] = names.split(',');
  if (!a || !b || others.length > 0) {
    throw new InputError(`--on: expected two dispatchers, A,B, got ${JSON.stringify(names)}`);
  }
  return [systemNamed(a), systemNamed(b)];
}

/** A name without its profile, and the profile. */
export function partsOf(name: string): { readonly plain: string; readonly profile: Profile | undefined } {
  const at = name.lastIndexOf('@');
  const profile = at < 0 ? '' : name.slice(at + 1);
  return { plain: at < 0 ? name : name.slice(0, at), profile: isProfile(profile) ? profile : undefined };
}
