/** Histories of a machine: actions, as both sides see them. */
import type { Action, Step, WorldHistory } from './action.ts';
import { type Device, devices, doorbell } from './machine.ts';
import { World, type WorldOptions } from './translate.ts';

/** A history of these actions; those that cannot be done, or would change nothing, are left out. */
export function historyOf(actions: readonly Action[], options: WorldOptions): WorldHistory {
  const used = usedBy(actions, options);
  const history = historyWith(actions, used, options);
  // A device that was to be used after the end need not be there.
  const performed = history.steps.map(({ action }) => action);
  const needed = usedBy(performed, options);
  return needed.length === used.length ? history : historyWith(performed, needed, options);
}

/** The devices that have to be there. Of fewer actions, they are the same or fewer. */
function usedBy(actions: readonly Action[], { hasServer }: WorldOptions): readonly Device[] {
  return devices.filter(
    (device) =>
      (hasServer || device.needsServer !== true) && actions.some((action) => concerns(action, device)),
  );
}

function historyWith(
  actions: readonly Action[],
  used: readonly Device[],
  options: WorldOptions,
): WorldHistory {
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
function concerns(action: Action, { name, bars, bridge }: Device): boolean {
  switch (action.do) {
    case 'place':
      return bars.some((bar) => bar.name === action.bar);
    case 'window':
      return action.bridge === bridge;
    case 'enable':
    case 'disable':
      return action.device === bridge;
    case 'unplug':
    case 'plug':
      return action.device === name;
    case 'join':
    case 'leave':
      return name === doorbell.device;
    case 'reset':
    case 'write':
      return false;
  }
}

/** Whether something happens in it that is no command of the qtest protocol. */
export function hasEvents({ steps }: WorldHistory): boolean {
  return steps.some(({ sendings }) => sendings.some(({ kind }) => kind === 'event'));
}
