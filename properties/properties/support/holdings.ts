/** What the host holds, as its changes tell it. */
import type { EffectLists, HostRegistration } from '../../../model/vocabulary/vocabulary.ts';

/** A registration in a line: equal lines, equal registrations. */
export function lineOf({ space, address, size, data, notifier }: HostRegistration): string {
  return `${space} ${address.toString(16)}/${size} ${data === undefined ? 'any' : data.toString(16)} ${notifier}`;
}

/**
 * Whether one write could match both registrations, so that the host holds one of them at most (clause K2). Written again
 * on purpose: a property that asked the model for the rule could not notice a mistake in it.
 */
export function collide(a: HostRegistration, b: HostRegistration): boolean {
  if (a.space !== b.space || a.address !== b.address) return false;
  if (a.size === 0 || b.size === 0) return true;
  return a.size === b.size && (a.data === undefined || b.data === undefined || a.data === b.data);
}

/** The registrations that the host holds after these effects, a line each, sorted; one held twice is there twice. */
export function heldAfter(effects: EffectLists): readonly string[] {
  const held: string[] = [];
  for (const effect of effects.flat()) {
    if ('hostAdd' in effect) held.push(lineOf(effect.hostAdd));
    else if ('hostDel' in effect) {
      const at = held.indexOf(lineOf(effect.hostDel));
      if (at >= 0) held.splice(at, 1);
    }
  }
  return held.sort();
}
