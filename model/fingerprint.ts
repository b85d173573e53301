/** A state as a string: equal strings, equal futures. */
import type { Region } from './region.ts';
import type { State } from './state.ts';

/** A string that is equal for two states exactly when they hold the same; the order of creation of regions plays no part. */
export function fingerprintOf(state: State): string {
  const sorted = (regions: Iterable<Region>) => [...regions].sort((a, b) => (a.id < b.id ? -1 : 1));
  const { notifiers, depth, mapPending, eventfdsPending, host } = state;
  const rendered = state.rendered === state.regions ? 'same' : sorted(state.rendered.values());
  const regions = sorted(state.regions.values());
  const value = { notifiers, regions, rendered, depth, mapPending, eventfdsPending, host };
  return JSON.stringify(value, (_, field) => (typeof field === 'bigint' ? `0x${field.toString(16)}` : field));
}
