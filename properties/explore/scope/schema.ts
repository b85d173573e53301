/** The form of a scope file, `ioeventfd-scope/1` (properties/explore/README.md). */
import * as z from 'zod/mini';

export const scopeFormatName = 'ioeventfd-scope/1';

/** An object with these fields and no others. */
function object<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `unknown field; known are ${known}` : 'expected an object',
  });
}

function integer(minimum: number, maximum: number) {
  const expectation = `expected a number from ${minimum} to ${maximum}`;
  return z.int(expectation).check(z.gte(minimum, expectation), z.lte(maximum, expectation));
}

function list<Item extends z.core.SomeType>(item: Item) {
  return z.array(item, 'expected a list').check(z.minLength(1, 'expected a list that is not empty'));
}

const name = z.string('expected the name of a region');
/** A value of the scenario format: it is checked where an operation is made of it. */
const value = z.union(
  [z.string(), z.number(), z.null()],
  'expected a number, or a hexadecimal string such as "0x10"',
);
/** One value, or a list of them: each in turn. */
const values = z.union([value, list(value)], 'expected a value, or a list of values');
const names = z.union([name, list(name)], 'expected the name of a region, or a list of names');

const place = object({
  region: name,
  container: names,
  offset: values,
  priority: z.exactOptional(values),
});

const word = object({
  region: names,
  offset: values,
  size: values,
  data: z.exactOptional(values),
  notifier: z.exactOptional(
    z.union([integer(0, 15), list(integer(0, 15))], 'expected the number of a notifier, or a list of them'),
  ),
  delete: z.exactOptional(z.boolean('expected true or false')),
});

const changes = object({
  unmap: z.exactOptional(names),
  toggle: z.exactOptional(names),
  move: z.exactOptional(list(object({ region: names, offset: values }))),
  resize: z.exactOptional(list(object({ region: names, size: values }))),
  retarget: z.exactOptional(list(object({ region: names, targetOffset: values }))),
});

const write = object({
  space: z.union([z.string(), list(z.string())], 'expected "memory" or "io", or a list of them'),
  address: values,
  size: z.exactOptional(values),
  data: z.exactOptional(values),
  bytes: z.exactOptional(values),
});

/** A scope file; the fields of regions, the header, and all values are checked as parts of the scenario format. */
export const scopeSchema = object({
  format: z.literal(scopeFormatName, `expected "${scopeFormatName}"`),
  title: z.string('expected a line of text'),
  profile: z.exactOptional(z.unknown()),
  target: z.exactOptional(z.unknown()),
  host: z.exactOptional(z.unknown()),
  notifiers: z.exactOptional(integer(1, 16)),
  regions: list(z.record(z.string(), z.unknown(), 'expected an object')),
  places: z.exactOptional(list(place)),
  words: z.exactOptional(list(word)),
  changes: z.exactOptional(changes),
  writes: z.exactOptional(list(write)),
  atMost: z.exactOptional(
    object({
      registrations: z.exactOptional(integer(0, 200)),
      atOneOffset: z.exactOptional(integer(1, 200)),
      nesting: z.exactOptional(integer(0, 16)),
    }),
  ),
});

export type ScopeDocument = z.infer<typeof scopeSchema>;
