/** Callers whose deletions name something else than what they registered. */
import { type CallerRegistration, type CallerStep, defineCaller } from '../caller.ts';
import { eachQueue, notifyQueue, type QueueState, queueLife } from '../virtio-pci.ts';

/** A device that registers the queue's number as data, and deletes what `forget` makes of it. */
function deletingWith(
  texts: { readonly name: string; readonly title: string; readonly source: string },
  forget: (registration: CallerRegistration) => CallerRegistration,
) {
  const registrations = eachQueue((queue) => ({
    region: 'notify',
    offset: 0n,
    size: 4,
    data: BigInt(queue),
  }));
  const isIn = (list: readonly CallerRegistration[], { data }: CallerRegistration) =>
    list.some((other) => other.data === data);
  return defineCaller<QueueState>({
    ...texts,
    regions: [{ region: 'notify', size: 0x100n, endianness: 'little', address: 0x1000n }],
    ...queueLife,
    registrations,
    change: ({ before, after }): CallerStep[] => {
      const [old, now] = [registrations(before), registrations(after)];
      return [
        ...old
          .filter((one) => !isIn(now, one))
          .map((one) => ({ op: 'del-eventfd' as const, ...forget(one) })),
        ...now.filter((one) => !isIn(old, one)).map((one) => ({ op: 'add-eventfd' as const, ...one })),
      ];
    },
    callback: (state, { offset, value }) =>
      offset === 0n ? notifyQueue(state, Number(value)) : { notify: [] },
    writes: [0n, 1n].map((data) => ({ region: 'notify', offset: 0n, size: 4, data })),
  });
}

function withoutData({ data, ...others }: CallerRegistration): CallerRegistration {
  return others;
}

export const rustVmmNoData = deletingWith(
  {
    name: 'rust-vmm-no-data',
    title: 'kvm-ioctls: unregister_ioevent took no data, so a word with data could not be deleted',
    source: 'rust-vmm kvm-ioctls pull request 96',
  },
  withoutData,
);

export const mshvAnyLength = deletingWith(
  {
    name: 'mshv-any-length',
    title: "QEMU's MSHV accelerator: deletions always go out as length 0 without data",
    source: 'mshv_mem_ioeventfd_del (accel/mshv/, QEMU 10.2)',
  },
  (registration) => ({ ...withoutData(registration), size: 0 }),
);
