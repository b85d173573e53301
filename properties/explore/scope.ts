/** Scopes: finite sets of operations, as data; every scenario of them, of any length, is explored. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FormatError, InputError, type Path, printable, show } from '../../format/errors.ts';
import { operationFromJson, readScenario } from '../../format/index.ts';
import { JsonError, lineAndColumn, parseJson } from '../../format/json.ts';
import type { Operation, ScenarioHeader } from '../../model/vocabulary/vocabulary.ts';
import { dataFolder } from '../engine/package-data.ts';
import type { Bounds } from './budget.ts';
import { type ScopeDocument, scopeFormatName, scopeSchema } from './scope-schema.ts';

/** A scope, ready to be explored. Plain data: it goes to workers as it is. */
export type Scope = {
  /** `tiny`, or the file that it was read from. */
  readonly name: string;
  /** What its exploration proves, in a line. */
  readonly title: string;
  readonly header: ScenarioHeader;
  /** The operations, in the order by which scenarios of one length are compared. */
  readonly alphabet: readonly Operation[];
  readonly notifiers: readonly string[];
  readonly bounds: Bounds;
};

/** An operation of the alphabet is kept in 16 bits; more than some hundreds are hopeless anyway. */
const mostOperations = 4096;

const folder = dataFolder('scopes/');

/** The names of the scopes that come with the package. */
export function scopeNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

/**
 * The scope of this name, or, where there is a slash or a dot in it, of this file.
 *
 * @throws InputError, in one line, where there is none, or none of this format
 */
export function loadScope(nameOrFile: string): Scope {
  const isFile = /[./\\]/.test(nameOrFile);
  if (!isFile && !scopeNames().includes(nameOrFile)) {
    throw new InputError(
      `no scope is called ${JSON.stringify(nameOrFile)}: there are ${scopeNames().join(', ')}; a file's name has a dot or a slash in it`,
    );
  }
  const path = isFile ? nameOrFile : fileURLToPath(new URL(`${nameOrFile}.json`, folder));
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new InputError(
      `${printable(path)}: ${code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`}`,
    );
  }
  return readScope(text, nameOrFile);
}

/**
 * The scope that a text holds; `name` is what messages begin with.
 *
 * @throws FormatError at the first thing that is not of the format
 */
export function readScope(text: string, name: string): Scope {
  const document = decodeDocument(parsed(text, name), name);
  const regions = new Set(['memory', 'io']);
  const notifiers = Array.from({ length: document.notifiers ?? 1 }, (_, i) => `n${i}`);
  const maker = new AlphabetMaker(name, document, notifiers, regions);
  const alphabet = maker.all();
  const { registrations = 1, atOneOffset = 1, nesting = 0 } = document.atMost ?? {};
  return {
    name,
    title: document.title,
    header: headerOf(document, name),
    alphabet,
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

function decodeDocument(document: unknown, name: string): ScopeDocument {
  const isObject = typeof document === 'object' && document !== null && !Array.isArray(document);
  if (!isObject) throw new FormatError(name, [], `expected an object, got ${show(document)}`);
  const format = 'format' in document ? document.format : undefined;
  if (format !== scopeFormatName) {
    const got = format === undefined ? 'missing: ' : '';
    const tail = format === undefined ? '' : `, got ${show(format)}`;
    throw new FormatError(name, ['format'], `${got}expected "${scopeFormatName}"${tail}`);
  }
  const result = scopeSchema.safeParse(document);
  if (result.success) return result.data;
  const { issues } = result.error;
  // A misspelt field is both unknown and missing; that it is unknown says more.
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

/** Makes every operation of a scope, each checked as one of the scenario format. */
class AlphabetMaker {
  readonly #name: string;
  readonly #document: ScopeDocument;
  readonly #notifiers: readonly string[];
  readonly #regions: Set<string>;
  readonly #made: Operation[] = [];
  readonly #seen = new Set<string>();

  constructor(name: string, document: ScopeDocument, notifiers: readonly string[], regions: Set<string>) {
    this.#name = name;
    this.#document = document;
    this.#notifiers = notifiers;
    this.#regions = regions;
  }

  all(): readonly Operation[] {
    const { regions, places = [], words = [], writes = [], atMost } = this.#document;
    regions.forEach((region, i) => {
      this.#create(region, ['regions', i]);
    });
    places.forEach((place, i) => {
      this.#each('map', place, ['places', i]);
    });
    words.forEach(({ delete: _, ...word }, i) => {
      this.#each('add-eventfd', this.#withNotifier(word, ['words', i]), ['words', i]);
    });
    if ((atMost?.nesting ?? 0) > 0) {
      this.#add({ op: 'begin' }, []);
      this.#add({ op: 'commit' }, []);
    }
    words.forEach(({ delete: deletes = true, ...word }, i) => {
      if (deletes) this.#each('del-eventfd', this.#withNotifier(word, ['words', i]), ['words', i]);
    });
    this.#changes();
    writes.forEach((write, i) => {
      this.#each('write', write, ['writes', i]);
    });
    if (this.#made.length > mostOperations) {
      throw new FormatError(this.#name, [], `${this.#made.length} operations; at most ${mostOperations}`);
    }
    return this.#made;
  }

  #create(region: Readonly<Record<string, unknown>>, path: Path): void {
    const target = region['target'];
    if (typeof target === 'string') this.#known(target, [...path, 'target']);
    this.#add({ op: 'create', ...region }, path);
    const id = region['region'];
    if (typeof id !== 'string') return;
    if (this.#regions.has(id)) throw new FormatError(this.#name, path, `${show(id)} is there already`);
    this.#regions.add(id);
  }

  #changes(): void {
    const { unmap, toggle, move = [], resize = [], retarget = [] } = this.#document.changes ?? {};
    if (unmap !== undefined) this.#each('unmap', { region: unmap }, ['changes', 'unmap']);
    if (toggle !== undefined) {
      this.#each('disable', { region: toggle }, ['changes', 'toggle']);
      this.#each('enable', { region: toggle }, ['changes', 'toggle']);
    }
    for (const [op, list] of Object.entries({ move, resize, retarget })) {
      list.forEach((change, i) => {
        this.#each(op, change, ['changes', op, i]);
      });
    }
  }

  /** Notifiers by name; where none is named, each of them. */
  #withNotifier(word: Readonly<Record<string, unknown>>, path: Path): Record<string, unknown> {
    const { notifier } = word;
    const numbers = notifier === undefined ? [...this.#notifiers.keys()] : [notifier].flat();
    const names = numbers.map((number) => {
      const found = this.#notifiers[Number(number)];
      if (found !== undefined) return found;
      const reason = `expected a number below ${this.#notifiers.length} ("notifiers"), got ${show(number)}`;
      throw new FormatError(this.#name, [...path, 'notifier'], reason);
    });
    return { ...word, notifier: names };
  }

  /** One operation for each choice of values where a field has a list of them; the first field turns slowest. */
  #each(op: string, fields: Readonly<Record<string, unknown>>, path: Path): void {
    let choices: Record<string, unknown>[] = [{ op }];
    for (const [field, value] of Object.entries(fields)) {
      const list: unknown[] = Array.isArray(value) ? value : [value];
      choices = choices.flatMap((choice) => list.map((one) => ({ ...choice, [field]: one })));
    }
    for (const choice of choices) {
      for (const field of ['region', 'container']) {
        const id = choice[field];
        if (typeof id === 'string') this.#known(id, [...path, field]);
      }
      if (fits(choice)) this.#add(withoutNulls(choice), path);
    }
  }

  #known(id: string, path: Path): void {
    if (this.#regions.has(id)) return;
    const known = [...this.#regions].join(', ');
    throw new FormatError(
      this.#name,
      path,
      `no region of this scope is called ${show(id)}: there are ${known}`,
    );
  }

  #add(json: unknown, path: Path): void {
    // The same operation by two ways is one.
    const text = JSON.stringify(json);
    if (this.#seen.has(text)) return;
    this.#seen.add(text);
    try {
      this.#made.push(operationFromJson(json, this.#name));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      throw new FormatError(
        this.#name,
        error.path === '' ? path : [...path, ...error.path.split('.')],
        error.reason,
      );
    }
  }
}

/** Of the choices of sizes and data for a write, those whose data fit in the size. */
function fits({ op, size, data }: Readonly<Record<string, unknown>>): boolean {
  if (op !== 'write' || typeof size !== 'number') return true;
  if (typeof data !== 'number' && !(typeof data === 'string' && /^0x[0-9a-f]{1,16}$/.test(data))) return true;
  return BigInt(data) < 1n << BigInt(8 * size);
}

/** `null` in a list of data stands for a registration without any. */
function withoutNulls(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
