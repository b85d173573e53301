/** Dispatchers by reference, wherever they live: those of this process, and programs (`exec:COMMAND`). */
import { InputError, printable } from '../../format/errors.ts';
import { NoHelloError, startProgram } from '../../impl/outside/program.ts';
import { type AnyDispatcher, isOutside } from '../../model/vocabulary/outside.ts';
import {
  commandOf,
  type DispatcherReference,
  isProgram,
  loadDispatcher,
  partsOfReference,
} from '../engine/dispatchers.ts';

/** A system outside is not there: it does not start, or does not say who it is. */
export class UnreachableError extends InputError {
  override readonly name = 'UnreachableError';
}

/**
 * The dispatcher of a reference. A program is started, and has said hello; whoever loads it closes it.
 *
 * @param seconds for an answer of a program
 * @throws UnreachableError where a program does not say hello
 * @throws InputError where there is no such dispatcher
 */
export async function loadAnyDispatcher(
  reference: DispatcherReference,
  role?: string,
  seconds?: number,
): Promise<AnyDispatcher> {
  if (typeof reference !== 'string' || !isProgram(reference)) return loadDispatcher(reference, role);
  const { plain, profile, decisions } = partsOfReference(reference);
  const command = commandOf(plain);
  if (command.trim() === '') throw new InputError('exec: expected a command, such as exec:python3 mine.py');
  if (decisions !== undefined) {
    throw new InputError(`${printable(reference)}: decisions can be changed for dispatchers inside only`);
  }
  try {
    const program = await startProgram({
      name: reference,
      command,
      profile,
      ...(seconds !== undefined && { seconds }),
    });
    if (profile === undefined || program.abilities.profiles.includes(profile)) return program;
    await program.close();
    throw new InputError(
      `${printable(reference)}: it keeps ${program.abilities.profiles.join(', ')}, by its hello`,
    );
  } catch (error) {
    if (!(error instanceof NoHelloError)) throw error;
    const { what, stderr = '' } = error.breakdown;
    const last = stderr.trim().split('\n').at(-1) ?? '';
    const said = last === '' ? '' : `; it says: ${printable(last)}`;
    throw new UnreachableError(`${printable(reference)}: ${what}, before it said hello${said}`);
  }
}

/** Both dispatchers of a pair. Where the second cannot be loaded, the first is closed. */
export async function loadPair(
  [a, b]: readonly [DispatcherReference, DispatcherReference],
  seconds?: number,
): Promise<readonly [AnyDispatcher, AnyDispatcher]> {
  const first = await loadAnyDispatcher(a, 'a', seconds);
  try {
    return [first, await loadAnyDispatcher(b, 'b', seconds)];
  } catch (error) {
    await closeAll([first]);
    throw error;
  }
}

/** Closes those that live outside. */
export async function closeAll(dispatchers: readonly AnyDispatcher[]): Promise<void> {
  await Promise.all(dispatchers.filter(isOutside).map((dispatcher) => dispatcher.close()));
}
