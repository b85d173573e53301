/** Byte order: a device's, and values as bytes. */
import type { ByteOrder } from '../vocabulary/vocabulary.ts';
import type { Region } from './region.ts';

/** The device's byte order (`memory_region_big_endian`). */
export function byteOrderOf(region: Region, target: ByteOrder): ByteOrder {
  return region.endianness === 'native' ? target : region.endianness;
}

/** Room for one number of 64 bits, in which it is turned into bytes and back. */
const room = new DataView(new ArrayBuffer(8));

/** The number that `bytes`, at most 8 and in memory order, hold in a byte order. */
export function valueOfBytes(bytes: readonly number[], order: ByteOrder): bigint {
  const first = firstByte(bytes.length, order);
  room.setBigUint64(0, 0n);
  for (const [i, byte] of bytes.entries()) room.setUint8(first + i, byte);
  return room.getBigUint64(0, order === 'little');
}

/** The bytes of a store of `size` bytes, in memory order. */
export function bytesOf(value: bigint, size: number, order: ByteOrder): number[] {
  const first = firstByte(size, order);
  room.setBigUint64(0, value, order === 'little');
  const bytes: number[] = [];
  for (let i = 0; i < size; i++) bytes.push(room.getUint8(first + i));
  return bytes;
}

/** Where the low `size` bytes of a number of 64 bits begin. */
function firstByte(size: number, order: ByteOrder): number {
  return order === 'big' ? 8 - size : 0;
}
