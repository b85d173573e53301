/** The rules that named scenarios claim to show, each with a way to switch it off in the model. */
import {
  bytewise,
  changed,
  created,
  direct,
  endless,
  ignored,
  isEventfd,
  lastCreatedOnTop,
  low,
} from './bends.ts';
import { cpuStoreSwitches } from './cpu-store-switches.ts';
import type { RuleSwitch } from './rule-switch.ts';
import { sharperSwitches } from './sharper-switches.ts';

export const ruleSwitches: readonly RuleSwitch[] = [
  // Decisions, each with each other value.
  {
    name: 'match: host',
    clauses: [
      'D1',
      'S1',
      'S2',
      'S4',
      'D6',
      'R1',
      'F1',
      'K6',
      'K7',
      'K8',
      'K10',
      'K11',
      'K12',
      'H2',
      'K9',
      'D7',
      'D5',
      'H4',
    ],
    bend: { decisions: { match: 'host' } },
  },
  {
    name: 'match: region',
    clauses: [
      'D1',
      'S1',
      'S2',
      'R1',
      'F1',
      'F2',
      'D5',
      'D6',
      'H1',
      'H2',
      'H4',
      'K6',
      'K7',
      'K8',
      'K9',
      'K10',
      'K11',
      'K12',
      'R5',
    ],
    bend: { decisions: { match: 'region' } },
  },
  {
    name: 'match: bus',
    clauses: ['D1', 'S1', 'S2', 'S4', 'D6', 'R1', 'F1', 'D5', 'K10'],
    bend: { decisions: { match: 'bus' } },
  },
  {
    name: 'visibility: first byte',
    clauses: ['H2', 'D5', 'H1', 'M7', 'K9'],
    bend: { decisions: { visibility: 'first-byte' } },
  },
  {
    name: 'visibility: any byte',
    clauses: ['H2', 'D5', 'H1', 'M7', 'H3', 'K9'],
    bend: { decisions: { visibility: 'any-byte' } },
  },
  {
    name: 'host changes: deletions first',
    clauses: ['H1', 'H3'],
    bend: { decisions: { hostChanges: 'deletions-first' } },
  },
  { name: 'host changes: merge', clauses: ['H1', 'H3', 'K3'], bend: { decisions: { hostChanges: 'merge' } } },
  { name: 'size 0: a size', clauses: ['R2', 'P1'], bend: { decisions: { sizeZeroIdentity: 'a-size' } } },
  { name: 'size 0: any size', clauses: ['R2', 'P1'], bend: { decisions: { sizeZeroIdentity: 'any-size' } } },
  { name: 'data: as given', clauses: ['R3', 'R4', 'S7'], bend: { decisions: { data: 'as-given' } } },
  { name: 'data: swapped', clauses: ['R3', 'R4', 'S7'], bend: { decisions: { data: 'swapped' } } },
  {
    name: 'host: ideal',
    clauses: ['H4', 'F1', 'K1', 'K2', 'K3', 'K6', 'K7', 'K8', 'R5'],
    bend: { decisions: { host: 'ideal' } },
  },
  {
    name: 'host: takes all',
    clauses: ['H4', 'F1', 'F2', 'K1', 'K2', 'K3', 'R5', 'K6', 'K7', 'K8'],
    bend: { decisions: { host: 'takes-all' } },
  },
  {
    name: 'host: kernel',
    clauses: ['H4', 'F1', 'K1', 'K2', 'K3', 'K6', 'K7', 'K8'],
    bend: { decisions: { host: 'kernel' } },
  },
  { name: 'root: own', clauses: ['M6'], bend: { decisions: { root: 'own' } } },
  { name: 'root: shared', clauses: ['M6'], bend: { decisions: { root: 'shared' } } },
  ...cpuStoreSwitches,
  // Registrations.
  {
    name: 'registrations',
    clauses: ['R1', 'R5', 'D2', 'D8', 'F1', 'C1', 'C2', 'C3', 'C4', 'C5', 'C6'],
    bend: ignored('add-eventfd'),
  },
  { name: 'deletions', clauses: ['R2', 'K5', 'R5'], bend: ignored('del-eventfd') },
  {
    name: 'match data',
    clauses: ['R3', 'R4', 'R5', 'D1', 'D3', 'D4', 'K2', 'K4', 'K5', 'K6', 'K8', 'C1', 'C4', 'C5', 'C3', 'C6'],
    bend: changed((one) => {
      if (!isEventfd(one)) return one;
      const { data: _, ...rest } = one;
      return rest;
    }),
  },
  {
    name: 'data wider than the size',
    clauses: ['R4', 'K4'],
    bend: changed((one) =>
      'notifier' in one && one.data !== undefined
        ? { ...one, data: BigInt.asUintN(8 * one.size, one.data) }
        : one,
    ),
  },
  {
    name: 'the size of a registration',
    clauses: ['R1', 'D1', 'D4', 'S5', 'K2', 'K5', 'K7', 'K6', 'C2', 'C5', 'C6'],
    bend: changed((one) =>
      'notifier' in one && one.data === undefined ? { ...one, size: one.size === 0 ? 4 : 0 } : one,
    ),
  },
  {
    name: 'the notifier of a deletion',
    clauses: ['R2', 'K5'],
    bend: changed((one) => (one.op === 'del-eventfd' ? { ...one, notifier: 'another' } : one)),
  },
  { name: 'order of naming', clauses: ['D4', 'H3', 'K8'], bend: {} },
  // Dispatch.
  {
    name: '`valid`',
    clauses: ['D6', 'S2', 'S8', 'S1', 'S3', 'S5'],
    bend: created((one) => (one.kind === 'io' ? { ...one, valid: {} } : one)),
  },
  {
    name: '`impl`',
    clauses: ['S2', 'S5', 'S6', 'C1'],
    bend: created((one) => (one.kind === 'io' ? { ...one, impl: {} } : one)),
  },
  {
    name: "the device's byte order",
    clauses: ['S7', 'R3'],
    bend: created((one) => (one.kind === 'io' ? { ...one, endianness: 'native' } : one)),
  },
  {
    name: "the target's byte order",
    clauses: ['S7', 'R3'],
    bend: { header: (header) => ({ ...header, target: header.target === 'big' ? 'little' : 'big' }) },
  },
  {
    name: 'splitting',
    clauses: ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'T6', 'C1'],
    bend: { operation: bytewise('little') },
  },
  {
    name: "the CPU's path",
    clauses: ['K6', 'K9', 'K10', 'K11', 'K12', 'F1'],
    bend: changed(direct('little')),
  },
  // The map.
  {
    name: 'priorities',
    clauses: ['M1', 'D5', 'H2'],
    bend: changed((one) => (one.op === 'map' ? { ...one, priority: 0 } : one)),
  },
  {
    name: 'the sign of priorities',
    clauses: ['M1', 'D5', 'H2'],
    bend: changed((one) => (one.op === 'map' ? { ...one, priority: -(one.priority ?? 0) } : one)),
  },
  { name: 'moves', clauses: ['M2', 'M1', 'D5', 'H1', 'M6'], bend: ignored('move') },
  {
    name: 'a move to the same offset',
    clauses: ['M2'],
    bend: {
      operation: (one) => (one.op === 'move' ? [{ ...one, offset: one.offset + 0x1000n }, one] : [one]),
    },
  },
  {
    name: 'enabling and disabling',
    clauses: ['D5', 'M2', 'M6', 'M3', 'M4'],
    bend: ignored('enable', 'disable'),
  },
  { name: 'resizing', clauses: ['M2', 'D5', 'M5'], bend: ignored('resize') },
  { name: 'windows that move', clauses: ['M4', 'M2', 'D8'], bend: ignored('retarget') },
  { name: 'unmapping', clauses: ['D5', 'M2', 'H1'], bend: ignored('unmap') },
  {
    name: "an alias's offset",
    clauses: ['M4', 'D8', 'M7', 'M6'],
    bend: created((one) => (one.kind === 'alias' ? { ...one, targetOffset: 0n } : one)),
  },
  {
    name: "an alias's clipping",
    clauses: ['M4', 'M5', 'D8'],
    bend: created((one) => (one.kind === 'alias' ? { ...one, size: 1n << 40n } : one)),
  },
  {
    name: "a container's clipping",
    clauses: ['M5', 'M6'],
    bend: created((one) => (one.kind === 'container' ? { ...one, size: 1n << 63n } : one)),
  },
  {
    name: 'subregions',
    clauses: ['M3', 'M5', 'M1', 'M6'],
    bend: {
      operation: (one) =>
        one.op === 'map' && one.container !== 'memory' && one.container !== 'io' ? [] : [one],
    },
  },
  {
    name: 'addresses above 2^32',
    clauses: ['M7'],
    bend: changed((one) => (one.op === 'map' ? { ...one, offset: low(one.offset) } : one)),
  },
  {
    name: 'the end of the space',
    clauses: ['M7'],
    bend: { operation: (one) => (one.op === 'write' && one.address + 8n >= 1n << 64n ? [] : [one]) },
  },
  // The host.
  { name: 'transactions', clauses: ['H1', 'R1', 'H3', 'D5'], bend: ignored('begin', 'commit') },
  {
    name: "the host's options",
    clauses: ['F1', 'F2', 'H4', 'K3', 'H3'],
    bend: { header: ({ host: _, ...header }) => header },
  },
  {
    name: 'order of the bus',
    clauses: ['K6', 'K7', 'K8'],
    bend: {
      state: (state) => ({
        ...state,
        host: {
          ...state.host,
          memory: { ...state.host.memory, held: [...state.host.memory.held].reverse() },
          io: { ...state.host.io, held: [...state.host.io.held].reverse() },
        },
      }),
    },
  },
  // What single scenarios show.
  {
    name: 'unaligned registrations',
    clauses: ['K4'],
    bend: {
      operation: (one) =>
        one.op === 'add-eventfd' && one.size > 0 && one.offset % BigInt(one.size) !== 0n ? [] : [one],
    },
  },
  {
    name: 'registrations of 8 bytes',
    clauses: ['K4'],
    bend: { operation: (one) => (one.op === 'add-eventfd' && one.size === 8 ? [] : [one]) },
  },
  {
    name: 'order of mapping',
    clauses: ['M1'],
    bend: {
      state: (state) => ({
        ...state,
        regions: lastCreatedOnTop(state.regions),
        rendered: lastCreatedOnTop(state.rendered),
      }),
    },
  },
  {
    name: 'unmapped regions that stay so when they move',
    clauses: ['M2'],
    bend: {
      operation: (one) =>
        one.op === 'move'
          ? [one, { op: 'map', region: one.region, container: 'memory', offset: one.offset }]
          : [one],
      effect: (one) => ('error' in one && one.error === 'mapped' ? [] : [one]),
    },
  },
  {
    name: 'that a root must hold its only child',
    clauses: ['M6'],
    bend: {
      state: (state) => ({ ...state, regions: endless(state.regions), rendered: endless(state.rendered) }),
    },
  },
  {
    name: '`valid.min` without `valid.max`',
    clauses: ['S8'],
    bend: created((one) =>
      one.kind === 'io' && one.valid?.min !== undefined ? { ...one, valid: { max: 8, ...one.valid } } : one,
    ),
  },
  {
    name: 'that what shows nothing new is not rendered',
    clauses: ['M6'],
    bend: { state: (state) => ({ ...state, mapPending: true }) },
  },
  {
    name: 'that a disabled alias is not rendered when it is retargeted',
    clauses: ['M6'],
    bend: {
      state: (state, one) => (one.op === 'retarget' ? { ...state, mapPending: true } : state),
    },
  },
  ...sharperSwitches,
];
