/** From the state in which a history has left the machine back to the state in which every history begins. */
import type { MachineEvent, WorldHistory } from './action.ts';
import { closedWindow, configurationWrite, resetTest } from './commands.ts';
import { bridges, type Device, deviceNamed, devices, windowNames } from './machine.ts';

/** What of it is not as at the beginning: only that is written. */
export function cleanUpAfter({ steps }: WorldHistory): readonly string[] {
  const placed = new Set<string>();
  const disabled = new Set<string>();
  const open = new Set<string>();
  const registered = new Set<string>();
  for (const { action, operations } of steps) {
    switch (action.do) {
      case 'place':
        if (action.address === 0n) placed.delete(action.bar);
        else placed.add(action.bar);
        break;
      case 'disable':
        disabled.add(`${action.device} ${action.space}`);
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
          for (const space of ['memory', 'io']) disabled.add(`${name} ${space}`);
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
  const isDisabled = ({ name }: Pick<Device, 'name'>) =>
    disabled.has(`${name} memory`) || disabled.has(`${name} io`);
  const hasRegistered = ({ bars }: Device) =>
    [...registered].some((notifier) => bars.some(({ name }) => notifier.startsWith(`${name}.`)));
  return [
    ...devices.flatMap((device) => [
      ...device.bars
        .filter(({ name }) => placed.has(name))
        .flatMap(({ register }) => configurationWrite(device, register, 0n, 4)),
      ...(isDisabled(device) ? configurationWrite(device, 4, 3n, 2) : []),
    ]),
    ...bridges.flatMap((bridge) => [
      ...windowNames
        .filter((window) => open.has(`${bridge.name}.${window}`))
        .flatMap((window) => closedWindow(bridge, window)),
      ...(isDisabled(bridge) ? configurationWrite(bridge, 4, 3n, 2) : []),
    ]),
    ...devices.filter(hasRegistered).flatMap(resetTest),
  ];
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
