import { type CallerRegistration, defineCaller, type GuestWrite, nobody } from './caller.ts';

type DeviceState = {
  /** The I/O queue pairs that exist, by id. The administrative queue, 0, always exists and is never registered. */
  readonly queues: readonly number[];
};

/** Where the doorbells begin. */
const doorbells = 0x1000n;

/** Entries of a queue: a tail or head from here on is out of range. */
const queueSize = 16n;

/**
 * Ids of the queues that a guest may create: ordinary ones, and the first whose doorbell lies 64 KiB and more after the
 * beginning, where an offset of 16 bits wraps.
 */
const ids = [1, 8192, 8193] as const;

const submission = (id: number) => `sq${id}`;
const completion = (id: number) => `cq${id}`;

/** The doorbell's offset as the registration computes it: in 16 bits (`uint16_t offset`). */
function registeredOffset(id: number, isCompletion: boolean): bigint {
  return doorbells + BigInt.asUintN(16, BigInt(id * 8 + (isCompletion ? 4 : 0)));
}

/** The doorbell's offset as the guest knows it. */
function doorbellOf(id: number, isCompletion: boolean): bigint {
  return doorbells + BigInt(id * 8 + (isCompletion ? 4 : 0));
}

function registrationsOf({ queues }: DeviceState, ofQueue = registeredOffset): readonly CallerRegistration[] {
  return queues.flatMap((id): CallerRegistration[] => [
    { region: 'bar0', offset: ofQueue(id, true), size: 4, notifier: completion(id) },
    { region: 'bar0', offset: ofQueue(id, false), size: 4, notifier: submission(id) },
  ]);
}

/** `nvme_process_db`: rings the doorbell at an offset; a value out of range is an error event and rings nothing. */
function ring({ queues }: DeviceState, offset: bigint, value: bigint) {
  const isDoorbell = offset >= doorbells && (offset & 3n) === 0n;
  if (!isDoorbell || (value & 0xffffn) >= queueSize) return nobody;
  const id = Number((offset - doorbells) >> 3n);
  if (id !== 0 && !queues.includes(id)) return nobody;
  return { notify: [((offset - doorbells) & 4n) === 0n ? submission(id) : completion(id)] };
}

function writesOf(few: readonly number[]): readonly GuestWrite[] {
  return [
    ...[0, ...few].flatMap((id): GuestWrite[] => [
      { region: 'bar0', offset: doorbellOf(id, false), size: 4, data: 3n },
      { region: 'bar0', offset: doorbellOf(id, true), size: 4, data: 3n },
    ]),
    // Out of the queue's range, another size, two doorbells at once, not aligned.
    { region: 'bar0', offset: doorbellOf(1, false), size: 4, data: 0xffn },
    { region: 'bar0', offset: doorbellOf(1, false), size: 2, data: 3n },
    { region: 'bar0', offset: doorbellOf(1, false), size: 8, data: 0x3_0000_0003n },
    { region: 'bar0', offset: doorbellOf(1, false) + 2n, size: 2, data: 3n },
  ];
}

const region = {
  region: 'bar0',
  size: 0x4_0000n + doorbells * 8n,
  endianness: 'little',
  impl: { min: 2, max: 8 },
  address: 0x10_0000n,
  movesTo: 0x80_0000n,
} as const;

function nvmeWith(parts: {
  name: string;
  title: string;
  note: string;
  ids: readonly number[];
  isRangeChecked: boolean;
}) {
  const { isRangeChecked, ids: possible, ...texts } = parts;
  return defineCaller<DeviceState>({
    ...texts,
    source:
      'nvme_init_sq_ioeventfd, nvme_init_cq_ioeventfd, nvme_process_db, nvme_mmio_ops (hw/nvme/ctrl.c, QEMU 10.2)',
    regions: [region],
    initial: { queues: [] },
    events: ({ queues }) =>
      possible.map((id) => `queue ${id} is ${queues.includes(id) ? 'deleted' : 'created'}`),
    after: ({ queues }, event) => {
      const id = Number(event.split(' ')[1]);
      const others = queues.filter((other) => other !== id);
      return { queues: event.endsWith('created') ? [...others, id].sort((a, b) => a - b) : others };
    },
    registrations: registrationsOf,
    callback: (state, { offset, value }) => ring(state, offset, isRangeChecked ? value : 0n),
    guestError: (_, { data }) =>
      isRangeChecked && (data & 0xffffn) >= queueSize ? "the value is beyond the queue's end" : undefined,
    writes: writesOf(possible),
  });
}

/** nvme with shadow doorbells and `ioeventfd=on`: the eventfd's handler reads the value from guest memory. */
export const nvme = nvmeWith({
  name: 'nvme',
  title: 'nvme with shadow doorbells and ioeventfd=on',
  note: 'the eventfd does not carry the value: its handler reads the shadow doorbell, and cannot see that a value was out of range',
  ids: [1, 2],
  isRangeChecked: true,
});

/** The same with a guest that creates queues of high ids: the offset of a registration has 16 bits. */
export const nvmeHighQueues = nvmeWith({
  name: 'nvme-high-queues',
  title: 'nvme with shadow doorbells, ioeventfd=on and max_ioqpairs above 8191',
  note: 'queue 8192 is registered at the doorbell of queue 0, and 8193 at that of queue 1',
  ids,
  isRangeChecked: false,
});
