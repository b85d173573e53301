/** Numbers, lines and columns: what every report is laid out with. */

/** The widest line that is made, where words allow it. */
export const pageWidth = 100;

/** Where the clause ids stand in an explanation. */
const annotationColumn = 88;

const twoTo64 = 1n << 64n;

/** A number as the scenario format writes it; 2^64, which has too many digits to be read, by name. */
export function hex(value: bigint): string {
  if (value === twoTo64) return '2^64';
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

/** `1 byte`, `4 bytes`; `any size` for 0. */
export function bytes(count: number): string {
  return count === 0 ? 'any size' : plural(count, 'byte');
}

/** `1 scenario`, `1,234 scenarios`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** A whole number with a comma after each three digits. */
export function grouped(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A share of 0 to 1 in percent; with a second digit where the first would be 0.0. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value.toFixed(value > 0 && value < 0.1 ? 2 : 1)} %`;
}

/** A text cut to a width, so that it shows that it was cut. */
export function shortened(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 3)}...`;
}

/** The typographic characters of the clause catalogue, in ASCII. */
export function ascii(text: string): string {
  return text.replace(/[‘’]/g, "'").replace(/[“”]/g, '"').replace(/×/g, 'x').replace(/[–—]/g, '-');
}

/** Breaks a text at spaces into lines of a width; the second and later ones are indented by `hang`. A long word stays whole. */
export function wrapped(text: string, width: number, hang = ''): string[] {
  const lead = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = lead;
  let isEmpty = true;
  for (const word of text.slice(lead.length).split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = lead + hang;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/** Like `wrapped`, and a word that is too long for a line is cut: for columns, which must keep their width. */
export function columnOf(text: string, width: number): string[] {
  return wrapped(text, width, '  ').flatMap((line) => {
    const pieces: string[] = [];
    for (let at = 0; at < Math.max(line.length, 1); at += width) pieces.push(line.slice(at, at + width));
    return pieces;
  });
}

/** A text with the ids of clauses at the right-hand side, the last line of the text if it needs several. */
export function annotated(text: string, clauses: readonly string[]): string[] {
  if (clauses.length === 0) return wrapped(text, pageWidth, '    ');
  const ids = `[${clauses.join(' ')}]`;
  const column = Math.min(annotationColumn, pageWidth - ids.length);
  const lines = wrapped(text, column - 2, '    ');
  const last = lines.pop() ?? '';
  return [...lines, `${last.padEnd(column)}${ids}`];
}

/** Rows of cells as lines, each column as wide as its widest cell; trailing blanks are cut. */
export function table(
  rows: readonly (readonly string[])[],
  indent: string,
  right: readonly number[] = [],
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  return rows.map((row) => {
    const cells = row.map((cell, i) => {
      const width = widths[i] ?? 0;
      return right.includes(i) ? cell.padStart(width) : cell.padEnd(width);
    });
    return (indent + cells.join('  ')).trimEnd();
  });
}
