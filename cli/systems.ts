/** Dispatchers as the commands ask for them: by name, or by the path of a module. */
import { InputError, quote } from '../format/errors.ts';
import type { SourcedScenario } from '../format/read.ts';
import type { Dispatcher } from '../model/vocabulary/vocabulary.ts';
import {
  dispatcherNames,
  isModulePath,
  loadDispatcher,
  partsOfReference,
} from '../properties/engine/dispatchers.ts';
import { SystemMissingError } from './errors.ts';

/** Names that stand for systems outside this process; there is no driver for them yet. */
const systems: readonly string[] = ['qemu', 'kvm'];

/**
 * The dispatcher of a reference such as `impl`, `model@tcg` or `./mine.js`.
 *
 * @throws SystemMissingError for a system that cannot be reached from here
 * @throws InputError for a name that stands for nothing, and for a module that exports no dispatcher
 */
export async function systemNamed(reference: string): Promise<Dispatcher> {
  const { plain } = partsOfReference(reference);
  if (systems.includes(plain) && !dispatcherNames().includes(plain)) {
    throw new SystemMissingError(
      `${plain} is not there: this version has no driver for it; use one of ${dispatcherNames().join(', ')}`,
    );
  }
  return loadDispatcher(reference);
}

/** A pair of references, `A,B`. */
export async function pairNamed(pair: string): Promise<readonly [Dispatcher, Dispatcher]> {
  const [a, b, ...others] = pair.split(',');
  if (!a || !b || others.length > 0) {
    throw new InputError(`--on: expected two dispatchers, A,B, got ${quote(pair)}`);
  }
  return [await systemNamed(a), await systemNamed(b)];
}

/**
 * The pair that a scenario names as the one on which it was found, else model and impl. A module that a file names is not
 * loaded: that would run whatever code the file's author chose.
 */
export async function pairOfScenario({
  scenario,
  source,
}: SourcedScenario): Promise<readonly [Dispatcher, Dispatcher]> {
  const names = scenario.found?.dispatchers;
  const path = names?.find(isModulePath);
  if (path !== undefined) {
    throw new InputError(
      `${source}: found.dispatchers: ${quote(path)} is a module, and files do not choose which code runs; name it yourself with --on A,B`,
    );
  }
  if (names === undefined) return pairNamed('model,impl');
  if (names.length === 2) return pairNamed(names.join(','));
  throw new InputError(
    `${source}: found.dispatchers: expected two names, got ${names.length}; say which with --on A,B`,
  );
}
