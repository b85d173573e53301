import { type CallerRegistration, defineCaller, nobody } from './caller.ts';

const doorbell = 0xcn;

type DeviceState = {
  /** The peers that are there, by number. */
  readonly peers: readonly number[];
};

/** Peers that may join, and vectors of each. */
const mostPeers = 2;
const vectors = 2;

const vectorOf = (peer: number, vector: number) => `peer${peer}.vector${vector}`;

/**
 * ivshmem-doorbell: the guest writes `peer << 16 | vector` to the Doorbell register at offset 12 of BAR 0 to interrupt another
 * guest. Every vector of every peer is registered. The callback looks at 16 bits of the peer and 8 bits of the vector.
 */
export const ivshmemDoorbell = defineCaller<DeviceState>({
  name: 'ivshmem-doorbell',
  title: 'ivshmem with interrupts: the Doorbell register of BAR 0',
  source:
    'ivshmem_add_eventfd, close_peer_eventfds, ivshmem_io_write, ivshmem_mmio_ops (hw/misc/ivshmem.c, QEMU 7.2; hw/misc/ivshmem-pci.c since 10.0)',
  note: 'the callback takes 8 bits of the vector, where the device specification has 16 and says that others are ignored',
  regions: [
    {
      region: 'bar0',
      size: 0x100n,
      endianness: 'little',
      impl: { min: 4, max: 4 },
      address: 0x1000n,
      movesTo: 0x3000n,
    },
  ],
  initial: { peers: [] },
  events: ({ peers }) =>
    Array.from({ length: mostPeers }, (_, peer) =>
      peers.includes(peer) ? `peer ${peer} leaves` : `peer ${peer} joins`,
    ),
  after: ({ peers }, event) => {
    const peer = Number(event.split(' ')[1]);
    const others = peers.filter((other) => other !== peer);
    return { peers: event.endsWith('joins') ? [...others, peer].sort() : others };
  },
  registrations: ({ peers }) =>
    peers.flatMap((peer) =>
      Array.from(
        { length: vectors },
        (_, vector): CallerRegistration => ({
          region: 'bar0',
          offset: doorbell,
          size: 4,
          data: BigInt((peer << 16) | vector),
          notifier: vectorOf(peer, vector),
        }),
      ),
    ),
  callback: ({ peers }, { offset, value }) => {
    if ((offset & 0xfcn) !== doorbell) return nobody;
    const peer = Number((value >> 16n) & 0xffffn);
    const vector = Number(value & 0xffn);
    return peers.includes(peer) && vector < vectors ? { notify: [vectorOf(peer, vector)] } : nobody;
  },
  writes: [
    { region: 'bar0', offset: doorbell, size: 4, data: 0x0n },
    { region: 'bar0', offset: doorbell, size: 4, data: 0x1_0001n },
    // The same in the other byte order: what a driver stores that does not swap.
    { region: 'bar0', offset: doorbell, size: 4, data: 0x0100_0100n },
    // No vector of this number; and one that differs in the bits that the callback does not look at.
    { region: 'bar0', offset: doorbell, size: 4, data: 0x1_0009n },
    { region: 'bar0', offset: doorbell, size: 4, data: 0x1_0101n },
    { region: 'bar0', offset: doorbell, size: 2, data: 0x1n },
    { region: 'bar0', offset: doorbell + 1n, size: 1, data: 0x1n },
    { region: 'bar0', offset: 8n, size: 8, data: 0x1_0001_0000_0000n },
    { region: 'bar0', offset: 10n, size: 4, data: 0x1_0001n },
  ],
});
