/**
 * From a parsed JSON document to a scenario.
 *
 * Lists are walked here, not by zod: zod would continue after an error and describe each of 300,000 others.
 */

import type * as z from 'zod/mini';
import type {
  Effect,
  Expectation,
  Found,
  HostOptions,
  Operation,
  Scenario,
} from '../model/vocabulary/vocabulary.ts';
import { FormatError, type Path, show } from './errors.ts';
import { showAt } from './json.ts';
import * as schema from './schema.ts';

/** A part of a JSON text that a scenario was parsed from: messages quote its numbers as they stand there. */
export type TextPart = { readonly text: string; readonly path: Path };

/** A place in a document: what messages are made from. */
type Place = { readonly source: string; readonly path: Path; readonly whole?: TextPart | undefined };

/**
 * The scenario that a JSON document holds.
 *
 * @param whole the text that it was parsed from, and where in it the document is
 * @throws FormatError at the first thing that is not of the format
 */
export function decodeScenario(document: unknown, source: string, whole?: TextPart): Scenario {
  const place: Place = { source, path: [], whole };
  requireObject(document, place);
  // First of all: for a text that is no scenario, messages about its fields would not help.
  requireFormat(document, place);
  const {
    format: _,
    host,
    confirmed,
    operations,
    expect,
    found,
    ...rest
  } = decode(schema.outlineSchema, document, place);
  const decoded = decodeList(operations, at(place, 'operations'), decodeOperation);
  return {
    ...rest,
    ...(host !== undefined && { host: decodeHost(host, at(place, 'host')) }),
    ...(confirmed !== undefined && {
      confirmed: decodeList(confirmed, at(place, 'confirmed'), (item, where) =>
        decode(schema.systemSchema, item, where),
      ),
    }),
    operations: decoded,
    ...(expect !== undefined && {
      expect: decodeList(expect, at(place, 'expect'), (item, where) =>
        decodeExpectation(item, where, decoded.length),
      ),
    }),
    ...(found !== undefined && { found: decodeFound(found, at(place, 'found')) }),
  };
}

/**
 * The operation that a JSON value stands for.
 *
 * @throws FormatError
 */
export function operationFromJson(value: unknown, source = 'operation'): Operation {
  return decodeOperation(value, { source, path: [] });
}

/**
 * The effect that a JSON value stands for.
 *
 * @throws FormatError
 */
export function effectFromJson(value: unknown, source = 'effect'): Effect {
  return decodeEffect(value, { source, path: [] });
}

/**
 * The list of effects that a JSON value stands for.
 *
 * @throws FormatError
 */
export function effectsFromJson(value: unknown, source = 'effects'): Effect[] {
  return decodeList(value, { source, path: [] }, decodeEffect);
}

function requireFormat(document: object, place: Place): void {
  const format: unknown = 'format' in document ? document.format : undefined;
  if (format === schema.formatName) return;
  const got = format === undefined ? 'missing: ' : '';
  const where = at(place, 'format');
  const tail = format === undefined ? '' : `, got ${shown(format, where)}`;
  fail(where, `${got}expected "${schema.formatName}"${tail}`);
}

function decodeHost(value: unknown, place: Place): HostOptions {
  const { refuse, ...rest } = decode(schema.hostSchema, value, place);
  if (refuse === undefined) return rest;
  const where = at(place, 'refuse');
  if (!Array.isArray(refuse)) return { ...rest, refuse: decode(schema.refuseAllSchema, refuse, where) };
  return {
    ...rest,
    refuse: decodeList(refuse, where, (item, path) => decode(schema.ordinalSchema, item, path)),
  };
}

function decodeOperation(value: unknown, place: Place): Operation {
  requireObject(value, place);
  if (!('op' in value) || value.op !== 'write') return decode(schema.changeSchema, value, place);
  return decode('bytes' in value ? schema.bulkWriteSchema : schema.storeSchema, value, place);
}

function decodeExpectation(value: unknown, place: Place, operations: number): Expectation {
  const { operation, effects } = decode(schema.expectationSchema, value, place);
  if (operation >= operations) {
    const where = at(place, 'operation');
    fail(where, describe(`expected the index of one of ${operations} operations`, operation, where));
  }
  return { operation, effects: decodeEffects(effects, at(place, 'effects')) };
}

function decodeFound(value: unknown, place: Place): Found {
  const { dispatchers, effects, ...rest } = decode(schema.foundSchema, value, place);
  return {
    ...rest,
    ...(dispatchers !== undefined && {
      dispatchers: decodeList(dispatchers, at(place, 'dispatchers'), (item, where) =>
        decode(schema.dispatcherNameSchema, item, where),
      ),
    }),
    ...(effects !== undefined && { effects: decodeList(effects, at(place, 'effects'), decodeEffects) }),
  };
}

function decodeEffects(value: unknown, place: Place): Effect[] {
  return decodeList(value, place, decodeEffect);
}

function decodeEffect(value: unknown, place: Place): Effect {
  requireObject(value, place);
  for (const [name, effectSchema] of Object.entries(schema.effectSchemas)) {
    if (Object.hasOwn(value, name)) return decode<Effect>(effectSchema, value, place);
  }
  return fail(place, `expected an effect: an object with ${Object.keys(schema.effectSchemas).join(', ')}`);
}

function decodeList<Item>(
  value: unknown,
  place: Place,
  item: (value: unknown, place: Place) => Item,
): Item[] {
  if (!Array.isArray(value)) fail(place, describe('expected a list', value, place));
  return value.map((element: unknown, index) => item(element, at(place, index)));
}

function decode<Output>(part: z.ZodMiniType<Output>, value: unknown, place: Place): Output {
  const result = part.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues;
  // A misspelt field is both unknown and missing. `unknown` helps more.
  const issue = issues.find((candidate) => candidate.code === 'unrecognized_keys') ?? issues[0];
  if (issue === undefined) return fail(place, 'invalid');
  const where = at(place, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step))));
  if (issue.code === 'unrecognized_keys') return fail(at(where, issue.keys[0] ?? ''), issue.message);
  return fail(where, describe(issue.message, valueAt(value, issue.path), where));
}

function describe(expectation: string, value: unknown, place: Place): string {
  return value === undefined ? `missing: ${expectation}` : `${expectation}, got ${shown(value, place)}`;
}

function shown(value: unknown, { path, whole }: Place): string {
  return whole === undefined ? show(value) : showAt(whole.text, [...whole.path, ...path], value);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<PropertyKey, unknown>)[step];
  }
  return current;
}

function requireObject(value: unknown, place: Place): asserts value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fail(place, describe('expected an object', value, place));
  }
}

function at(place: Place, ...steps: (string | number)[]): Place {
  return { ...place, path: [...place.path, ...steps] };
}

function fail(place: Place, reason: string): never {
  throw new FormatError(place.source, place.path, reason);
}
