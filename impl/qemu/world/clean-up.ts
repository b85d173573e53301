/** From the state in which a history has left the machine back to the state in which every history begins. */
import type { MachineEvent, WorldHistory } from './action.ts';
import { closedWindow, configurationWrite, resetTest, selectNone } from './commands.ts';
import {
  type Bar,
  bridges,
  type Device,
  deviceNamed,
  devices,
  isNotifierOf,
  mainRam,
  testdevs,
  windowNames,
} from './machine.ts';

/**
 * What of it is not as at the beginning: only that is written.
 *
 * @param hasKernel whether the kernel is told of words, and QEMU aborts where one refuses: a word that shows where an equal one goes may do that.
 *   Then none is shown longer than it must be.
 */
export function cleanUpAfter(history: WorldHistory, hasKernel: boolean): readonly string[] {
  const left = leftBy(history);
  const isOff = ({ name }: Pick<Device, 'name'>) =>
    left.disabled.has(`${name} memory`) || left.disabled.has(`${name} io`);
  const selected = testdevs.filter((device) =>
    [...left.registered].some((notifier) => isNotifierOf(device, notifier)),
  );
  const order = [...left.placed.keys()];
  const reachable = (hasKernel ? [] : selected)
    .flatMap((device) => reachableIn(device, left) ?? [])
    .toSorted((one, other) => order.indexOf(other.bar.name) - order.indexOf(one.bar.name));
  const isReachable = (name: string) => reachable.some(({ bar }) => bar.name === name);
  return [
    ...devices.flatMap((device) => [
      ...device.bars
        .filter(({ name }) => left.placed.has(name) && !isReachable(name))
        .flatMap((bar) => nowhere(device, bar)),
      ...(isOff(device) ? configurationWrite(device, 4, 3n, 2) : []),
    ]),
    ...bridges.flatMap((bridge) => [
      ...windowNames
        .filter((window) => left.open.has(`${bridge.name}.${window}`))
        .flatMap((window) => closedWindow(bridge, window)),
      ...(isOff(bridge) ? configurationWrite(bridge, 4, 3n, 2) : []),
    ]),
    // Only these are left, and the one that was placed last lies on top.
    ...reachable.flatMap(({ device, bar, address }) => [selectNone(bar, address), ...nowhere(device, bar)]),
    ...selected
      .filter((device) => !reachable.some((one) => one.device === device))
      .flatMap((device) => resetTest(device)),
  ];
}

/** What a history leaves behind. */
type Left = {
  /** Where each BAR is, by name, if it is not at 0. They come in the order in which they were placed last. */
  readonly placed: ReadonlyMap<string, bigint>;
  /** `DEVICE SPACE`, where the bit of COMMAND is clear; and where it ever was. */
  readonly disabled: ReadonlySet<string>;
  readonly everDisabled: ReadonlySet<string>;
  /** `BRIDGE.WINDOW`, where it may be open. */
  readonly open: ReadonlySet<string>;
  /** Notifiers of words. */
  readonly registered: ReadonlySet<string>;
};

function leftBy({ steps }: WorldHistory): Left {
  const placed = new Map<string, bigint>();
  const disabled = new Set<string>();
  const everDisabled = new Set<string>();
  const open = new Set<string>();
  const registered = new Set<string>();
  const disable = (name: string) => {
    for (const set of [disabled, everDisabled]) set.add(name);
  };
  for (const { action, operations } of steps) {
    switch (action.do) {
      case 'place':
        // The same address again is no change: the BAR stays under what lies over it.
        if (placed.get(action.bar) === action.address) break;
        placed.delete(action.bar);
        if (action.address !== 0n) placed.set(action.bar, action.address);
        break;
      case 'disable':
        disable(`${action.device} ${action.space}`);
        break;
      case 'enable':
        disabled.delete(`${action.device} ${action.space}`);
        break;
      case 'window':
        open.add(`${action.bridge}.${action.window}`);
        break;
      case 'reset':
        placed.clear();
        disabled.clear();
        for (const { name } of bridges) {
          for (const space of ['memory', 'io']) disable(`${name} ${space}`);
          for (const window of windowNames) open.add(`${name}.${window}`);
        }
        break;
      case 'plug':
      case 'unplug':
        for (const { name } of deviceNamed(action.device)?.bars ?? []) placed.delete(name);
        for (const space of ['memory', 'io']) disabled.delete(`${action.device} ${space}`);
        break;
      case 'write':
      case 'join':
      case 'leave':
    }
    for (const operation of operations) {
      if (operation.op === 'add-eventfd') registered.add(operation.notifier);
      else if (operation.op === 'del-eventfd') registered.delete(operation.notifier);
    }
  }
  return { placed, disabled, everDisabled, open, registered };
}

/**
 * A BAR of a `pci-testdev` where it is: a write reaches it as soon as the BARs of other devices are gone. Not where RAM or a bridge's window
 * may be in the way, and not where it was switched off meanwhile, so that the order is another.
 */
function reachableIn(device: Device, { placed, everDisabled }: Left) {
  if (device.bridge !== undefined) return undefined;
  for (const bar of device.bars) {
    const address = placed.get(bar.name);
    if (address === undefined || everDisabled.has(`${device.name} ${bar.space}`)) continue;
    if (bar.space === 'io' || address >= mainRam.size) return { device, bar, address };
  }
  return undefined;
}

function nowhere(device: Device, { register }: Bar): readonly string[] {
  return configurationWrite(device, register, 0n, 4);
}

/** What undoes the events of a history, before that: peers leave, and what was unplugged is plugged in. */
export function undoing({ steps }: WorldHistory): readonly MachineEvent[] {
  const peers = new Set<number>();
  const unplugged = new Set<string>();
  for (const { action } of steps) {
    if (action.do === 'join') peers.add(action.peer);
    else if (action.do === 'leave') peers.delete(action.peer);
    else if (action.do === 'unplug') unplugged.add(action.device);
    else if (action.do === 'plug') unplugged.delete(action.device);
  }
  return [
    ...[...peers].map((peer) => ({ do: 'leave', peer }) as const),
    ...[...unplugged].map((device) => ({ do: 'plug', device }) as const),
  ];
}
