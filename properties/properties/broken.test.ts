import fc from 'fast-check';
import { expect, it } from 'vitest';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type {
  Dispatcher,
  Effect,
  Operation,
  Scenario,
  ScenarioHeader,
} from '../../model/vocabulary/vocabulary.ts';
import type { Property } from '../compare/property.ts';
import { underProfile } from '../engine/dispatchers.ts';
import { ScenarioArbitrary } from '../generate/scenario-arbitrary.ts';
import { properties } from './index.ts';

const scenarios: readonly Scenario[] = fc.sample(new ScenarioArbitrary({ profiles: ['contract'] }), {
  numRuns: 1000,
  seed: 21,
});

/** The flat view's root as QEMU takes it (M6), which random scenarios seldom meet: the offset of what is not mapped counts. */
const flatViewRoots: readonly Scenario[] = [
  {
    operations: [
      { op: 'create', region: 'dev', kind: 'io', size: 16n },
      { op: 'create', region: 'win', kind: 'alias', size: 16n, target: 'dev' },
      { op: 'map', region: 'win', container: 'memory', offset: 0n },
      { op: 'move', region: 'dev', offset: 64n },
      { op: 'write', space: 'memory', address: 4n, size: 4, data: 1n },
    ],
  },
  {
    operations: [
      { op: 'create', region: 'dev', kind: 'io', size: 16n },
      { op: 'create', region: 'box', kind: 'container', size: 256n },
      { op: 'map', region: 'dev', container: 'box', offset: 64n },
      { op: 'create', region: 'win', kind: 'alias', size: 16n, target: 'dev' },
      { op: 'map', region: 'win', container: 'memory', offset: 0n },
      { op: 'write', space: 'memory', address: 4n, size: 4, data: 1n },
    ],
  },
];

/** What is between the caller and the model: it may change operations on their way in and effects on their way out. */
type Bug = (apply: (operation: Operation) => readonly Effect[], header: ScenarioHeader) => typeof apply;

function broken(bug: Bug): Dispatcher {
  return {
    name: 'broken',
    open(header) {
      const session = modelDispatcher.open(header);
      return { ...session, apply: bug((operation) => session.apply(operation), header) };
    },
  };
}

const forgetsTheLastByteOfRam: Bug = (apply) => (operation) =>
  apply(operation).map((effect) =>
    'ram' in effect && effect.bytes.length > 2 ? { ...effect, bytes: effect.bytes.slice(0, -2) } : effect,
  );

const callsBackWithTheBytesSwapped: Bug = (apply) => (operation) =>
  apply(operation).map((effect) =>
    'callback' in effect && effect.size === 2
      ? { ...effect, value: ((effect.value & 0xffn) << 8n) | (effect.value >> 8n) }
      : effect,
  );

const signalsTwice: Bug = (apply) => (operation) =>
  apply(operation).flatMap((effect): Effect[] => ('signal' in effect ? [effect, effect] : [effect]));

const signalsAndCallsBack: Bug = (apply) => (operation) => {
  const [first, ...others] = apply(operation);
  if (first === undefined || !('signal' in first)) return first === undefined ? [] : [first, ...others];
  return [first, { callback: 'dev0', offset: 0n, size: 4, value: 0n }, ...others];
};

const calledBackLaterOnceRegistered: Bug = (apply) => {
  let hasRegistered = false;
  return (operation) => {
    hasRegistered ||= operation.op === 'add-eventfd';
    return apply(operation).map((effect) =>
      'callback' in effect && hasRegistered ? { ...effect, offset: effect.offset + 1n } : effect,
    );
  };
};

const firesForAnyData: Bug = (apply) => (operation) => {
  if (operation.op !== 'add-eventfd' && operation.op !== 'del-eventfd') return apply(operation);
  const { data: _, ...withoutData } = operation;
  return apply(withoutData);
};

const signalsTheFirstTimeOnly: Bug = (apply) => {
  let before: Operation | undefined;
  return (operation) => {
    const isAgain = operation === before;
    before = operation;
    return apply(operation).filter((effect) => !(isAgain && 'signal' in effect));
  };
};

const forgetsDeletionsInTransactions: Bug = (apply) => {
  let depth = 0;
  return (operation) => {
    const effects = apply(operation.op === 'del-eventfd' && depth > 0 ? { op: 'begin' } : operation);
    if (operation.op === 'del-eventfd' && depth > 0) return apply({ op: 'commit' });
    if (operation.op === 'begin') depth++;
    if (operation.op === 'commit' && effects.every((effect) => !('error' in effect))) depth--;
    return effects;
  };
};

const losesTheSecondOfTwoRegistrations: Bug = (apply) => {
  let last: string | undefined;
  return (operation) => {
    if (operation.op !== 'add-eventfd') last = undefined;
    else if (last === operation.region) return [];
    else last = operation.region;
    return apply(operation);
  };
};

const losesRegistrationsInTransactions: Bug = (apply) => {
  let depth = 0;
  return (operation) => {
    if (operation.op === 'add-eventfd' && depth > 0) return [];
    const effects = apply(operation);
    if (operation.op === 'begin') depth++;
    if (operation.op === 'commit' && effects.every((effect) => !('error' in effect))) depth--;
    return effects;
  };
};

const tellsTheHostTwice: Bug = (apply) => (operation) =>
  apply(operation).flatMap((effect): Effect[] => ('hostAdd' in effect ? [effect, effect] : [effect]));

const addsBeforeItDeletes: Bug = (apply) => (operation) =>
  apply(operation).toSorted((a, b) => Number('hostDel' in a) - Number('hostDel' in b));

const registersForOneRegionOnly: Bug = (apply) => {
  let only: string | undefined;
  return (operation) => {
    if (operation.op !== 'add-eventfd') return apply(operation);
    const effects = apply(only === undefined || only === operation.region ? operation : { op: 'begin' });
    if (only !== undefined && only !== operation.region) return apply({ op: 'commit' });
    if (effects.every((effect) => !('error' in effect))) only = operation.region;
    return effects;
  };
};

const cutsAddressesTo32Bits: Bug = (apply) => (operation) =>
  apply(
    operation.op === 'write' ? { ...operation, address: BigInt.asUintN(32, operation.address) } : operation,
  );

const ordersTheHostByName: Bug = (apply) => (operation) => {
  const nameOf = (effect: Effect) => ('hostAdd' in effect ? effect.hostAdd.notifier : '');
  return apply(operation).toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0));
};

const hidesFromTheHostOnceThereAreAliases: Bug = (apply) => {
  const shown = new Set<string>();
  return (operation) => {
    if (operation.op === 'create' && operation.kind === 'alias') shown.add(operation.target);
    return apply(operation).filter((effect) => !('hostAdd' in effect && shown.size > 0));
  };
};

const takesNegativePrioritiesForZero: Bug = (apply) => (operation) =>
  apply(
    operation.op === 'map' ? { ...operation, priority: Math.max(0, operation.priority ?? 0) } : operation,
  );

const swallowsWhatWasRefused: Bug = (apply) => {
  let isRefused = false;
  return (operation) => {
    const effects = apply(operation);
    isRefused ||= effects.some((effect) => 'hostRefused' in effect);
    return isRefused ? effects.filter((effect) => !('callback' in effect)) : effects;
  };
};

const asksAgainWhatWasRefused: Bug = (apply) => {
  let refused: Effect | undefined;
  return (operation) => {
    const effects = apply(operation);
    const again = refused !== undefined && operation.op === 'commit' ? [...effects, refused] : effects;
    refused ??= effects.find((effect) => 'hostRefused' in effect);
    return again;
  };
};

const caught: readonly (readonly [property: string, bug: Bug])[] = [
  ['accounting', forgetsTheLastByteOfRam],
  ['accounting', callsBackWithTheBytesSwapped],
  ['accounting', signalsTwice],
  ['accounting', signalsAndCallsBack],
  ['accounting', firesForAnyData],
  ['without-registrations', calledBackLaterOnceRegistered],
  ['without-registrations', signalsTwice],
  ['without-registrations', firesForAnyData],
  ['without-registrations', forgetsDeletionsInTransactions],
  ['repeated-writes', signalsTheFirstTimeOnly],
  ['add-then-delete', forgetsDeletionsInTransactions],
  ['registration-order', losesTheSecondOfTwoRegistrations],
  ['net-effect', losesRegistrationsInTransactions],
  ['host-difference', tellsTheHostTwice],
  ['host-difference', addsBeforeItDeletes],
  ['other-regions', registersForOneRegionOnly],
  ['moved-map', cutsAddressesTo32Bits],
  ['renamed-notifiers', ordersTheHostByName],
  ['through-alias', hidesFromTheHostOnceThereAreAliases],
  ['shifted-priorities', takesNegativePrioritiesForZero],
  ['refusals', swallowsWhatWasRefused],
  ['refusals', asksAgainWhatWasRefused],
];

function propertyNamed(name: string): Property {
  const property = properties.find((each) => each.name === name);
  if (property === undefined) throw new Error(`no property ${name}`);
  return property;
}

it.each(caught.map(([name, bug]) => [name, bug.name, bug] as const))(
  '%s notices a dispatcher that %s',
  (name, _, bug) => {
    const { check } = propertyNamed(name);
    const dispatcher = broken(bug);
    const found = scenarios.some((scenario) => typeof check(dispatcher, scenario) === 'object');
    expect(found).toBe(true);
  },
);

it('every property has been seen to fail', () => {
  const seen = new Set(caught.map(([name]) => name));
  expect(properties.filter(({ name }) => !seen.has(name))).toEqual([]);
});

it.each(
  properties.flatMap(({ name, profiles }) =>
    (['tcg', 'kvm'] as const)
      .filter((profile) => !profiles.includes(profile))
      .map((profile) => [name, profile] as const),
  ),
)('%s is not promised under %s, and with reason: it fails there', (name, profile) => {
  const { check } = propertyNamed(name);
  const dispatcher = underProfile(modelDispatcher, profile);
  const found = [...flatViewRoots, ...scenarios].some(
    (scenario) => typeof check(dispatcher, scenario) === 'object',
  );
  expect(found).toBe(true);
});
