/** Reading a scope from a text of the format `ioeventfd-scope/1`. */
import { FormatError } from '../../../format/errors.ts';
import { readScenario } from '../../../format/index.ts';
import { JsonError, lineAndColumn, parseJson, showAt } from '../../../format/json.ts';
import type { ScenarioHeader } from '../../../model/vocabulary/vocabulary.ts';
import { operationsOf } from './operations.ts';
import { type ScopeDocument, scopeFormatName, scopeSchema } from './schema.ts';
import { maximumScopeBytes, type Scope } from './scope.ts';

/**
 * The scope that a text holds; `name` is what messages begin with.
 *
 * @throws FormatError at the first thing that is not of the format
 */
export function readScope(text: string, name: string): Scope {
  if (Buffer.byteLength(text) > maximumScopeBytes) {
    throw new FormatError(name, [], `more than ${maximumScopeBytes / 2 ** 20} MiB, too much for a scope`);
  }
  const document = decodeDocument(parsed(text, name), text, name);
  const notifiers = Array.from({ length: document.notifiers ?? 1 }, (_, i) => `n${i}`);
  const { registrations = 1, atOneOffset = 1, nesting = 0 } = document.atMost ?? {};
  return {
    name,
    title: document.title,
    header: headerOf(document, name),
    operations: operationsOf(document, notifiers, name),
    notifiers,
    bounds: { registrations, atOneOffset, nesting },
  };
}

function parsed(text: string, name: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const { line, column } = lineAndColumn(text, error.offset);
    throw new FormatError(name, error.path, `line ${line}, column ${column}: ${error.message}`);
  }
}

function decodeDocument(document: unknown, text: string, name: string): ScopeDocument {
  const isObject = typeof document === 'object' && document !== null && !Array.isArray(document);
  if (!isObject) throw new FormatError(name, [], `expected an object, got ${showAt(text, [], document)}`);
  const format = 'format' in document ? document.format : undefined;
  if (format !== scopeFormatName) {
    const got = format === undefined ? 'missing: ' : '';
    const tail = format === undefined ? '' : `, got ${showAt(text, ['format'], format)}`;
    throw new FormatError(name, ['format'], `${got}expected "${scopeFormatName}"${tail}`);
  }
  const result = scopeSchema.safeParse(document);
  if (result.success) return result.data;
  const { issues } = result.error;
  // A misspelt field is both unknown and missing. That it is unknown says more.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  const path = (issue?.path ?? []).map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue?.code === 'unrecognized_keys') path.push(issue.keys[0] ?? '');
  throw new FormatError(name, path, issue?.message ?? 'invalid');
}

/** Profile, target and host are those of a scenario without operations. */
function headerOf({ profile, target, host }: ScopeDocument, name: string): ScenarioHeader {
  const fields = Object.entries({ profile, target, host }).filter(([, field]) => field !== undefined);
  const scenario = { format: 'ioeventfd-scenario/1', ...Object.fromEntries(fields), operations: [] };
  const { operations: _, ...header } = readScenario(JSON.stringify(scenario), name);
  return header;
}
