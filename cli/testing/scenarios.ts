/** For the tests: a few scenarios to print and explain. */
import type { Operation, Scenario } from '../../model/vocabulary/vocabulary.ts';

const doorbell: readonly Operation[] = [
  { op: 'create', region: 'bar0', kind: 'io', size: 0x100n, endianness: 'little', impl: { min: 4, max: 4 } },
  { op: 'map', region: 'bar0', container: 'memory', offset: 0xfebf0000n, priority: 1 },
  { op: 'add-eventfd', region: 'bar0', offset: 0xcn, size: 4, data: 0x10001n, notifier: 'peer1.vector1' },
  { op: 'add-eventfd', region: 'bar0', offset: 0xcn, size: 4, data: 0x10002n, notifier: 'peer1.vector2' },
  { op: 'write', space: 'memory', address: 0xfebf000cn, size: 4, data: 0x10002n },
  { op: 'write', space: 'memory', address: 0xfebf000cn, size: 4, data: 0x10009n },
  { op: 'write', space: 'memory', address: 0xfebf000en, size: 2, data: 0x1n },
  { op: 'write', space: 'memory', address: 0xfebf0008n, size: 8, data: 0x1000100000000n },
];

/** ivshmem's doorbell: a value that is registered, one that is not, a narrow write and a wide one. */
export const ivshmem: Scenario = {
  title: 'ivshmem: the doorbell of peer 1',
  operations: doorbell,
  expect: [{ operation: 4, effects: [{ signal: 'peer1.vector2' }] }],
};

/** Two regions that overlap, RAM, an alias, a bulk write across them, an open transaction, calls that go wrong. */
export const crowded: Scenario = {
  title: 'regions on top of each other',
  host: { refuse: [1] },
  operations: [
    { op: 'create', region: 'd', kind: 'io', size: 0x20n, valid: { max: 8 } },
    { op: 'create', region: 'e', kind: 'io', size: 0x4n, endianness: 'big', valid: { min: 2, max: 4 } },
    { op: 'create', region: 'r', kind: 'ram', size: 0x6n },
    { op: 'create', region: 'win', kind: 'alias', size: 0x10n, target: 'd', targetOffset: 0x8n },
    { op: 'map', region: 'd', container: 'memory', offset: 0x1000n },
    { op: 'map', region: 'e', container: 'memory', offset: 0x1004n, priority: 1 },
    { op: 'map', region: 'r', container: 'memory', offset: 0x1010n, priority: 1 },
    { op: 'map', region: 'win', container: 'memory', offset: 0x4000n },
    { op: 'add-eventfd', region: 'd', offset: 0x4n, size: 4, notifier: 'hidden' },
    { op: 'add-eventfd', region: 'd', offset: 0xcn, size: 4, notifier: 'n' },
    { op: 'add-eventfd', region: 'e', offset: 0n, size: 0, notifier: 'any' },
    { op: 'write', space: 'memory', address: 0x1004n, size: 4, data: 0x7n },
    { op: 'write', space: 'memory', address: 0x1006n, size: 1, data: 0x7n },
    { op: 'write', space: 'memory', address: 0x100cn, bytes: '000102030405060708090a0b' },
    { op: 'write', space: 'memory', address: 0x4004n, size: 4, data: 0x7n },
    { op: 'write', space: 'memory', address: 0x9002n, size: 4, data: 0x7n },
    { op: 'del-eventfd', region: 'e', offset: 0n, size: 4, notifier: 'any' },
    { op: 'begin' },
    { op: 'disable', region: 'e' },
    { op: 'del-eventfd', region: 'd', offset: 0xcn, size: 4, notifier: 'n' },
    { op: 'write', space: 'memory', address: 0x100cn, size: 4, data: 0x7n },
    { op: 'commit' },
    { op: 'write', space: 'memory', address: 0x1004n, size: 8, data: 0x7n },
  ],
};

/** A registration that the kernel takes and never finds; a page of RAM; a store across a page; DMA; 8 bytes to a port. */
export const kernel: Scenario = {
  title: "the kernel's bus: a registration that was taken and never fires",
  profile: 'kvm',
  operations: [
    { op: 'create', region: 'd', kind: 'io', size: 0x2000n, valid: { max: 8 } },
    { op: 'map', region: 'd', container: 'memory', offset: 0x1000n },
    { op: 'create', region: 'ram', kind: 'ram', size: 0x1000n },
    { op: 'map', region: 'ram', container: 'memory', offset: 0x4000n },
    { op: 'create', region: 'port', kind: 'io', size: 0x10n },
    { op: 'map', region: 'port', container: 'io', offset: 0x60n },
    { op: 'add-eventfd', region: 'd', offset: 0x4n, size: 0, notifier: 'dead' },
    { op: 'add-eventfd', region: 'd', offset: 0n, size: 4, notifier: 'first' },
    { op: 'add-eventfd', region: 'd', offset: 0x1000n, size: 4, data: 0x12345678n, notifier: 'page' },
    { op: 'add-eventfd', region: 'd', offset: 0x1000n, size: 4, notifier: 'again' },
    { op: 'write', space: 'memory', address: 0x1004n, size: 4, data: 0x7n },
    { op: 'write', space: 'memory', address: 0x1000n, size: 4, data: 0x7n },
    { op: 'write', space: 'memory', address: 0x1ffcn, size: 8, data: 0x1234567800000000n },
    { op: 'write', space: 'memory', address: 0x4010n, size: 4, data: 0x7n },
    { op: 'write', space: 'memory', address: 0x1000n, bytes: '07000000' },
    { op: 'write', space: 'io', address: 0x60n, size: 8, data: 0x7n },
  ],
};

/** An alias at 0 that is all there is: QEMU shows its target at the target's own offset elsewhere. */
export const movedRoot: Scenario = {
  title: "the flat view's root",
  profile: 'tcg',
  target: 'big',
  operations: [
    { op: 'create', region: 'd', kind: 'io', size: 0x10n, endianness: 'little' },
    { op: 'create', region: 'box', kind: 'container', size: 0x100n },
    { op: 'create', region: 'v', kind: 'alias', size: 0x10n, target: 'd' },
    { op: 'map', region: 'v', container: 'memory', offset: 0n },
    { op: 'add-eventfd', region: 'd', offset: 0x4n, size: 2, data: 0x1234n, notifier: 'n' },
    { op: 'map', region: 'd', container: 'box', offset: 0x40n },
    { op: 'write', space: 'memory', address: 0x44n, size: 2, data: 0x1234n },
    { op: 'write', space: 'memory', address: 0x44n, size: 2, data: 0x3412n },
  ],
};
