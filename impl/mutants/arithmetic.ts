/** Mistakes with numbers of 64 bits: in doubles, in halves, and at their end. */

import { MemoryCore } from '../optimized/dispatch/memory-core.ts';
import type { WriteSink } from '../optimized/dispatch/write-sink.ts';
import { EventfdRules } from '../optimized/map/eventfd-rules.ts';
import type { FlatRange } from '../optimized/map/flat-range.ts';
import type { Region } from '../optimized/map/region.ts';
import { Renderer } from '../optimized/map/render.ts';
import { OptimizedMemory } from '../optimized/optimized-memory.ts';
import type { Ioeventfd } from '../optimized/tables/ioeventfd.ts';
import type { IoOptions } from '../optimized/tables/traits.ts';
import { greater, highHalf, join, lesser, lowHalf, spaceEnd } from '../optimized/tables/wide.ts';
import { allProfiles, type Mutant, mutant } from './mutant.ts';
import {
  addressOf,
  ioeventfdAt,
  type StoreArguments,
  Teller,
  withMemory,
  withParts,
  withRenderer,
  withRules,
  withTeller,
} from './parts.ts';

/** Where a write goes is computed wrongly. */
abstract class OtherAddress extends OptimizedMemory {
  protected abstract addressOf(high: number, low: number): bigint;

  override writeWord(...[space, high, low, ...store]: StoreArguments): void {
    const address = this.addressOf(high, low);
    super.writeWord(space, highHalf(address), lowHalf(address), ...store);
  }

  override writeBytes(space: 0 | 1, high: number, low: number, bytes: Uint8Array, sink: WriteSink): void {
    const address = this.addressOf(high, low);
    super.writeBytes(space, highHalf(address), lowHalf(address), bytes, sink);
  }
}

class AddressOf32Bits extends OtherAddress {
  protected override addressOf(_high: number, low: number): bigint {
    return join(0, low);
  }
}

class AddressInDouble extends OtherAddress {
  protected override addressOf(high: number, low: number): bigint {
    return BigInt((high >>> 0) * 2 ** 32 + (low >>> 0));
  }
}

class SignedLowHalf extends OtherAddress {
  protected override addressOf(high: number, low: number): bigint {
    return BigInt.asUintN(64, (BigInt(high) << 32n) + BigInt(low | 0));
  }
}

class DataInDouble extends EventfdRules {
  override keptData(region: Region, size: number, data = 0n): readonly [number, number] {
    return super.keptData(region, size, BigInt(Number(data)));
  }
}

/** Where a write goes on after an access is computed wrongly. */
abstract class OtherPath extends MemoryCore {
  /** The address after `length` bytes, or undefined where the write ends there. */
  protected abstract after(address: bigint, length: number): bigint | undefined;

  override writeLaidOut(
    space: 0 | 1,
    addressHigh: number,
    addressLow: number,
    from: number,
    to: number,
    sink: WriteSink,
  ): void {
    let address: bigint | undefined = join(addressHigh, addressLow);
    for (let at = from; at < to && address !== undefined; ) {
      const place = [highHalf(address), lowHalf(address)] as const;
      const length = this.writePart(space, this.views[space], ...place, at, to, sink);
      address = this.after(address, length);
      at += length;
    }
  }
}

class CarryLost extends OtherPath {
  protected override after(address: bigint, length: number): bigint {
    return join(highHalf(address), lowHalf(address + BigInt(length)));
  }
}

class EndsAtTheEnd extends OtherPath {
  protected override after(address: bigint, length: number): bigint | undefined {
    const next = address + BigInt(length);
    return next < spaceEnd ? next : undefined;
  }
}

class EndAt2To64 extends Renderer {
  override clip(range: FlatRange): { start: bigint; end: bigint } {
    const { start, end } = super.clip(range);
    // The end of the last range of all is 0 modulo 2^64.
    const isLast = range.region.terminates && end === spaceEnd;
    return { start, end: isLast ? 0n : end };
  }
}

class LastByteOfAll extends Renderer {
  override clip({ region, base, start, end }: FlatRange): { start: bigint; end: bigint } {
    const most = lesser(base + region.size, 0xffff_ffff_ffff_ffffn);
    return { start: greater(base, start), end: lesser(most, end) };
  }
}

class SizesOf64Bits extends OptimizedMemory {
  override createIo(name: string, size: bigint, options?: IoOptions): Region {
    return super.createIo(name, BigInt.asUintN(64, size), options);
  }

  override createContainer(name: string, size: bigint): Region {
    // The roots, of which one has 2^64 bytes, are made in the constructor.
    const isRoot = this.regions.length < 2;
    return super.createContainer(name, isRoot ? size : BigInt.asUintN(64, size));
  }

  override createAlias(name: string, size: bigint, target: Region, targetOffset?: bigint): Region {
    return super.createAlias(name, BigInt.asUintN(64, size), target, targetOffset);
  }

  override resize(region: Region, size: bigint): ReturnType<OptimizedMemory['resize']> {
    return super.resize(region, BigInt.asUintN(64, size));
  }
}

class ToldIn32Bits extends Teller {
  override added(space: 0 | 1, ioeventfd: Ioeventfd): void {
    super.added(space, { ...ioeventfd, addressHigh: 0 });
  }

  override deleted(space: 0 | 1, ioeventfd: Ioeventfd): void {
    super.deleted(space, { ...ioeventfd, addressHigh: 0 });
  }
}

class ToldInDoubles extends Teller {
  override added(space: 0 | 1, ioeventfd: Ioeventfd): void {
    super.added(space, ioeventfdAt(ioeventfd, BigInt(Number(addressOf(ioeventfd)))));
  }

  override deleted(space: 0 | 1, ioeventfd: Ioeventfd): void {
    super.deleted(space, ioeventfdAt(ioeventfd, BigInt(Number(addressOf(ioeventfd)))));
  }
}

const all = { profiles: allProfiles } as const;

export const arithmeticMutants: readonly Mutant[] = [
  mutant('address-truncated-to-32-bits', withMemory(AddressOf32Bits), {
    ...all,
    clause: 'M7',
    story: 'Addresses of writes are cut to 32 bits.',
    reenacts: "QEMU's target_phys_addr_t had 32 bits on 32-bit targets.",
  }),
  mutant('host-address-truncated-to-32-bits', withTeller(ToldIn32Bits), {
    ...all,
    clause: 'H2',
    story: 'The host is told addresses of 32 bits.',
    reenacts: 'kvm_set_ioeventfd_mmio_long took its address as a uint32_t.',
  }),
  mutant('rounding-at-2-53', withMemory(AddressInDouble), {
    ...all,
    clause: 'M7',
    story: 'Addresses of writes are held in doubles, which round from 2^53 on.',
  }),
  mutant('host-address-rounded-at-2-53', withTeller(ToldInDoubles), {
    ...all,
    clause: 'H2',
    story: 'The host is told addresses that have been doubles.',
  }),
  mutant('data-rounded-at-2-53', withRules(DataInDouble), {
    ...all,
    clause: 'R3',
    story: 'Match data are held in doubles, which round from 2^53 on.',
  }),
  mutant('signed-32-bit-halves', withMemory(SignedLowHalf), {
    ...all,
    clause: 'M7',
    story: 'The low half of an address is taken for a signed number when the halves are put together.',
  }),
  mutant('carry-lost-between-halves', withParts({ core: (wiring) => new CarryLost(wiring) }), {
    ...all,
    clause: 'S1',
    story: 'A write that passes a multiple of 2^32 goes on 2^32 bytes too low.',
  }),
  mutant('write-ends-at-2-64', withParts({ core: (wiring) => new EndsAtTheEnd(wiring) }), {
    ...all,
    clause: 'M7',
    story: 'A write that reaches the end of the space does not go on at 0.',
  }),
  mutant('end-of-range-at-2-64', withRenderer(new EndAt2To64()), {
    ...all,
    clause: 'M7',
    story: 'A region that ends at 2^64 ends at 0, and is not visible.',
  }),
  mutant('last-byte-of-the-space-hidden', withRenderer(new LastByteOfAll()), {
    ...all,
    clause: 'M7',
    story: 'Ends of ranges stop at 2^64 - 1, so that nothing answers at the last byte of all.',
    reenacts: 'Sizes in QEMU were 64-bit numbers, in which 2^64 had to be written as 2^64 - 1.',
  }),
  mutant('size-2-64-is-0', withMemory(SizesOf64Bits), {
    ...all,
    clause: 'M7',
    story: 'A region of 2^64 bytes has size 0.',
    reenacts: "Before Int128, the size of QEMU's whole memory did not fit its type.",
  }),
];
