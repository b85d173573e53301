/**
 * Writing scenarios. The same scenario always gives the same bytes: fields in one order, wide numbers as `0x` and
 * lower-case hexadecimal without leading zeros. What was left out stays left out, what was given stays given.
 */

import type { OperationName } from '../model/vocabulary/outside.ts';
import type { Effect, Operation, Scenario } from '../model/vocabulary/vocabulary.ts';

/** A value as `JSON.stringify` takes it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

// Not the constant of schema.ts, which would load zod for those who only write.
const formatName = 'ioeventfd-scenario/1';

/** The fields of a scenario, in the order in which they are written. */
export const scenarioFields = [
  '$schema',
  'format',
  'title',
  'profile',
  'target',
  'host',
  'confirmed',
  'operations',
  'expect',
  'found',
] as const;

/** The fields of everything inside a scenario. One list for all: no two objects of the format need different orders. */
export const innerFields = [
  // Expectations, and what was found.
  'property',
  'clause',
  'dispatchers',
  'operation',
  'effects',
  'seed',
  'originalLength',
  'stderr',
  // Effects, by what tells them apart.
  'signal',
  'callback',
  'ram',
  'unassigned',
  'rejected',
  'hostAdd',
  'hostDel',
  'hostRefused',
  'reason',
  'error',
  'message',
  // Operations and registrations.
  'op',
  'space',
  'address',
  'region',
  'kind',
  'container',
  'offset',
  'size',
  'endianness',
  'valid',
  'impl',
  'target',
  'targetOffset',
  'priority',
  'data',
  'value',
  'bytes',
  'notifier',
  // The host, and access limits.
  'limit',
  'refuse',
  'min',
  'max',
  'unaligned',
] as const;

type FieldOf<Name extends OperationName, One = Operation> = One extends { op: infer Names }
  ? Name extends Names
    ? Exclude<keyof One, 'op'>
    : never
  : never;

/** The fields that each operation may have beside `op`, in the same order. */
const operationFields = {
  create: ['region', 'kind', 'size', 'endianness', 'valid', 'impl', 'target', 'targetOffset'],
  map: ['region', 'container', 'offset', 'priority'],
  unmap: ['region'],
  enable: ['region'],
  disable: ['region'],
  move: ['region', 'offset'],
  resize: ['region', 'size'],
  retarget: ['region', 'targetOffset'],
  'add-eventfd': ['region', 'offset', 'size', 'data', 'notifier'],
  'del-eventfd': ['region', 'offset', 'size', 'data', 'notifier'],
  begin: [],
  commit: [],
  write: ['space', 'address', 'size', 'data', 'bytes'],
} as const satisfies { readonly [Name in OperationName]: readonly FieldOf<Name>[] };

/**
 * The text of a file with this one scenario: each operation and each expectation on its own line; ends with a newline.
 */
export function writeScenario(scenario: Scenario): string {
  const fields = Object.entries(scenarioToJson(scenario)).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${isSection(name) ? section(value, '  ') : inline(value)}`,
  );
  return `{\n${fields.join(',\n')}\n}\n`;
}

/** The scenario as a line of JSON Lines, without the newline. */
export function writeScenarioLine(scenario: Scenario): string {
  return scenarioLine(scenario, scenarioFields);
}

/** The same without what was remarked on it: what a dispatcher outside is asked. */
export function writePlainScenarioLine(scenario: Scenario): string {
  return scenarioLine(scenario, plainFields);
}

const plainFields = ['format', 'profile', 'target', 'host', 'operations'] as const;

/** Text from the start: a JSON value of each operation in between would take three times as long. */
function scenarioLine(scenario: Scenario, fields: readonly (typeof scenarioFields)[number][]): string {
  const given: Readonly<Record<string, unknown>> = { format: formatName, ...scenario };
  let line = '{';
  for (const field of fields) {
    const value = given[field];
    if (value === undefined) continue;
    const text = field === 'operations' ? operationsText(scenario.operations) : JSON.stringify(toJson(value));
    line += `${line === '{' ? '' : ','}"${field}":${text}`;
  }
  return `${line}}`;
}

function operationsText(operations: readonly Operation[]): string {
  let list = '[';
  for (const operation of operations) list += `${list === '[' ? '' : ','}${operationText(operation)}`;
  return `${list}]`;
}

function operationText(operation: Operation): string {
  const fields: readonly string[] | undefined = operationFields[operation.op];
  if (fields === undefined) return JSON.stringify(toJson(operation));
  const given = operation as unknown as Readonly<Record<string, unknown>>;
  let text = `{"op":"${operation.op}"`;
  for (const field of fields) {
    const value = given[field];
    if (value !== undefined) text += `,"${field}":${fieldText(value)}`;
  }
  return `${text}}`;
}

function fieldText(value: unknown): string {
  return typeof value === 'bigint' ? `"0x${value.toString(16)}"` : JSON.stringify(toJson(value));
}

/** The scenario as a JSON value, its fields in the order of the format. */
export function scenarioToJson(scenario: Scenario): { readonly [name: string]: Json } {
  return ordered({ format: formatName, ...scenario }, scenarioFields);
}

/** The operation as a JSON value. */
export function operationToJson(operation: Operation): Json {
  return toJson(operation);
}

/** The effects of one operation as a JSON value. */
export function effectsToJson(effects: readonly Effect[]): Json {
  return toJson(effects);
}

function toJson(value: unknown): Json {
  switch (typeof value) {
    case 'bigint':
      return `0x${value.toString(16)}`;
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'object':
      if (Array.isArray(value)) return value.map(toJson);
      if (value !== null) return ordered(value, innerFields);
  }
  throw new TypeError(`not of the scenario format: ${String(value)}`);
}

function ordered(value: object, fields: readonly string[]): { readonly [name: string]: Json } {
  const result: Record<string, Json> = {};
  const given = value as Readonly<Record<string, unknown>>;
  // Most objects have a few of the many fields: those that are there are put in order.
  const places = fields === scenarioFields ? scenarioPlaces : innerPlaces;
  const present = Object.keys(given).filter((field) => places.has(field) && given[field] !== undefined);
  present.sort((one, other) => (places.get(one) ?? 0) - (places.get(other) ?? 0));
  for (const field of present) result[field] = toJson(given[field]);
  return result;
}

function placesOf(fields: readonly string[]): ReadonlyMap<string, number> {
  return new Map(fields.map((field, place) => [field, place]));
}

const scenarioPlaces = placesOf(scenarioFields);
const innerPlaces = placesOf(innerFields);

function isSection(name: string): boolean {
  return name === 'operations' || name === 'expect' || name === 'found';
}

/** A list or an object with each element on a line of its own; `effects` of `found` likewise, a line for each side. */
function section(value: Json | undefined, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => `${inner}${inline(item)}`);
    return items.length === 0 ? '[]' : `[\n${items.join(',\n')}\n${indent}]`;
  }
  const fields = Object.entries(value ?? {}).map(([name, field]) => {
    return `${inner}${JSON.stringify(name)}: ${name === 'effects' ? section(field, inner) : inline(field)}`;
  });
  return `{\n${fields.join(',\n')}\n${indent}}`;
}

function inline(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${inline(field)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
