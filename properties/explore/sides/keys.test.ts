/**
 * States that a later operation tells apart must have different keys: the explorer takes equal keys for one state, and would
 * never try the operations that follow the other.
 */
import { describe, expect, it } from 'vitest';
import { modelDispatcher } from '../../../model/reference/reference.ts';
import type { Operation, ScenarioHeader } from '../../../model/vocabulary/vocabulary.ts';
import { sameKey } from '../store/key.ts';
import { ModelSide } from './model-side.ts';
import { SessionSide } from './session-side.ts';

/** Two scenarios, and operations after them of which the last one has different effects. */
type Case = {
  readonly what: string;
  readonly header?: ScenarioHeader;
  readonly one: readonly Operation[];
  readonly other: readonly Operation[];
  readonly suffix: readonly Operation[];
};

const begin: Operation = { op: 'begin' };
const commit: Operation = { op: 'commit' };
const create: Operation = { op: 'create', region: 'd', kind: 'io', size: 0x100n };
const createOther: Operation = { op: 'create', region: 'e', kind: 'io', size: 0x100n };
/** Renders the map. What was rendered before is then no part of the key. */
const rendered: readonly Operation[] = [createOther, map('e', 0x1000n)];
const unmap: Operation = { op: 'unmap', region: 'd' };
const write: Operation = { op: 'write', space: 'memory', address: 4n, size: 4, data: 1n };

function map(region: string, offset = 0n, priority = 0, container: 'memory' | 'io' = 'memory'): Operation {
  return { op: 'map', region, container, offset, priority };
}

function alias(target: string, targetOffset: bigint): Operation {
  return { op: 'create', region: 'w', kind: 'alias', size: 0x100n, target, targetOffset };
}

function ram(size: bigint): Operation {
  return { op: 'create', region: 'd', kind: 'ram', size };
}

/** An ioeventfd of this notifier, otherwise always the same. */
function notifierOf(
  notifier: string,
  region: string,
  op: 'add-eventfd' | 'del-eventfd' = 'add-eventfd',
): Operation {
  return { op, region, offset: 4n, size: 4, notifier };
}

/** An ioeventfd of `d`, always with the same notifier: notifiers are told apart by the order in which they are named. */
function eventfd(op: 'add-eventfd' | 'del-eventfd', offset: bigint, size: 0 | 2 | 4) {
  return { op, region: 'd', offset, size, notifier: 'n' } as const;
}

const cases: readonly Case[] = [
  {
    what: 'kind',
    one: [ram(0x100n)],
    other: [{ op: 'create', region: 'd', kind: 'container', size: 0x100n }],
    suffix: [map('d'), write],
  },
  {
    what: 'size',
    one: [create],
    other: [create, { op: 'resize', region: 'd', size: 4n }],
    suffix: [map('d'), write],
  },
  {
    what: 'the size that RAM was created with',
    one: [ram(8n), { op: 'resize', region: 'd', size: 4n }],
    other: [ram(4n)],
    suffix: [{ op: 'resize', region: 'd', size: 8n }],
  },
  {
    what: 'what an alias shows',
    one: [create, createOther, alias('d', 0n)],
    other: [create, createOther, alias('e', 0n)],
    suffix: [map('w'), write],
  },
  {
    what: 'from where on an alias shows it',
    one: [create, alias('d', 0n)],
    other: [create, alias('d', 4n)],
    suffix: [map('w'), write],
  },
  {
    what: 'the order of equals',
    one: [create, createOther, map('d'), map('e')],
    other: [create, createOther, map('e'), map('d')],
    suffix: [write],
  },
  {
    what: 'the least valid size',
    one: [{ ...create, valid: { min: 4, max: 8 } }],
    other: [{ ...create, valid: { min: 8, max: 8 } }],
    suffix: [map('d'), write],
  },
  {
    what: 'how many transactions are open',
    one: [begin],
    other: [begin, begin],
    suffix: [create, map('d'), commit, write],
  },
  {
    // A call that fails names its notifier, too. The one that was named first goes first.
    what: 'the order in which notifiers were named',
    header: { profile: 'tcg' },
    one: [notifierOf('n', 'no such region'), notifierOf('m', 'no such region')],
    other: [notifierOf('m', 'no such region'), notifierOf('n', 'no such region')],
    suffix: [create, map('d'), notifierOf('n', 'd'), notifierOf('m', 'd'), write],
  },
  {
    what: "a registration's offset",
    one: [create, eventfd('add-eventfd', 4n, 4)],
    other: [create, eventfd('add-eventfd', 0n, 4)],
    suffix: [map('d'), write],
  },
  {
    what: "a registration's size",
    one: [create, eventfd('add-eventfd', 4n, 4)],
    other: [create, eventfd('add-eventfd', 4n, 2)],
    suffix: [map('d'), write],
  },
  {
    what: "a registration's data",
    one: [create, { ...eventfd('add-eventfd', 4n, 4), data: 1n }],
    other: [create, { ...eventfd('add-eventfd', 4n, 4), data: 2n }],
    suffix: [map('d'), write],
  },
  {
    what: "a registration's notifier",
    one: [create, notifierOf('n', 'd'), notifierOf('m', 'd'), notifierOf('m', 'd', 'del-eventfd')],
    other: [create, notifierOf('n', 'd'), notifierOf('m', 'd'), notifierOf('n', 'd', 'del-eventfd')],
    suffix: [map('d'), write],
  },
  {
    // The host was told of equal ones, and refused one of them. When one of the two goes, the first stays.
    what: 'which of two equal ioeventfds the host refused',
    header: { host: { refuse: [0] } },
    one: [create, map('d'), eventfd('add-eventfd', 4n, 4), eventfd('add-eventfd', 4n, 4)],
    other: [
      create,
      map('d'),
      eventfd('add-eventfd', 0n, 4),
      eventfd('del-eventfd', 0n, 4),
      eventfd('add-eventfd', 4n, 4),
      eventfd('add-eventfd', 4n, 4),
    ],
    suffix: [eventfd('del-eventfd', 4n, 4)],
  },
  ...(['memory', 'io'] as const).map((container) => ({
    // The host refuses what it is asked first, so it holds the word in one case only.
    what: `what the host holds in ${container}`,
    header: { host: { refuse: [0] } },
    one: [create, map('d', 0n, 0, container), eventfd('add-eventfd', 4n, 4)],
    other: [
      create,
      map('d', 0n, 0, container),
      eventfd('add-eventfd', 0n, 4),
      eventfd('del-eventfd', 0n, 4),
      eventfd('add-eventfd', 4n, 4),
    ],
    suffix: [eventfd('del-eventfd', 4n, 4)],
  })),
  {
    what: 'byte order',
    one: [{ ...create, endianness: 'little' }],
    other: [{ ...create, endianness: 'big' }],
    suffix: [map('d'), write],
  },
  {
    what: 'valid sizes',
    one: [{ ...create, valid: { min: 1, max: 4 } }],
    other: [{ ...create, valid: { min: 1, max: 2 } }],
    suffix: [map('d'), write],
  },
  {
    what: 'valid alignment',
    one: [{ ...create, valid: { unaligned: true }, impl: { unaligned: true } }],
    other: [{ ...create, valid: { unaligned: false }, impl: { unaligned: true } }],
    suffix: [map('d'), { op: 'write', space: 'memory', address: 5n, size: 4, data: 1n }],
  },
  {
    what: 'implemented sizes',
    one: [{ ...create, impl: { min: 1, max: 4 } }],
    other: [{ ...create, impl: { min: 1, max: 1 } }],
    suffix: [map('d'), write],
  },
  {
    what: 'what is rendered',
    one: [create, map('d'), begin, unmap],
    other: [create, begin, map('d'), unmap],
    suffix: [write],
  },
  {
    // The window is the space's root, and moves with its target's own offset, but only when the map is rendered.
    what: 'that the map is to be rendered',
    header: { profile: 'tcg' },
    one: [...movedWindow(), begin],
    other: [...movedWindow(), begin, map('e'), { op: 'unmap', region: 'e' }],
    suffix: [commit, { op: 'write', space: 'memory', address: 0x44n, size: 4, data: 1n }],
  },
  {
    // The bus's search does not find the ioeventfd of size 0 if it was registered before its neighbour (clause K7).
    what: 'the order in which the kernel holds ioeventfds',
    header: { profile: 'kvm' },
    one: [create, map('d'), eventfd('add-eventfd', 4n, 0), eventfd('add-eventfd', 0n, 4)],
    other: [create, map('d'), eventfd('add-eventfd', 0n, 4), eventfd('add-eventfd', 4n, 0)],
    suffix: [write],
  },
  {
    what: 'how often the host was asked, while a refusal is to come',
    header: { host: { refuse: [1] } },
    one: [create, map('d'), eventfd('del-eventfd', 4n, 4), ...rendered],
    other: [create, map('d'), eventfd('add-eventfd', 4n, 4), eventfd('del-eventfd', 4n, 4), ...rendered],
    suffix: [eventfd('add-eventfd', 4n, 4)],
  },
  {
    what: 'priority',
    one: [create, createOther, map('d', 0n, 0)],
    other: [create, createOther, map('d', 0n, 1)],
    suffix: [map('e', 0n, 0), write],
  },
  {
    what: 'whether a region is enabled',
    one: [create, ...rendered],
    other: [create, { op: 'disable', region: 'd' }, ...rendered],
    suffix: [map('d'), write],
  },
];

/** A window of all of `d` at 0, where `d` has an offset of its own that was not rendered. */
function movedWindow(): readonly Operation[] {
  return [
    create,
    createOther,
    { op: 'create', region: 'w', kind: 'alias', size: 0x100n, target: 'd', targetOffset: 0n },
    map('w'),
    { op: 'move', region: 'd', offset: 0x40n },
  ];
}

describe.each(cases)('$what', ({ header = {}, one, other, suffix }) => {
  const operations = [...one, ...other, ...suffix];
  const indexesOf = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
  const first = indexesOf(0, one.length);
  const second = indexesOf(one.length, other.length);
  const rest = indexesOf(one.length + other.length, suffix.length);

  it.each([
    ['the tables of the model', new ModelSide(header, operations)],
    ['sessions of the model', new SessionSide(modelDispatcher, header, operations)],
  ])('is in the key: %s', (_, side) => {
    const effectsAfter = (scenario: readonly number[]) => side.replay([...scenario, ...rest]).effects;
    expect(effectsAfter(first)).not.toEqual(effectsAfter(second));
    expect(sameKey(side.replay(first).key(), side.replay(second).key())).toBe(false);
  });
});
