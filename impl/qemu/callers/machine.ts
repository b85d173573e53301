/**
 * A machine of devices that register words of their own: virtio, modern and legacy, and nvme; each once with eventfds and once without.
 * Their drivers are lists of commands of the qtest protocol.
 */
import type { Space } from '../../../model/vocabulary/vocabulary.ts';

export type CallerKind = 'virtio-modern' | 'virtio-legacy' | 'nvme';

export type CallerDevice = {
  readonly name: string;
  readonly kind: CallerKind;
  /** On the first bus. */
  readonly slot: number;
  /** `ioeventfd=` of the device. */
  readonly hasEventfds: boolean;
  /** Numbers of the queues that it can have; of nvme, of the pairs. */
  readonly queues: readonly number[];
  /** Of the region with the words: in the BAR, in bytes; its space, and the register of the BAR. */
  readonly region: { readonly offset: bigint; readonly space: Space; readonly register: number };
  /** What the trace calls that region begins with this. */
  readonly traced: string;
  /** For the command line. */
  readonly arguments: readonly string[];
};

/** virtio_pci_device_plugged, virtio_pci_realize (hw/virtio/virtio-pci.c): the notify area of BAR 4; BAR 0 of the legacy interface. */
const virtioRegions = {
  'virtio-modern': { offset: 0x3000n, space: 'memory', register: 0x20 },
  'virtio-legacy': { offset: 0n, space: 'io', register: 0x10 },
} as const;

function virtio(model: 'blk' | 'rng', kind: keyof typeof virtioRegions, hasEventfds: boolean, slot: number) {
  const name = `${kind}-${model}${hasEventfds ? '' : '-without'}`;
  const interfaces = kind === 'virtio-modern' ? 'disable-legacy=on' : 'disable-legacy=off,disable-modern=on';
  const common = `${interfaces},ioeventfd=${hasEventfds ? 'on' : 'off'},addr=0x${slot.toString(16)}`;
  return {
    name,
    kind,
    slot,
    hasEventfds,
    queues: model === 'blk' ? [0, 1] : [0],
    region: virtioRegions[kind],
    traced: kind === 'virtio-modern' ? 'virtio-pci-notify-' : 'virtio-pci',
    arguments:
      model === 'rng'
        ? ['-device', `virtio-rng-pci,${common}`]
        : [...drive(name), '-device', `virtio-blk-pci,drive=${name},num-queues=2,${common}`],
  } satisfies CallerDevice;
}

function nvme(hasEventfds: boolean, slot: number): CallerDevice {
  const name = `nvme${hasEventfds ? '' : '-without'}`;
  const options = `ioeventfd=${hasEventfds ? 'on' : 'off'},addr=0x${slot.toString(16)}`;
  return {
    name,
    kind: 'nvme',
    slot,
    hasEventfds,
    queues: [1, 2],
    region: { offset: 0n, space: 'memory', register: 0x10 },
    traced: 'nvme',
    arguments: [...drive(name), '-device', `nvme,drive=${name},serial=${slot},${options}`],
  };
}

function drive(id: string): readonly string[] {
  return ['-drive', `if=none,id=${id},driver=null-co,size=1M,read-zeroes=on`];
}

export const callerDevices: readonly CallerDevice[] = [
  virtio('blk', 'virtio-modern', true, 0x1a),
  virtio('blk', 'virtio-modern', false, 0x11),
  virtio('blk', 'virtio-legacy', true, 0x12),
  virtio('blk', 'virtio-legacy', false, 0x13),
  virtio('rng', 'virtio-modern', true, 0x14),
  virtio('rng', 'virtio-modern', false, 0x15),
  virtio('rng', 'virtio-legacy', true, 0x16),
  virtio('rng', 'virtio-legacy', false, 0x17),
  nvme(true, 0x18),
  nvme(false, 0x19),
];

/** The devices, and what is traced of them. */
export function callerArguments(devices: readonly CallerDevice[]): readonly string[] {
  return [
    ...['virtio_queue_notify', 'pci_nvme_mmio_doorbell_*', 'pci_nvme_shadow_doorbell_*', 'pci_nvme_update_*']
      // A pattern without a * has to be there: it is on every version.
      .flatMap((event) => ['-trace', event]),
    ...devices.flatMap((device) => device.arguments),
  ];
}

/** Where a BAR is placed, first and when it is moved. Devices do not meet: one at a time has a place. */
export const callerPlaces: Readonly<Record<Space, readonly [bigint, bigint]>> = {
  memory: [0xe000_0000n, 0xe010_0000n],
  io: [0xc000n, 0xc800n],
};
