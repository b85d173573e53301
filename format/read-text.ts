/** Reading a scenario from a text. Without node: the page of `show` reads what is dropped on it with this. */

import type { Scenario } from '../model/vocabulary/vocabulary.ts';
import { decodeScenario } from './decode.ts';
import { FormatError } from './errors.ts';
import { JsonError, type JsonValue, lineAndColumn, parseJson } from './json.ts';
import { type Document, isBlank, maximumScenarioBytes, reasons } from './split.ts';

/**
 * The scenario that a text holds.
 *
 * @param source what messages begin with, as a rule the file's name
 * @throws FormatError with one line that names the first place that is not of the format
 */
export function readScenario(text: string, source: string): Scenario {
  if (isTooLarge(text)) throw new FormatError(source, [], reasons.tooLarge);
  return decodeScenario(parseDocument({ text, line: 1, isLine: false }, source), source, { text, path: [] });
}

/** A UTF-16 unit is at most 3 bytes of UTF-8: most texts need no counting. */
function isTooLarge(text: string): boolean {
  if (text.length * 3 <= maximumScenarioBytes) return false;
  return text.length > maximumScenarioBytes || new TextEncoder().encode(text).length > maximumScenarioBytes;
}

/**
 * The JSON value of a scenario's text.
 *
 * @throws FormatError with the place, where it is none
 */
export function parseDocument(document: Document, source: string): JsonValue {
  const { text } = document;
  if (text.charCodeAt(0) === 0xfeff) throw new FormatError(source, [], reasons.byteOrderMark);
  if (isBlank(text)) throw new FormatError(source, [], reasons.empty);
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const { line, column } = lineAndColumn(text, error.offset);
    // In JSON Lines the source names the line.
    const place = document.isLine ? `column ${column}` : `line ${document.line + line - 1}, column ${column}`;
    if (error.path.length > 0) throw new FormatError(source, error.path, `${error.message} (${place})`);
    throw new FormatError(source, [], `${place}: ${error.message}`);
  }
}
