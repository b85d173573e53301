/** Boards that devices are put into: how they are started, and how a driver reaches configuration space, memory and ports by qtest. */
import type { ByteOrder, Space } from '../../../model/vocabulary/vocabulary.ts';
import { configurationWriteByPorts, qtestWrite } from '../world/commands.ts';

export type Board = {
  /** Of its CPU. */
  readonly target: ByteOrder;
  /** For the command line, without devices; that of a world, if left out. */
  readonly arguments?: (image: string) => readonly string[];
  /** Writes a register of a function on the first bus. */
  readonly configuration: (slot: number, register: number, value: bigint, bytes: 2 | 4) => readonly string[];
  /** Writes bytes in memory order; undefined where no command does. */
  readonly write: (space: Space, address: bigint, bytes: string) => string | undefined;
  /** What an address of a space is in the trace. */
  readonly traced: (space: Space, address: bigint) => bigint;
  /** Whether the program for its CPU is ours. */
  readonly hasStores: boolean;
};

export const pcBoard: Board = {
  target: 'little',
  configuration: configurationWriteByPorts,
  write: qtestWrite,
  traced: (_, address) => address,
  hasStores: true,
};

/** The host bridge of g3beige (hw/pci-host/grackle.c): configuration space and ports lie in memory, little endian. */
const grackle = { address: 0xfec0_0000n, data: 0xfee0_0000n, ports: 0xfe00_0000n } as const;

/** A big-endian machine: `qemu-system-ppc`. */
export const ppcBoard: Board = {
  target: 'big',
  arguments: (image) => [
    ...['-machine', 'g3beige', '-accel', 'tcg', '-m', '64'],
    ...['-display', 'none', '-nodefaults', '-no-user-config', '-bios', image],
    ...['-trace', 'memory_region_ops_*'],
  ],
  configuration: (slot, register, value, bytes) => {
    const selected = 0x8000_0000n + BigInt((slot << 11) + (register & 0xfc));
    return [
      rawWrite(grackle.address, littleEndian(selected, 4)),
      rawWrite(grackle.data + BigInt(register & 3), littleEndian(value, bytes)),
    ];
  },
  write: (space, address, bytes) => rawWrite(space === 'io' ? grackle.ports + address : address, bytes),
  traced: (space, address) => (space === 'io' ? grackle.ports + address : address),
  hasStores: false,
};

function rawWrite(address: bigint, bytes: string): string {
  return `write 0x${address.toString(16)} 0x${(bytes.length / 2).toString(16)} 0x${bytes}`;
}

/** As hexadecimal digits, the lowest byte first. */
export function littleEndian(value: bigint, bytes: number): string {
  const digits =
    value
      .toString(16)
      .padStart(2 * bytes, '0')
      .match(/../g) ?? [];
  return digits.toReversed().join('');
}
