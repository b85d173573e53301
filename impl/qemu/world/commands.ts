/** Commands of the qtest protocol (system/qtest.c), as text. */
import type { Space } from '../../../model/vocabulary/vocabulary.ts';
import {
  type Bar,
  type Bridge,
  bridges,
  type Device,
  devices,
  testCount,
  testdevs,
  type WindowName,
  windowNames,
  windowUnit,
} from './machine.ts';

/** Where a function is: the bus is that of the bridge that it is behind. */
export type FunctionPlace = { readonly slot: number; readonly bridge?: string };

/**
 * Writes a register of a function's configuration space, where q35's window of it is open: a page for each function (`pcie_mmcfg_data_write`
 * in hw/pci/pcie_host.c). By ports it takes two commands: 238 histories a second are played, and 274 with the window (medians of four runs
 * in turn, two cores).
 */
export function configurationWrite(
  { slot, bridge }: FunctionPlace,
  register: number,
  value: bigint,
  bytes: 2 | 4,
): readonly string[] {
  const bus = bridges.find(({ name }) => name === bridge)?.bus ?? 0;
  const address = configurationWindow + (bus << 20) + (slot << 15) + register;
  return [`${bytes === 2 ? 'writew' : 'writel'} 0x${address.toString(16)} 0x${value.toString(16)}`];
}

/** Where it is: above all that a history can reach. The host bridge keeps bits 28 to 35 (MCH_HOST_BRIDGE_PCIEXBAR in hw/pci-host/q35.h). */
const configurationWindow = 0xf_0000_0000;

/** The host bridge opens it. A reset closes it again (mch_reset in hw/pci-host/q35.c). */
const openConfigurationWindow = [
  ...configurationWriteByPorts(0, 0x64, BigInt(configurationWindow) >> 32n, 4),
  ...configurationWriteByPorts(0, 0x60, 1n, 4),
];

/** Writes a register of a function on the first bus, by the ports 0xcf8 and 0xcfc of any PC. */
export function configurationWriteByPorts(
  slot: number,
  register: number,
  value: bigint,
  bytes: 2 | 4,
): readonly string[] {
  const address = 0x8000_0000 + (slot << 11) + (register & 0xfc);
  const port = 0xcfc + (register & 3);
  return [
    `outl 0xcf8 0x${address.toString(16)}`,
    `${bytes === 2 ? 'outw' : 'outl'} 0x${port.toString(16)} 0x${value.toString(16)}`,
  ];
}

const portCommands: Readonly<Record<number, string>> = { 1: 'outb', 2: 'outw', 4: 'outl' };

/** QEMU's own write of these bytes, in memory order; to ports, of 1, 2 or 4 of them. */
export function qtestWrite(space: Space, address: bigint, bytes: string): string | undefined {
  const length = bytes.length / 2;
  const at = `0x${address.toString(16)}`;
  if (space === 'memory') return `write ${at} 0x${length.toString(16)} 0x${bytes}`;
  const command = portCommands[length];
  if (command === undefined) return undefined;
  const digits = (bytes.match(/../g) ?? []).reverse().join('');
  return `${command} ${at} 0x${BigInt(`0x${digits}`).toString(16)}`;
}

/** The state in which every history begins: a number for each bus, all windows closed, no BAR placed, all of COMMAND's bits set. */
export function initialCommands(): readonly string[] {
  return [
    ...commandsAfterReset(),
    ...bridges.flatMap((bridge) => [...closedWindows(bridge), ...configurationWrite(bridge, 4, 3n, 2)]),
  ];
}

/** What is done after a reset, as by firmware: all but the bridges' windows and their COMMAND, which stay as the reset has left them. */
export function commandsAfterReset(): readonly string[] {
  return [
    ...openConfigurationWindow,
    ...bridges.flatMap((bridge) => configurationWrite(bridge, 0x18, BigInt(bridge.bus * 0x1_0100), 4)),
    ...devices.flatMap((device) => configurationWrite(device, 4, 3n, 2)),
  ];
}

function closedWindows(bridge: Bridge): readonly string[] {
  return windowNames.flatMap((window) => closedWindow(bridge, window));
}

export function closedWindow(bridge: Bridge, window: WindowName): readonly string[] {
  const [register, bytes, value] = windowRegister(window, 0n, 0n);
  return configurationWrite(bridge, register, value, bytes);
}

/** The register of a window, its length in bytes, and its value. A limit below the base closes it. */
export function windowRegister(
  window: WindowName,
  base: bigint,
  size: bigint,
): readonly [register: number, bytes: 2 | 4, value: bigint] {
  const last = size === 0n ? 0n : base + size - 1n;
  const first = size === 0n ? 0xffff_ffffn : base;
  if (window === 'io') return [0x1c, 2, ((first >> 8n) & 0xf0n) | (last & 0xf000n)];
  return [window === 'memory' ? 0x20 : 0x24, 4, ((first >> 16n) & 0xfff0n) | (last & 0xfff0_0000n)];
}

/** The guest ejects a device: the bus of the bridge is the first one with ACPI's hotplug, whose registers are at this port on q35. */
export function ejectCommands({ slot }: Device): readonly string[] {
  return [
    `outl 0x${(hotplugPort + 0x10).toString(16)} 0x0`,
    `outl 0x${(hotplugPort + 8).toString(16)} 0x${(1 << slot).toString(16)}`,
  ];
}

/** ACPI_PCIHP_ADDR_ICH9. */
const hotplugPort = 0xcc0;

/** Where a `pci-testdev` is put to be asked or reset: nothing else of a world is there. */
export const aside = { memory: 0xe800_0000n, io: 0xd000n } as const;

/** Puts one BAR aside, so that a write there reaches it. */
export function placeAside({ register, space }: Bar, device: Device): readonly string[] {
  const bridge = bridges.find(({ name }) => name === device.bridge);
  const [at, bytes, value] = windowRegister(space, aside[space], windowUnit[space]);
  return [
    ...(bridge === undefined ? [] : configurationWrite(bridge, at, value, bytes)),
    ...configurationWrite(device, register, aside[space], 4),
  ];
}

/** Takes it away again. */
export function placeNowhere({ register, space }: Bar, device: Device): readonly string[] {
  const bridge = bridges.find(({ name }) => name === device.bridge);
  return [
    ...configurationWrite(device, register, 0n, 4),
    ...(bridge === undefined ? [] : closedWindow(bridge, space)),
  ];
}

/** From whatever state a history has left these devices in, back to the state in which every history begins. */
export function cleanUp(used: readonly Device[]): readonly string[] {
  const isBehind = bridges.filter(({ name }) => used.some(({ bridge }) => bridge === name));
  return [
    ...used.flatMap((device) => [
      ...device.bars.flatMap(({ register }) => configurationWrite(device, register, 0n, 4)),
      ...configurationWrite(device, 4, 3n, 2),
    ]),
    ...isBehind.flatMap((bridge) => [...closedWindows(bridge), ...configurationWrite(bridge, 4, 3n, 2)]),
    ...used.filter((device) => testdevs.includes(device)).flatMap(resetTest),
  ];
}

/** Selects the number of no test, where a BAR is: the device removes what it has registered. */
export function selectNone({ space }: Bar, address: bigint): string {
  return `${space === 'io' ? 'outb' : 'writeb'} 0x${address.toString(16)} 0x${testCount.toString(16)}`;
}

/** The same, wherever its BARs are. */
export function resetTest(device: Device): readonly string[] {
  const [bar] = device.bars;
  if (bar === undefined) return [];
  return [...placeAside(bar, device), selectNone(bar, aside[bar.space]), ...placeNowhere(bar, device)];
}
