/** Drivers, as lists of commands of the qtest protocol. */
import type { Space } from '../../../model/vocabulary/vocabulary.ts';
import { type Board, littleEndian } from './board.ts';
import type { CallerDevice } from './machine.ts';

/** Guest RAM for queues, which is all zeros: nothing is ever in them. */
const queueRam = 0x20_0000n;
/** Bytes for a queue. */
const queueBytes = 0x4000n;

/** Writes registers from an address on, which are little endian. */
function registersAt(board: Board, space: Space, base: bigint) {
  return (offset: number, value: number | bigint, size: 1 | 2 | 4): string =>
    board.write(space, base + BigInt(offset), littleEndian(BigInt(value), size)) ?? '';
}

type Registers = ReturnType<typeof registersAt>;

/** Places the device's BAR and switches everything on: I/O, memory, and DMA. */
export function placeCommands(
  { slot, region }: CallerDevice,
  address: bigint,
  board: Board,
): readonly string[] {
  return [
    ...board.configuration(slot, region.register, address, 4),
    ...(region.space === 'memory' ? board.configuration(slot, region.register + 4, 0n, 4) : []),
    ...board.configuration(slot, 4, 7n, 2),
  ];
}

/** The device answers nowhere. */
export function hideCommands({ slot }: CallerDevice, board: Board): readonly string[] {
  return board.configuration(slot, 4, 4n, 2);
}

/** Resets a device, and sets up these queues. Without any, virtio stays reset; nvme has its queues of administration. Its BAR is at `address` meanwhile. */
export function setUpCommands(
  device: CallerDevice,
  address: bigint,
  queues: readonly number[],
  board: Board,
): readonly string[] {
  switch (device.kind) {
    case 'virtio-modern':
      return virtioModern(registersAt(board, 'memory', address), queues);
    case 'virtio-legacy':
      return virtioLegacy(registersAt(board, 'io', address), queues);
    case 'nvme':
      return nvme(registersAt(board, 'memory', address), queues);
  }
}

/** Resets a device, which then does nothing. */
export function resetCommands(
  { kind, region }: CallerDevice,
  address: bigint,
  board: Board,
): readonly string[] {
  const at = registersAt(board, region.space, address);
  if (kind === 'nvme') return [at(0x14, 0, 4)];
  return kind === 'virtio-modern' ? virtioModern(at, []) : virtioLegacy(at, []);
}

const placeOfQueue = (queue: number) => queueRam + BigInt(queue) * queueBytes;

/** struct virtio_pci_common_cfg: features are VIRTIO_F_VERSION_1 alone. */
function virtioModern(at: Registers, queues: readonly number[]): readonly string[] {
  if (queues.length === 0) return [at(0x14, 0, 1)];
  return [
    ...[at(0x14, 0, 1), at(0x14, 1, 1), at(0x14, 3, 1)],
    ...[at(0x08, 1, 4), at(0x0c, 1, 4), at(0x08, 0, 4), at(0x0c, 0, 4), at(0x14, 0x0b, 1)],
    ...queues.flatMap((queue) => {
      const ring = placeOfQueue(queue);
      return [
        ...[at(0x16, queue, 2), at(0x18, 16, 2), at(0x20, ring, 4), at(0x24, 0, 4)],
        ...[at(0x28, ring + 0x1000n, 4), at(0x2c, 0, 4), at(0x30, ring + 0x2000n, 4), at(0x34, 0, 4)],
        at(0x1c, 1, 2),
      ];
    }),
    at(0x14, 0x0f, 1),
  ];
}

/** linux/virtio_pci.h: VIRTIO_PCI_GUEST_FEATURES, _QUEUE_SEL, _QUEUE_PFN, _STATUS. */
function virtioLegacy(at: Registers, queues: readonly number[]): readonly string[] {
  if (queues.length === 0) return [at(0x12, 0, 1)];
  return [
    ...[at(0x12, 0, 1), at(0x12, 3, 1), at(0x04, 0, 4)],
    ...queues.flatMap((queue) => [at(0x0e, queue, 2), at(0x08, placeOfQueue(queue) >> 12n, 4)]),
    at(0x12, 7, 1),
  ];
}

/** Where the queues of administration are, and the buffer of shadow doorbells. */
const adminSubmission = 0x10_0000n;
const adminCompletion = 0x10_1000n;
const shadowDoorbells = 0x10_2000n;
const eventIndexes = 0x10_3000n;
const entries = 16;

/** An entry of the submission queue: opcode, and the words from 6 on, 32 bits each. */
function entry(opcode: number, words: Readonly<Record<number, number | bigint>>): string {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32LE(opcode, 0);
  for (const [index, word] of Object.entries(words)) bytes.writeUInt32LE(Number(word), 4 * Number(index));
  return bytes.toString('hex');
}

function submit(commands: readonly string[]): string {
  return `write 0x${adminSubmission.toString(16)} 0x${(64 * commands.length).toString(16)} 0x${commands.join('')}`;
}

/**
 * Once a device is set up: the guest rings the doorbell of administration later, too, and what lies in that queue is done again. So nothing
 * lies there that means anything.
 */
export function afterSetUp({ kind }: CallerDevice): readonly string[] {
  return kind === 'nvme' ? [submit(Array.from({ length: entries }, () => entry(0x7f, {})))] : [];
}

/** NVM Express base specification: the controller is enabled, shadow doorbells are set up, then pairs of queues are created. */
function nvme(at: Registers, queues: readonly number[]): readonly string[] {
  const commands = [
    entry(0x7c, { 6: shadowDoorbells, 8: eventIndexes }),
    ...queues.flatMap((queue) => [
      // Create I/O completion queue, then the submission queue for it; both physically contiguous.
      entry(0x05, { 6: placeOfQueue(queue), 10: ((entries - 1) << 16) | queue, 11: 1 }),
      entry(0x01, {
        6: placeOfQueue(queue) + 0x1000n,
        10: ((entries - 1) << 16) | queue,
        11: (queue << 16) | 1,
      }),
    ]),
  ];
  const clear = `memset 0x${shadowDoorbells.toString(16)} 0x2000 0x0`;
  return [
    ...[at(0x14, 0, 4), clear, submit(commands)],
    ...[at(0x24, ((entries - 1) << 16) | (entries - 1), 4)],
    ...[at(0x28, adminSubmission, 4), at(0x2c, 0, 4), at(0x30, adminCompletion, 4), at(0x34, 0, 4)],
    // Entries of 64 and of 16 bytes.
    at(0x14, (4 << 20) | (6 << 16) | 1, 4),
    at(0x1000, commands.length, 4),
  ];
}
