/** Does what no write of the guest does: by QMP, and by messages of the server of `ivshmem-doorbell`. */
import type { TraceEvent } from '../log/trace.ts';
import { eventfdsOf } from '../system/counts.ts';
import { QemuBreakdownError } from '../system/errors.ts';
import type { Qemu } from '../system/qemu.ts';
import type { Survey } from '../system/survey.ts';
import type { MachineEvent } from '../world/action.ts';
import { ejectCommands } from '../world/commands.ts';
import { deviceNamed, peerVectors, peerWord, testNames } from '../world/machine.ts';

/**
 * Does it. What is known of regions and eventfds is known anew afterwards; what a descriptor was is known until it is another one.
 *
 * @returns what was traced meanwhile
 * @throws QemuBreakdownError where QEMU breaks down
 */
export async function happen(
  event: MachineEvent,
  qemu: Qemu,
  survey: Survey,
): Promise<readonly TraceEvent[]> {
  switch (event.do) {
    case 'reset':
      await qemu.rest();
      return qemu.during(1, async () => {
        await qemu.awaiting('RESET', () => qemu.execute('system_reset'));
      });
    case 'unplug': {
      const events = await qemu.during(1, () => unplug(qemu, event.device));
      for (const notifier of notifiersOf(event.device)) survey.descriptors.delete(notifier);
      return events;
    }
    case 'plug': {
      const before = sortedEventfds(qemu);
      const events = await qemu.during(1, () => plug(qemu, event.device));
      for (const { name } of deviceNamed(event.device)?.bars ?? []) {
        for (const [pointer, region] of survey.regions) if (region === name) survey.regions.delete(pointer);
      }
      survey.fresh = event.device;
      learn(survey, notifiersOf(event.device), newEventfds(qemu, before));
      return events;
    }
    case 'join': {
      const before = sortedEventfds(qemu);
      // QEMU reads one message in a turn of its main loop, and the first one in the next turn but one at the latest.
      const events = await qemu.during(peerVectors + 2, async () => qemu.peers?.join(event.peer));
      const words = Array.from({ length: peerVectors }, (_, vector) => peerWord(event.peer, vector));
      learn(
        survey,
        words.map(({ notifier }) => notifier),
        newEventfds(qemu, before),
      );
      return events;
    }
    case 'leave': {
      const events = await qemu.during(3, async () => qemu.peers?.leave(event.peer));
      for (let vector = 0; vector < peerVectors; vector++) {
        survey.descriptors.delete(peerWord(event.peer, vector).notifier);
      }
      return events;
    }
  }
}

/** The guest agrees by the registers of ACPI's hotplug (hw/acpi/pcihp.c); then the device is gone. */
async function unplug(qemu: Qemu, name: string): Promise<void> {
  const device = deviceNamed(name);
  if (device === undefined) return;
  await qemu.execute('device_del', { id: name });
  await qemu.awaiting('DEVICE_DELETED', async () => {
    for (const command of ejectCommands(device)) await qemu.command(command);
  });
}

async function plug(qemu: Qemu, name: string): Promise<void> {
  const device = deviceNamed(name);
  if (device === undefined) return;
  const { model: driver, slot, bridge } = device;
  await qemu.execute('device_add', {
    driver,
    id: name,
    addr: slot.toString(16),
    ...(bridge && { bus: bridge }),
  });
}

/** In the order in which the device makes them (pci_testdev_realize). */
function notifiersOf(device: string): readonly string[] {
  return (deviceNamed(device)?.bars ?? []).flatMap(({ name }) =>
    Object.values(testNames).map((test) => `${name}.${test}`),
  );
}

function sortedEventfds(qemu: Qemu): readonly number[] {
  return eventfdsOf(qemu.process).toSorted((one, other) => one - other);
}

/** A process gets the lowest descriptors that are free, one after the other. */
function newEventfds(qemu: Qemu, before: readonly number[]): readonly number[] {
  return sortedEventfds(qemu).filter((descriptor) => !before.includes(descriptor));
}

function learn(survey: Survey, notifiers: readonly string[], descriptors: readonly number[]): void {
  if (descriptors.length !== notifiers.length) {
    const what = `has ${descriptors.length} new eventfds where ${notifiers.length} are expected`;
    throw new QemuBreakdownError('protocol', what);
  }
  for (const [index, notifier] of notifiers.entries()) {
    const descriptor = descriptors[index] ?? -1;
    survey.descriptors.set(notifier, descriptor);
    survey.notifiers.set(descriptor, notifier);
  }
}
