/** What is learned of a QEMU when it has started: which pointer in its trace is which region, and which eventfd is which notifier. */

import type { TraceEvent } from '../log/trace.ts';
import { aside, initialCommands, placeAside, placeNowhere } from '../world/commands.ts';
import {
  type Bar,
  deviceNamed,
  doorbell,
  testCount,
  testData,
  testdevs,
  testNames,
  testWords,
} from '../world/machine.ts';
import type { Accelerator } from './arguments.ts';
import { EventfdCounts, eventfdsOf } from './counts.ts';
import { QemuBreakdownError } from './errors.ts';
import type { Qemu } from './qemu.ts';

export type Survey = {
  /** Pointers in the trace, of the regions of `pci-testdev` devices. */
  readonly regions: Map<string, string>;
  /** Descriptors in QEMU, by notifier. */
  readonly descriptors: Map<string, number>;
  /** Notifiers, by descriptor. */
  readonly notifiers: Map<number, string>;
  /** A `pci-testdev` that was plugged in later: pointers that are not known are those of its regions. */
  fresh?: string;
};

export async function survey(qemu: Qemu, accelerator: Accelerator): Promise<Survey> {
  const regions = new Map<string, string>();
  const descriptors = new Map<string, number>();
  qemu.send(initialCommands());
  for (const device of testdevs) {
    for (const bar of device.bars) {
      qemu.send(placeAside(bar, device));
      regions.set(await pointerOf(qemu, bar), bar.name);
      for (const [number, test] of Object.entries(testNames)) {
        const select = writeAside(bar, 0n, BigInt(number));
        const word = testWords[bar.space === 'io' ? 'port' : 'mmio'][test];
        const hit = writeAside(bar, word, testData);
        const descriptor =
          accelerator === 'kvm' ? await toldOf(qemu, select) : await countedOf(qemu, select, hit);
        descriptors.set(`${bar.name}.${test}`, descriptor);
      }
      await qemu.command(writeAside(bar, 0n, BigInt(testCount)));
      qemu.send(placeNowhere(bar, device));
    }
  }
  if (qemu.peers !== undefined) await surveyDoorbell(qemu, regions);
  await qemu.command('endianness');
  const notifiers = new Map([...descriptors].map(([notifier, descriptor]) => [descriptor, notifier]));
  return { regions, descriptors, notifiers };
}

/** Another device has a region of this name in the trace, too. */
async function surveyDoorbell(qemu: Qemu, regions: Map<string, string>): Promise<void> {
  const device = deviceNamed(doorbell.device);
  const bar = device?.bars[0];
  if (device === undefined || bar === undefined) return;
  qemu.send(placeAside(bar, device));
  regions.set(await pointerOf(qemu, bar), bar.name);
  qemu.send(placeNowhere(bar, device));
}

function writeAside({ space }: Bar, offset: bigint, value: bigint): string {
  const address = (aside[space] + offset).toString(16);
  return `${space === 'io' ? 'outb' : 'writeb'} 0x${address} 0x${value.toString(16)}`;
}

async function pointerOf(qemu: Qemu, bar: Bar): Promise<string> {
  const events = await qemu.command(writeAside(bar, 0x10n, 0n));
  const [event] = events;
  if (event?.kind === 'access') return event.region;
  throw surprise(`a write to ${bar.name} is not traced as one`, events);
}

/** KVM's trace says the descriptor of what is registered. */
async function toldOf(qemu: Qemu, select: string): Promise<number> {
  const events = await qemu.command(select);
  const told = events.find((event) => event.kind === 'host' && event.isAdded);
  if (told?.kind === 'host') return told.descriptor;
  throw surprise('a selected test registers no eventfd', events);
}

/** Of all eventfds, the one that counts each of two hits. */
async function countedOf(qemu: Qemu, select: string, hit: string): Promise<number> {
  await qemu.command(select);
  const counts = new EventfdCounts(qemu.process);
  try {
    let left = eventfdsOf(qemu.process);
    for (let round = 0; round < 2; round++) {
      const before = left.map((descriptor) => counts.read(descriptor) ?? 0n);
      await qemu.command(hit);
      left = left.filter((descriptor, index) => counts.read(descriptor) === (before[index] ?? 0n) + 1n);
    }
    const [descriptor, other] = left;
    if (descriptor !== undefined && other === undefined) return descriptor;
    throw surprise(`${left.length} eventfds count a hit`, []);
  } finally {
    counts.close();
  }
}

function surprise(what: string, events: readonly TraceEvent[]): QemuBreakdownError {
  const first = events[0] === undefined ? '' : ` (${events[0].kind})`;
  return new QemuBreakdownError('protocol', `is not as expected: ${what}${first}`);
}
