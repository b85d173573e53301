/** The figures as a table: aligned text for a terminal, Markdown for the documents. */
import { count, type Figure, type Goal, isMet } from './figures.ts';

/** Aligned text, a heading for each group. */
export function asText(figures: readonly Figure[]): string {
  const widest = (text: (figure: Figure) => string) =>
    Math.max(...figures.map((figure) => text(figure).length));
  const widths = [widest(({ what }) => what), widest(amountOf), widest(goalOf)] as const;
  const lines: string[] = [];
  let group = '';
  for (const figure of figures) {
    if (figure.group !== group) lines.push(...(group === '' ? [] : ['']), figure.group);
    group = figure.group;
    const [what, value, goal] = [
      figure.what.padEnd(widths[0]),
      amountOf(figure).padStart(widths[1]),
      goalOf(figure).padEnd(widths[2]),
    ];
    lines.push(`  ${what}  ${value}  ${goal}  ${verdict(figure).padEnd(7)}  ${figure.behind}`.trimEnd());
  }
  return `${lines.join('\n')}\n`;
}

/** A Markdown table. */
export function asMarkdown(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { group, what, behind } = figure;
    return `| ${group}: ${what} | ${amountOf(figure)} | ${goalOf(figure)} | ${verdict(figure)} | ${behind} |`;
  });
  return ['| Figure | Measured | Goal | | Behind it |', '| --- | --: | --- | --- | --- |', ...rows, ''].join(
    '\n',
  );
}

/** Puts a text between `<!-- bench -->` and `<!-- /bench -->`, or says that there is no such place. */
export function betweenMarkers(document: string, text: string): string {
  const [begin, end] = ['<!-- bench -->', '<!-- /bench -->'];
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`no ${begin} ... ${end}`);
  return `${document.slice(0, from + begin.length)}\n${text}${document.slice(to)}`;
}

function amountOf({ value, unit }: Figure): string {
  const number = value >= 100 ? count(value) : unit === '×' ? value.toFixed(2) : value.toFixed(0);
  return unit === '×' ? `${number}×` : `${number} ${unit}`.trimEnd();
}

function goalOf({ goal, unit }: Figure): string {
  return goal === undefined ? '' : `${goal.kind} ${goalNumber(goal)}${unit === '×' ? '×' : ''}`;
}

function goalNumber({ value }: Goal): string {
  return Number.isInteger(value) ? count(value) : `${value}`;
}

function verdict(figure: Figure): string {
  const met = isMet(figure);
  return met === undefined ? '' : met ? 'met' : 'NOT MET';
}
