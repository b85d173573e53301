/** How a caller may fail to be prepared. */
import { type CallerRegistration, isSameRegistration } from '../../model/callers/index.ts';
import type { Effect } from '../../model/vocabulary/vocabulary.ts';
import type { Life } from './life.ts';

/**
 * - `lost`: somebody should have been notified, and was not.
 * - `superfluous`: somebody was notified who should not have been.
 * - `error`: a call breaches its precondition; QEMU asserts.
 * - `aborts`: the kernel refuses a registration by its own rules; QEMU aborts (H4).
 * - `closed`: the host is told of a notifier that is closed; the kernel answers EBADF, and QEMU aborts.
 * - `not registered`: the device's state asks for a registration that was not made, so that its writes are slow.
 */
export type ViolationKind = 'lost' | 'superfluous' | 'error' | 'aborts' | 'closed' | 'not registered';

export type Violation = {
  readonly kind: ViolationKind;
  /** One line: who should have been notified and who was, or what was refused. */
  readonly message: string;
};

/** In the order of how much they matter. */
export const violationKinds: readonly ViolationKind[] = [
  'lost',
  'superfluous',
  'error',
  'closed',
  'aborts',
  'not registered',
];

/** Compares who was notified with who should have been. Each is counted; their order is not compared. */
export function violationOfWrite(
  notified: readonly string[],
  expected: readonly string[],
): Violation | undefined {
  const lost = without(expected, notified);
  const superfluous = without(notified, expected);
  if (lost.length === 0 && superfluous.length === 0) return undefined;
  return {
    kind: lost.length > 0 ? 'lost' : 'superfluous',
    message: `notified: ${namesOf(notified)}; should have been: ${namesOf(expected)}`,
  };
}

/** The first list without the elements of the second, each as often as it is there. */
function without(list: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return list.filter((name) => {
    const at = left.indexOf(name);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function namesOf(names: readonly string[]): string {
  return names.length === 0 ? 'nobody' : names.join(', ');
}

/** A call that breaches its precondition, or that the kernel refuses although nobody asked it to. */
export function refusedBySystem(
  { circumstances }: Life,
  effects: readonly (readonly Effect[])[],
): Violation | undefined {
  for (const effect of effects.flat()) {
    if ('error' in effect) {
      return {
        kind: 'error',
        message: `the call breaches its precondition \`${effect.error}\`: QEMU asserts`,
      };
    }
    if (circumstances.profile !== 'kvm' || !('hostRefused' in effect) || effect.reason === 'refused')
      continue;
    const { address, size, notifier } = effect.hostRefused;
    const word = `${size} bytes at 0x${address.toString(16)} for ${notifier}`;
    return { kind: 'aborts', message: `the kernel refuses ${word} with ${effect.reason}: QEMU aborts` };
  }
  return undefined;
}

/** A change told to the host that names a closed notifier. */
export function closedNotifier(
  { closed }: Life,
  effects: readonly (readonly Effect[])[],
): Violation | undefined {
  for (const effect of effects.flat()) {
    const registration =
      'hostDel' in effect ? effect.hostDel : 'hostAdd' in effect ? effect.hostAdd : undefined;
    if (registration === undefined || !closed.includes(registration.notifier)) continue;
    const call = 'hostDel' in effect ? 'delete' : 'take';
    return {
      kind: 'closed',
      message: `the host is told to ${call} ${registration.notifier}, which is closed: EBADF, and QEMU aborts`,
    };
  }
  return undefined;
}

/** A registration that the device's state asks for, and that was not made. */
export function notMade({ caller, actual, made }: Life): Violation | undefined {
  const left: CallerRegistration[] = [...made];
  for (const wanted of caller.registrations(actual.device)) {
    const at = left.findIndex((one) => isSameRegistration(one, wanted));
    if (at < 0) {
      const word = `${wanted.notifier} at ${wanted.region}+0x${wanted.offset.toString(16)}`;
      return {
        kind: 'not registered',
        message: `${word} should be registered, and is not: each write is slow`,
      };
    }
    left.splice(at, 1);
  }
  return undefined;
}
