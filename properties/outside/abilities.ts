/** What a dispatcher outside can be asked: does a scenario need more, and what is left of it without that? */
import { modelDispatcher } from '../../model/reference/reference.ts';
import {
  type Abilities,
  accessNames,
  type FeatureName,
  featureNames,
  matchNames,
  type OperationName,
  operationNames,
  regionKinds,
  writeKinds,
} from '../../model/vocabulary/outside.ts';
import type {
  AccessLimits,
  AccessSize,
  Create,
  Effect,
  EffectLists,
  EventfdChange,
  HostOptions,
  Operation,
  Scenario,
  Space,
  Write,
} from '../../model/vocabulary/vocabulary.ts';
import { differenceOf, kindOf, runScenario } from '../compare/compare.ts';
import { observedEffects } from './observed.ts';
import { Placement } from './placement.ts';

/** Whether every scenario of its profiles can be asked. */
export function lacksNothing({
  byteOrders,
  operations,
  spaces,
  regions,
  writes,
  accesses,
  features,
  matches,
}: Abilities): boolean {
  return (
    byteOrders.length === 2 &&
    operations.length === operationNames.length &&
    spaces.length === 2 &&
    regions.length === regionKinds.length &&
    writes.length === writeKinds.length &&
    accesses.length === accessNames.length &&
    featureNames.every((name) => hasFeature(features, name)) &&
    matches.length === matchNames.length
  );
}

/** Whether a feature is declared, by itself or by one that it is a part of. */
function hasFeature(features: readonly FeatureName[], feature: FeatureName): boolean {
  return features.includes(feature) || (feature === 'full-host' && features.includes('host'));
}

/**
 * Whether a dispatcher is a bus and knows no map: a region is there or not, registrations come and go, and a CPU stores. It is then
 * given scenarios that are made for one.
 */
export function isPlainBus({ operations, regions, writes, accesses, features, matches }: Abilities): boolean {
  return (
    matches.length === matchNames.length &&
    accesses.length === accessNames.length &&
    operations.every((name) => busOperations.includes(name)) &&
    busNeeds.every((name) => operations.includes(name)) &&
    regions.includes('io') &&
    regions.every((kind) => busRegions.includes(kind)) &&
    writes.length === 1 &&
    writes.includes('store') &&
    !features.includes('overlap')
  );
}

const busNeeds: readonly OperationName[] = ['create', 'map', 'add-eventfd', 'del-eventfd', 'write'];
/** With RAM, some stores go past the bus. */
const busRegions: readonly string[] = ['io', 'ram'];
const busOperations: readonly OperationName[] = [...busNeeds, 'unmap', 'enable', 'disable'];

/** Whether a host can be one that takes nothing. */
export function hasFullHost({ features }: Abilities): boolean {
  return hasFeature(features, 'full-host');
}

/** Whether a dispatcher that is a bus can be given all that is made for one, and tells enough of it. */
export function isWholeBus({ profiles, spaces, regions, features, effects }: Abilities): boolean {
  const told = ['signal', 'hostAdd', 'hostDel', 'hostRefused', 'error'] as const;
  const needed = ['any-size', 'full-host', 'errors'] as const;
  return (
    profiles.includes('kvm') &&
    spaces.length === 2 &&
    regions.includes('ram') &&
    needed.every((name) => hasFeature(features, name)) &&
    told.every((name) => effects.includes(name))
  );
}

/** What a scenario needs that a dispatcher lacks: the first such thing. */
export function lackedBy(scenario: Scenario, abilities: Abilities): string | undefined {
  const { profile = 'contract' } = scenario;
  if (fitting.get(abilities)?.has(scenario) === true) return undefined;
  if (!abilities.profiles.includes(profile)) return `profile ${profile}`;
  const { scenario: fitted, lacking, isUncut } = adapt(scenario, abilities);
  if (lacking !== undefined || !isUncut) return lacking;
  return givesTheSame(scenario, fitted, abilities) ? undefined : 'a store that is taken in pieces';
}

/** Whether the regions that are not cut make no difference here, to what is told. */
function givesTheSame(scenario: Scenario, other: Scenario, abilities: Abilities): boolean {
  const [one, two] = [scenario, other].map((each) =>
    observedEffects(runScenario(modelDispatcher, each), abilities),
  );
  return one?.every((list, index) => differenceOf(list, two?.[index] ?? []) < 0) ?? false;
}

/**
 * The scenario with what a dispatcher lacks left out, or put in other words: of a port a memory address, of a bulk write a store. The
 * profile stays.
 */
export function fittedTo(scenario: Scenario, abilities: Abilities): Scenario {
  return fittedRun(scenario, abilities).scenario;
}

/** The same, with what the model gives for it where that had to be known. */
export function fittedRun(
  scenario: Scenario,
  abilities: Abilities,
): { readonly scenario: Scenario; readonly effects: EffectLists | undefined } {
  if (lacksNothing(abilities)) return { scenario, effects: undefined };
  const { scenario: fitted, effects } = adapt(scenario, abilities);
  const known = fitting.get(abilities) ?? new WeakSet();
  fitting.set(abilities, known.add(fitted));
  return { scenario: fitted, effects };
}

/** Scenarios that were made to fit: they need not be looked at again. */
const fitting = new WeakMap<Abilities, WeakSet<Scenario>>();

type Adapted = {
  readonly scenario: Scenario;
  readonly lacking: string | undefined;
  /** Whether regions were made to take stores whole. */
  readonly isUncut: boolean;
  /** What the model gives for it, if it was run. */
  readonly effects: EffectLists | undefined;
};

function adapt(scenario: Scenario, abilities: Abilities): Adapted {
  const adapter = new Adapter(abilities);
  const { target = 'little', host, ...rest } = scenario;
  const [order = 'little'] = abilities.byteOrders;
  const ownTarget = abilities.byteOrders.includes(target) ? target : order;
  if (ownTarget !== target) adapter.lacks(`a ${target}-endian guest`);
  const keepsHost = host === undefined || adapter.keepsHost(host);
  const header: Scenario = {
    ...rest,
    ...(ownTarget !== 'little' && { target: ownTarget }),
    ...(keepsHost && host !== undefined && { host }),
    operations: [],
  };
  const { features, accesses, effects: told } = abilities;
  const isCut = (list: readonly Effect[]) =>
    !accesses.includes('cut') && list.length > 1 && list.some((effect) => told.includes(kindOf(effect)));
  // What breaches a precondition does nothing, and so nothing is where it says.
  const session =
    features.includes('errors') && features.includes('overlap') && accesses.includes('cut')
      ? undefined
      : modelDispatcher.open(header);
  // What is left out was an error, or a store: it changed nothing for those that come after it.
  const given: (readonly Effect[])[] = [];
  const operations = scenario.operations.flatMap((operation) => {
    const adapted = adapter.adapted(operation);
    if (adapted === undefined) return [];
    const effects = session?.apply(adapted) ?? [];
    const [effect] = effects;
    if (effect === undefined || !('error' in effect)) adapter.note(adapted);
    else if (!adapter.has('errors', 'an operation that is an error')) return [];
    if (adapted.op === 'write' && isCut(effects)) {
      adapter.lacks('a store that is taken in pieces');
      return [];
    }
    given.push(effects);
    return [adapted];
  });
  return {
    scenario: { ...header, operations },
    lacking: adapter.lacking,
    isUncut: adapter.isUncut,
    effects: session && given,
  };
}

class Adapter {
  readonly #abilities: Abilities;
  readonly #placement = new Placement();
  /** The first thing that is lacking. */
  lacking: string | undefined;
  /** Whether regions were made to take stores whole. */
  isUncut = false;

  constructor(abilities: Abilities) {
    this.#abilities = abilities;
  }

  lacks(what: string): void {
    this.lacking ??= what;
  }

  has(feature: FeatureName, what: string): boolean {
    if (hasFeature(this.#abilities.features, feature)) return true;
    this.lacks(what);
    return false;
  }

  keepsHost({ limit, refuse }: HostOptions): boolean {
    if (limit === 0 && refuse === undefined) return this.has('full-host', 'a host that takes nothing');
    return this.has('host', 'a host that refuses');
  }

  /** The operation, or another one in its place; nothing where there is none. */
  adapted(operation: Operation): Operation | undefined {
    const { operations } = this.#abilities;
    if (!operations.includes(operation.op)) return this.#without(operation.op);
    const adapted = this.#adapted(operation);
    if (adapted === undefined) return undefined;
    if (this.#placement.wouldOverlap(adapted) && !this.has('overlap', 'regions that overlap')) {
      return undefined;
    }
    return adapted;
  }

  /** The operation is kept, and does something. */
  note(operation: Operation): void {
    this.#placement.note(operation);
  }

  #adapted(operation: Operation): Operation | undefined {
    switch (operation.op) {
      case 'create':
        return this.#create(operation);
      case 'map': {
        const { priority, ...plain } = operation;
        const keepsPriority = priority === undefined || this.has('overlap', 'priorities');
        const container = this.#spaceOf(operation.container);
        const isOther = container !== operation.container;
        const offset = isOther && container === 'io' ? operation.offset & 0xffffn : operation.offset;
        return { ...plain, container, offset, ...(keepsPriority && priority !== undefined && { priority }) };
      }
      case 'add-eventfd':
      case 'del-eventfd':
        return this.#registration(operation);
      case 'write':
        return this.#write(operation);
      case 'begin':
      case 'commit':
        return operation;
      default:
        return this.#spaceOf(operation.region) === operation.region ? operation : undefined;
    }
  }

  #registration(change: EventfdChange): Operation | undefined {
    const { matches, features } = this.#abilities;
    const { data, ...plain } = change;
    if (plain.size === 0) {
      if (this.has('any-size', 'a registration of any size')) return change;
      if (!matches.includes('size')) return undefined;
      return { ...(matches.includes('data') ? change : plain), size: 4 };
    }
    if (!matches.includes('size')) {
      this.lacks('a registration of a size');
      return features.includes('any-size') ? { ...plain, size: 0 } : undefined;
    }
    if (data === undefined || matches.includes('data')) return change;
    this.lacks('a registration of a value');
    return plain;
  }

  #create(create: Create): Operation | undefined {
    if (!this.#abilities.regions.includes(create.kind))
      return this.#without(`a region of kind ${create.kind}`);
    if (create.kind === 'alias' && this.#spaceOf(create.target) !== create.target) return undefined;
    if (create.kind !== 'io') return create;
    const { valid, impl, endianness = 'native', ...plain } = create;
    const keepsOrder = endianness !== 'native' && this.has('endianness', "a device's own byte order");
    if (!this.#abilities.accesses.includes('cut')) {
      const isUncut = isWhole(valid) && isWhole(impl);
      this.isUncut ||= !isUncut;
      if (!isUncut && (valid !== undefined || impl !== undefined)) this.has('limits', 'valid and impl');
      return { ...plain, ...(keepsOrder && { endianness }), valid: whole, impl: whole };
    }
    const hasLimits = valid !== undefined || impl !== undefined;
    const keepsLimits = hasLimits && this.has('limits', 'valid and impl');
    return {
      ...plain,
      ...(keepsOrder && { endianness }),
      ...(keepsLimits && valid !== undefined && { valid }),
      ...(keepsLimits && impl !== undefined && { impl }),
    };
  }

  #write(write: Write): Operation | undefined {
    const { writes } = this.#abilities;
    const space = this.#spaceOf(write.space) as Space;
    const address = space === write.space || space === 'memory' ? write.address : write.address & 0xffffn;
    const here = { ...write, space, address };
    if ('bytes' in here) {
      if (writes.includes('bytes')) return here;
      this.lacks('a write by QEMU itself (bytes)');
      return writes.includes('store') ? storeOf(here.bytes, space, address) : undefined;
    }
    if (writes.includes('store')) return here;
    this.lacks("a CPU's store");
    if (!writes.includes('bytes')) return undefined;
    const digits = here.data.toString(16).padStart(2 * here.size, '0');
    return { op: 'write', space, address, bytes: (digits.match(/../g) ?? []).reverse().join('') };
  }

  /** The name, or the other space, where it is that of one that is lacking. */
  #spaceOf(name: string): string {
    const { spaces } = this.#abilities;
    if ((name !== 'memory' && name !== 'io') || spaces.includes(name)) return name;
    this.lacks(`the space ${name}`);
    return spaces[0] ?? name;
  }

  #without(what: string): undefined {
    this.lacks(what);
    return undefined;
  }
}

/** A region that takes any store of a CPU as it is. */
const whole: AccessLimits = { min: 1, max: 8, unaligned: true };

function isWhole(limits: AccessLimits | undefined): boolean {
  return limits?.max === 8 && limits.unaligned === true && (limits.min ?? 0) <= 1;
}

/** The first bytes as a store, the lowest byte first. */
function storeOf(bytes: string, space: Space, address: bigint): Write {
  const size = ([8, 4, 2, 1] as const).find((one) => 2 * one <= bytes.length) ?? 1;
  const digits = (bytes.slice(0, 2 * size).match(/../g) ?? []).reverse().join('');
  return { op: 'write', space, address, size: size as AccessSize, data: BigInt(`0x${digits}`) };
}
