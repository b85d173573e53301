/** Two sides' effects next to each other, the first difference marked. */
import { printable } from '../../format/errors.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Effect, EffectLists, Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Difference } from '../../properties/compare/compare.ts';
import { sameEffect } from '../../properties/compare/compare.ts';
import type { Side } from '../../properties/compare/property.ts';
import { columnOf, pageWidth, plural } from './layout.ts';
import { effectText, headerText, numbered, surroundingsText } from './operation.ts';
import type { Style } from './style.ts';

const margin = '      ';
const columnWidth = Math.floor((pageWidth - margin.length - 3) / 2);

/**
 * The scenario, an operation a line, and below each what both sides made of it, in two columns. `>>` marks the first
 * difference, `>` each later one. Operations without any effect take one line.
 */
export function renderSides(
  scenario: Scenario,
  sides: readonly [Side, Side],
  first: Difference,
  style: Style,
): string[] {
  const [a, b] = sides;
  const hasProfiles = namesProfile(a) && namesProfile(b);
  const header = hasProfiles ? surroundingsText(scenario) : headerText(scenario);
  const lines = [`  ${header}`, '', columns('', printable(a.name), printable(b.name))];
  lines.push(`${margin}${'-'.repeat(columnWidth)}-+-${'-'.repeat(columnWidth)}`);
  const count = Math.max(a.effects.length, b.effects.length);
  for (let index = 0; index < count; index++) {
    lines.push(...numbered(index, scenario.operations[index], '  ').map(style.bold));
    lines.push(...effectRows(index, a.effects, b.effects, first, style));
  }
  const left = scenario.operations.length - count;
  if (left > 0) lines.push(`  ... and ${plural(left, 'operation')} after it, not compared`);
  return lines;
}

function effectRows(
  index: number,
  a: EffectLists,
  b: EffectLists,
  first: Difference,
  style: Style,
): string[] {
  const left = a[index] ?? [];
  const right = b[index] ?? [];
  const rows: string[] = [];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const one = left[i];
    const other = right[i];
    const isFirst = index === first.operation && i === first.effect;
    const differs = one === undefined || other === undefined || !sameEffect(one, other);
    const text = columns(isFirst ? '>>' : differs ? '>' : '', cellText(one), cellText(other));
    rows.push(isFirst || differs ? style.bad(text) : text);
  }
  return rows;
}

function cellText(effect: Effect | undefined): string {
  return effect === undefined ? '(nothing)' : effectText(effect);
}

/** Two texts in two columns, with a mark in the margin of the first line. */
function columns(mark: string, left: string, right: string): string {
  const one = columnOf(left, columnWidth);
  const other = columnOf(right, columnWidth);
  const rows = Math.max(one.length, other.length);
  return Array.from({ length: rows }, (_, i) => {
    const begin = (i === 0 ? `   ${mark}` : '').padEnd(margin.length);
    return `${begin}${(one[i] ?? '').padEnd(columnWidth)} | ${other[i] ?? ''}`.trimEnd();
  }).join('\n');
}

/** Whether a side's name says its profile, so that the scenario's own plays no part. */
function namesProfile({ name }: Side): boolean {
  return profileNames.some((profile) => name.includes(`@${profile}`));
}
