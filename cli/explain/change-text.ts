/** An operation that is no write, in words: what the host was told, or why it was told nothing. */
import type { ClauseId } from '../../model/clauses/catalogue.ts';
import type { ChangeTrace, ErrorTrace } from '../../model/trace/trace.ts';
import type { Effect, Operation } from '../../model/vocabulary/vocabulary.ts';
import { effectText } from '../text/operation.ts';
import { type Note, note } from './note.ts';

/** A line for each effect; where there is none, at most one that says why. */
export function changeNotes(
  trace: ErrorTrace | ChangeTrace,
  operation: Operation,
  effects: readonly Effect[],
): readonly Note[] {
  if (trace.kind === 'change' && effects.length === 0) return quietNotes(trace, operation);
  return effects.map((effect) => note(effectText(effect), ...effectClauses(effect)));
}

/** What there is to say of an operation that the host is told nothing of. */
function quietNotes({ outcome }: ChangeTrace, { op }: Operation): Note[] {
  switch (outcome) {
    case 'done':
      return [];
    case 'waits':
      return [note('waits for the commit', 'H1')];
    case 'unchanged':
      return op === 'move'
        ? [note('it is there already: nothing changes', 'M2')]
        : [note('it is so already: nothing changes')];
    case 'not visible':
      return [note('not visible anywhere: the host is told nothing', 'H1', 'H2')];
  }
}

function effectClauses(effect: Effect): ClauseId[] {
  if ('error' in effect) return ['P1'];
  if (!('hostRefused' in effect)) return ['H1'];
  switch (effect.reason) {
    case 'EEXIST':
      return ['H4', 'K2'];
    case 'ENOSPC':
      return ['H4', 'K3'];
    case 'EINVAL':
      return ['H4', 'K1'];
    case 'refused':
      return ['H4', 'F1'];
  }
}
