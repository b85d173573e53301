/** Switches of single rules, each as narrow as the rule: what else holds goes on. */
import {
  type Create,
  type Effect,
  errorCodes,
  type HostRegistration,
  type Operation,
  type Scenario,
} from '../../model/vocabulary/vocabulary.ts';
import { changed, created, endless, isEventfd } from './bends.ts';
import type { RuleSwitch } from './rule-switch.ts';

const nothing = { told: [], held: [] };

/** What was created before an operation of the scenario. */
function createdBefore(operation: Operation, { operations }: Scenario): readonly Create[] {
  return operations
    .slice(0, operations.indexOf(operation))
    .filter((one): one is Create => one.op === 'create');
}

/** A copy of a region that no scenario creates, and its name as the effects are to have it. */
const copyOf = (region: string, window: string) => `${region}~${window}`;
const original = (name: string) => name.replace(/~.*$/, '');

const underItsOwnName = (effect: Effect): readonly Effect[] => {
  if ('callback' in effect) return [{ ...effect, callback: original(effect.callback) }];
  return 'rejected' in effect ? [{ ...effect, rejected: original(effect.rejected) }] : [effect];
};

/** The operation, and the copy of the device that an alias then shows in its stead, if it is such an alias. */
function withCopy(operation: Operation, scenario: Scenario, isSuch: (before: readonly Create[]) => boolean) {
  if (operation.op !== 'create' || operation.kind !== 'alias') return [operation];
  const before = createdBefore(operation, scenario);
  const shown = before.find(({ region }) => region === operation.target);
  if (shown?.kind !== 'io' || !isSuch(before)) return [operation];
  const copy = copyOf(shown.region, operation.region);
  return [
    { ...shown, region: copy },
    { ...operation, target: copy },
  ];
}

/** An alias of a region that another alias shows already. */
const isSecondAlias = (target: string) => (before: readonly Create[]) =>
  before.some((one) => one.kind === 'alias' && one.target === target);

const targetOf = (operation: Operation) =>
  operation.op === 'create' && operation.kind === 'alias' ? operation.target : '';

/** A registration's change, on the region and on its copies. */
function onCopiesToo(operation: Operation, scenario: Scenario): readonly Operation[] {
  if (!isEventfd(operation)) return [];
  const before = createdBefore(operation, scenario);
  const windows = before.filter((one) => one.kind === 'alias' && one.target === operation.region);
  return windows.slice(1).map(({ region }) => ({ ...operation, region: copyOf(operation.region, region) }));
}

function registrationIn(effect: Effect): HostRegistration | undefined {
  if ('hostAdd' in effect) return effect.hostAdd;
  if ('hostDel' in effect) return effect.hostDel;
  return 'hostRefused' in effect ? effect.hostRefused : undefined;
}

/** As a number of JavaScript holds it; as it is where that would be 2^64. */
const inDouble = (value: bigint) => {
  const rounded = BigInt(Number(value));
  return rounded >> 64n === 1n && value < rounded ? value : rounded;
};

export const sharperSwitches: readonly RuleSwitch[] = [
  {
    name: 'that a match signals once',
    clauses: ['D2'],
    bend: { effect: (one) => ('signal' in one ? [one, one] : [one]) },
  },
  {
    name: 'that the callback is not called after a signal',
    clauses: ['D2', 'S5'],
    bend: {
      effect: (one) => ('signal' in one ? [one, { callback: 'd', offset: 0n, size: 4, value: 0n }] : [one]),
    },
  },
  {
    name: 'that a region is one wherever it is seen',
    clauses: ['D8'],
    bend: {
      operation: (one, scenario) => withCopy(one, scenario, () => true),
      effect: underItsOwnName,
    },
  },
  {
    name: 'that a registration is of one region',
    clauses: ['D9'],
    bend: {
      operation: (one, scenario) => {
        if (one.op !== 'add-eventfd') return [one];
        const others = createdBefore(one, scenario).filter(
          ({ kind, region }) => kind === 'io' && region !== one.region,
        );
        return [one, ...others.map(({ region }) => ({ ...one, region }))];
      },
    },
  },
  {
    name: 'that the host is told only what changes',
    clauses: ['H1'],
    bend: {
      state: (state, one) => {
        const commits = one.op === 'commit' ? state.depth === 1 : state.depth === 0 && one.op !== 'begin';
        return commits && one.op !== 'write'
          ? { ...state, host: { ...state.host, memory: nothing, io: nothing } }
          : state;
      },
    },
  },
  {
    name: 'that memory is told before the ports',
    clauses: ['H1', 'D8'],
    bend: {
      effects: (effects) => {
        const isIo = (one: Effect) => Number(registrationIn(one)?.space === 'io');
        return effects.toSorted((a, b) => isIo(b) - isIo(a));
      },
    },
  },
  {
    name: 'that adjoining ranges of a region are one',
    clauses: ['H2'],
    bend: {
      operation: (one, scenario) => [
        ...withCopy(one, scenario, isSecondAlias(targetOf(one))),
        ...onCopiesToo(one, scenario),
      ],
      effect: underItsOwnName,
    },
  },
  {
    name: 'no data before data',
    clauses: ['H3'],
    bend: {
      effects: (effects) =>
        effects.toSorted((a, b) => {
          const [one, other] = [registrationIn(a), registrationIn(b)];
          if (one === undefined || one.address !== other?.address || one.size !== other.size) return 0;
          return Number(one.data === undefined) - Number(other.data === undefined);
        }),
    },
  },
  {
    name: 'that a container is transparent',
    clauses: ['M5'],
    bend: created((one) =>
      one.kind === 'container' ? { op: 'create', region: one.region, kind: 'io', size: one.size } : one,
    ),
  },
  {
    name: 'that a window shows nothing after the end of its target',
    clauses: ['M4'],
    bend: created((one) => (one.kind === 'io' ? { ...one, size: 1n << 32n } : one)),
  },
  {
    name: 'numbers above 2^53',
    clauses: ['M7'],
    bend: changed((one) => {
      const rounded = 'data' in one && one.data !== undefined ? { ...one, data: inDouble(one.data) } : one;
      if (rounded.op === 'write') return { ...rounded, address: inDouble(rounded.address) };
      return rounded.op === 'map' || isEventfd(rounded)
        ? { ...rounded, offset: inDouble(rounded.offset) }
        : rounded;
    }),
  },
  {
    name: 'the end of the port space',
    clauses: ['M7'],
    bend: {
      state: (state) => ({ ...state, regions: endless(state.regions), rendered: endless(state.rendered) }),
    },
  },
  ...errorCodes.map(
    (code): RuleSwitch => ({
      name: `the precondition ${code}`,
      clauses: ['P1', 'R1', 'R2'],
      bend: { effect: (one) => ('error' in one && one.error === code ? [] : [one]) },
    }),
  ),
  {
    name: 'that an error changes nothing',
    clauses: ['P1'],
    bend: {
      after: (state, effects) => (effects.some((one) => 'error' in one) ? { ...state, depth: 0 } : state),
    },
  },
];
