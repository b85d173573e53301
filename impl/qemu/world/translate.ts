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
  Space,
  Write,
} from '../../../model/vocabulary/vocabulary.ts';
import type {
  Action,
  Command,
  MachineEvent,
  Peer,
  Place,
  Plugging,
  Sending,
  Step,
  Window,
} from './action.ts';
import { BridgeState } from './bridge.ts';
import { commandsAfterReset, configurationWrite, qtestWrite, windowRegister } from './commands.ts';
import {
  bridges,
  type Device,
  deviceNamed,
  deviceOfBar,
  devicesAsReset,
  doorbell,
  eduRegisters,
  lastPeer,
  pciContainer,
  peerVectors,
  peerWord,
  testCount,
  testData,
  testdevs,
  testNames,
  testWords,
} from './machine.ts';
import { namingOf, prologueOf } from './prologue.ts';

export type WorldOptions = {
  readonly profile: Profile;
  /** The size of the word that a `pci-testdev` registers for its first test in memory: 0 (any), or 1 by older QEMUs without KVM. */
  readonly wildcardSize: 0 | 1;
  /** The `pci-testdev` devices in the order of their notifiers, which is QEMU's order of pointers. */
  readonly order: readonly string[];
  /** Whether devices are there that need a server: `ivshmem-doorbell`. */
  readonly hasServer: boolean;
  /** Tells what an operation does, before QEMU is asked. */
  readonly expected: Dispatcher;
};

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
  readonly #bridges: readonly BridgeState[];
  readonly #unplugged = new Set<string>();
  /** What a `pci-testdev` has registered, as its `del-eventfd`. */
  readonly #registered = new Map<string, Operation>();
  /** Peers that are there, and all that ever were. */
  readonly #peers = new Set<number>();
  readonly #everJoined = new Set<number>();

  constructor(options: WorldOptions, used: readonly Device[]) {
    const scenario: Scenario = { profile: options.profile, operations: [] };
    this.#options = options;
    this.#devices = used;
    this.#session = options.expected.open(scenario);
    this.#bridges = bridges
      .filter(({ name }) => used.some(({ bridge }) => bridge === name))
      .map(({ name }) => new BridgeState(name));
    this.prologue = [...prologueOf(used, this.#bridges), ...namingOf(used, options)];
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
      case 'reset':
        return this.#event(action, this.#reset());
      case 'unplug':
      case 'plug':
        return this.#event(action, this.#plugging(action));
      case 'join':
      case 'leave':
        return this.#event(action, this.#peer(action));
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
    const bridge = this.#bridges.find((one) => one.name === name);
    if (bridge !== undefined) return this.#bridgeCommand(action, bridge);
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
    const bits = commandBits((one) => this.isEnabled(name, one));
    return this.#step(action, operations, [configurationWrite(device, 4, bits, 2)]);
  }

  #bridgeCommand(action: Command, bridge: BridgeState): Step | undefined {
    const place = bridges.find(({ name }) => name === bridge.name);
    const enables = action.do === 'enable';
    if (place === undefined || bridge.isEnabled(action.space) === enables) return undefined;
    const operations = bridge.switch(action.space, enables);
    const bits = commandBits((space) => bridge.isEnabled(space));
    return this.#step(action, operations, [configurationWrite(place, 4, bits, 2)]);
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

  #window(action: Window): Step | undefined {
    const { bridge: name, window, base, size } = action;
    const place = bridges.find((one) => one.name === name);
    const bridge = this.#bridges.find((one) => one.name === name);
    if (place === undefined || bridge === undefined) return undefined;
    const [register, bytes, value] = windowRegister(window, base, size);
    const operations = bridge.write(window, base, size);
    return this.#step(action, operations, [configurationWrite(place, register, value, bytes)]);
  }

  /**
   * The devices' own resets come first, then each bus clears the registers of its functions (pcibus_reset in hw/pci/pci.c). A bus behind a
   * bridge is reset with the bridge. It is told by a move of `pci` to where it is, and what is unmapped and removed.
   */
  #reset(): readonly Operation[] {
    const operations: Operation[] = [{ op: 'move', region: pciContainer, offset: 0n }];
    for (const { device, what } of devicesAsReset) {
      if (!this.#devices.includes(device)) continue;
      if (what === 'device') operations.push(...this.#deselected(device));
      else operations.push(...this.#cleared(device));
    }
    for (const bridge of this.#bridges) bridge.reset();
    return operations;
  }

  /** pci_qdev_unrealize (hw/pci/pci.c). A device that is not there is told as one whose regions are disabled. */
  #plugging({ do: what, device: name }: Plugging): readonly Operation[] | undefined {
    const device = this.#devices.find((one) => one.name === name);
    const isUnplugged = this.#unplugged.has(name);
    if (device?.bridge === undefined || isUnplugged !== (what === 'plug')) return undefined;
    // A new device has new notifiers, whose order nobody knows.
    if (what === 'plug' && this.#options.profile === 'kvm') return undefined;
    const regions = device.bars.map(({ name: region }) => region);
    if (what === 'plug') {
      this.#unplugged.delete(name);
      return regions.map((region) => ({ op: 'enable', region }));
    }
    this.#unplugged.add(name);
    return [
      ...regions.map((region) => ({ op: 'disable', region }) as const),
      ...this.#cleared(device),
      ...this.#deselected(device),
    ];
  }

  /** process_msg_connect, close_peer_eventfds (hw/misc/ivshmem.c). */
  #peer({ do: what, peer }: Peer): readonly Operation[] | undefined {
    if (!this.#devices.some(({ name }) => name === doorbell.device)) return undefined;
    const words = Array.from({ length: peerVectors }, (_, vector) => peerWord(peer, vector));
    if (what === 'leave') {
      if (!this.#peers.delete(peer)) return undefined;
      return [
        { op: 'begin' },
        ...words.map((word) => ({ op: 'del-eventfd', ...word }) as const),
        { op: 'commit' },
      ];
    }
    // QEMU tells KVM 32 bits of the data only (kvm_set_ioeventfd_mmio), so that a peer from 0x8000 on is another thing there.
    const last = this.#options.profile === 'kvm' ? lastPeer >> 1 : lastPeer;
    if (peer < 1 || peer > last || this.#everJoined.has(peer)) return undefined;
    this.#everJoined.add(peer);
    this.#peers.add(peer);
    return words.map((word) => ({ op: 'add-eventfd', ...word }));
  }

  #event(event: MachineEvent, operations: readonly Operation[] | undefined): Step | undefined {
    if (operations === undefined) return undefined;
    const expected = operations.map((operation) => this.#session.apply(operation));
    const sendings: Sending[] = [{ kind: 'event', event }];
    const after = this.#commandsAfter(event);
    const told = operations.length - 1;
    sendings.push(...after.map((qtest) => ({ kind: 'change', qtest, operation: told }) as const));
    return { action: event, operations, expected, sendings };
  }

  /** What is done as by firmware. */
  #commandsAfter(event: MachineEvent): readonly string[] {
    if (event.do === 'reset') return commandsAfterReset();
    const device = event.do === 'plug' ? deviceNamed(event.device) : undefined;
    return device === undefined ? [] : configurationWrite(device, 4, 3n, 2);
  }

  /** A `pci-testdev` removes what it has registered. */
  #deselected({ name }: Device): readonly Operation[] {
    const before = this.#registered.get(name);
    this.#registered.delete(name);
    return before === undefined ? [] : [before];
  }

  /** All BARs are nowhere, and all of COMMAND's bits are set afterwards. */
  #cleared(device: Device): readonly Operation[] {
    for (const { name } of device.bars) this.#registers.delete(name);
    this.#disabled.delete(`${device.name} memory`);
    this.#disabled.delete(`${device.name} io`);
    return this.#update(device);
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
    const told = operations[0]?.op === 'begin' ? operations.length - 1 : 0;
    return {
      action,
      operations,
      expected,
      sendings: sendings.flatMap((commands, index) => {
        return commands.map((qtest) => ({ kind: 'change', qtest, operation: told + index }) as const);
      }),
    };
  }

  /** A device that the scenario has, and that is there. */
  #used(device: Device | undefined): Device | undefined {
    if (device === undefined || this.#unplugged.has(device.name)) return undefined;
    return this.#devices.includes(device) ? device : undefined;
  }
}

/** The bits of a COMMAND register. */
function commandBits(isEnabled: (space: Space) => boolean): bigint {
  return (isEnabled('io') ? 1n : 0n) | (isEnabled('memory') ? 2n : 0n);
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
