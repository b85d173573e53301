/** From the state in which a history has left the machine back to the state in which every history begins. */
import type { WorldHistory } from './action.ts';
import { closedWindow, configurationWrite, resetTest } from './commands.ts';
import { bridges, type Device, devices, windowNames } from './machine.ts';

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
      case 'write':
    }
    for (const operation of operations) {
      if (operation.op === 'add-eventfd') registered.add(operation.notifier);
      else if (operation.op === 'del-eventfd') registered.delete(operation.notifier);
    }
  }
  const isDisabled = ({ name }: Device) => disabled.has(`${name} memory`) || disabled.has(`${name} io`);
  const hasRegistered = ({ bars }: Device) =>
    [...registered].some((notifier) => bars.some(({ name }) => notifier.startsWith(`${name}.`)));
  return [
    ...devices.flatMap((device) => [
      ...device.bars
        .filter(({ name }) => placed.has(name))
        .flatMap(({ register }) => configurationWrite(device, register, 0n, 4)),
      ...(isDisabled(device) ? configurationWrite(device, 4, 3n, 2) : []),
    ]),
    ...bridges.flatMap((bridge) =>
      windowNames
        .filter((window) => open.has(`${bridge.name}.${window}`))
        .flatMap((window) => closedWindow(bridge, window)),
    ),
    ...devices.filter(hasRegistered).flatMap(resetTest),
  ];
}
