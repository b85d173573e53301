/** Reading scenarios: from a text, from a file, from standard input. */

import type { Scenario } from '../model/vocabulary/vocabulary.ts';
import { decodeScenario } from './decode.ts';
import { FormatError } from './errors.ts';
import { JsonError, type JsonValue, lineAndColumn, parseJson } from './json.ts';
import { inputName, type ReadOptions, readChunks } from './read-bounded.ts';
import { type Document, DocumentSplitter, isBlank, maximumScenarioBytes, reasons } from './split.ts';

/** A scenario and where it stands: `FILE`, or `FILE:LINE` in JSON Lines. */
export type SourcedScenario = { readonly scenario: Scenario; readonly source: string };

/**
 * The scenario that a text holds.
 *
 * @param source what messages begin with, as a rule the file's name
 * @throws FormatError with one line that names the first place that is not of the format
 */
export function readScenario(text: string, source: string): Scenario {
  if (Buffer.byteLength(text) > maximumScenarioBytes) throw new FormatError(source, [], reasons.tooLarge);
  return decodeScenario(parse({ text, line: 1, isLine: false }, source), source, { text, path: [] });
}

/**
 * The scenarios of a file, in order: a file with one scenario, on any number of lines, or JSON Lines
 * with a scenario on each line (blank lines are skipped). `-` is standard input.
 *
 * Lines are read one at a time, so that a long file takes no more memory than its longest line. An error ends the
 * iteration; what comes before it has been yielded.
 *
 * @throws InputError where the file cannot be read, FormatError where it holds something else; the signal's reason where
 *   that is aborted
 */
export async function* readScenarios(
  path: string,
  options: ReadOptions = {},
): AsyncGenerator<SourcedScenario, void, undefined> {
  const file = inputName(path);
  const documents = new DocumentSplitter(file, path !== '-');
  for await (const chunk of readChunks(path, { limit: Number.POSITIVE_INFINITY, ...options })) {
    for (const document of documents.push(chunk)) yield sourced(document, file);
  }
  for (const document of documents.end()) yield sourced(document, file);
}

function sourced(document: Document, file: string): SourcedScenario {
  const source = document.isLine ? `${file}:${document.line}` : file;
  const { text } = document;
  return { scenario: decodeScenario(parse(document, source), source, { text, path: [] }), source };
}

function parse(document: Document, source: string): JsonValue {
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
