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

function map(region: string, offset = 0n, priority = 0): Operation {
  return { op: 'map', region, container: 'memory', offset, priority };
}

/** An ioeventfd of `d`, always with the same notifier: notifiers are told apart by the order in which they are named. */
function eventfd(op: 'add-eventfd' | 'del-eventfd', offset: bigint, size: 0 | 4): Operation {
  return { op, region: 'd', offset, size, notifier: 'n' };
}

const cases: readonly Case[] = [
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
