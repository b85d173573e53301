/** Dispatchers as the commands ask for them: by name, by the path of a module, or by the command of a program. */
import { InputError, quote } from '../format/errors.ts';
import type { SourcedScenario } from '../format/read.ts';
import { type AnyDispatcher, isOutside } from '../model/vocabulary/outside.ts';
import type { Dispatcher, Profile } from '../model/vocabulary/vocabulary.ts';
import {
  isProgram,
  livesOutside,
  loadDispatcher,
  partsOfReference,
  runsOtherCode,
} from '../properties/engine/dispatchers.ts';
import { loadAnyDispatcher, type OpenOptions } from '../properties/outside/load.ts';
import type { AnyPair } from '../properties/outside/lockstep.ts';
import type { Context } from './context.ts';

/**
 * The dispatcher inside of a reference such as `impl`, `model@tcg` or `./mine.js`.
 *
 * @throws InputError for a name that stands for nothing, for what lives outside, and for a module that exports no dispatcher
 */
export async function systemNamed(reference: string): Promise<Dispatcher> {
  return loadDispatcher(reference);
}

/**
 * Looks at a reference before a command starts. What lives outside is opened by the command itself, which closes it.
 *
 * @throws InputError for a name that stands for nothing, and for a module that exports no dispatcher
 */
export async function requireSystem(reference: string): Promise<{
  readonly name: string;
  readonly profile?: Profile | undefined;
}> {
  if (!livesOutside(reference)) return loadDispatcher(reference);
  return { name: reference, profile: partsOfReference(reference).profile };
}

/**
 * The dispatcher of any reference; what lives outside is opened, and closed with the command.
 *
 * @throws UnreachableError for a system that cannot be reached from here
 * @throws InputError for a name that stands for nothing, and for a module that exports no dispatcher
 */
export async function anySystem(
  reference: string,
  context: Context,
  open?: OpenOptions,
): Promise<AnyDispatcher> {
  const dispatcher = await loadAnyDispatcher(reference, undefined, open);
  if (isOutside(dispatcher)) context.endsWith(() => dispatcher.close());
  return dispatcher;
}

/** Opens dispatchers as `anySystem` does, each at most once. */
export function openedOnce(
  context: Context,
  open?: OpenOptions,
): (reference: string) => Promise<AnyDispatcher> {
  const opened = new Map<string, Promise<AnyDispatcher>>();
  return (reference) => {
    const known = opened.get(reference) ?? anySystem(reference, context, open);
    opened.set(reference, known);
    return known;
  };
}

/** A pair of references, `A,B`. */
export async function pairNamed(pair: string, context: Context, open?: OpenOptions): Promise<AnyPair> {
  const [a, b] = namesInPair(pair);
  return [await anySystem(a, context, open), await anySystem(b, context, open)];
}

/**
 * The two references of `A,B`. The command of a program may have commas.
 *
 * @throws InputError where there are not two
 */
export function namesInPair(pair: string): readonly [string, string] {
  const second = pair.indexOf(',exec:');
  const at = second > 0 ? second : isProgram(pair) ? pair.lastIndexOf(',') : pair.indexOf(',');
  const [a, b] = [pair.slice(0, Math.max(at, 0)), pair.slice(at + 1)];
  if (at > 0 && b !== '' && (isProgram(a) || !a.includes(',')) && (isProgram(b) || !b.includes(','))) {
    return [a, b];
  }
  throw new InputError(`--on: expected two dispatchers, A,B, got ${quote(pair)}`);
}

/**
 * The pair that a scenario names as the one on which it was found, else model and impl. A module that a file names is not
 * loaded: that would run whatever code the file's author chose.
 */
export async function pairOfScenario(
  { scenario, source }: SourcedScenario,
  context: Context,
  open?: OpenOptions,
): Promise<AnyPair> {
  const names = scenario.found?.dispatchers;
  const path = names?.find(runsOtherCode);
  if (path !== undefined) {
    const what = isProgram(path) ? 'program' : 'module';
    throw new InputError(
      `${source}: found.dispatchers: ${quote(path)} is a ${what}, and files do not choose which code runs; name it yourself with --on A,B`,
    );
  }
  if (names === undefined) return pairNamed('model,impl', context);
  if (names.length === 2) return pairNamed(names.join(','), context, open);
  throw new InputError(
    `${source}: found.dispatchers: expected two names, got ${names.length}; say which with --on A,B`,
  );
}
