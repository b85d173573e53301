/** Dispatchers by reference, wherever they live: those of this process, systems with a name (`kvm`), and programs (`exec:COMMAND`). */
import { InputError, printable } from '../../format/errors.ts';
import { NoHelloError, type ProgramOptions, startProgram } from '../../impl/outside/program.ts';
import { type AnyDispatcher, isOutside, type OutsideDispatcher } from '../../model/vocabulary/outside.ts';
import {
  commandOf,
  type DispatcherReference,
  livesOutside,
  loadDispatcher,
  partsOfReference,
  type ReferenceParts,
  systemOf,
} from '../engine/dispatchers.ts';
import { openSystem, type SystemOptions, UnreachableError } from './systems.ts';

/** A reference; or, by value, what lives outside and was opened by whoever passes it. */
export type AnyReference = DispatcherReference | OutsideDispatcher;

function isOutsideValue(reference: AnyReference): reference is OutsideDispatcher {
  return typeof reference === 'object' && reference !== null && isOutside(reference);
}

/** It stays open: whoever opened it closes it. */
function borrowed(system: OutsideDispatcher): OutsideDispatcher {
  const { name, title, profile, decisions, abilities, width } = system;
  return {
    name,
    title,
    ...(profile !== undefined && { profile }),
    ...(decisions !== undefined && { decisions }),
    abilities,
    width,
    run: (scenario) => system.run(scenario),
    runSingly: (scenario, seconds) => system.runSingly(scenario, seconds),
    runAlone: (scenario) => system.runAlone(scenario),
    forget: () => system.forget(),
    close: () => system.forget(),
  };
}

/** How what lives outside is opened. */
export type OpenOptions = Pick<SystemOptions, 'seconds' | 'qemu' | 'workers'>;

/**
 * The dispatcher of a reference. What lives outside is started, and has said who it is; whoever loads it closes it.
 *
 * @throws UnreachableError where a program does not say hello, and where a system cannot be used here
 * @throws InputError where there is no such dispatcher
 */
export async function loadAnyDispatcher(
  reference: AnyReference,
  role?: string,
  open: OpenOptions = {},
): Promise<AnyDispatcher> {
  if (isOutsideValue(reference)) return borrowed(reference);
  if (!livesOutside(reference)) return loadDispatcher(reference, role);
  const parts = partsOfReference(reference);
  if (parts.decisions !== undefined) {
    throw new InputError(`${printable(reference)}: decisions can be changed for dispatchers inside only`);
  }
  const opened = await openOutside(reference, parts, open);
  const { profile } = parts;
  if (profile === undefined || opened.abilities.profiles.includes(profile)) return opened;
  await opened.close();
  throw new InputError(
    `${printable(reference)}: it keeps ${opened.abilities.profiles.join(', ')}, by its hello`,
  );
}

function openOutside(
  reference: string,
  { plain, profile }: ReferenceParts,
  open: OpenOptions,
): Promise<OutsideDispatcher> {
  const { seconds } = open;
  const options = { name: reference, profile, ...(seconds !== undefined && { seconds }) };
  const system = systemOf(plain);
  return system === undefined
    ? openProgram(commandOf(plain), options)
    : openSystem(system, { ...open, ...options });
}

async function openProgram(
  command: string,
  options: Omit<ProgramOptions, 'command'>,
): Promise<OutsideDispatcher> {
  if (command.trim() === '') throw new InputError('exec: expected a command, such as exec:python3 mine.py');
  try {
    return await startProgram({ ...options, command });
  } catch (error) {
    if (!(error instanceof NoHelloError)) throw error;
    const { what, stderr = '' } = error.breakdown;
    const last = stderr.trim().split('\n').at(-1) ?? '';
    const said = last === '' ? '' : `; it says: ${printable(last)}`;
    throw new UnreachableError(`${printable(options.name)}: ${what}, before it said hello${said}`);
  }
}

/** Both dispatchers of a pair. Where the second cannot be loaded, the first is closed. */
export async function loadPair(
  [a, b]: readonly [AnyReference, AnyReference],
  open: OpenOptions = {},
): Promise<readonly [AnyDispatcher, AnyDispatcher]> {
  const first = await loadAnyDispatcher(a, 'a', open);
  try {
    return [first, await loadAnyDispatcher(b, 'b', open)];
  } catch (error) {
    await closeAll([first]);
    throw error;
  }
}

/** Closes those that live outside. */
export async function closeAll(dispatchers: readonly AnyDispatcher[]): Promise<void> {
  await Promise.all(dispatchers.filter(isOutside).map((dispatcher) => dispatcher.close()));
}
