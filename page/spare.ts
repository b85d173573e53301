/** What does not matter, as the command found it: which regions, and which words of a sentence. */
import { computed } from '@preact/signals';
import { hex } from '../cli/text/layout.ts';
import { operationText } from '../cli/text/operation.ts';
import type { Operation } from '../model/vocabulary/vocabulary.ts';
import { spare, version } from './state.ts';

/** Regions of which no operation matters. */
const spareRegions = computed<ReadonlySet<string>>(() => {
  const known = spare.value;
  if (known === undefined) return new Set();
  const isSpare = new Set(known.operations);
  const all = new Set<string>();
  const needed = new Set<string>();
  version.value.scenario.operations.forEach((operation, index) => {
    if (!('region' in operation)) return;
    all.add(operation.region);
    if (!isSpare.has(index)) needed.add(operation.region);
  });
  return new Set([...all].filter((id) => !needed.has(id)));
});

export function isSpareRegion(id: string): boolean {
  return spareRegions.value.has(id);
}

/** A piece of a sentence; `field` is the one whose value it is, where that does not matter. */
export type Piece = { readonly text: string; readonly field?: string };

/** A sentence, cut at the values that do not matter; a value that is not found in it is named at its end. */
export function piecesOf(operation: Operation, fields: readonly string[]): readonly Piece[] {
  let pieces: readonly Piece[] = [{ text: operationText(operation) }];
  for (const field of fields) {
    const shown = shownAs(operation, field);
    let isFound = false;
    pieces = pieces.flatMap((piece) => {
      const at =
        isFound || piece.field !== undefined || shown === undefined ? -1 : piece.text.lastIndexOf(shown);
      if (at < 0 || shown === undefined) return [piece];
      isFound = true;
      return [
        { text: piece.text.slice(0, at) },
        { text: shown, field },
        { text: piece.text.slice(at + shown.length) },
      ];
    });
    if (!isFound) pieces = [...pieces, { text: ` (${field})`, field }];
  }
  return pieces.filter(({ text }) => text !== '');
}

/** How a sentence has a field's value. */
function shownAs(operation: Operation, field: string): string | undefined {
  const value: unknown = (operation as Readonly<Record<string, unknown>>)[field];
  if (typeof value === 'bigint') return hex(value);
  if (typeof value === 'number') return field === 'priority' ? `priority ${value}` : `${value} byte`;
  return typeof value === 'string' ? value : undefined;
}
