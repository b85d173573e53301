/**
 * The scenario format, defined once: the reader (decode.ts) and the published JSON Schema (json-schema.ts) are
 * both made from these definitions.
 *
 * Every leaf carries, as its error message, what is expected there; the reader appends what it got. `zod/mini` is
 * used because it loads in half the time.
 */

import * as z from 'zod/mini';
import { profileNames } from '../model/vocabulary/profiles.ts';
import {
  type AccessLimits,
  type Create,
  type Effect,
  type Expectation,
  errorCodes,
  type Found,
  type HostOptions,
  type HostRegistration,
  type Operation,
} from '../model/vocabulary/vocabulary.ts';

/** What `format` says in every scenario of this version. */
export const formatName = 'ioeventfd-scenario/1';

/** The longest write by `bytes`, in bytes. */
export const maximumBulkBytes = 64;

/** Names and descriptions of definitions, as they appear in the JSON Schema. */
export const documentation = z.registry<{ id?: string; description?: string; not?: unknown }>();

/** Makes a list of choices readable: `a`, `b` or `c`. */
function alternatives(values: readonly (string | number)[]): string {
  const texts = values.map((value) => (typeof value === 'string' ? `"${value}"` : String(value)));
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}

function oneOf<const Value extends string | number>(...values: Value[]) {
  return z.literal(values, `expected ${alternatives(values)}`);
}

/** An object with these fields and no others. */
function object<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `unknown field; known are ${known}` : 'expected an object',
  });
}

function integer(minimum: number, maximum: number, expectation: string) {
  return z.int(expectation).check(z.gte(minimum, expectation), z.lte(maximum, expectation));
}

function matching(pattern: RegExp, expectation: string) {
  return z.string(expectation).check(z.regex(pattern, expectation));
}

/** A number that may pass 2^53: a hexadecimal string; on input also a JSON number that is a safe integer. */
function wide(pattern: RegExp, largest: string, maximum = Number.MAX_SAFE_INTEGER) {
  const form = 'in lower case without leading zeros';
  const expectation = `expected "0x0" to "${largest}", ${form}, or a number from 0 to ${maximum}`;
  return z.pipe(
    z.union([matching(pattern, expectation), integer(0, maximum, expectation)], expectation),
    z.transform((value) => BigInt(value)),
  );
}

/** A number of at most 8 bytes: 2 hexadecimal digits a byte. */
function word(bytes: 1 | 2 | 4 | 8) {
  const digits = bytes * 2;
  const maximum = Math.min(2 ** (bytes * 8) - 1, Number.MAX_SAFE_INTEGER);
  return wide(new RegExp(`^0x(0|[1-9a-f][0-9a-f]{0,${digits - 1}})$`), `0x${'f'.repeat(digits)}`, maximum);
}

const uint64 = word(8);
documentation.add(uint64, {
  id: 'uint64',
  description: 'an address, an offset or data: 0 to 2^64-1, a hexadecimal string or a safe integer',
});

// 2^64-1 is left out because QEMU reads it as 2^64.
const sizePattern = /^0x(?!f{16}$)(0|[1-9a-f][0-9a-f]{0,15}|10{16})$/;
const regionSize = wide(sizePattern, '0x10000000000000000" except "0xffffffffffffffff');
documentation.add(regionSize, {
  id: 'regionSize',
  description: 'a size in bytes: 0 to 2^64, but not 2^64-1; a hexadecimal string or a safe integer',
});

const regionId = matching(
  /^[A-Za-z0-9_.-]{1,64}$/,
  'expected an id of 1 to 64 letters, digits, "_", "." or "-"',
);
documentation.add(regionId, {
  id: 'regionId',
  description: 'the name of a region; "memory" and "io" are the roots',
});

// No controls, no line separators, no halves of surrogate pairs.
const printableCharacter = '[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ud800-\\udfff]';

const notifier = matching(
  // The flag u counts characters as JSON Schema does.
  new RegExp(`^${printableCharacter}{1,256}$`, 'u'),
  'expected a name of 1 to 256 characters without control characters',
);
documentation.add(notifier, { id: 'notifier', description: 'the name of a notifier' });

const bulkBytes = z.pipe(
  matching(
    new RegExp(`^([0-9A-Fa-f]{2}){1,${maximumBulkBytes}}$`),
    `expected 1 to ${maximumBulkBytes} bytes, two hexadecimal digits each`,
  ),
  z.transform((text: string) => text.toLowerCase()),
);
documentation.add(bulkBytes, {
  id: 'bytes',
  description: 'bytes in memory order, two hexadecimal digits each',
});

const count = integer(0, Number.MAX_SAFE_INTEGER, `expected a number from 0 to ${Number.MAX_SAFE_INTEGER}`);
const text = z.string('expected a string');
const line = matching(
  new RegExp(`^${printableCharacter}*$`, 'u'),
  'expected a string of one line, without control characters',
);
const accessSize = oneOf(1, 2, 4, 8);
const eventfdSize = oneOf(0, 1, 2, 4, 8);
const space = oneOf('memory', 'io');
const byteOrder = oneOf('little', 'big');
const profile = oneOf(...profileNames);

const accessLimits: z.ZodMiniType<AccessLimits> = object({
  min: z.exactOptional(eventfdSize),
  max: z.exactOptional(eventfdSize),
  unaligned: z.exactOptional(z.boolean('expected true or false')),
}).check(({ value: { min, max }, issues }) => {
  if (!min || !max || min <= max) return;
  issues.push({ code: 'custom', input: min, path: ['min'], message: 'expected at most max' });
});
documentation.add(accessLimits, {
  id: 'accessLimits',
  description: 'access sizes in bytes as in MemoryRegionOps; 0 or left out is the default of QEMU',
  // The check above, for readers of the JSON Schema.
  not: {
    anyOf: [1, 2, 4].map((max) => ({
      properties: { max: { const: max }, min: { enum: [2, 4, 8].filter((min) => min > max) } },
      required: ['min', 'max'],
    })),
  },
});

const created = { op: oneOf('create'), region: regionId, size: regionSize };

const createIo = object({
  ...created,
  kind: oneOf('io'),
  endianness: z.exactOptional(oneOf('little', 'big', 'native')),
  valid: z.exactOptional(accessLimits),
  impl: z.exactOptional(accessLimits),
});

const createAlias = object({
  ...created,
  kind: oneOf('alias'),
  target: regionId,
  targetOffset: z.exactOptional(uint64),
});

const create: z.ZodMiniType<Create> & z.core.$ZodTypeDiscriminable = z.discriminatedUnion(
  'kind',
  [createIo, object({ ...created, kind: oneOf('ram', 'container') }), createAlias],
  'expected "io", "ram", "container" or "alias"',
);

const mapRegion = object({
  op: oneOf('map'),
  region: regionId,
  container: regionId,
  offset: uint64,
  priority: z.exactOptional(integer(-(2 ** 31), 2 ** 31 - 1, 'expected a number from -2^31 to 2^31-1')),
});

const eventfdChange = object({
  op: oneOf('add-eventfd', 'del-eventfd'),
  region: regionId,
  offset: uint64,
  size: eventfdSize,
  data: z.exactOptional(uint64),
  notifier,
});

const written = { op: oneOf('write'), space, address: uint64 };

// One definition for each size: the data of a store fit in its size.
const store = z.discriminatedUnion(
  'size',
  [
    object({ ...written, size: oneOf(1), data: word(1) }),
    object({ ...written, size: oneOf(2), data: word(2) }),
    object({ ...written, size: oneOf(4), data: word(4) }),
    object({ ...written, size: oneOf(8), data: uint64 }),
  ],
  'expected 1, 2, 4 or 8',
);

const bulkWrite = object({ ...written, bytes: bulkBytes });

const changes = [
  create,
  mapRegion,
  object({ op: oneOf('unmap', 'enable', 'disable'), region: regionId }),
  object({ op: oneOf('move'), region: regionId, offset: uint64 }),
  object({ op: oneOf('resize'), region: regionId, size: regionSize }),
  object({ op: oneOf('retarget'), region: regionId, targetOffset: uint64 }),
  eventfdChange,
  object({ op: oneOf('begin', 'commit') }),
] as const;

const operationNames =
  'create, map, unmap, enable, disable, move, resize, retarget, add-eventfd, del-eventfd, begin, commit or write';

/** Every operation but `write`. */
export const changeSchema: z.ZodMiniType<Operation> = z.discriminatedUnion(
  'op',
  changes,
  `expected an operation: ${operationNames}`,
);
/** A store by the guest's CPU. */
export const storeSchema: z.ZodMiniType<Operation> = store;
/** A write by QEMU itself. */
export const bulkWriteSchema: z.ZodMiniType<Operation> = bulkWrite;

export const operationSchema: z.ZodMiniType<Operation> = z.union([...changes, store, bulkWrite]);
documentation.add(operationSchema, { id: 'operation' });

const hostRegistration: z.ZodMiniType<HostRegistration> = object({
  space,
  address: uint64,
  size: eventfdSize,
  data: z.exactOptional(uint64),
  notifier,
});
documentation.add(hostRegistration, {
  id: 'hostRegistration',
  description: 'a registration as the host sees it',
});

const errorCode = oneOf(...errorCodes);

/** The effects, each under the field that tells it from the others. */
export const effectSchemas = {
  signal: object({ signal: notifier }),
  callback: object({ callback: regionId, offset: uint64, size: accessSize, value: uint64 }),
  ram: object({ ram: regionId, offset: uint64, bytes: bulkBytes }),
  unassigned: object({ unassigned: uint64, size: accessSize }),
  rejected: object({ rejected: regionId, offset: uint64, size: accessSize }),
  hostAdd: object({ hostAdd: hostRegistration }),
  hostDel: object({ hostDel: hostRegistration }),
  hostRefused: object({
    hostRefused: hostRegistration,
    reason: oneOf('EEXIST', 'ENOSPC', 'EINVAL', 'refused'),
  }),
  error: object({ error: errorCode, message: z.exactOptional(text) }),
} as const;

const effect: z.ZodMiniType<Effect> = z.union(Object.values(effectSchemas));
documentation.add(effect, { id: 'effect' });

/** The effects of one operation, for the JSON Schema. */
export const effectsSchema = z.array(effect);

/** `host`, its list not looked into: the reader goes through lists itself, to stop at the first error. */
export const hostSchema = object({
  limit: z.exactOptional(count),
  refuse: z.exactOptional(z.unknown()),
});
/** An element of `host.refuse`. */
export const ordinalSchema = count;
/** `host.refuse` where it is no list. */
export const refuseAllSchema = z.literal('all', 'expected "all" or a list of ordinals');

const host: z.ZodMiniType<HostOptions> = z.extend(hostSchema, {
  refuse: z.exactOptional(z.union([refuseAllSchema, z.array(ordinalSchema)])),
});
documentation.add(host, { description: 'how the host answers registrations' });

/** An element of `confirmed`. */
export const systemSchema = line;

const confirmed = z.array(systemSchema);
documentation.add(confirmed, {
  description: 'the systems on which the expected effects were seen; for information',
});

/** An element of `expect`, its effects not looked into. */
export const expectationSchema = object({ operation: count, effects: z.exactOptional(z.unknown()) });

const expectation: z.ZodMiniType<Expectation> = z.extend(expectationSchema, { effects: z.array(effect) });
documentation.add(expectation, {
  description: 'the effects that must be seen at one operation, counted from 0',
});

/** An element of `found.dispatchers`. */
export const dispatcherNameSchema = text;

/** `found`, its lists not looked into. */
export const foundSchema = object({
  property: text,
  clause: z.exactOptional(text),
  dispatchers: z.exactOptional(z.unknown()),
  operation: z.exactOptional(count),
  effects: z.exactOptional(z.unknown()),
  seed: z.exactOptional(z.int('expected a safe integer')),
  originalLength: z.exactOptional(count),
  stderr: z.exactOptional(text),
});

const found: z.ZodMiniType<Found> = z.extend(foundSchema, {
  dispatchers: z.exactOptional(z.array(dispatcherNameSchema)),
  effects: z.exactOptional(z.array(z.array(effect))),
});
documentation.add(found, {
  description: 'what was found with this scenario; for information, never needed to replay',
});

/** A scenario, its lists and parts not looked into. */
export const outlineSchema = object({
  $schema: z.exactOptional(text),
  format: z.literal(formatName, `expected "${formatName}"`),
  title: z.exactOptional(line),
  profile: z.exactOptional(profile),
  target: z.exactOptional(byteOrder),
  host: z.exactOptional(z.unknown()),
  confirmed: z.exactOptional(z.unknown()),
  operations: z.exactOptional(z.unknown()),
  expect: z.exactOptional(z.unknown()),
  found: z.exactOptional(z.unknown()),
});

/** A scenario as a whole, for the JSON Schema. */
export const scenarioSchema = z.extend(outlineSchema, {
  host: z.exactOptional(host),
  confirmed: z.exactOptional(confirmed),
  operations: z.array(operationSchema),
  expect: z.exactOptional(z.array(expectation)),
  found: z.exactOptional(found),
});
documentation.add(scenarioSchema, {
  description: 'One scenario: what device models did to the memory map of QEMU, and what was written.',
});
