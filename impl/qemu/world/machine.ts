/**
 * The machine that a world is played on: a PC with devices whose BARs a guest can place as it likes. `pci-testdev` is a device of QEMU's
 * for tests of ioeventfds: a write to offset 0 of one of its BARs registers a word of that BAR. The other devices lie over it, or beside it.
 */
import type { Effect, Operation, Space } from '../../../model/vocabulary/vocabulary.ts';

/** A BAR, which is one region of the model. */
export type Bar = {
  /** The region. */
  readonly name: string;
  /** In the function's configuration space: 0x10 and up. */
  readonly register: number;
  readonly space: Space;
  readonly size: bigint;
  /** Creates the region, and what lies in it for good. */
  readonly create: readonly Operation[];
};

/** A function on a PCI bus. */
export type Device = {
  readonly name: string;
  /** `-device` without bus and address. */
  readonly model: string;
  readonly slot: number;
  /** The bridge that it is behind; on the first bus, if left out. There, it can be unplugged: the first bus of q35 has no hotplug. */
  readonly bridge?: string;
  /** It is there only with a server of other guests (`ivshmem-doorbell`). */
  readonly needsServer?: true;
  readonly bars: readonly Bar[];
};

/** A PCI bridge: its windows are aliases of the space behind it, at the same addresses. */
export type Bridge = { readonly name: string; readonly slot: number; readonly bus: number };

/** Windows of a bridge, in the order in which QEMU maps them. */
export const windowNames = ['prefetch', 'memory', 'io'] as const;
export type WindowName = (typeof windowNames)[number];

/** A window's base and size are multiples of this, in bytes. */
export const windowUnit: Readonly<Record<WindowName, bigint>> = {
  prefetch: 0x10_0000n,
  memory: 0x10_0000n,
  io: 0x1000n,
};

/** The container of QEMU's PCI memory, which lies under RAM. */
export const pciContainer = 'pci';
/** The machine's RAM, from address 0 on. */
export const mainRam = { name: 'ram', size: 0x80_0000n } as const;
/** RAM of a device (`ivshmem-plain`), which can be placed. */
export const sharedRam = { name: 'shared.ram', size: 0x1000n } as const;

/** Registers of that device. */
export const sharedRegisters = 'shared.registers';

const io = (region: string, size: bigint, limits: object = {}): Operation => ({
  op: 'create',
  region,
  kind: 'io',
  size,
  ...limits,
});

/** pci_testdev_mmio_ops, pci_testdev_pio_ops (hw/misc/pci-testdev.c). */
const testdevOps = { endianness: 'little', impl: { min: 1, max: 1 } } as const;

/** ivshmem_mmio_ops (hw/misc/ivshmem.c). */
const ivshmemOps = { endianness: 'little', impl: { min: 4, max: 4 } } as const;

const testdev = (name: string, slot: number, bridge?: string): Device => ({
  name,
  model: 'pci-testdev',
  slot,
  ...(bridge !== undefined && { bridge }),
  bars: [
    {
      name: `${name}.mmio`,
      register: 0x10,
      space: 'memory',
      size: 0x1000n,
      create: [io(`${name}.mmio`, 0x1000n, testdevOps)],
    },
    {
      name: `${name}.port`,
      register: 0x14,
      space: 'io',
      size: 0x100n,
      create: [io(`${name}.port`, 0x100n, testdevOps)],
    },
  ],
});

export const bridges: readonly Bridge[] = [{ name: 'bridge', slot: 0x12, bus: 1 }];

export const devices: readonly Device[] = [
  testdev('test0', 0x10),
  testdev('test1', 0x11),
  testdev('test2', 0x01, 'bridge'),
  {
    // edu_mmio_ops (hw/misc/edu.c).
    name: 'edu',
    model: 'edu',
    slot: 0x13,
    bars: [
      {
        name: 'edu',
        register: 0x10,
        space: 'memory',
        size: 0x10_0000n,
        create: [io('edu', 0x10_0000n, { valid: { min: 4, max: 8 }, impl: { min: 4, max: 8 } })],
      },
    ],
  },
  {
    // bochs_display_vbe_ops, bochs_display_qext_ops; the rest is unassigned_io_ops (hw/display/bochs-display.c).
    name: 'display',
    model: 'bochs-display,edid=off,romfile=',
    slot: 0x14,
    bars: [
      {
        name: 'display',
        register: 0x18,
        space: 'memory',
        size: 0x1000n,
        create: [
          io('display', 0x1000n),
          io('display.dispi', 0x16n, {
            endianness: 'little',
            valid: { min: 1, max: 4 },
            impl: { min: 2, max: 2 },
          }),
          io('display.qext', 0x8n, { endianness: 'little', valid: { min: 4, max: 4 } }),
          { op: 'map', region: 'display.dispi', container: 'display', offset: 0x500n },
          { op: 'map', region: 'display.qext', container: 'display', offset: 0x600n },
        ],
      },
    ],
  },
  {
    name: 'shared',
    model: 'ivshmem-plain,memdev=shared',
    slot: 0x15,
    bars: [
      {
        name: sharedRegisters,
        register: 0x10,
        space: 'memory',
        size: 0x100n,
        create: [io(sharedRegisters, 0x100n, ivshmemOps)],
      },
      {
        name: sharedRam.name,
        register: 0x18,
        space: 'memory',
        size: sharedRam.size,
        create: [{ op: 'create', region: sharedRam.name, kind: 'ram', size: sharedRam.size }],
      },
    ],
  },
  {
    name: 'doorbell',
    model: 'ivshmem-doorbell,chardev=peers,vectors=2',
    slot: 0x16,
    needsServer: true,
    bars: [
      {
        name: 'doorbell.registers',
        register: 0x10,
        space: 'memory',
        size: 0x100n,
        create: [io('doorbell.registers', 0x100n, ivshmemOps)],
      },
    ],
  },
];

/** Vectors of each peer of `ivshmem-doorbell`. */
export const peerVectors = 2;
/** The highest number of a peer: IVSHMEM_MAX_PEERS. */
export const lastPeer = 0xffff;
/** The region of `ivshmem-doorbell` in which guests ring for each other, and where. */
export const doorbell = { device: 'doorbell', region: 'doorbell.registers', offset: 0xcn } as const;

/**
 * The word of a peer's vector (ivshmem_add_eventfd in hw/misc/ivshmem.c). The data are computed as an `int`: from peer 0x8000 on they are
 * negative, and wider than the word when they are made 64 bits.
 */
export function peerWord(peer: number, vector: number) {
  return {
    region: doorbell.region,
    offset: doorbell.offset,
    size: 4,
    data: BigInt.asUintN(64, BigInt((peer << 16) | vector)),
    notifier: `peer${peer}.vector${vector}`,
  } as const;
}

/**
 * Whom the device itself notifies when its callback is called (ivshmem_io_write): the same eventfd that a word would signal.
 *
 * @param isThere whether a notifier is one of a peer that is there
 */
export function rungBy(effect: Effect, isThere: (notifier: string) => boolean): string | undefined {
  if (!('callback' in effect) || effect.callback !== doorbell.region) return undefined;
  if ((effect.offset & 0xfcn) !== doorbell.offset) return undefined;
  const notifier = `peer${(effect.value >> 16n) & 0xffffn}.vector${effect.value & 0xffn}`;
  return isThere(notifier) ? notifier : undefined;
}

/** Whether a notifier is one that a `pci-testdev` has for its tests. */
export function isNotifierOf({ name }: Device, notifier: string): boolean {
  return notifier.startsWith(`${name}.`);
}

/** Whether a notifier is one of any of them. */
export function isOfTest(notifier: string): boolean {
  return testdevs.some((device) => isNotifierOf(device, notifier));
}

/** The name that QEMU gives a region in its trace, where that tells it from all others; `ivshmem-mmio` may be the doorbell's as well. */
export const tracedNames: Readonly<Record<string, string>> = {
  'edu-mmio': 'edu',
  'bochs-display-mmio': 'display',
  'bochs dispi interface': 'display.dispi',
  'qemu extended regs': 'display.qext',
  'ivshmem-mmio': sharedRegisters,
};

/** What two regions of `pci-testdev` devices are called in the trace: there are several, which the trace's pointer tells apart. */
export const testdevTracedNames: Readonly<Record<string, 'mmio' | 'port'>> = {
  'pci-testdev-mmio': 'mmio',
  'pci-testdev-portio': 'port',
};

/** Tests of a `pci-testdev` BAR that register a word, by the number that selects them (0 selects none that does). */
export const testNames: Readonly<Record<number, 'wildcard' | 'data'>> = { 1: 'wildcard', 2: 'data' };
/** Numbers from here on are no test: the device then has none. */
export const testCount = 3;

/** The word that a test registers (pci_testdev_realize, hw/misc/pci-testdev.c): offsets in bytes. */
export const testWords = {
  mmio: { wildcard: 0x801n, data: 0x802n },
  port: { wildcard: 0x84n, data: 0x85n },
} as const;
/** The data that the second test matches. */
export const testData = 0xfan;

/** The first so many bytes of `edu` are registers that start calculations and DMA: a world does not write there. */
export const eduRegisters = 0x100n;

export function deviceNamed(name: string): Device | undefined {
  return devices.find((device) => device.name === name);
}

/** The device of a BAR. */
export function deviceOfBar(bar: string): Device | undefined {
  return devices.find(({ bars }) => bars.some(({ name }) => name === bar));
}

/**
 * What is reset, in QEMU's order: on each bus the functions themselves (`device`), the one that was added last first, and then what the bus
 * clears of each (`bus`), by slots. A bus behind a bridge is reset with the bridge, which was added first.
 */
export const devicesAsReset: readonly { readonly device: Device; readonly what: 'device' | 'bus' }[] =
  (() => {
    const resetOf = (on: readonly Device[]) =>
      on.toReversed().map((device) => ({ device, what: 'device' as const }));
    const clearedOf = (on: readonly Device[]) =>
      on.toSorted((one, other) => one.slot - other.slot).map((device) => ({ device, what: 'bus' as const }));
    const first = devices.filter(({ bridge }) => bridge === undefined);
    const behind = bridges.flatMap(({ name }) => {
      const on = devices.filter(({ bridge }) => bridge === name);
      return [...resetOf(on), ...clearedOf(on)];
    });
    return [...resetOf(first), ...behind, ...clearedOf(first)];
  })();

export const testdevs: readonly Device[] = devices.filter(({ model }) => model === 'pci-testdev');
