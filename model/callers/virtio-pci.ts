/**
 * virtio-pci: the guest tells the device that a queue has work. A queue that the driver has not set up is never notified
 * (`virtio_queue_notify` looks at its ring first).
 *
 * What a queue's start and stop do is `virtio_pci_ioeventfd_assign` for each queue, in one transaction
 * (`virtio_bus_start_ioeventfd`, `virtio_device_start_ioeventfd_impl`).
 */
import {
  type Caller,
  type CallerRegion,
  type CallerRegistration,
  defineCaller,
  type GuestWrite,
  nobody,
} from './caller.ts';

/** Queues that the device has, by number: all those that are started. */
export type QueueState = { readonly started: readonly number[] };

/** Queues that the explored device has. */
const queues = [0, 1] as const;

const notifierOf = (queue: number) => `queue${queue}`;

/** The life of a virtio device, as far as its registrations know it: each queue starts, stops, and all stop at a reset. */
export const queueLife = {
  initial: { started: [] } as QueueState,
  events: ({ started }: QueueState) => [
    ...queues.map((queue) => (started.includes(queue) ? `queue ${queue} stops` : `queue ${queue} starts`)),
    ...(started.length > 0 ? ['reset'] : []),
  ],
  after: ({ started }: QueueState, event: string): QueueState => {
    if (event === 'reset') return { started: [] };
    const queue = Number(event.split(' ')[1]);
    const others = started.filter((other) => other !== queue);
    return { started: event.endsWith('starts') ? [...others, queue].sort() : others };
  },
} satisfies Partial<Caller<QueueState>>;

/** `virtio_queue_notify`. */
export function notifyQueue({ started }: QueueState, queue: number) {
  return started.includes(queue) ? { notify: [notifierOf(queue)] } : nobody;
}

/** A registration for each started queue: `word` says where, and with which data. */
export function eachQueue(word: (queue: number) => Omit<CallerRegistration, 'notifier'>) {
  return ({ started }: QueueState): readonly CallerRegistration[] =>
    started.map((queue) => ({ ...word(queue), notifier: notifierOf(queue) }));
}

const source = 'virtio_pci_ioeventfd_assign, virtio_pci_notify_write (hw/virtio/virtio-pci.c, QEMU 10.2)';

/** `virtio_pci_queue_mem_mult`: bytes of the notify area for a queue. */
const multiplier = 4n;

const notifyArea: CallerRegion = {
  region: 'notify',
  size: 0x1000n,
  endianness: 'little',
  impl: { min: 1, max: 4 },
  address: 0x1000n,
  movesTo: 0x4000n,
};

const notifyWrites: readonly GuestWrite[] = [
  { region: 'notify', offset: 0n, size: 2, data: 0n },
  { region: 'notify', offset: multiplier, size: 2, data: 1n },
  { region: 'notify', offset: multiplier, size: 1, data: 1n },
  { region: 'notify', offset: multiplier, size: 4, data: 0x7_0001n },
  { region: 'notify', offset: 0n, size: 8, data: 0x1_0000_0000n },
  // Between two queues, and where there is none.
  { region: 'notify', offset: 2n, size: 4, data: 1n },
  { region: 'notify', offset: 3n, size: 2, data: 1n },
  { region: 'notify', offset: 8n * multiplier, size: 2, data: 8n },
];

function notifyByOffset(state: QueueState, offset: bigint) {
  return notifyQueue(state, Number(offset / multiplier));
}

export const virtioPciModern = defineCaller<QueueState>({
  name: 'virtio-pci-modern',
  title: 'virtio-pci, modern: the notify area in memory',
  source: `${source}; size 0 always since 9.0`,
  regions: [notifyArea],
  ...queueLife,
  registrations: eachQueue((queue) => ({ region: 'notify', offset: multiplier * BigInt(queue), size: 0 })),
  callback: (state, { offset }) => notifyByOffset(state, offset),
  writes: notifyWrites,
});

export const virtioPciModernSized = defineCaller<QueueState>({
  name: 'virtio-pci-modern-sized',
  title: 'virtio-pci, modern, before QEMU 9.0 on a host without any-length ioeventfds: words of 2 bytes',
  source: 'virtio_pci_ioeventfd_assign, virtio_pci_notify_write (hw/virtio/virtio-pci.c, QEMU 7.2)',
  regions: [notifyArea],
  ...queueLife,
  registrations: eachQueue((queue) => ({ region: 'notify', offset: multiplier * BigInt(queue), size: 2 })),
  callback: (state, { offset }) => notifyByOffset(state, offset),
  writes: notifyWrites,
});

/** Writes at a register that takes the queue's number as its value. */
function queueNumberWrites(region: string, offset: bigint): readonly GuestWrite[] {
  return [
    { region, offset, size: 2, data: 0n },
    { region, offset, size: 2, data: 1n },
    { region, offset, size: 2, data: 0x100n },
    { region, offset, size: 1, data: 1n },
    { region, offset, size: 4, data: 1n },
    { region, offset, size: 4, data: 0x1_0001n },
    { region, offset: offset + 1n, size: 1, data: 1n },
    { region, offset: offset + 2n, size: 2, data: 1n },
  ];
}

export const virtioPciNotifyPort = defineCaller<QueueState>({
  name: 'virtio-pci-notify-port',
  title: 'virtio-pci, modern: the notify port (modern-pio-notify=on)',
  source: 'virtio_pci_ioeventfd_assign, virtio_pci_notify_write_pio (hw/virtio/virtio-pci.c, QEMU 10.2)',
  regions: [
    {
      region: 'port',
      size: 4n,
      endianness: 'little',
      impl: { min: 1, max: 4 },
      space: 'io',
      address: 0x40n,
      movesTo: 0x60n,
    },
  ],
  ...queueLife,
  registrations: eachQueue((queue) => ({ region: 'port', offset: 0n, size: 2, data: BigInt(queue) })),
  callback: (state, { value }) => notifyQueue(state, Number(value)),
  writes: queueNumberWrites('port', 0n),
});

/** The register that the legacy interface notifies through (`VIRTIO_PCI_QUEUE_NOTIFY`). */
const legacyNotify = 0x10n;

export const virtioPciLegacy = defineCaller<QueueState>({
  name: 'virtio-pci-legacy',
  title: 'virtio-pci, legacy: the queue notify register of the port BAR',
  source:
    'virtio_pci_ioeventfd_assign, virtio_pci_config_write, virtio_ioport_write (hw/virtio/virtio-pci.c, QEMU 10.2); ' +
    'before 9.1 a value of more than 16 bits was no queue, now its lower 16 bits are',
  regions: [
    {
      region: 'legacy',
      size: 0x20n,
      endianness: 'little',
      impl: { min: 1, max: 4 },
      space: 'io',
      address: 0x40n,
      movesTo: 0x80n,
    },
  ],
  ...queueLife,
  registrations: eachQueue((queue) => ({
    region: 'legacy',
    offset: legacyNotify,
    size: 2,
    data: BigInt(queue),
  })),
  callback: (state, { offset, value }) =>
    offset === legacyNotify ? notifyQueue(state, Number(value & 0xffffn)) : nobody,
  writes: queueNumberWrites('legacy', legacyNotify),
});
