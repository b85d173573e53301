/** What a test of the kernel does and expects: calls and stores, one after the other, with nothing of the format left in them. */
import type {
  Dispatcher,
  Effect,
  HostRegistration,
  Operation,
  Scenario,
  Space,
} from '../../model/vocabulary/vocabulary.ts';

/** What `KVM_IOEVENTFD` is asked; `flags` are bits beside those that the rest says. */
export type Asked = {
  readonly bus: Space;
  readonly address: bigint;
  readonly length: number;
  readonly data?: bigint | undefined;
  readonly notifier: string;
  readonly flags?: number;
};

/** An error's name, such as `EEXIST`; undefined where the kernel is to do it. */
export type Answer = string | undefined;

export type Step =
  | { readonly kind: 'assign' | 'deassign'; readonly asked: Asked; readonly answer: Answer }
  /** A CPU's store, and the notifiers that it signals: at most two. */
  | {
      readonly kind: 'store';
      readonly bus: Space;
      readonly address: bigint;
      readonly size: number;
      readonly data: bigint;
      readonly signals: readonly string[];
    }
  /** `rep outs` of the same value so many times, and how often it signals. */
  | {
      readonly kind: 'outs';
      readonly port: bigint;
      readonly size: number;
      readonly data: bigint;
      readonly times: number;
      readonly notifier: string;
      readonly signals: number;
    }
  /** 1,000 other devices on a bus. */
  | { readonly kind: 'fill'; readonly bus: Space }
  /** Pages of the guest's own memory. */
  | { readonly kind: 'memory'; readonly address: bigint; readonly pages: number };

/** A test: a machine for itself. */
export type Case = { readonly title: string; readonly steps: readonly Step[] };

/** Notifiers of this name stand for what is none: no eventfd, or a closed descriptor. */
export const noEventfd = 'no_eventfd';
export const closedDescriptor = 'closed_descriptor';

/** From here on, no guest of the test stores: every processor has addresses of 36 bits, and the guest's own memory is the last of it. */
const storesEnd = 0xf_ffe0_0000n;

const pageSize = 4096n;

/** As many notifiers as a program has eventfds. */
const mostNotifiers = 64;

/**
 * A scenario as a test of the kernel: what the host is asked, and what the CPU stores, with what a dispatcher expects of both. What is
 * not the kernel's is left out: how the map changes, QEMU's own writes, stores that no guest makes.
 *
 * @returns the steps; or why there is no such test
 */
export function stepsOf(scenario: Scenario, expected: Dispatcher): readonly Step[] | string {
  const { host, target = 'little', operations } = scenario;
  if (target !== 'little') return 'a big-endian guest';
  if (host?.refuse !== undefined) return 'a host that refuses at will';
  if (host?.limit !== undefined && host.limit !== 0) return 'a host with a limit of its own';
  const session = expected.open(scenario);
  const places = new Map<string, { readonly space: Space; readonly offset: bigint }>();
  const memory = new Memory();
  const steps: Step[] =
    host?.limit === 0
      ? [
          { kind: 'fill', bus: 'memory' },
          { kind: 'fill', bus: 'io' },
        ]
      : [];
  for (const operation of operations) {
    const given = memory.after(operation);
    if (typeof given === 'string') return given;
    steps.push(...given);
    if (operation.op === 'map' && (operation.container === 'memory' || operation.container === 'io')) {
      places.set(operation.region, { space: operation.container, offset: operation.offset });
    }
    const effects = session.apply(operation);
    steps.push(
      ...stepsOfHost(effects),
      ...stepsOfCall(operation, effects, places),
      ...stepsOfWrite(operation, effects),
    );
  }
  return whyNotWritten(steps) ?? steps;
}

/** RAM of a scenario, as memory of the guest: whole pages that stay, and nothing over or under them. */
class Memory {
  /** The regions of a space, by name. */
  readonly #sizes = new Map<string, bigint>();
  readonly #isRam = new Set<string>();
  readonly #starts = new Map<string, bigint>();

  /** What an operation gives the guest; or why there is no such test. */
  after(operation: Operation): readonly Step[] | string {
    if (operation.op === 'create') {
      const { region, kind, size } = operation;
      if (this.#sizes.has(region)) return [];
      this.#sizes.set(region, size);
      if (kind === 'ram') this.#isRam.add(region);
      return this.#isRam.size > 0 && kind === 'alias' ? 'RAM and an alias' : [];
    }
    if (operation.op === 'map') return this.#mapped(operation);
    if (!('region' in operation) || !this.#isRam.has(operation.region) || 'notifier' in operation) {
      if (operation.op === 'unmap') this.#starts.delete(operation.region);
      return this.#isRam.size > 0 && (operation.op === 'move' || operation.op === 'resize')
        ? 'RAM and a region that moves'
        : [];
    }
    return 'RAM that comes and goes';
  }

  #mapped({ region, container, offset }: Extract<Operation, { op: 'map' }>): readonly Step[] | string {
    const size = this.#sizes.get(region);
    if (size === undefined || this.#starts.has(region) || container === 'io') return [];
    this.#starts.set(region, offset);
    const isRam = this.#isRam.has(region);
    const isOver = [...this.#starts].some(([name, start]) => {
      const isOther = name !== region && (isRam || this.#isRam.has(name));
      return isOther && offset < start + (this.#sizes.get(name) ?? 0n) && start < offset + size;
    });
    if (isOver) return 'RAM under or over a device';
    if (!isRam) return [];
    const isPaged = size > 0n && size % pageSize === 0n && offset % pageSize === 0n;
    if (container !== 'memory' || !isPaged || offset + size > storesEnd)
      return 'RAM that is not some whole pages';
    return [{ kind: 'memory', address: offset, pages: Number(size / pageSize) }];
  }
}

function whyNotWritten(steps: readonly Step[]): string | undefined {
  if (steps.every(({ kind }) => kind === 'fill' || kind === 'memory')) return "nothing in it is the kernel's";
  if (new Set(steps.flatMap(notifiersOf)).size > mostNotifiers) return `more than ${mostNotifiers} notifiers`;
  const isWide = steps.some((step) => step.kind === 'store' && step.signals.length > 2);
  return isWide ? 'a store that signals more than twice, as none does in the kernel' : undefined;
}

/** The notifiers of a step, in the order in which they are named. */
export function notifiersOf(step: Step): readonly string[] {
  switch (step.kind) {
    case 'assign':
    case 'deassign':
      return [step.asked.notifier];
    case 'store':
      return step.signals;
    case 'outs':
      return [step.notifier];
    case 'fill':
    case 'memory':
      return [];
  }
}

function asked({ space, address, size, data, notifier }: HostRegistration): Asked {
  return { bus: space, address, length: size, data, notifier };
}

function stepsOfHost(effects: readonly Effect[]): Step[] {
  return effects.flatMap((effect): Step[] => {
    if ('hostAdd' in effect) return [{ kind: 'assign', asked: asked(effect.hostAdd), answer: undefined }];
    if ('hostDel' in effect) return [{ kind: 'deassign', asked: asked(effect.hostDel), answer: undefined }];
    if ('hostRefused' in effect) {
      return [{ kind: 'assign', asked: asked(effect.hostRefused), answer: effect.reason }];
    }
    return [];
  });
}

/** A call that user space would not make: the kernel has a rule of its own for it. */
function stepsOfCall(
  operation: Operation,
  [effect]: readonly Effect[],
  places: ReadonlyMap<string, { readonly space: Space; readonly offset: bigint }>,
): Step[] {
  if (operation.op !== 'add-eventfd' && operation.op !== 'del-eventfd') return [];
  const place = places.get(operation.region);
  if (effect === undefined || !('error' in effect) || place === undefined) return [];
  const { offset, size, data, notifier } = operation;
  const address = place.offset + offset;
  if (address >= 1n << 64n) return [];
  const call: Asked = { bus: place.space, address, length: size, data, notifier };
  if (effect.error === 'absent') return [{ kind: 'deassign', asked: call, answer: 'ENOENT' }];
  const isAssigned = effect.error === 'match' && operation.op === 'add-eventfd';
  return isAssigned ? [{ kind: 'assign', asked: call, answer: 'EINVAL' }] : [];
}

function stepsOfWrite(operation: Operation, effects: readonly Effect[]): Step[] {
  if (operation.op !== 'write' || 'bytes' in operation) return [];
  const { space, address, size, data } = operation;
  const canBeMade = space === 'io' ? size < 8 && address <= 0xffffn : address + BigInt(size) <= storesEnd;
  if (!canBeMade) return [];
  const signals = effects.flatMap((effect) => ('signal' in effect ? [effect.signal] : []));
  return [{ kind: 'store', bus: space, address, size, data, signals }];
}
