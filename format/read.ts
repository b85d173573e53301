/** Reading scenarios: from a text, from a file, from standard input. */

import type { Scenario } from '../model/vocabulary/vocabulary.ts';
import { decodeScenario } from './decode.ts';
import { inputName, type ReadOptions, readChunks } from './read-bounded.ts';
import { parseDocument } from './read-text.ts';
import { type Document, DocumentSplitter } from './split.ts';

export { readScenario } from './read-text.ts';

/** A scenario and where it stands: `FILE`, or `FILE:LINE` in JSON Lines. */
export type SourcedScenario = { readonly scenario: Scenario; readonly source: string };

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
  return { scenario: decodeScenario(parseDocument(document, source), source, { text, path: [] }), source };
}
