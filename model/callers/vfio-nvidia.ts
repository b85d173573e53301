import { type CallerRegistration, defineCaller, type GuestWrite } from './caller.ts';

/** What a write was: the key of a registration. */
type Key = { readonly offset: bigint; readonly size: 1 | 2 | 4; readonly value: bigint };

type DeviceState = {
  /** The last write that the callback saw, and how often it came in a row. */
  readonly last: Key | undefined;
  readonly hits: number;
  /** What was registered, in order; it is never taken back. */
  readonly added: readonly Key[];
};

/** Equal writes in a row that make a registration (`HITS_FOR_IOEVENTFD`), and registrations at most (`MAX_DYN_IOEVENTFD`). */
const hitsForEventfd = 10;
const mostEventfds = 10;

/** The part of the mirror that is watched begins after the standard header (`PCI_STD_HEADER_SIZEOF`). */
const watchedFrom = 0x40n;

/** The device's register is written with this value, by the callback or by the eventfd's handler. */
const writtenBy = ({ offset, size, value }: Key) =>
  `write 0x${offset.toString(16)}/${size}=0x${value.toString(16)}`;

const isSameKey = (a: Key | undefined, b: Key) =>
  a !== undefined && a.offset === b.offset && a.size === b.size && a.value === b.value;

function registrationOf(key: Key): CallerRegistration {
  return { region: 'mirror', offset: key.offset, size: key.size, data: key.value, notifier: writtenBy(key) };
}

/** `vfio_nvidia_quirk_mirror_write`: counts equal writes; from the tenth on, each registers the word. */
function count({ last, hits, added }: DeviceState, key: Key): DeviceState {
  if (key.offset < watchedFrom) return { last, hits, added };
  if (!isSameKey(last, key)) return { last: key, hits: 1, added };
  const isDue = hits + 1 >= hitsForEventfd && added.length < mostEventfds;
  return {
    last: key,
    hits: Math.min(hits + 1, hitsForEventfd),
    added: isDue ? [...added, key] : added,
  };
}

/**
 * vfio's quirk for NVIDIA GPUs: a mirror of configuration space in a BAR, which drivers write again and again to acknowledge
 * interrupts. The only caller whose words the guest chooses. Its count is not reset by a registration.
 */
export const vfioNvidia = defineCaller<DeviceState>({
  name: 'vfio-nvidia',
  title: "vfio's quirk for NVIDIA GPUs: registers what the guest has written ten times in a row",
  source: 'vfio_nvidia_quirk_mirror_write, vfio_ioeventfd_init (hw/vfio/pci-quirks.c, QEMU 10.2)',
  note: 'a write of a registered word that reaches the callback all the same registers the word again, which the kernel refuses, and QEMU aborts',
  regions: [{ region: 'mirror', size: 0x100n, endianness: 'little', address: 0x8_8000n }],
  initial: { last: undefined, hits: 0, added: [] },
  events: () => [],
  after: (state) => state,
  registrations: ({ added }) => added.map(registrationOf),
  change: ({ before, after }) =>
    after.added.slice(before.added.length).map((key) => ({ op: 'add-eventfd', ...registrationOf(key) })),
  callback: (state, { offset, size, value }) => {
    const key: Key = { offset, size: size as Key['size'], value };
    return { notify: [writtenBy(key)], state: count(state, key) };
  },
  writes: [
    { region: 'mirror', offset: 0x44n, size: 4, data: 0x1n },
    { region: 'mirror', offset: 0x10n, size: 4, data: 0x1n },
  ] satisfies readonly GuestWrite[],
});
