/** What a dispatcher outside can be asked: does a scenario need more, and what is left of it without that? */
import { modelDispatcher } from '../../model/reference/reference.ts';
import {
  type Abilities,
  type FeatureName,
  featureNames,
  operationNames,
  regionKinds,
  writeKinds,
} from '../../model/vocabulary/outside.ts';
import type {
  AccessSize,
  Create,
  Operation,
  Scenario,
  Space,
  Write,
} from '../../model/vocabulary/vocabulary.ts';
import { Placement } from './placement.ts';

/** Whether every scenario of its profiles can be asked. */
export function lacksNothing({
  byteOrders,
  operations,
  spaces,
  regions,
  writes,
  features,
}: Abilities): boolean {
  return (
    byteOrders.length === 2 &&
    operations.length === operationNames.length &&
    spaces.length === 2 &&
    regions.length === regionKinds.length &&
    writes.length === writeKinds.length &&
    features.length === featureNames.length
  );
}

/** What a scenario needs that a dispatcher lacks: the first such thing. */
export function lackedBy(scenario: Scenario, abilities: Abilities): string | undefined {
  const { profile = 'contract' } = scenario;
  if (fitting.get(abilities)?.has(scenario) === true) return undefined;
  if (!abilities.profiles.includes(profile)) return `profile ${profile}`;
  return adapt(scenario, abilities).lacking;
}

/**
 * The scenario with what a dispatcher lacks left out, or put in other words: of a port a memory address, of a bulk write a store. The
 * profile stays.
 */
export function fittedTo(scenario: Scenario, abilities: Abilities): Scenario {
  if (lacksNothing(abilities)) return scenario;
  const { scenario: fitted } = adapt(scenario, abilities);
  const known = fitting.get(abilities) ?? new WeakSet();
  fitting.set(abilities, known.add(fitted));
  return fitted;
}

/** Scenarios that were made to fit: they need not be looked at again. */
const fitting = new WeakMap<Abilities, WeakSet<Scenario>>();

type Adapted = { readonly scenario: Scenario; readonly lacking: string | undefined };

function adapt(scenario: Scenario, abilities: Abilities): Adapted {
  const adapter = new Adapter(abilities);
  const { target = 'little', host, ...rest } = scenario;
  const [order = 'little'] = abilities.byteOrders;
  const ownTarget = abilities.byteOrders.includes(target) ? target : order;
  if (ownTarget !== target) adapter.lacks(`a ${target}-endian guest`);
  const keepsHost = host === undefined || adapter.has('host', 'a host that refuses');
  const header: Scenario = {
    ...rest,
    ...(ownTarget !== 'little' && { target: ownTarget }),
    ...(keepsHost && host !== undefined && { host }),
    operations: [],
  };
  const { features } = abilities;
  // What breaches a precondition does nothing, and so nothing is where it says.
  const session =
    features.includes('errors') && features.includes('overlap') ? undefined : modelDispatcher.open(header);
  const operations = scenario.operations.flatMap((operation) => {
    const adapted = adapter.adapted(operation);
    if (adapted === undefined) return [];
    const [effect] = session?.apply(adapted) ?? [];
    if (effect === undefined || !('error' in effect)) adapter.note(adapted);
    else if (!adapter.has('errors', 'an operation that is an error')) return [];
    return [adapted];
  });
  return { scenario: { ...header, operations }, lacking: adapter.lacking };
}

class Adapter {
  readonly #abilities: Abilities;
  readonly #placement = new Placement();
  /** The first thing that is lacking. */
  lacking: string | undefined;

  constructor(abilities: Abilities) {
    this.#abilities = abilities;
  }

  lacks(what: string): void {
    this.lacking ??= what;
  }

  has(feature: FeatureName, what: string): boolean {
    if (this.#abilities.features.includes(feature)) return true;
    this.lacks(what);
    return false;
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
      case 'del-eventfd': {
        if (operation.size !== 0 || this.has('any-size', 'a registration of any size')) return operation;
        return { ...operation, size: 4 };
      }
      case 'write':
        return this.#write(operation);
      case 'begin':
      case 'commit':
        return operation;
      default:
        return this.#spaceOf(operation.region) === operation.region ? operation : undefined;
    }
  }

  #create(create: Create): Operation | undefined {
    if (!this.#abilities.regions.includes(create.kind))
      return this.#without(`a region of kind ${create.kind}`);
    if (create.kind === 'alias' && this.#spaceOf(create.target) !== create.target) return undefined;
    if (create.kind !== 'io') return create;
    const { valid, impl, endianness = 'native', ...plain } = create;
    const hasLimits = valid !== undefined || impl !== undefined;
    const keepsLimits = hasLimits && this.has('limits', 'valid and impl');
    const keepsOrder = endianness !== 'native' && this.has('endianness', "a device's own byte order");
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

/** The first bytes as a store, the lowest byte first. */
function storeOf(bytes: string, space: Space, address: bigint): Write {
  const size = ([8, 4, 2, 1] as const).find((one) => 2 * one <= bytes.length) ?? 1;
  const digits = (bytes.slice(0, 2 * size).match(/../g) ?? []).reverse().join('');
  return { op: 'write', space, address, size: size as AccessSize, data: BigInt(`0x${digits}`) };
}
