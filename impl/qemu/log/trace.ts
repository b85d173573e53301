/** What QEMU writes to standard error: trace events, the log of guest errors, and the echo of qtest commands between them. */

/**
 * `memory_region_ops_write`, `memory_region_ops_read`: a region's callback is called. The address goes through containers, not through
 * aliases.
 */
export type AccessEvent = {
  readonly kind: 'access';
  readonly isRead: boolean;
  /** -1 for a write by QEMU itself. */
  readonly cpu: number;
  /** The region, as a pointer. */
  readonly region: string;
  readonly address: bigint;
  readonly value: bigint;
  readonly size: number;
  readonly name: string;
};

/** `Invalid write at addr ...`, or `read`: no region answers (name `(null)`; an address), or the region rejects (an offset in it). */
export type InvalidEvent = {
  readonly kind: 'invalid';
  readonly isRead: boolean;
  readonly address: bigint;
  readonly size: number;
  readonly name: string;
};

/** `kvm_set_ioeventfd_mmio`, `kvm_set_ioeventfd_pio`: the kernel is asked to take or to drop a registration. */
export type HostEvent = {
  readonly kind: 'host';
  readonly isAdded: boolean;
  readonly space: 'memory' | 'io';
  readonly descriptor: number;
  readonly address: bigint;
  readonly size: number;
  readonly data: bigint | undefined;
};

/** A device is told that a queue has work: by a callback, or by the handler of an eventfd. There may be several of one notification. */
export type NotifyEvent = {
  readonly kind: 'notify';
  /** `queue0` of virtio; `sq1`, `cq1` of nvme. */
  readonly queue: string;
};

export type TraceEvent = AccessEvent | InvalidEvent | HostEvent | NotifyEvent;

/** A line of standard error: an event, the end of a qtest command (`answer`), or text that QEMU says otherwise. */
export type TraceLine = TraceEvent | { readonly kind: 'answer' | 'echo' | 'text' };

const access =
  /memory_region_ops_(write|read) cpu (-?\d+) mr (0x[\da-f]+) addr (0x[\da-f]+) value (0x[\da-f]+) size (\d+) name '(.*)'$/;
const invalid = /^Invalid (write|read) at addr (0x[\dA-Fa-f]+), size (\d+), region '(.*)', reason: /;
const virtio = /virtio_queue_notify vdev \S+ n (\d+) /;
/** `shadow_doorbell` up to QEMU 7.2, `update` later. The queues of administration have no eventfd: of them, only the callback counts. */
const nvme =
  /pci_nvme_(?:mmio_doorbell_([sc]q) [sc]qid (\d+)|(?:shadow_doorbell|update)_([sc]q)(?:_tail|_head)? [sc]qid ([1-9]\d*)) /;
const host =
  /kvm_set_ioeventfd_(mmio|pio) fd: (\d+) @(0x[\da-f]+) val=(0x[\da-f]+) assign: (\d+) size: (\d+)(?: match: (\d+))?$/;

/** Whether something else stands before an event, or before the echo of a command: then that is not seen. */
export function isTorn(line: string): boolean {
  return /.(?:\[[RS] \+\d|(?:memory_region_ops|kvm_set_ioeventfd)_\w+ |Invalid (?:write|read) at addr )/.test(
    line,
  );
}

export function traceLine(line: string): TraceLine {
  if (line.startsWith('[S ')) return { kind: 'answer' };
  if (line.startsWith('[R ') || line.startsWith('[I ')) return { kind: 'echo' };
  const written = access.exec(line);
  if (written !== null) {
    const [, direction, cpu, region = '', address = '', value = '', size, name = ''] = written;
    return {
      kind: 'access',
      isRead: direction === 'read',
      cpu: Number(cpu),
      region,
      address: BigInt(address),
      value: BigInt(value),
      size: Number(size),
      name,
    };
  }
  const refused = invalid.exec(line);
  if (refused !== null) {
    const [, direction, address = '', size, name = ''] = refused;
    const isRead = direction === 'read';
    return { kind: 'invalid', isRead, address: BigInt(address), size: Number(size), name };
  }
  const told = host.exec(line);
  if (told === null) return notifyLine(line) ?? { kind: 'text' };
  const [, space, descriptor, address = '', value = '', assign, size, match] = told;
  // Ports always match on their data in QEMU 7.2's trace, which does not say whether.
  return {
    kind: 'host',
    isAdded: assign === '1',
    space: space === 'pio' ? 'io' : 'memory',
    descriptor: Number(descriptor),
    address: BigInt(address),
    size: Number(size),
    data: match === '0' ? undefined : BigInt(value),
  };
}

function notifyLine(line: string): NotifyEvent | undefined {
  const queue = virtio.exec(line)?.[1];
  if (queue !== undefined) return { kind: 'notify', queue: `queue${queue}` };
  const [, written, ofWritten, handled, ofHandled] = nvme.exec(line) ?? [];
  const name = written ?? handled;
  return name === undefined ? undefined : { kind: 'notify', queue: `${name}${ofWritten ?? ofHandled}` };
}
