/**
 * From actions to operations of the model and to what is sent to QEMU. This is the only place that knows both.
 *
 * How a device reacts to a write that reaches its callback is told by whoever expects something of it: the model.
 */
import type {
  Dispatcher,
  Effect,
  Operation,
  Profile,
  Scenario,
  Session,
  Write,
} from '../../../model/vocabulary/vocabulary.ts';
import type { Action, Command, Place, Sending, Step, Window, WorldHistory } from './action.ts';
import { configurationWrite, qtestWrite, windowRegister } from './commands.ts';
import {
  bridges,
  type Device,
  deviceNamed,
  deviceOfBar,
  devices,
  eduRegisters,
  mainRam,
  pciContainer,
  testCount,
  testData,
  testdevs,
  testNames,
  testWords,
  windowNames,
} from './machine.ts';

export type WorldOptions = {
  readonly profile: Profile;
  /** The size of the word that a `pci-testdev` registers for its first test in memory: 0 (any), or 1 by older QEMUs without KVM. */
  readonly wildcardSize: 0 | 1;
  /** The `pci-testdev` devices in the order of their notifiers, which is QEMU's order of pointers. */
  readonly order: readonly string[];
  /** Tells what an operation does, before QEMU is asked. */
  readonly expected: Dispatcher;
};

/** A history of these actions; those that cannot be done, or would change nothing, are left out. */
export function historyOf(actions: readonly Action[], options: WorldOptions): WorldHistory {
  const history = historyWith(actions, options);
  // A device that was to be used after the end need not be there.
  const performed = history.steps.map(({ action }) => action);
  return performed.length === actions.length ? history : historyWith(performed, options);
}

function historyWith(actions: readonly Action[], options: WorldOptions): WorldHistory {
  const used = devices.filter((device) => actions.some((action) => concerns(action, device)));
  const world = new World(options, used);
  const steps: Step[] = [];
  for (const action of actions) {
    const step = world.perform(action);
    if (step === undefined) continue;
    steps.push(step);
    // QEMU aborts where the host refuses.
    if (step.expected.some((effects) => effects.some((effect) => 'hostRefused' in effect))) break;
  }
  const { profile } = options;
  const operations = [...world.prologue, ...steps.flatMap((step) => step.operations)];
  return { scenario: { profile, operations }, prologue: world.prologue.length, steps };
}

/** Whether a device has to be there for an action. One that is never placed cannot be switched on or off either. */
function concerns(action: Action, { bars, bridge }: Device): boolean {
  switch (action.do) {
    case 'place':
      return bars.some((bar) => bar.name === action.bar);
    case 'window':
      return action.bridge === bridge;
    case 'enable':
    case 'disable':
    case 'write':
      return false;
  }
}

/** The state of the machine while a history is played. It begins with every BAR at 0, all enabled, and all windows closed. */
export class World {
  readonly prologue: readonly Operation[];
  readonly #options: WorldOptions;
  readonly #session: Session;
  readonly #devices: readonly Device[];
  readonly #registers = new Map<string, bigint>();
  readonly #mapped = new Map<string, bigint>();
  /** `DEVICE SPACE`, where the bit of COMMAND is clear. */
  readonly #disabled = new Set<string>();
  /** Where each window begins. */
  readonly #bases = new Map<string, bigint>();
  /** What a `pci-testdev` has registered, as its `del-eventfd`. */
  readonly #registered = new Map<string, Operation>();

  constructor(options: WorldOptions, used: readonly Device[]) {
    const scenario: Scenario = { profile: options.profile, operations: [] };
    this.#options = options;
    this.#devices = used;
    this.#session = options.expected.open(scenario);
    this.prologue = [...prologueOf(used), ...namingOf(used, options)];
    for (const operation of this.prologue) this.#session.apply(operation);
  }

  /** Does an action; nothing, where it would do nothing. */
  perform(action: Action): Step | undefined {
    switch (action.do) {
      case 'place':
        return this.#place(action);
      case 'enable':
      case 'disable':
        return this.#command(action);
      case 'window':
        return this.#window(action);
      case 'write':
        return this.#write(action.write);
    }
  }

  /** Whether the bit of a device's COMMAND register is set. */
  isEnabled(device: string, space: string): boolean {
    return !this.#disabled.has(`${device} ${space}`);
  }

  /** Where a BAR is mapped. */
  addressOf(bar: string): bigint | undefined {
    return this.#mapped.get(bar);
  }

  #place(action: Place): Step | undefined {
    const { bar: name, address } = action;
    const device = this.#used(deviceOfBar(name));
    const bar = device?.bars.find((one) => one.name === name);
    if (device === undefined || bar === undefined || address % bar.size !== 0n) return undefined;
    // While it is switched off, this would be told like placing it nowhere while it is on.
    if (address === 0n && !this.isEnabled(device.name, bar.space)) return undefined;
    const wasMapped = this.#mapped.get(name);
    this.#registers.set(name, address);
    const operations = this.#update(device);
    // A value that changes nothing visible is told as a move that does nothing: it stays in the file.
    const isSilent = wasMapped === address || !this.#mapped.has(name);
    if (isSilent) operations.push({ op: 'move', region: name, offset: address });
    const write = (value: bigint) => configurationWrite(device, bar.register, value, 4);
    const isMoved = operations[0]?.op === 'unmap' && operations[1]?.op === 'map';
    // What the host is told is told for each of the two, so they are made one by one where that is seen.
    const writes =
      isMoved && this.#options.profile === 'kvm' ? [write(0n), write(address)] : [write(address)];
    return this.#step(action, operations, writes);
  }

  #command(action: Command): Step | undefined {
    const { device: name, space } = action;
    const device = this.#used(deviceNamed(name));
    const key = `${name} ${space}`;
    const enables = action.do === 'enable';
    if (device === undefined || this.#disabled.has(key) !== enables) return undefined;
    if (enables) this.#disabled.delete(key);
    else this.#disabled.add(key);
    const operations = this.#update(device);
    const isTold = operations.length === 1 || this.#options.profile !== 'kvm';
    if (operations.length === 0 || !isTold) {
      // Nothing of it would be in the file; or nobody could say which change the host was told of.
      if (enables) this.#disabled.add(key);
      else this.#disabled.delete(key);
      this.#update(device);
      return undefined;
    }
    const bits = (this.isEnabled(name, 'io') ? 1n : 0n) | (this.isEnabled(name, 'memory') ? 2n : 0n);
    return this.#step(action, operations, [configurationWrite(device, 4, bits, 2)]);
  }

  /** pci_update_mappings (hw/pci/pci.c): each BAR whose address has changed, one after the other. */
  #update(device: Device): Operation[] {
    const operations: Operation[] = [];
    for (const { name, space } of device.bars) {
      const address = this.isEnabled(device.name, space) ? this.#registers.get(name) || undefined : undefined;
      const before = this.#mapped.get(name);
      if (before === address) continue;
      if (before !== undefined) operations.push({ op: 'unmap', region: name });
      this.#mapped.delete(name);
      if (address === undefined) continue;
      this.#mapped.set(name, address);
      const container = containerOf(device, space);
      operations.push({ op: 'map', region: name, container, offset: address, priority: 1 });
    }
    return operations;
  }

  /** pci_bridge_update_mappings (hw/pci/pci_bridge.c): all windows are mapped anew, in one transaction. */
  #window(action: Window): Step | undefined {
    const { bridge: name, window, base, size } = action;
    const bridge = bridges.find((one) => one.name === name);
    if (bridge === undefined || !this.#devices.some((device) => device.bridge === name)) return undefined;
    const nameOf = (one: string) => `${name}.${one}`;
    this.#bases.set(nameOf(window), base);
    const operations: Operation[] = [
      { op: 'begin' },
      ...windowNames.map((one) => ({ op: 'unmap', region: nameOf(one) }) as const),
      { op: 'resize', region: nameOf(window), size },
      { op: 'retarget', region: nameOf(window), targetOffset: base },
      ...windowNames.map((one) => windowMap(name, one, this.#bases.get(nameOf(one)))),
      { op: 'commit' },
    ];
    const [register, bytes, value] = windowRegister(window, base, size);
    return this.#step(action, operations, [configurationWrite(bridge, register, value, bytes)]);
  }

  #write(write: Write): Step | undefined {
    const sending = sendingOf(write);
    if (sending === undefined) return undefined;
    const effects = this.#session.apply(write);
    if (effects.some(startsCalculation)) return undefined;
    const reactions = effects.flatMap((effect) => this.#reaction(effect));
    const expected = [effects, ...reactions.map((operation) => this.#session.apply(operation))];
    const operations = [write, ...reactions];
    return { action: { do: 'write', write }, operations, expected, sendings: [sending] };
  }

  /** pci_testdev_write (hw/misc/pci-testdev.c): at offset 0, the test that was selected ends and another one begins. */
  #reaction(effect: Effect): Operation[] {
    if (!('callback' in effect) || effect.offset !== 0n) return [];
    const device = testdevs.find(({ bars }) => bars.some(({ name }) => name === effect.callback));
    if (device === undefined) return [];
    const operations: Operation[] = [];
    const before = this.#registered.get(device.name);
    if (before !== undefined) operations.push(before);
    this.#registered.delete(device.name);
    const test = testNames[Number(effect.value)];
    if (effect.value >= testCount || test === undefined) return operations;
    const part = effect.callback.endsWith('.mmio') ? 'mmio' : 'port';
    const word = {
      region: effect.callback,
      offset: testWords[part][test],
      size: part === 'mmio' && test === 'wildcard' ? this.#options.wildcardSize : 1,
      ...(test === 'data' && { data: testData }),
      notifier: `${effect.callback}.${test}`,
    } as const;
    this.#registered.set(device.name, { op: 'del-eventfd', ...word });
    return [...operations, { op: 'add-eventfd', ...word }];
  }

  #step(action: Action, operations: readonly Operation[], sendings: readonly (readonly string[])[]): Step {
    const expected = operations.map((operation) => this.#session.apply(operation));
    // A transaction tells the host at its end; anything else at once.
    const told = action.do === 'window' ? operations.length - 1 : 0;
    return {
      action,
      operations,
      expected,
      sendings: sendings.flatMap((commands, index) => {
        return commands.map((qtest) => ({ kind: 'change', qtest, operation: told + index }) as const);
      }),
    };
  }

  /** A device that the scenario has. */
  #used(device: Device | undefined): Device | undefined {
    return device !== undefined && this.#devices.includes(device) ? device : undefined;
  }
}

/** Creates what the used devices need. */
function prologueOf(used: readonly Device[]): Operation[] {
  const operations: Operation[] = [
    { op: 'create', region: mainRam.name, kind: 'ram', size: mainRam.size },
    { op: 'map', region: mainRam.name, container: 'memory', offset: 0n },
    { op: 'create', region: pciContainer, kind: 'container', size: 1n << 64n },
    { op: 'map', region: pciContainer, container: 'memory', offset: 0n, priority: -1 },
  ];
  for (const { name } of bridges) {
    if (!used.some(({ bridge }) => bridge === name)) continue;
    operations.push(
      { op: 'create', region: `${name}.memory.space`, kind: 'container', size: 1n << 64n },
      { op: 'create', region: `${name}.io.space`, kind: 'container', size: 1n << 32n },
    );
    for (const window of windowNames) {
      const target = `${name}.${window === 'io' ? 'io' : 'memory'}.space`;
      operations.push(
        { op: 'create', region: `${name}.${window}`, kind: 'alias', size: 0n, target },
        windowMap(name, window, undefined),
      );
    }
  }
  return [...operations, ...used.flatMap(({ bars }) => bars.flatMap(({ create }) => create))];
}

/**
 * Under KVM, the order of notifiers decides what the host is told first, where one takes over the word of another. In a scenario it is the
 * order in which they are named.
 */
function namingOf(used: readonly Device[], { profile, order }: WorldOptions): Operation[] {
  const tests = order.filter((name) => used.some((device) => device.name === name));
  if (profile !== 'kvm' || tests.length < 2) return [];
  return tests.flatMap((name) =>
    (['mmio', 'port'] as const).flatMap((part) =>
      Object.values(testNames).flatMap((test) => {
        const region = `${name}.${part}`;
        const word = { region, offset: 0n, size: 1, notifier: `${region}.${test}` } as const;
        return [{ op: 'add-eventfd', ...word } as const, { op: 'del-eventfd', ...word } as const];
      }),
    ),
  );
}

function windowMap(bridge: string, window: string, base: bigint | undefined): Operation {
  const container = window === 'io' ? 'io' : pciContainer;
  return { op: 'map', region: `${bridge}.${window}`, container, offset: base ?? 0n, priority: 1 };
}

function containerOf({ bridge }: Device, space: string): string {
  if (bridge !== undefined) return `${bridge}.${space}.space`;
  return space === 'memory' ? pciContainer : 'io';
}

function startsCalculation(effect: Effect): boolean {
  return 'callback' in effect && effect.callback === 'edu' && effect.offset < eduRegisters;
}

function sendingOf(write: Write): Sending | undefined {
  if ('size' in write) return { kind: 'store', write };
  const qtest = qtestWrite(write.space, write.address, write.bytes);
  return qtest === undefined ? undefined : { kind: 'write', qtest, write };
}
