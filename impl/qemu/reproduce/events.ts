/** What no write of the guest does, without this program. Peers are told to QEMU with descriptors, which no shell sends. */
import type { MachineEvent, WorldHistory } from '../world/action.ts';
import { ejectCommands } from '../world/commands.ts';
import { type Device, deviceNamed } from '../world/machine.ts';

export function hasPeers({ steps }: WorldHistory): boolean {
  return steps.some(({ action }) => action.do === 'join' || action.do === 'leave');
}

/** For a shell: `monitor` is a function that sends a command to the human monitor. */
export function shellLinesOf(event: MachineEvent): string[] {
  switch (event.do) {
    case 'reset':
      return ["monitor 'system_reset'"];
    case 'unplug': {
      const ejected = withDevice(event.device, ejectCommands).map((command) => `qtest '${command}'`);
      return [`monitor 'device_del ${event.device}'`, ...ejected, 'sleep 0.5'];
    }
    case 'plug':
      return withDevice(event.device, (device) => [`monitor 'device_add ${optionsOf(device)}'`]);
    case 'join':
    case 'leave':
      return [];
  }
}

function optionsOf({ name, model, slot, bridge }: Device): string {
  return `${model},id=${name},bus=${bridge},addr=0x${slot.toString(16)}`;
}

function withDevice(name: string, lines: (device: Device) => readonly string[]): string[] {
  const device = deviceNamed(name);
  return device === undefined ? [] : [...lines(device)];
}
