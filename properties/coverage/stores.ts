/** What is seen of how a CPU's store entered the memory core (section T of the contract). */
import type { Create, Store, WriteEffect } from '../../model/vocabulary/vocabulary.ts';
import type { StoreName } from './table.ts';

const pageSize = 4096n;

/** The coverage points of a store: from its effects, and from what the scenario created the regions with. */
export function pointsOfStore(
  store: Store,
  effects: readonly WriteEffect[],
  created: ReadonlyMap<string, Create>,
): StoreName[] {
  const { space, address, size } = store;
  const rejected = effects.some((effect) => 'rejected' in effect);
  if (space === 'io') return rejected ? ['port: rejected'] : [];
  const points: StoreName[] = [];
  const isAligned = address % BigInt(size) === 0n;
  const stores = effects.some((effect) => 'ram' in effect);
  if (!isAligned) points.push(stores ? 'store: unaligned, to RAM' : 'store: unaligned');
  if ((address % pageSize) + BigInt(size) > pageSize) points.push('store: across a page');
  const [only, ...others] = effects;
  if (size === 8 && only !== undefined && others.length === 0) {
    if ('unassigned' in only) points.push('store: 8 bytes, unassigned');
    if ('signal' in only || 'callback' in only) points.push('store: 8 bytes, one access');
  }
  const signals = effects.some((effect) => 'signal' in effect);
  if (isAligned && signals && others.length > 0) points.push('store: aligned, cut in a subpage');
  for (const effect of effects) if ('rejected' in effect) points.push(pointOfRejection(effect, created));
  return points;
}

/** Whether a region rejects the access by itself, or a subpage does because of what comes after its first byte (T6). */
function pointOfRejection(
  { rejected, offset, size }: Extract<WriteEffect, { rejected: string }>,
  created: ReadonlyMap<string, Create>,
): StoreName {
  const region = created.get(rejected);
  if (region?.kind !== 'io') return 'store: refused for its later bytes';
  const { min = 0, max = 0, unaligned = false } = region.valid ?? {};
  if (!unaligned && offset % BigInt(size) !== 0n) return 'store: rejected, its offset not aligned';
  if (max !== 0 && size > max) return 'store: rejected, wider than valid.max';
  return max !== 0 && size < min
    ? 'store: rejected, narrower than valid.min'
    : 'store: refused for its later bytes';
}
