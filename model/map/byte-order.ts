/** Byte order: a device's, and values as bytes. */
import type { ByteOrder } from '../vocabulary/vocabulary.ts';
import type { Region } from './region.ts';

/** The device's byte order (`memory_region_big_endian`). */
export function byteOrderOf(region: Region, target: ByteOrder): ByteOrder {
  return region.endianness === 'native' ? target : region.endianness;
}

/** The number that `bytes`, in memory order, hold in a byte order. */
export function valueOfBytes(bytes: readonly number[], order: ByteOrder): bigint {
  const append = (value: bigint, byte: number) => (value << 8n) | BigInt(byte);
  return order === 'big' ? bytes.reduce(append, 0n) : bytes.reduceRight(append, 0n);
}

/** The bytes of a store of `size` bytes, in memory order. */
export function bytesOf(value: bigint, size: number, order: ByteOrder): number[] {
  const bytes = Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
  return order === 'big' ? bytes.reverse() : bytes;
}
