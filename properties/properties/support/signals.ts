/** Where a run signals what another run, with nothing registered, calls back: the two put side by side, access by access. */
import type { Effect } from '../../../model/vocabulary/vocabulary.ts';
import { sameEffect } from '../../compare/compare.ts';
import { accessesOf, stretchEnd, unjoined, type WrittenAccess, type WrittenBytes } from './accesses.ts';

/** What one signal can stand for: an access; under kvm a stretch of a CPU's store, with all its accesses. */
export type Unit = {
  readonly position: number;
  readonly size: number;
  readonly effects: readonly Effect[];
  readonly accesses: readonly WrittenAccess[];
};

/** The units of a write, from its effects where nothing is registered; undefined where these do not cover its bytes. */
export function unitsOf(written: WrittenBytes, effects: readonly Effect[]): readonly Unit[] | undefined {
  const bare = unjoined(effects).map(({ effect }) => effect);
  const accesses = accessesOf(written, bare);
  if (accesses === undefined) return undefined;
  if (written.profile !== 'kvm' || 'bytes' in written.write) return accesses.map((access) => unit([access]));
  const ends = [...new Set(accesses.map(({ position }) => stretchEnd(written, position)))];
  return ends.map((end) => unit(accesses.filter(({ position }) => stretchEnd(written, position) === end)));
}

function unit(accesses: readonly WrittenAccess[]): Unit {
  return {
    position: accesses[0]?.position ?? 0,
    size: accesses.reduce((sum, { size }) => sum + size, 0),
    effects: accesses.flatMap((access) => access.effects),
    accesses,
  };
}

/** Whether a notifier may be signalled in place of a unit's effects. */
export type MaySignal = (unit: Unit, notifier: string) => boolean;

/** What stands for a unit: the notifier signalled in its place, if one is; and the index of its first effect. */
export type Choice = { readonly signal: string | undefined; readonly index: number };

/** What stands for each unit in `effects`; or the index of the first effect that is neither the unit's nor a signal. */
export function signalsIn(
  units: readonly Unit[],
  effects: readonly Effect[],
  maySignal: MaySignal,
): readonly Choice[] | number {
  const told = unjoined(effects);
  const choices: Choice[] = [];
  let at = 0;
  for (const each of units) {
    const first = told[at];
    const index = first?.index ?? effects.length;
    if (first !== undefined && 'signal' in first.effect && maySignal(each, first.effect.signal)) {
      choices.push({ signal: first.effect.signal, index });
      at++;
      continue;
    }
    for (const expected of each.effects) {
      const actual = told[at];
      if (actual === undefined) return effects.length;
      if (!sameEffect(actual.effect, expected)) return actual.index;
      at++;
    }
    choices.push({ signal: undefined, index });
  }
  const surplus = told[at];
  return surplus === undefined ? choices : surplus.index;
}
