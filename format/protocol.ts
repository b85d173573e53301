/**
 * The messages of `ioeventfd-dispatcher/1`, with which a program outside takes part as a dispatcher. Each is a line of JSON
 * (docs/dispatcher-protocol.md). The published JSON Schema is made from these definitions.
 */
import * as z from 'zod/mini';
import {
  type Abilities,
  accessNames,
  effectNames,
  featureNames,
  matchNames,
  operationNames,
  regionKinds,
  writeKinds,
} from '../model/vocabulary/outside.ts';
import { profileNames } from '../model/vocabulary/profiles.ts';
import { documentation, effectsSchema, formatName, scenarioSchema } from './schema.ts';

/** What both sides say that they speak. */
export const protocolName = 'ioeventfd-dispatcher/1';

/** The longest line that is read, in bytes: 16 MiB. */
export const longestMessage = 16 * 2 ** 20;

const text = z.string('expected a string');
const id = z.int('expected a whole number').check(z.gte(0, 'expected a whole number from 0 on'));

/** Some of these names. One that this version does not know is no mistake: it is left out. */
function namesOf<const Name extends string>(names: readonly Name[], description: string) {
  const list = z.array(text, `expected a list of names, such as "${names[0]}"`);
  documentation.add(list, { description: `${description}: ${names.join(', ')}; if left out, all` });
  return z.exactOptional(list);
}

const abilityNames = {
  profiles: profileNames,
  byteOrders: ['little', 'big'],
  operations: operationNames,
  spaces: ['memory', 'io'],
  regions: regionKinds,
  writes: writeKinds,
  accesses: accessNames,
  features: featureNames,
  matches: matchNames,
  effects: effectNames,
} as const satisfies { readonly [Field in keyof Abilities]: readonly Abilities[Field][number][] };

const helloQuestion = z.looseObject({
  hello: z.looseObject({
    protocol: z.literal(protocolName),
    formats: z.array(z.literal(formatName)),
    profiles: z.array(z.enum(profileNames)),
  }),
});

const helloAnswer = z.looseObject({
  hello: z.looseObject(
    {
      protocol: z.literal(protocolName, `expected "${protocolName}"`),
      name: text,
      version: z.exactOptional(text),
      profiles: namesOf(abilityNames.profiles, 'the profiles that it keeps'),
      byteOrders: namesOf(abilityNames.byteOrders, "byte orders of the guest's CPU"),
      operations: namesOf(abilityNames.operations, 'the operations that it knows'),
      spaces: namesOf(abilityNames.spaces, 'address spaces'),
      regions: namesOf(abilityNames.regions, 'kinds of regions'),
      writes: namesOf(abilityNames.writes, "a CPU's stores, QEMU's own writes"),
      accesses: namesOf(
        abilityNames.accesses,
        'accesses that differ from the store; without cut, a region takes each store whole',
      ),
      features: namesOf(abilityNames.features, 'what else a scenario may have'),
      matches: namesOf(
        abilityNames.matches,
        'what a registration may be told apart by, beside its address; without size, it is of size 0',
      ),
      effects: namesOf(abilityNames.effects, 'the effects that it tells'),
    },
    'expected an object',
  ),
});

const request = z.strictObject({ id, scenario: scenarioSchema });

const effectsAnswer = z.looseObject({ id, effects: z.array(effectsSchema) });
const unsupportedAnswer = z.looseObject({ id, unsupported: text });
const errorAnswer = z.looseObject({ id, error: text, before: z.optional(z.array(effectsSchema)) });

for (const [schema, description] of [
  [helloQuestion, 'to the dispatcher, first of all; it is answered within 10 seconds'],
  [helloAnswer, 'from the dispatcher: who it is, and what it can do and tells'],
  [request, 'to the dispatcher: a whole scenario; up to 16 may be waiting for an answer'],
  [effectsAnswer, 'from the dispatcher: a list of effects for each operation'],
  [unsupportedAnswer, 'from the dispatcher: it cannot be asked that, and why'],
  [
    errorAnswer,
    'from the dispatcher: it failed, and how; the effects of the operations before it, where it tells them',
  ],
] as const) {
  documentation.add(schema, { description });
}

/** Every message, for the JSON Schema. */
export const messageSchema = z.union([
  helloQuestion,
  helloAnswer,
  request,
  effectsAnswer,
  unsupportedAnswer,
  errorAnswer,
]);

/** Who a dispatcher says that it is, and what it can do. */
export type Hello = { readonly name: string; readonly version: string; readonly abilities: Abilities };

/** The first message to a dispatcher. */
export function helloLine(): string {
  return JSON.stringify({
    hello: { protocol: protocolName, formats: [formatName], profiles: profileNames },
  });
}

/**
 * The answer to it.
 *
 * @returns what is wrong with it, in one line, where it is none
 */
export function readHello(message: unknown): Hello | string {
  const decoded = helloAnswer.safeParse(message);
  if (!decoded.success) {
    const [issue] = decoded.error.issues;
    const at = (issue?.path ?? []).map(String).join('.');
    return `${at === '' ? '' : `${at}: `}${issue?.message ?? 'no hello'}`;
  }
  const { hello } = decoded.data;
  const abilities = Object.fromEntries(
    Object.entries(abilityNames).map(([field, known]) => {
      const given = hello[field] as readonly string[] | undefined;
      return [field, given === undefined ? known : known.filter((name) => given.includes(name))];
    }),
  ) as unknown as Abilities;
  for (const field of ['profiles', 'byteOrders', 'operations', 'spaces', 'effects'] as const) {
    if (abilities[field].length === 0) {
      return `hello.${field}: none of those that there are: ${abilityNames[field].join(', ')}`;
    }
  }
  return { name: hello.name, version: hello.version ?? '', abilities };
}

/** What a dispatcher can do that lacks nothing. */
export const allAbilities: Abilities = abilityNames;
