/** Callers that do nothing, or too little, when the callback is called. */
import { type CallerRegion, defineCaller, type GuestWrite, nobody } from '../caller.ts';
import { eachQueue, notifyQueue, type QueueState, queueLife } from '../virtio-pci.ts';

const notify: CallerRegion = { region: 'notify', size: 0x1000n, endianness: 'little', address: 0x1000n };

const kick: GuestWrite = { region: 'notify', offset: 0n, size: 2, data: 0n };

const inMemory = { region: 'notify', offset: 0n, size: 2 } as const;

export const firecrackerDrops = defineCaller<QueueState>({
  name: 'firecracker-drops',
  title:
    "Firecracker's PCI transport: a write to the notify area that reaches the callback is warned of, and dropped",
  source: 'the virtio PCI transport of Firecracker, read in 2026',
  regions: [notify],
  ...queueLife,
  registrations: eachQueue((queue) => ({ ...inMemory, offset: 4n * BigInt(queue) })),
  callback: () => nobody,
  writes: [kick],
});

export const cloudHypervisorOnePath = defineCaller<QueueState>({
  name: 'cloud-hypervisor-one-path',
  title:
    'cloud-hypervisor: the fallback was compiled for one machine type only, and dropped what came by the other path',
  source: 'cloud-hypervisor pull request 8568',
  regions: [notify, { region: 'port', size: 4n, endianness: 'little', space: 'io', address: 0x40n }],
  ...queueLife,
  registrations: eachQueue((queue) => ({ ...inMemory, offset: 4n * BigInt(queue) })),
  callback: (state, { region, value }) => (region === 'port' ? notifyQueue(state, Number(value)) : nobody),
  writes: [kick, { region: 'port', offset: 0n, size: 2, data: 0n }],
});
