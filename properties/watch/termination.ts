/** A scenario that a dispatcher does not bring to its end, as a failure like any other. */
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import { type Failure, terminationName } from '../compare/property.ts';
import { clockFactor, type RunLimits } from './limits.ts';
import type { Place } from './progress.ts';
import type { StoppedError } from './watched-process.ts';

/**
 * The failure of a scenario that was ended. `names` are those of the two dispatchers and their variants, in the order of
 * `Place.side`.
 */
export function terminationFailure(
  { kind, message }: Pick<StoppedError, 'kind' | 'message'>,
  place: Place | undefined,
  names: readonly string[],
  limits: RunLimits,
  { operations }: Scenario,
): Failure {
  const who = place === undefined ? names.slice(0, 2).join(' or ') : (names[place.side] ?? names[1] ?? '');
  const operation = Math.max(0, place?.operation ?? operations.length - 1);
  const where = place === undefined ? '' : place.operation < 0 ? ' in open' : ` from operation ${operation}`;
  const side = (name: string | undefined) => ({ name: name ?? '', effects: [] });
  const what = {
    timeout: `does not return${where} within ${limits.seconds} s of processor time, or ${clockFactor * limits.seconds} s by the clock`,
    memory: `takes more than ${limits.mebibytes} MiB${where.replace('from', 'at')}`,
    exit: `ends its process (${message})${where.replace('from', 'at')}`,
  }[kind];
  return {
    property: terminationName,
    clause: undefined,
    operation,
    effect: 0,
    kind,
    message: `${who} ${what}`,
    sides: [side(names[0]), side(names[1])],
  };
}
