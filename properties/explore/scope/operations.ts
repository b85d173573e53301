/**
 * The operations of a scope. An entry of its file stands for one operation for each choice of values from its lists. They
 * are counted before any is made: a short file can stand for more operations than fit in memory.
 */
import { FormatError, type Path, show } from '../../../format/errors.ts';
import { operationFromJson } from '../../../format/index.ts';
import type { Operation } from '../../../model/vocabulary/vocabulary.ts';
import type { ScopeDocument } from './schema.ts';
import { maximumOperations } from './scope.ts';

/** An entry of the file: an operation with a list of values for each field. */
type Template = {
  readonly op: string;
  readonly fields: readonly (readonly [field: string, values: readonly unknown[]])[];
  /** Where it stands in the file. */
  readonly path: Path;
};

type Fields = Readonly<Record<string, unknown>>;

/**
 * Every operation of a scope once, in the order of the file. Each is checked as an operation of the scenario format.
 *
 * @param name what messages begin with
 * @throws FormatError where there are too many, or one is not of the scenario format
 */
export function operationsOf(
  document: ScopeDocument,
  notifiers: readonly string[],
  name: string,
): readonly Operation[] {
  const templates = templatesOf(document, notifiers, name);
  requireFewOperations(templates, name);
  const regions = new Set(['memory', 'io']);
  const operations = new Map<string, Operation>();
  for (const { op, fields, path } of templates) {
    for (const choice of choicesOf(fields)) {
      if (op === 'create') addRegion(choice, regions, path, name);
      else requireRegions(choice, regions, path, name);
      if (!fits(op, choice)) continue;
      const json = { op, ...(op === 'create' ? choice : withoutNulls(choice)) };
      // Two entries may stand for the same operation.
      const text = JSON.stringify(json);
      if (!operations.has(text)) operations.set(text, decoded(json, path, name));
    }
  }
  return [...operations.values()];
}

function templatesOf(document: ScopeDocument, notifiers: readonly string[], name: string): Template[] {
  const { regions, places = [], words = [], changes = {}, writes = [], atMost } = document;
  const { unmap, toggle, move = [], resize = [], retarget = [] } = changes;
  const registrations = words.map(({ delete: isDeleted = true, ...word }, i) => {
    const path = ['words', i];
    return { fields: { ...word, notifier: named(word.notifier, notifiers, path, name) }, path, isDeleted };
  });
  const deletions = registrations.filter(({ isDeleted }) => isDeleted);
  const isNested = (atMost?.nesting ?? 0) > 0;
  return [
    ...regions.map((region, i) => literal('create', region, ['regions', i])),
    ...places.map((place, i) => template('map', place, ['places', i])),
    ...registrations.map(({ fields, path }) => template('add-eventfd', fields, path)),
    ...(isNested ? [template('begin', {}, []), template('commit', {}, [])] : []),
    ...deletions.map(({ fields, path }) => template('del-eventfd', fields, path)),
    ...(unmap === undefined ? [] : [template('unmap', { region: unmap }, ['changes', 'unmap'])]),
    ...(toggle === undefined
      ? []
      : ['disable', 'enable'].map((op) => template(op, { region: toggle }, ['changes', 'toggle']))),
    ...Object.entries({ move, resize, retarget }).flatMap(([op, list]) =>
      list.map((change, i) => template(op, change, ['changes', op, i])),
    ),
    ...writes.map((write, i) => template('write', write, ['writes', i])),
  ];
}

function template(op: string, fields: Fields, path: Path): Template {
  const lists = Object.entries(fields).map(
    ([field, value]) => [field, Array.isArray(value) ? value : [value]] as const,
  );
  return { op, fields: lists, path };
}

/** An entry that is one operation: a list in it is a value like any other. */
function literal(op: string, fields: Fields, path: Path): Template {
  return { op, fields: Object.entries(fields).map(([field, value]) => [field, [value]] as const), path };
}

/** Notifiers by name. An entry that names none stands for each of them. */
function named(
  given: number | readonly number[] | undefined,
  notifiers: readonly string[],
  path: Path,
  name: string,
): readonly string[] {
  if (given === undefined) return notifiers;
  return [given].flat().map((number) => {
    const found = notifiers[number];
    if (found !== undefined) return found;
    const reason = `expected a number below ${notifiers.length} ("notifiers"), got ${show(number)}`;
    throw new FormatError(name, [...path, 'notifier'], reason);
  });
}

/** Counts the operations. The numbers can be far beyond those that a JavaScript number holds. */
function requireFewOperations(templates: readonly Template[], name: string): void {
  let total = 0n;
  let most = 0n;
  let largest: Path = [];
  for (const { fields, path } of templates) {
    const count = fields.reduce((product, [, values]) => product * BigInt(values.length), 1n);
    total += count;
    if (count > most) [most, largest] = [count, path];
  }
  if (total <= maximumOperations) return;
  const reason = `stands for ${most} of the scope's ${total} operations; a scope has at most ${maximumOperations}: shorten its lists`;
  throw new FormatError(name, largest, reason);
}

/** One choice of values for each combination; the first field changes slowest. */
function choicesOf(fields: Template['fields']): readonly Fields[] {
  let choices: readonly Fields[] = [{}];
  for (const [field, values] of fields) {
    choices = choices.flatMap((choice) => values.map((value) => ({ ...choice, [field]: value })));
  }
  return choices;
}

function addRegion(fields: Fields, regions: Set<string>, path: Path, name: string): void {
  const { region, target } = fields;
  if ('op' in fields) throw new FormatError(name, [...path, 'op'], 'unknown field; every entry is a create');
  if (typeof target === 'string') requireRegion(target, regions, [...path, 'target'], name);
  if (typeof region !== 'string') return;
  if (regions.has(region)) throw new FormatError(name, path, `${show(region)} is there already`);
  regions.add(region);
}

function requireRegions(choice: Fields, regions: ReadonlySet<string>, path: Path, name: string): void {
  for (const field of ['region', 'container']) {
    const region = choice[field];
    if (typeof region === 'string') requireRegion(region, regions, [...path, field], name);
  }
}

function requireRegion(region: string, regions: ReadonlySet<string>, path: Path, name: string): void {
  if (regions.has(region)) return;
  const reason = `no region of this scope is called ${show(region)}: there are ${[...regions].join(', ')}`;
  throw new FormatError(name, path, reason);
}

function decoded(json: unknown, path: Path, name: string): Operation {
  try {
    return operationFromJson(json, name);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const place = error.path === '' ? path : [...path, ...error.path.split('.')];
    throw new FormatError(name, place, error.reason);
  }
}

/**
 * Whether the data of a write fit in its size: of all choices of both, only those are operations. Where either is not of
 * the scenario format, the check of the operation says so.
 */
function fits(op: string, { size, data }: Fields): boolean {
  if (op !== 'write' || ![1, 2, 4, 8].includes(Number(size))) return true;
  const isNumber = typeof data === 'string' ? /^0x[0-9a-f]{1,16}$/.test(data) : Number.isSafeInteger(data);
  return !isNumber || BigInt(data as string | number) < 1n << BigInt(8 * Number(size));
}

/** `null` in a list of data stands for an ioeventfd that matches any data. */
function withoutNulls(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
