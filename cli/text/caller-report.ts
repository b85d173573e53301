/** The report of `caller`. */
import { printable } from '../../format/errors.ts';
import { writeScenarioLine } from '../../format/index.ts';
import type { AnyCaller } from '../../model/callers/index.ts';
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { CallerReport, Explored, Remark, ShownViolation } from '../../properties/callers/explore.ts';
import { scenarioOf } from '../../properties/callers/explore.ts';
import type { Move } from '../../properties/callers/move.ts';
import { effectsOf } from '../../properties/callers/violation-finding.ts';
import type { SavedFinding } from './finding-report.ts';
import { jsonLine } from './json-line.ts';
import { bytes, grouped, hex, pageWidth, wrapped } from './layout.ts';
import { effectText, numbered } from './operation.ts';
import type { Style } from './style.ts';

/** The callers of this package, a line each. */
export function renderCallerList(
  qemu: readonly AnyCaller[],
  mistaken: readonly AnyCaller[],
  style: Style,
): string[] {
  const width = Math.max(...[...qemu, ...mistaken].map(({ name }) => name.length)) + 2;
  const line = ({ name, title }: AnyCaller) =>
    wrapped(`  ${name.padEnd(width)}${title}`, pageWidth, ' '.repeat(width));
  return [
    style.bold("QEMU's callers:"),
    ...qemu.flatMap(line),
    '',
    style.bold('Documented mistakes of others:'),
    ...mistaken.flatMap(line),
  ];
}

/** What was found of one caller. */
export function renderCaller(report: CallerReport, saved: readonly SavedFinding[], style: Style): string[] {
  const { caller, violations, remarks, explored } = report;
  const lines = [
    `${style.bold(printable(caller.name))}  ${printable(caller.title)}`,
    ...field('source', caller.source),
    ...(caller.note === undefined ? [] : field('note', caller.note)),
    '',
    ...renderExplored(explored),
    '',
    verdictOf(report, style),
  ];
  for (const [index, violation] of violations.entries()) {
    lines.push('', ...renderViolation(violation, caller, saved[index], style));
  }
  for (const remark of remarks) lines.push('', ...renderRemark(remark));
  return lines;
}

function field(name: string, text: string): string[] {
  return wrapped(`  ${name.padEnd(9)}${printable(text)}`, pageWidth, ' '.repeat(9));
}

function renderExplored(explored: readonly Explored[]): string[] {
  const row = (cells: readonly string[]) => {
    const [profile = '', target = '', states = '', moves = '', depth = '', verdict = ''] = cells;
    return `  ${profile.padEnd(10)}${target.padEnd(12)}${states.padStart(9)}${moves.padStart(12)}${depth.padStart(9)}  ${verdict}`;
  };
  return [
    row(['profile', 'byte order', 'states', 'moves', 'longest', 'verdict']),
    ...explored.map(({ profile, target, states, moves, depth, isExhausted, kinds }) => {
      const verdict = kinds.length > 0 ? kinds.join(', ') : isExhausted ? 'prepared' : 'no violation found';
      return row([profile, target, grouped(states), grouped(moves), grouped(depth), verdict]);
    }),
  ];
}

function verdictOf({ explored, violations }: CallerReport, style: Style): string {
  if (violations.length > 0) return style.bad('Not prepared.');
  if (explored.every(({ isExhausted }) => isExhausted)) {
    return style.good('Prepared: proven for every history of these moves, of any length.');
  }
  return 'No violation found, but not every state was visited: a larger --states may prove it.';
}

function renderViolation(
  violation: ShownViolation,
  caller: AnyCaller,
  saved: SavedFinding | undefined,
  style: Style,
): string[] {
  const scenario = scenarioOf(violation, caller);
  const { profile, target } = violation.circumstances;
  return [
    style.bad(`${violation.kind} (${profile}, ${target}-endian guest): ${printable(violation.message)}`),
    ...movesText(violation.history.map(({ move }) => move)),
    ...savedLines(saved),
    '',
    ...renderOperations(scenario, style),
  ];
}

function savedLines(saved: SavedFinding | undefined): string[] {
  if (saved === undefined) return [];
  if ('reason' in saved) return [`  saved    nowhere (${saved.reason})`];
  return [`  saved    ${printable(saved.file)}`, `  explain  ${saved.explain.replace(/ --on \S+$/, '')}`];
}

/** The operations of the violation's scenario, each with its effects. */
function renderOperations(scenario: Scenario, style: Style): string[] {
  return effectsOf(scenario).flatMap((effects, index) => [
    ...numbered(index, scenario.operations[index], '  ').map(style.bold),
    ...effects.flatMap((effect) => wrapped(`      ${effectText(effect)}`, pageWidth, '  ')),
  ]);
}

/** The history, a line a move; equal moves in a row in one line. */
function movesText(moves: readonly (Move | undefined)[]): string[] {
  const texts = moves.flatMap((move) => (move === undefined ? [] : [moveText(move)]));
  const runs: { readonly text: string; count: number }[] = [];
  for (const text of texts) {
    const last = runs.at(-1);
    if (last?.text === text) last.count++;
    else runs.push({ text, count: 1 });
  }
  return runs.flatMap(({ text, count }) =>
    wrapped(`  - ${text}${count === 1 ? '' : `, ${count} times`}`, pageWidth, '    '),
  );
}

function moveText(move: Move): string {
  const refused = move.refused.length === 0 ? '' : `; the host refuses ${refusedText(move.refused)}`;
  switch (move.kind) {
    case 'event':
      return `${printable(move.event)}${refused}`;
    case 'place':
      return `${move.region} ${move.change}${refused}`;
    case 'write': {
      const { region, offset, size, data } = move.write;
      const who = move.by === 'cpu' ? 'the CPU writes' : 'QEMU itself writes';
      const where = move.at === 'first' ? '' : ', at where it moves';
      return `${who} ${bytes(size)} at ${region}+${hex(offset)}${where} = ${hex(data)}${refused}`;
    }
  }
}

function refusedText(ordinals: readonly number[]): string {
  return ordinals.length === 1 && ordinals[0] === 0
    ? 'the registration'
    : `registrations ${ordinals.join(', ')} of these`;
}

const remarkTexts: Readonly<Record<Remark['kind'], string>> = {
  beyond: 'allowed',
  dead: 'a dead registration (K7), which the caller cannot learn of',
  'guest error': 'allowed, as the guest must not write this',
};

function renderRemark({ kind, message, circumstances, history }: Remark): string[] {
  return [
    ...wrapped(`${remarkTexts[kind]}: ${printable(message)} (${circumstances.profile})`, pageWidth, '  '),
    ...movesText(history.map(({ move }) => move)),
  ];
}

/** The report as one line of JSON. */
export function callerJson(report: CallerReport, saved: readonly SavedFinding[], seed: number): string {
  const { caller, explored, violations, remarks } = report;
  const scenario = (shown: ShownViolation | Remark) =>
    JSON.parse(writeScenarioLine(scenarioOf(shown, caller)));
  return jsonLine({
    format: 'ioeventfd-check-caller/1',
    caller: caller.name,
    seed,
    isPrepared: violations.length === 0 && explored.every(({ isExhausted }) => isExhausted),
    explored,
    violations: violations.map((violation, index) => {
      const file = saved[index];
      return {
        kind: violation.kind,
        message: violation.message,
        ...violation.circumstances,
        ...(file !== undefined && 'file' in file && { saved: file.file }),
        scenario: scenario(violation),
      };
    }),
    remarks: remarks.map((remark) => ({
      kind: remark.kind,
      message: remark.message,
      ...remark.circumstances,
      scenario: scenario(remark),
    })),
  });
}
