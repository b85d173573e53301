/** Running a scenario on a dispatcher, and finding where two lists of effects differ. */
import type { EffectName } from '../../model/vocabulary/outside.ts';
import type {
  Dispatcher,
  Effect,
  EffectLists,
  HostRegistration,
  Scenario,
} from '../../model/vocabulary/vocabulary.ts';
import { applyTo, sessionOf } from './apply.ts';

/**
 * The effects of each operation of a scenario, in order.
 *
 * @throws DispatcherError where the dispatcher throws or gives no list of effects
 */
export function runScenario(dispatcher: Dispatcher, scenario: Scenario): EffectLists {
  const session = sessionOf(dispatcher, scenario);
  return scenario.operations.map((operation, index) => applyTo(session, operation, index, dispatcher.name));
}

/** Where two runs of one scenario first differ: an operation, and an effect of it (indexes; where one list ends, its length). */
export type Difference = { readonly operation: number; readonly effect: number };

/** The first difference of two runs, if any. Messages of errors do not count. */
export function firstDifference(a: EffectLists, b: EffectLists): Difference | undefined {
  for (let operation = 0; operation < Math.max(a.length, b.length); operation++) {
    const effect = differenceOf(a[operation] ?? [], b[operation] ?? []);
    if (effect >= 0) return { operation, effect };
  }
  return undefined;
}

/** Index of the first effect that differs, or -1. */
export function differenceOf(a: readonly Effect[], b: readonly Effect[]): number {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) {
    const one = a[i];
    const other = b[i];
    if (one === undefined || other === undefined || !sameEffect(one, other)) return i;
  }
  return a.length === b.length ? -1 : common;
}

/** Whether two effects say the same; of errors, only the code counts. */
export function sameEffect(a: Effect, b: Effect): boolean {
  if ('signal' in a) return 'signal' in b && a.signal === b.signal;
  if ('callback' in a) {
    return (
      'callback' in b &&
      a.callback === b.callback &&
      a.offset === b.offset &&
      a.size === b.size &&
      a.value === b.value
    );
  }
  if ('ram' in a) return 'ram' in b && a.ram === b.ram && a.offset === b.offset && a.bytes === b.bytes;
  if ('unassigned' in a) return 'unassigned' in b && a.unassigned === b.unassigned && a.size === b.size;
  if ('rejected' in a) {
    return 'rejected' in b && a.rejected === b.rejected && a.offset === b.offset && a.size === b.size;
  }
  if ('hostAdd' in a) return 'hostAdd' in b && sameRegistration(a.hostAdd, b.hostAdd);
  if ('hostDel' in a) return 'hostDel' in b && sameRegistration(a.hostDel, b.hostDel);
  if ('hostRefused' in a) {
    return 'hostRefused' in b && a.reason === b.reason && sameRegistration(a.hostRefused, b.hostRefused);
  }
  return 'error' in a && 'error' in b && a.error === b.error;
}

/** Whether two registrations are the same in every field. */
export function sameRegistration(a: HostRegistration, b: HostRegistration): boolean {
  return (
    a.address === b.address &&
    a.size === b.size &&
    a.data === b.data &&
    a.notifier === b.notifier &&
    a.space === b.space
  );
}

/** What an effect is, in a word: the name of its first field (`signal`, `callback`, `hostAdd`, ...). */
export type EffectKind = EffectName;

export function kindOf(effect: Effect): EffectKind {
  if ('signal' in effect) return 'signal';
  if ('callback' in effect) return 'callback';
  if ('ram' in effect) return 'ram';
  if ('unassigned' in effect) return 'unassigned';
  if ('rejected' in effect) return 'rejected';
  if ('hostAdd' in effect) return 'hostAdd';
  if ('hostDel' in effect) return 'hostDel';
  if ('hostRefused' in effect) return 'hostRefused';
  return 'error';
}
