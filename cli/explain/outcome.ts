/** What came of an access: the line that ends its explanation. */
import type { ClauseId } from '../../model/clauses/catalogue.ts';
import type { Access } from '../../model/dispatch/write.ts';
import type { Region } from '../../model/map/region.ts';
import type { State } from '../../model/reference/state.ts';
import type { AccessSize, Effect } from '../../model/vocabulary/vocabulary.ts';
import { bytes, hex } from '../text/layout.ts';
import { effectText } from '../text/operation.ts';
import type { Note } from './access-text.ts';

/** One line for each effect of an access, with the clause that it follows. */
export function outcome(state: State, access: Access): Note[] {
  return access.effects.map((effect) => {
    const because = reason(access, effect);
    const text = `=> ${effectText(effect)}${because}`;
    return { text, clauses: clausesOf(state, access, effect), depth: 0 };
  });
}

function clausesOf(state: State, { effects, size }: Access, effect: Effect): ClauseId[] {
  if ('signal' in effect) return ['D2'];
  if ('callback' in effect) {
    const fitted = effects.length > 1 || effect.size !== size;
    const clause: ClauseId = state.decisions.match === 'bus' ? 'K12' : 'D3';
    return fitted ? [clause, 'S6'] : [clause];
  }
  if ('rejected' in effect) return ['D6', 'S8'];
  if ('unassigned' in effect) return ['S4'];
  return [];
}

function reason({ place, size, effects }: Access, effect: Effect): string {
  if (place === undefined) return '';
  const { region, offset } = place;
  if ('rejected' in effect) return `: ${whyRejected(region, offset, effect.size)}`;
  if (!('callback' in effect) || effect !== effects[0]) return '';
  const name = `impl ${region.impl.min || 1}..${Math.max(region.impl.max || 4, region.impl.min)}`;
  if (effect.size > size) return `, widened from ${bytes(size)} (${name})`;
  return effects.length > 1 ? `, the first of ${effects.length} calls (${name})` : '';
}

/** Why `valid` rules an access out. */
function whyRejected(region: Region, offset: bigint, size: AccessSize): string {
  const { min, max, unaligned } = region.valid;
  if (!unaligned && offset % BigInt(size) !== 0n) return `${hex(offset)} is not aligned to ${bytes(size)}`;
  return `valid is ${min || 1}..${max}`;
}
