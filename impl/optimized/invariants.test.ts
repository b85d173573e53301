import { expect, it } from 'vitest';
import type { Operation, ScenarioHeader } from '../../model/vocabulary/vocabulary.ts';
import { OptimizedSession } from './session.ts';

/** What a class keeps to itself, for a test that spoils it. */
function inside(owner: object): Record<string, unknown> {
  return owner as Record<string, unknown>;
}

function numbers(owner: object, name: string): Int32Array {
  const array = inside(owner)[name];
  if (array instanceof Int32Array) return array;
  throw new Error(`${name} is no array of integers`);
}

function increase(owner: object, name: string): void {
  inside(owner)[name] = Number(inside(owner)[name]) + 1;
}

function eventfd(offset: bigint, size: 0 | 4, notifier: string, data?: bigint): Operation {
  const plain = { op: 'add-eventfd', region: 'd', offset, size, notifier } as const;
  return data === undefined ? plain : { ...plain, data };
}

/** A map with something in every structure. */
function sessionOf(header: ScenarioHeader, ...more: readonly Operation[]): OptimizedSession {
  const session = new OptimizedSession(header);
  const operations: Operation[] = [
    { op: 'create', region: 'd', kind: 'io', size: 0x20n },
    { op: 'create', region: 'e', kind: 'io', size: 4n },
    { op: 'create', region: 'f', kind: 'ram', size: 8n },
    { op: 'create', region: 'a', kind: 'alias', size: 8n, target: 'd' },
    { op: 'map', region: 'd', container: 'memory', offset: 0x100n },
    { op: 'map', region: 'e', container: 'd', offset: 0x10n },
    { op: 'map', region: 'f', container: 'memory', offset: 0x40n },
    { op: 'map', region: 'a', container: 'memory', offset: 0x80n },
    eventfd(0n, 4, 'm', 1n),
    eventfd(0n, 4, 'n', 2n),
    eventfd(0n, 4, 'm', 2n),
    eventfd(8n, 0, 'n'),
    { op: 'unmap', region: 'f' },
    { op: 'write', space: 'memory', address: 0x100n, size: 4, data: 2n },
    ...more,
  ];
  for (const operation of operations) session.apply(operation);
  session.validate();
  return session;
}

const begun: readonly Operation[] = [{ op: 'begin' }, { op: 'disable', region: 'e' }];
const straddling: Operation = { op: 'add-eventfd', region: 'd', offset: 0x12n, size: 4, notifier: 'n' };

type Spoil = readonly [string, ScenarioHeader, readonly Operation[], (session: OptimizedSession) => void];

const spoils: readonly Spoil[] = [
  [
    'two names of one number',
    {},
    [],
    ({ memory }) => (inside(memory.regionNames)['numbers'] = new Map([['d', 0]])),
  ],
  [
    'a sorted list of other names',
    {},
    [],
    (session) => {
      session.fingerprint();
      inside(session.memory.regionNames)['sorted'] = [0, 1, 2, 3, 4, 5];
    },
  ],
  [
    'an order that holds a record twice, and another not',
    {},
    [],
    ({ memory: { store } }) => {
      const items = numbers(store.order, 'items');
      items[1] = items[0] ?? 0;
    },
  ],
  [
    'an order of another order',
    {},
    [],
    ({ memory: { store } }) => {
      numbers(store.order, 'items').subarray(0, 2).reverse();
    },
  ],
  ['a chunk that is lost', {}, [], ({ memory: { store } }) => increase(store.order, 'chunksHandedOut')],
  [
    'a record that is neither used nor free',
    {},
    [],
    ({ memory: { store } }) => increase(store.table, 'handedOut'),
  ],
  ['a record that is not in the index', {}, [], ({ memory: { store } }) => store.table.index.fill(0)],
  [
    'a place that is passed for nothing',
    {},
    [],
    ({ memory: { store } }) => {
      const places = store.fast.places;
      for (let at = 3; at < places.length; at += 4) places[at] = (places[at] ?? 0) ^ (1 << 31);
    },
  ],
  [
    'another notifier in the fast table',
    {},
    [],
    ({ memory: { store } }) => {
      const places = store.fast.places;
      for (let at = 3; at < places.length; at += 4)
        if (places[at - 3] !== 0) places[at] = (places[at] ?? 0) ^ 64;
    },
  ],
  ['a counter of registrations', {}, [], ({ memory: { store } }) => numbers(store, 'counters').fill(1)],
  [
    'notifiers of one record out of order',
    {},
    [],
    ({ memory: { store } }) => {
      (inside(store)['duplicates'] as number[][])[0]?.reverse();
    },
  ],
  [
    'a list of notifiers that is lost',
    {},
    [],
    ({ memory: { store } }) => {
      (inside(store)['duplicates'] as number[][]).push([]);
    },
  ],
  [
    'a child in no container',
    {},
    [],
    ({ memory }) => {
      const region = memory.regionNamed('e');
      if (region !== undefined) region.container = undefined;
    },
  ],
  [
    'an enabled child that is not noted',
    {},
    [],
    ({ memory }) => memory.regionNamed('d')?.enabledChildren.clear(),
  ],
  [
    'a child of another size than in the index',
    {},
    [],
    ({ memory }) => {
      const region = memory.regionNamed('e');
      if (region !== undefined) region.size = 8n;
    },
  ],
  ['an alias that its target does not know', {}, [], ({ memory }) => memory.regionNamed('d')?.aliases.pop()],
  [
    'a free slot that is not empty',
    {},
    [],
    ({ memory: { shown } }) => {
      const [{ view }] = shown;
      const [slot = 0] = inside(view)['freed'] as number[];
      view.cells[Number(inside(view)['places']) + slot * 16 + 1] = 8;
    },
  ],
  [
    'a slot of another range',
    {},
    [],
    ({ memory: { shown } }) => {
      const [{ view }] = shown;
      view.cells[Number(inside(view)['places']) + (view.all()[0]?.slot ?? 0) * 16 + 4] = 8;
    },
  ],
  ['a cache that leads to no slot', {}, [], ({ memory: { shown } }) => shown[0].view.cells.fill(1, 0, 1)],
  [
    'a range that its region does not list',
    {},
    [],
    ({ memory: { shown } }) => {
      (inside(shown[0].view)['byRegion'] as unknown[][]).push([undefined]);
    },
  ],
  [
    'the fast path open where the host must be asked',
    {},
    begun,
    ({ memory: { shown } }) => {
      shown[0].view.asksHost = !shown[0].view.asksHost;
    },
  ],
  ['a dirty window that is lost', {}, begun, ({ memory: { shown } }) => shown[0].dirty.take()],
  [
    'something pending outside a transaction',
    {},
    [],
    ({ memory }) => {
      memory.transaction.memoryPending = true;
    },
  ],
  [
    'a registration that the mirror does not show',
    {},
    [],
    ({ memory: { mirrors } }) => {
      mirrors[0].adjust(0, 0x100, 8, 0, 0, 0, 1);
      mirrors[0].adopt(undefined);
    },
  ],
  [
    'a count of what the host has not got',
    {},
    [],
    ({ memory: { mirrors } }) => increase(mirrors[0], 'divergence'),
  ],
  [
    'held registrations that are not in order',
    {},
    [],
    ({ memory: { mirrors } }) => {
      const held = inside(mirrors[0])['heldData'];
      if (typeof held === 'object' && held !== null) numbers(held, 'items').subarray(0, 2).reverse();
    },
  ],
  [
    'a count of registrations that the host holds',
    {},
    [],
    ({ memory: { host } }) => {
      (inside(host)['held'] as number[])[0] = 1;
    },
  ],
  [
    'a count of registrations that begin before their range',
    { profile: 'tcg' },
    [straddling],
    ({ memory: { shown } }) => increase(shown[0], 'straddling'),
  ],
  [
    "QEMU's list of something else",
    { profile: 'tcg' },
    [straddling],
    ({ memory: { shown } }) => shown[0].list?.reverse(),
  ],
  [
    "QEMU's list without need",
    { profile: 'tcg' },
    [],
    ({ memory: { shown } }) => {
      shown[0].list = [];
    },
  ],
  [
    'an entry that the bus holds and the host was not told of',
    { profile: 'kvm' },
    [],
    ({ memory: { held } }) => {
      const entry = {
        addressHigh: 0,
        addressLow: 9,
        kind: 8,
        dataHigh: 0,
        dataLow: 0,
        notifier: 0,
        taken: true,
      };
      (held[0] as unknown as { insert(entry: object): void }).insert(entry);
    },
  ],
  [
    'an order of the bus with one entry twice',
    { profile: 'kvm' },
    [],
    ({ memory: { held } }) => {
      const order = numbers(held[0], 'order');
      order[1] = order[0] ?? 0;
    },
  ],
  [
    'what the bus remembers of a search before its last change',
    { profile: 'kvm' },
    [],
    ({ memory: { held } }) => {
      held[0].find(0, 0x100, 4, 0, 2);
      const table = inside(held[0])['table'] as {
        used(): Iterable<number>;
        second(of: number): number;
        setSecond(of: number, to: number): void;
      };
      for (const record of table.used())
        if (table.second(record) !== 0) table.setSecond(record, table.second(record) ^ 1);
    },
  ],
  [
    'a text that is no longer true',
    {},
    [],
    (session) => {
      session.fingerprint();
      const region = session.memory.regionNamed('d');
      if (region !== undefined) region.size = 0x21n;
    },
  ],
];

/** What `validate` says; nothing where all is well, or where it fails in another way. */
function complaintOf(session: OptimizedSession): string {
  try {
    session.validate();
    return '';
  } catch (error) {
    return error instanceof Error && !(error instanceof TypeError) ? error.message : '';
  }
}

it.each(spoils)('validate notices %s', (_, header, more, spoil) => {
  const session = sessionOf(header, ...more);
  spoil(session);
  expect(complaintOf(session)).toMatch(/\w/);
});
