import type { ClauseSection, ClauseText } from './clause.ts';

const clauses = [
  {
    id: 'C1',
    title: 'ivshmem-doorbell',
    statement:
      'Registers offset 12 of BAR 0 with size 4 and data `peer << 16 | vector`, one for each vector of each peer. ' +
      'The callback (4 bytes always; offset & 0xfc) takes value >> 16 for the peer and value & 0xff for the vector, ' +
      'and signals that vector if both exist. So it does what the signal would have done, and a little more: a ' +
      "vector above 255 is cut to 8 bits there, where the device's specification has 16.",
    source: 'ivshmem_add_eventfd, ivshmem_io_write, ivshmem_mmio_ops (hw/misc/ivshmem.c)',
  },
  {
    id: 'C2',
    title: 'virtio-pci, modern, notify area in memory',
    statement:
      'Registers queue × multiplier (4, or 0x1000 with a page per queue) with size 0, or 2 if the host does not ' +
      'take size 0, and no data. The callback notifies queue offset / multiplier.',
    versions: 'always size 0 since 9.0, where KVM must have it; under TCG, 7.2 registers size 2.',
    source: 'virtio_pci_ioeventfd_assign, virtio_pci_notify_write (hw/virtio/virtio-pci.c)',
  },
  {
    id: 'C3',
    title: 'virtio-pci, notify port, modern and legacy',
    statement:
      'Registers offset 0 of the notify port, or offset 0x10 of the legacy BAR, with size 2 and the queue as data. ' +
      'The callback notifies the queue that the value names.',
    source:
      'virtio_pci_ioeventfd_assign, virtio_pci_notify_write_pio, virtio_ioport_write (hw/virtio/virtio-pci.c)',
  },
  {
    id: 'C4',
    title: 'virtio-mmio',
    statement:
      'Registers 0x50 with size 4 and the queue as data. The callback notifies the queue that the value names.',
    source: 'virtio_mmio_ioeventfd_assign, virtio_mmio_write (hw/virtio/virtio-mmio.c)',
  },
  {
    id: 'C5',
    title: 'nvme',
    statement:
      'Registers the doorbell of each queue but the administrative ones, 0x1000 + n × 4, with size 4 and no data. ' +
      "The callback rings that doorbell with the value. The eventfd loses the value: its handler reads the queue's " +
      'shadow doorbell in guest memory, without which there are no registrations.',
    source: 'nvme_init_sq_ioeventfd, nvme_init_cq_ioeventfd, nvme_process_db (hw/nvme/ctrl.c)',
  },
  {
    id: 'C6',
    title: 'pci-testdev',
    statement:
      'Registers one byte with data 0xfa, or without data (size 0 for the memory BAR where the host takes it); the ' +
      'guest chooses which of its tests. The callback counts the writes that would have matched.',
    versions: 'without data, always size 0 for the memory BAR since 9.0; under TCG, 7.2 registers size 1.',
    source: 'pci_testdev_start, pci_testdev_write (hw/misc/pci-testdev.c)',
  },
] as const satisfies readonly ClauseText[];

/** C: the devices of QEMU that register eventfds, and what their callbacks do. */
export const callers = {
  letter: 'C',
  title: 'Callers in QEMU',
  introduction:
    'Who calls `memory_region_add_eventfd`, with what, and whether its callback does the same (F2).',
  clauses,
} as const satisfies ClauseSection;
