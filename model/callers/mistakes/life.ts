/** Callers whose registrations do not follow the device's life. */
import { type CallerRegistration, defineCaller, difference, type GuestWrite, nobody } from '../caller.ts';

/** Whether the one queue of the device is started. */
type DeviceState = { readonly isStarted: boolean };

const region = { region: 'notify', size: 0x100n, endianness: 'little', address: 0x1000n } as const;
const kick: GuestWrite = { region: 'notify', offset: 0n, size: 2, data: 0n };
const word: CallerRegistration = { region: 'notify', offset: 0n, size: 2, notifier: 'queue0' };

/** A device with one queue, whose callback is right. */
const oneQueue = {
  regions: [region],
  initial: { isStarted: false } as DeviceState,
  events: ({ isStarted }: DeviceState) => (isStarted ? ['stop', 'restart'] : ['start']),
  after: (_: DeviceState, event: string): DeviceState => ({ isStarted: event !== 'stop' }),
  registrations: ({ isStarted }: DeviceState) => (isStarted ? [word] : []),
  callback: ({ isStarted }: DeviceState, { offset }: { offset: bigint }) =>
    isStarted && offset === 0n ? { notify: ['queue0'] } : nobody,
  writes: [kick],
};

export const vhostUserAddsAgain = defineCaller<DeviceState>({
  ...oneQueue,
  name: 'vhost-user-adds-again',
  title: 'vhost-user-blk: a restart of the backend registered the words again, without deleting them first',
  source: 'vhost_user_blk_start, virtio_bus_start_ioeventfd; reported on qemu-devel in 2022',
  change: ({ event }) => [{ op: event === 'stop' ? 'del-eventfd' : 'add-eventfd', ...word }],
});

export const vhostNetClosesFirst = defineCaller<DeviceState>({
  ...oneQueue,
  name: 'vhost-net-closes-first',
  title: 'vhost_net: the notifier was closed within the transaction whose commit deletes the registration',
  source:
    'virtio_bus_cleanup_host_notifier within a transaction; "error deleting ioeventfd: Bad file descriptor", qemu-devel 2024',
  events: ({ isStarted }) => [isStarted ? 'stop' : 'start'],
  change: ({ event }) =>
    event === 'stop'
      ? [
          { op: 'begin' },
          { op: 'del-eventfd', ...word },
          { op: 'close', notifier: 'queue0' },
          { op: 'commit' },
        ]
      : [{ op: 'add-eventfd', ...word }],
});

export const openvmmRestore = defineCaller<DeviceState>({
  ...oneQueue,
  name: 'openvmm-restore',
  title:
    'openvmm: a restored device never registered its doorbells again; the callback still worked, so only speed was lost',
  source: 'VirtioPciDevice::restore, openvmm pull request 4146',
  events: ({ isStarted }) => (isStarted ? ['stop', 'save and restore'] : ['start']),
  change: ({ before, after, event }) =>
    event === 'save and restore'
      ? [{ op: 'del-eventfd', ...word }]
      : difference(oneQueue.registrations(before), oneQueue.registrations(after)),
});

/** The BAR's place, as the device remembers it. The region is the whole bus, in which the BAR is a window. */
type MovingState = { readonly base: bigint };

const [first, second] = [0x0n, 0x40n];

const busWord = (base: bigint): CallerRegistration => ({
  region: 'bus',
  offset: base,
  size: 2,
  notifier: 'queue0',
});

export const cloudHypervisorOldBar = defineCaller<MovingState>({
  name: 'cloud-hypervisor-old-bar',
  title: 'cloud-hypervisor: a BAR moved, and its ioeventfds stayed registered at the old address as well',
  source: 'cloud-hypervisor pull request 8572; 8202 to 8204 before it',
  regions: [{ region: 'bus', size: 0x100n, endianness: 'little', address: 0x1000n }],
  initial: { base: first },
  events: () => ['the BAR moves'],
  after: ({ base }) => ({ base: base === first ? second : first }),
  registrations: ({ base }) => [busWord(base)],
  change: ({ after }) => [{ op: 'add-eventfd', ...busWord(after.base) }],
  callback: ({ base }, { offset }) => (offset === base ? { notify: ['queue0'] } : nobody),
  writes: [first, second].map((offset): GuestWrite => ({ region: 'bus', offset, size: 2, data: 0n })),
});
