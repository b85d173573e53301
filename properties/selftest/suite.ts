/**
 * The suite: a program for each rule of the kernel's bus. Most of it are this package's named scenarios; what no scenario can say, since
 * the format does not know it, is written out here.
 */
import type { ClauseId } from '../../model/clauses/catalogue.ts';
import type {
  AccessSize,
  Dispatcher,
  EventfdChange,
  EventfdSize,
  Operation,
  Scenario,
} from '../../model/vocabulary/vocabulary.ts';
import { namedScenarios } from '../named-scenarios.ts';
import {
  type Answer,
  type Asked,
  type Case,
  closedDescriptor,
  noEventfd,
  type Step,
  stepsOf,
} from './steps.ts';

/** A program of the suite. */
export type Rule = { readonly name: string; readonly title: string; readonly cases: readonly Case[] };

type Plan = {
  readonly name: string;
  readonly title: string;
  /** The clauses whose named scenarios belong to it. */
  readonly clauses: readonly ClauseId[];
  /** What no named scenario shows, and what a dispatcher expects of it. */
  readonly scenarios?: readonly Scenario[];
  readonly more: readonly Case[];
};

/** Words and stores anywhere in memory. */
function inMemory(title: string, operations: readonly Operation[]): Scenario {
  const device: readonly Operation[] = [
    { op: 'create', region: 'm', kind: 'io', size: 1n << 64n, valid: { max: 8 }, impl: { max: 8 } },
    { op: 'map', region: 'm', container: 'memory', offset: 0n },
  ];
  return { title, profile: 'kvm', operations: [...device, ...operations] };
}

const change = (
  op: EventfdChange['op'],
  offset: bigint,
  size: EventfdSize,
  data?: bigint,
): EventfdChange => ({
  op,
  region: 'm',
  offset,
  size,
  ...(data !== undefined && { data }),
  notifier: `at-${offset.toString(16)}-${size}`,
});
const write = (address: bigint, size: AccessSize, data = 0n): Operation => ({
  op: 'write',
  space: 'memory',
  address,
  size,
  data,
});

const lookUps: readonly Scenario[] = [
  inMemory('a registration that fires is dead after another has come, however far off that is', [
    change('add-eventfd', 0xffen, 1),
    change('add-eventfd', 0xffcn, 4),
    write(0xffcn, 4),
    change('add-eventfd', 0n, 1),
    write(0xffcn, 4),
  ]),
  inMemory(
    'a registration goes before the first that compares greater, not behind those that begin below it',
    [
      change('add-eventfd', 0x1016n, 1),
      change('add-eventfd', 0x1011n, 8),
      change('add-eventfd', 0x1013n, 1),
      write(0x1011n, 8),
      write(0x1013n, 1),
      write(0x1016n, 1),
    ],
  ),
];

const freedAddress: Scenario = inMemory(
  'an address is free again when the last that was registered there is gone',
  [
    change('add-eventfd', 0x1000n, 4, 1n),
    change('add-eventfd', 0x1000n, 4),
    change('del-eventfd', 0x1000n, 4, 1n),
    change('add-eventfd', 0x1000n, 4),
    write(0x1000n, 4),
  ],
);

const numbers = Array.from({ length: 12 }, (_, index) => BigInt(index));
const growingBus: Scenario = inMemory('twelve data at one address, and each fires', [
  ...numbers.map((data) => change('add-eventfd', 0x1000n, 1, data)),
  ...numbers.map((data) => write(0x1000n, 1, data)),
]);

const word = (address: bigint, length: number, rest: Partial<Asked> = {}): Asked => ({
  bus: 'memory',
  address,
  length,
  notifier: 'a',
  ...rest,
});
const assign = (asked: Asked, answer?: Answer): Step => ({ kind: 'assign', asked, answer });
const deassign = (asked: Asked, answer?: Answer): Step => ({ kind: 'deassign', asked, answer });
const store = (address: bigint, size: number, data: bigint, ...signals: readonly string[]): Step => ({
  kind: 'store',
  bus: 'memory',
  address,
  size,
  data,
  signals,
});
const storeToPort = (address: bigint, size: number, data: bigint, ...signals: readonly string[]): Step => ({
  kind: 'store',
  bus: 'io',
  address,
  size,
  data,
  signals,
});

const lastWord = 0xffff_ffff_ffff_fffcn;
/** The first bit that no flag has. */
const unknownFlag = 1 << 5;

const assignErrors: readonly Case[] = [
  {
    title: 'lengths: 0, 1, 2, 4 and 8, and no other',
    steps: [
      ...[0, 1, 2, 4, 8].map((length) => assign(word(0x1000n + 0x10n * BigInt(length), length))),
      ...[3, 5, 6, 7, 16, 0xffff_fffc].map((length) => assign(word(0x2000n, length), 'EINVAL')),
    ],
  },
  {
    title: 'an end at 2^64 counts as one that wraps',
    steps: [
      assign(word(lastWord, 2)),
      assign(word(lastWord, 4), 'EINVAL'),
      assign(word(lastWord, 8), 'EINVAL'),
      assign(word(lastWord + 3n, 0)),
    ],
  },
  {
    title: 'flags that are not known; length 0 with data',
    steps: [
      assign(word(0x1000n, 4, { flags: unknownFlag }), 'EINVAL'),
      assign(word(0x1000n, 0, { data: 0n }), 'EINVAL'),
      assign(word(0x1000n, 0, { data: 0n, bus: 'io' }), 'EINVAL'),
    ],
  },
  {
    title: 'the eventfd: EINVAL for what is none, EBADF for a closed descriptor',
    steps: [
      assign(word(0x1000n, 4, { notifier: noEventfd }), 'EINVAL'),
      assign(word(0x1000n, 4, { notifier: closedDescriptor }), 'EBADF'),
    ],
  },
  {
    title: 'the order of the errors: the range, the eventfd, the collision',
    steps: [
      assign(word(0x1000n, 4)),
      assign(word(0x1000n, 3, { notifier: closedDescriptor }), 'EINVAL'),
      assign(word(0x1000n, 4, { notifier: closedDescriptor }), 'EBADF'),
      assign(word(0x1000n, 4), 'EEXIST'),
    ],
  },
];

const fullBus: readonly Case[] = [
  {
    title: 'other devices fill a bus, and registrations do not; a collision is noticed first',
    steps: [
      assign(word(0x1000n, 4)),
      { kind: 'fill', bus: 'memory' },
      assign(word(0x2000n, 4), 'ENOSPC'),
      assign(word(0x1000n, 4), 'EEXIST'),
      assign(word(0x1000n, 3), 'EINVAL'),
      assign(word(0x2000n, 4, { bus: 'io' })),
      store(0x1000n, 4, 0n, 'a'),
      deassign(word(0x1000n, 4)),
      assign(word(0x1000n, 4), 'ENOSPC'),
    ],
  },
];

const deassignments: readonly Case[] = [
  {
    title: 'bus, address, length, data and eventfd must all be those of the registration',
    steps: [
      assign(word(0x1000n, 4, { data: 1n })),
      deassign(word(0x1000n, 4, { data: 1n, bus: 'io' }), 'ENOENT'),
      deassign(word(0x1004n, 4, { data: 1n }), 'ENOENT'),
      deassign(word(0x1000n, 2, { data: 1n }), 'ENOENT'),
      deassign(word(0x1000n, 0), 'ENOENT'),
      deassign(word(0x1000n, 4, { data: 2n }), 'ENOENT'),
      deassign(word(0x1000n, 4), 'ENOENT'),
      deassign(word(0x1000n, 4, { data: 1n, notifier: 'b' }), 'ENOENT'),
      store(0x1000n, 4, 1n, 'a'),
      deassign(word(0x1000n, 4, { data: 1n })),
      deassign(word(0x1000n, 4, { data: 1n }), 'ENOENT'),
      store(0x1000n, 4, 1n),
    ],
  },
];

const buses: readonly Case[] = [
  {
    title: 'memory and ports are two buses: the same numbers do not collide, and do not fire for each other',
    steps: [
      assign(word(0x80n, 2, { notifier: 'memory' })),
      assign(word(0x80n, 2, { notifier: 'port', bus: 'io' })),
      store(0x80n, 2, 0n, 'memory'),
      storeToPort(0x80n, 2, 0n, 'port'),
      deassign(word(0x80n, 2, { notifier: 'memory' })),
      store(0x80n, 2, 0n),
      storeToPort(0x80n, 2, 0n, 'port'),
    ],
  },
  {
    title: 'a port is not cut at its page, and rep outs is one store for each element',
    steps: [
      assign(word(0xfffn, 4, { bus: 'io', data: 0x0102_0304n })),
      storeToPort(0xfffn, 4, 0x0102_0304n, 'a'),
      { kind: 'outs', port: 0xfffn, size: 4, data: 0x0102_0304n, times: 5, notifier: 'a', signals: 5 },
      { kind: 'outs', port: 0xfffn, size: 4, data: 0x0102_0305n, times: 5, notifier: 'a', signals: 0 },
    ],
  },
];

const memory: readonly Case[] = [
  {
    title: 'a store to memory stays there; of one across its edge, the other part comes to the bus',
    steps: [
      assign(word(0x1ffcn, 4, { notifier: 'before' })),
      assign(word(0x2000n, 4, { notifier: 'inside' })),
      store(0x2000n, 4, 0n, 'inside'),
      { kind: 'memory', address: 0x2000n, pages: 1 },
      store(0x2000n, 4, 0n),
      store(0x1ffcn, 8, 0n, 'before'),
    ],
  },
];

const plans: readonly Plan[] = [
  {
    name: 'assign-errors',
    title: 'what assigning refuses, and in which order it looks',
    clauses: ['K1'],
    more: assignErrors,
  },
  {
    name: 'collisions',
    title: 'what collides: one address, and a store that both could take',
    clauses: ['K2'],
    scenarios: [freedAddress],
    more: [],
  },
  { name: 'full-bus', title: 'a bus full of other devices', clauses: ['K3'], more: fullBus },
  { name: 'never-fires', title: 'what is taken and can never fire', clauses: ['K4'], more: [] },
  { name: 'deassign', title: 'what deassigning wants to be the same', clauses: ['K5'], more: deassignments },
  { name: 'match', title: 'which stores an entry accepts', clauses: ['K6'], more: [] },
  {
    name: 'look-up',
    title: 'which entries the search finds: some that are there it does not',
    clauses: ['K7'],
    scenarios: lookUps,
    more: [],
  },
  {
    name: 'many-data',
    title: 'many data at one address',
    clauses: ['K8'],
    scenarios: [growingBus],
    more: [],
  },
  { name: 'memory', title: "the guest's memory comes before the bus", clauses: [], more: memory },
  { name: 'pages', title: 'stores across a page', clauses: ['K10'], more: [] },
  { name: 'buses', title: 'the two buses', clauses: [], more: buses },
];

/** @param expected whose answers the programs expect: `model@kvm` for the kernel as it is */
export function suiteOf(expected: Dispatcher): readonly Rule[] {
  const named = namedScenarios();
  return plans.map(({ name, title, clauses, scenarios = [], more }) => {
    const ofClauses = named.filter(({ clause }) => clause !== undefined && clauses.includes(clause));
    const ofKernel = ofClauses.map(({ scenario }) => scenario).filter(({ profile }) => profile === 'kvm');
    const cases = [...ofKernel, ...scenarios].flatMap((scenario): Case[] => {
      const steps = stepsOf(scenario, expected);
      const ownTitle = (scenario.title ?? '').replace(/^kvm: /, '');
      return typeof steps === 'string' ? [] : [{ title: ownTitle, steps }];
    });
    return { name, title, cases: [...cases, ...more] };
  });
}
