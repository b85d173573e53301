/** The report of `replay`, for people and for programs. */
import { printable } from '../../format/errors.ts';
import { effectsToJson } from '../../format/index.ts';
import type { Effect, Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Replay, Unmet } from '../replay/replay.ts';
import { jsonLine } from './json-line.ts';
import { grouped, plural } from './layout.ts';
import { effectText, numbered } from './operation.ts';
import { renderSides } from './sides.ts';
import type { Style } from './style.ts';

/** How many scenarios came to which verdict. */
export type Tally = { [V in Replay['verdict']]: number };

const words = {
  agree: 'agrees',
  differ: 'differs',
  unmet: 'expectation not met',
  unsupported: 'not supported',
} as const;

/** What one scenario came to: a line, and if all is not well, how. */
export function renderReplay(source: string, scenario: Scenario, result: Replay, style: Style): string[] {
  const { verdict, sides, difference, failure, unmet, unsupported } = result;
  const [a, b] = sides;
  const title = scenario.title === undefined ? '' : `: ${printable(scenario.title)}`;
  const line = `${words[verdict]}  ${printable(source)}${title} (${printable(a.name)}, ${printable(b.name)})`;
  const lines = [
    verdict === 'agree' ? `${style.good(words.agree)}${line.slice(words.agree.length)}` : style.bad(line),
  ];
  if (difference !== undefined) lines.push('', ...renderSides(scenario, sides, difference, style));
  if (failure !== undefined) {
    const { property, message } = failure;
    const what = property === 'lockstep' ? message : `property ${property}: ${message}`;
    lines.push(`  ${printable(what)}`, '');
    lines.push(...renderSides(scenario, failure.sides, failure, style));
  }
  if (unsupported !== undefined) lines.push(`  ${printable(unsupported)}`);
  for (const one of unmet) lines.push(...renderUnmet(scenario, one));
  return lines;
}

function renderUnmet(scenario: Scenario, { sides, expectation, effects }: Unmet): string[] {
  const { operation, effects: expected } = expectation;
  return [
    ...numbered(operation, scenario.operations[operation], '  '),
    ...listed('expected', expected),
    ...listed(printable(sides.join(', ')), effects),
  ];
}

function listed(name: string, effects: readonly Effect[]): string[] {
  const texts = effects.length === 0 ? ['(nothing)'] : effects.map(effectText);
  return texts.map((text, i) => `      ${(i === 0 ? `${name}:` : '').padEnd(18)} ${text}`);
}

/** The last line: how many scenarios, and what they came to. */
export function renderSummary(
  { agree, differ, unmet, unsupported }: Tally,
  isCutShort: boolean,
  style: Style,
): string {
  const parts = [
    `${grouped(agree)} agree${agree === 1 ? 's' : ''}`,
    ...(differ > 0 ? [`${grouped(differ)} differ${differ === 1 ? 's' : ''}`] : []),
    ...(unmet > 0 ? [`${grouped(unmet)} with an expectation not met`] : []),
    ...(unsupported > 0 ? [`${grouped(unsupported)} not supported`] : []),
  ];
  const text = `${plural(agree + differ + unmet + unsupported, 'scenario', 'scenarios')}: ${parts.join(', ')}`;
  if (isCutShort) return style.bad(`interrupted, not complete: ${text}`);
  return differ + unmet + unsupported > 0 ? style.bad(text) : style.good(text);
}

/** What one scenario came to, as a line of JSON. */
export function replayJson(source: string, scenario: Scenario, result: Replay): string {
  const { verdict, sides, difference, failure, unmet, unsupported } = result;
  const shown = failure?.sides ?? sides;
  return jsonLine({
    source,
    title: scenario.title ?? '',
    verdict: words[verdict],
    ...(unsupported !== undefined && { unsupported }),
    dispatchers: sides.map(({ name }) => name),
    property: failure?.property ?? (difference === undefined ? null : 'lockstep'),
    operation: failure?.operation ?? difference?.operation ?? null,
    effect: failure?.effect ?? difference?.effect ?? null,
    sides:
      verdict === 'differ'
        ? shown.map(({ name, effects }) => ({ name, effects: effects.map(effectsToJson) }))
        : null,
    unmet: unmet.map(({ sides: names, expectation, effects }) => ({
      sides: names,
      operation: expectation.operation,
      expected: effectsToJson(expectation.effects),
      effects: effectsToJson(effects),
    })),
  });
}
