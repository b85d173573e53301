import { type Caller, type CallerRegion, defineCaller, type GuestWrite, nobody } from './caller.ts';
import { eachQueue, notifyQueue, type QueueState, queueLife } from './virtio-pci.ts';

/** The register QueueNotify (`VIRTIO_MMIO_QUEUE_NOTIFY`). */
const queueNotify = 0x50n;

const registers: CallerRegion = {
  region: 'registers',
  size: 0x200n,
  endianness: 'little',
  address: 0xa00n,
};

const writes: readonly GuestWrite[] = [
  { region: 'registers', offset: queueNotify, size: 4, data: 0n },
  { region: 'registers', offset: queueNotify, size: 4, data: 1n },
  // With NOTIFICATION_DATA: the queue in the low half, the ring's next index above.
  { region: 'registers', offset: queueNotify, size: 4, data: 0x5_0001n },
  { region: 'registers', offset: queueNotify, size: 2, data: 1n },
  { region: 'registers', offset: queueNotify, size: 1, data: 1n },
  { region: 'registers', offset: queueNotify, size: 8, data: 1n },
  { region: 'registers', offset: queueNotify - 2n, size: 4, data: 0x1_0000n },
];

/** Registers are 4 bytes: the callback refuses any other size ("wrong size access to register"). */
function virtioMmioWith(name: string, title: string, queueOf: (value: bigint) => bigint): Caller<QueueState> {
  return defineCaller<QueueState>({
    name,
    title,
    source: 'virtio_mmio_ioeventfd_assign, virtio_mmio_write (hw/virtio/virtio-mmio.c, QEMU 10.2)',
    regions: [registers],
    ...queueLife,
    registrations: eachQueue((queue) => ({
      region: 'registers',
      offset: queueNotify,
      size: 4,
      data: BigInt(queue),
    })),
    callback: (state, { offset, size, value }) =>
      offset === queueNotify && size === 4 ? notifyQueue(state, Number(queueOf(value))) : nobody,
    writes,
  });
}

export const virtioMmio = virtioMmioWith(
  'virtio-mmio',
  'virtio-mmio: the register QueueNotify',
  (value) => value,
);

/** The driver writes more than the queue's number, so no registration matches, and the callback does all the work. */
export const virtioMmioNotificationData = virtioMmioWith(
  'virtio-mmio-notification-data',
  'virtio-mmio with VIRTIO_F_NOTIFICATION_DATA: the queue in the low 16 bits of QueueNotify',
  (value) => value & 0xffffn,
);
