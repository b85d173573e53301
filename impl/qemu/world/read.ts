/** From a scenario back to its actions: every difference is a scenario file, and is played on QEMU from that file alone. */
import type { Operation, Scenario } from '../../../model/vocabulary/vocabulary.ts';
import type { Action, WorldHistory } from './action.ts';
import { spaceOf } from './bridge.ts';
import { historyOf } from './history.ts';
import { bridges, deviceOfBar, devices, doorbell, pciContainer, windowNames } from './machine.ts';
import { World, type WorldOptions } from './translate.ts';

/** Why no peer can join here. */
export const withoutServer = 'ivshmem-doorbell, which needs the package koffi';

/** The history of a scenario; or why it is none of this machine. */
export function historyOfScenario(scenario: Scenario, options: WorldOptions): WorldHistory | string {
  if (scenario.target === 'big') return 'a big-endian guest';
  if (scenario.host !== undefined) return 'a host that refuses';
  const isRinging = scenario.operations.some((one) => one.op === 'create' && one.region === doorbell.region);
  if (isRinging && !options.hasServer) return withoutServer;
  const actions = actionsOf(scenario.operations, options);
  if (typeof actions === 'string') return actions;
  const history = historyOf(actions, options);
  const own = history.scenario.operations;
  const { operations } = scenario;
  const length = Math.max(own.length, operations.length);
  for (let index = 0; index < length; index++) {
    if (textOf(own[index]) === textOf(operations[index])) continue;
    return `operation ${index} (${operations[index]?.op ?? 'missing'}) is nothing that this machine does there`;
  }
  return history;
}

/** Fields in any order, and numbers as text. */
function textOf(operation: Operation | undefined): string {
  if (operation === undefined) return '';
  return JSON.stringify(plain(operation));
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([key, field]) => [key, plain(field)] as const);
  return fields.sort(([one], [other]) => (one < other ? -1 : 1));
}

/** The regions of the machine, for which the beginning of a scenario makes room. */
const created = new Set(devices.flatMap(({ bars }) => bars.map(({ name }) => name)));

/** The actions; or what is none. What the operations say in detail is compared when they are made anew. */
function actionsOf(operations: readonly Operation[], options: WorldOptions): readonly Action[] | string {
  const last = operations.findLastIndex(({ op }) => op === 'create');
  const isInside = (operation: Operation | undefined) =>
    operation?.op === 'map' && operation.container === 'display';
  let index = last + 1;
  while (isInside(operations[index])) index++;
  // The names of the notifiers, in their order.
  while (operations[index]?.op === 'add-eventfd' && operations[index + 1]?.op === 'del-eventfd') index += 2;
  const used = devices.filter(({ bars }) =>
    operations.some((operation) => operation.op === 'create' && operation.region === bars[0]?.name),
  );
  const world = new World(options, used);
  const actions: Action[] = [];
  while (index < operations.length) {
    const action = actionAt(operations, index, world);
    const step = action && world.perform(action);
    if (action === undefined || step === undefined) {
      return `operation ${index} (${operations[index]?.op}) is nothing that a guest of this machine does there`;
    }
    actions.push(action);
    index += step.operations.length;
  }
  return actions;
}

function actionAt(operations: readonly Operation[], index: number, world: World): Action | undefined {
  const operation = operations[index];
  switch (operation?.op) {
    case 'write':
      return { do: 'write', write: operation };
    case 'begin':
      return (
        windowAt(operations, index) ?? bridgeCommandAt(operations, index) ?? leavingAt(operations, index)
      );
    case 'add-eventfd':
      return peerOf(operation.notifier, 'join');
    case 'enable':
    case 'disable':
      return pluggingOf(operation.region, operation.op);
    case 'move':
      if (operation.region === pciContainer) return { do: 'reset' };
      return { do: 'place', bar: operation.region, address: operation.offset };
    case 'unmap':
    case 'map':
      return placedAt(operations, index, world);
    default:
      return undefined;
  }
}

/** A BAR is placed: elsewhere, or nowhere; or else the device is switched on or off. */
function placedAt(operations: readonly Operation[], index: number, world: World): Action | undefined {
  const [operation, next] = [operations[index], operations[index + 1]];
  if (operation?.op !== 'unmap' && operation?.op !== 'map') return undefined;
  const { region } = operation;
  const device = deviceOfBar(region);
  const space = device?.bars.find(({ name }) => name === region)?.space;
  if (device === undefined || space === undefined || !created.has(region)) return undefined;
  const isNext = next !== undefined && 'region' in next && next.region === region;
  if (operation.op === 'unmap') {
    // At the same address again: it was switched off and on.
    if (isNext && next.op === 'map' && next.offset !== world.addressOf(region)) {
      return { do: 'place', bar: region, address: next.offset };
    }
    if (isNext && next.op === 'move' && next.offset === 0n) return { do: 'place', bar: region, address: 0n };
    return { do: 'disable', device: device.name, space };
  }
  if (operation.op === 'map' && world.isEnabled(device.name, space)) {
    return { do: 'place', bar: region, address: operation.offset };
  }
  return { do: 'enable', device: device.name, space };
}

function windowAt(operations: readonly Operation[], index: number): Action | undefined {
  const resize = operations[index + 1 + windowNames.length];
  const retarget = operations[index + 2 + windowNames.length];
  if (resize?.op !== 'resize' || retarget?.op !== 'retarget') return undefined;
  for (const { name } of bridges) {
    const window = windowNames.find((one) => resize.region === `${name}.${one}`);
    if (window === undefined) continue;
    return { do: 'window', bridge: name, window, base: retarget.targetOffset, size: resize.size };
  }
  return undefined;
}

function bridgeCommandAt(operations: readonly Operation[], index: number): Action | undefined {
  const operation = operations[index + 1 + windowNames.length];
  if (operation?.op !== 'enable' && operation?.op !== 'disable') return undefined;
  for (const { name } of bridges) {
    const window = windowNames.find((one) => operation.region === `${name}.${one}`);
    if (window !== undefined) return { do: operation.op, device: name, space: spaceOf(window) };
  }
  return undefined;
}

function leavingAt(operations: readonly Operation[], index: number): Action | undefined {
  const operation = operations[index + 1];
  return operation?.op === 'del-eventfd' ? peerOf(operation.notifier, 'leave') : undefined;
}

function peerOf(notifier: string, what: 'join' | 'leave'): Action | undefined {
  const [, peer] = /^peer(\d{1,5})\.vector\d$/.exec(notifier) ?? [];
  return peer === undefined ? undefined : { do: what, peer: Number(peer) };
}

function pluggingOf(region: string, op: 'enable' | 'disable'): Action | undefined {
  const device = deviceOfBar(region);
  if (device === undefined) return undefined;
  return { do: op === 'enable' ? 'plug' : 'unplug', device: device.name };
}
