/**
 * The machine that a world is played on: a PC with devices whose BARs a guest can place as it likes. `pci-testdev` is a device of QEMU's
 * for tests of ioeventfds: a write to offset 0 of one of its BARs registers a word of that BAR. The other devices lie over it, or beside it.
 */
import type { Operation, Space } from '../../../model/vocabulary/vocabulary.ts';

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
  /** The bridge that it is behind; on the first bus, if left out. */
  readonly bridge?: string;
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

const io = (region: string, size: bigint, limits: object = {}): Operation => ({
  op: 'create',
  region,
  kind: 'io',
  size,
  ...limits,
});

/** pci_testdev_mmio_ops, pci_testdev_pio_ops (hw/misc/pci-testdev.c). */
const testdevOps = { endianness: 'little', impl: { min: 1, max: 1 } } as const;

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
    // ivshmem_mmio_ops (hw/misc/ivshmem.c).
    name: 'shared',
    model: 'ivshmem-plain,memdev=shared',
    slot: 0x15,
    bars: [
      {
        name: 'shared.registers',
        register: 0x10,
        space: 'memory',
        size: 0x100n,
        create: [io('shared.registers', 0x100n, { endianness: 'little', impl: { min: 4, max: 4 } })],
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
];

/** The name that QEMU gives a region in its trace, where that tells it from all others. */
export const tracedNames: Readonly<Record<string, string>> = {
  'edu-mmio': 'edu',
  'bochs-display-mmio': 'display',
  'bochs dispi interface': 'display.dispi',
  'qemu extended regs': 'display.qext',
  'ivshmem-mmio': 'shared.registers',
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

export const testdevs: readonly Device[] = devices.filter(({ model }) => model === 'pci-testdev');
