/** The order of a caller's notifiers, where it cannot matter which is named first. */
import type { AnyCaller, CallerRegistration } from '../../model/callers/index.ts';

/** States of the device that are looked at; the notifiers of others are named as they come. */
const mostStates = 1000;

/**
 * The notifiers that the device registers, sorted by name; none where two of them share a word. The order of notifiers only
 * decides between equal words (D4, H3). Where there are none, lives that differ in who was named first are one.
 */
export function notifiersInOrder(caller: AnyCaller): readonly string[] {
  const words = new Map<string, string>();
  for (const registration of everythingRegistered(caller)) {
    const word = wordOf(registration);
    const notifier = words.get(word) ?? registration.notifier;
    if (notifier !== registration.notifier) return [];
    words.set(word, notifier);
  }
  return [...new Set(words.values())].sort();
}

function wordOf({ region, offset, size, data }: CallerRegistration): string {
  return `${region} ${offset} ${size} ${data}`;
}

/** The registrations of every state that events lead to. */
function everythingRegistered(caller: AnyCaller): readonly CallerRegistration[] {
  const seen = new Set<string>();
  const waiting = [caller.initial];
  const all: CallerRegistration[] = [];
  for (let state = waiting.pop(); state !== undefined && seen.size < mostStates; state = waiting.pop()) {
    const text = JSON.stringify(state, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
    if (seen.has(text)) continue;
    seen.add(text);
    all.push(...caller.registrations(state));
    for (const event of caller.events(state)) waiting.push(caller.after(state, event));
  }
  return all;
}
