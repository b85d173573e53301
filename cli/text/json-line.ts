/** A line of JSON for programs, which may still come to a terminal. */

/**
 * A value as JSON in one line. What would move a terminal's cursor or hide text (controls up to U+009F, bidirectional
 * marks) is escaped, which JSON allows in strings, and nowhere else can it be.
 */
export function jsonLine(value: unknown): string {
  return escapedJson(JSON.stringify(value));
}

/** A line of a JSON text, escaped in the same way. */
export function escapedJson(line: string): string {
  return line.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escapedUnits);
}

/** `\u202e`, and two of them for a character beyond U+FFFF. */
function escapedUnits(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const unit = character.charCodeAt(index).toString(16);
    return `\\u${unit.padStart(4, '0')}`;
  }).join('');
}
