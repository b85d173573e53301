/** Dispatchers by the names that a person types: `model`, `impl`, `mutant:off-by-one-end`, with `@contract`, `@tcg` or `@kvm` behind. */

import { InputError } from '../../format/errors.ts';
import { optimizedDispatcher } from '../../impl/index.ts';
import { mutantNamed, mutants } from '../../impl/mutants/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Dispatcher, Profile } from '../../model/vocabulary/vocabulary.ts';

const dispatchers: readonly Dispatcher[] = [modelDispatcher, optimizedDispatcher];

const mutantPrefix = 'mutant:';

const profileNames: readonly string[] = ['contract', 'tcg', 'kvm'] satisfies Profile[];

/**
 * The dispatcher of a name such as `impl` or `model@tcg`. A profile in the name wins over the scenario's own.
 *
 * @throws InputError when there is no such dispatcher or profile.
 */
export function dispatcherNamed(name: string): Dispatcher {
  const at = name.lastIndexOf('@');
  const plain = at < 0 ? name : name.slice(0, at);
  const found = plain.startsWith(mutantPrefix)
    ? mutantOf(plain.slice(mutantPrefix.length))
    : dispatchers.find((dispatcher) => dispatcher.name === plain);
  if (found === undefined) {
    throw new InputError(
      `no dispatcher is called ${JSON.stringify(plain)}: there are ${dispatcherNames().join(', ')}`,
    );
  }
  if (at < 0) return found;
  const profile = name.slice(at + 1);
  if (!isProfile(profile)) {
    throw new InputError(
      `no profile is called ${JSON.stringify(profile)}: there are ${profileNames.join(', ')}`,
    );
  }
  return underProfile(found, profile);
}

/** @throws InputError when there is none of this name. */
function mutantOf(name: string): Dispatcher {
  const mutant = mutantNamed(name);
  if (mutant !== undefined) return mutant.dispatcher;
  const alike = mutants
    .filter((other) => name !== '' && other.name.includes(name))
    .map((other) => other.name);
  const hint = alike.length > 0 ? `: is it ${alike.slice(0, 3).join(', ')}?` : `, of ${mutants.length}`;
  throw new InputError(`no mutant is called ${JSON.stringify(name)}${hint}`);
}

/** The names that exist, without profiles; all mutants in one. */
export function dispatcherNames(): string[] {
  return [...dispatchers.map((dispatcher) => dispatcher.name), `${mutantPrefix}NAME`];
}

/** The same dispatcher, under this profile whatever the scenario says. */
export function underProfile(dispatcher: Dispatcher, profile: Profile): Dispatcher {
  return {
    name: `${dispatcher.name}@${profile}`,
    open: (header) => dispatcher.open({ ...header, profile }),
  };
}

export function isProfile(name: string): name is Profile {
  return profileNames.includes(name);
}
