/** Mistakes between a write and its eventfd or callback: clauses D1 to D3, D6 and S. */

import { MemoryCore } from '../optimized/dispatch/memory-core.ts';
import type { WriteSink } from '../optimized/dispatch/write-sink.ts';
import type { Region } from '../optimized/map/region.ts';
import { OptimizedMemory } from '../optimized/optimized-memory.ts';
import {
  accessLength,
  allProbes,
  anyDataProbe,
  anySizeProbe,
  bigEndianBit,
  type IoOptions,
  implMaxShift,
  implMinShift,
  isAccepted,
  matchDataProbe,
  ramBit,
  validMinShift,
} from '../optimized/tables/traits.ts';
import { highHalf, join, lesser, lowHalf, spaceEnd } from '../optimized/tables/wide.ts';
import { allProfiles, type Mutant, matchedInCore, mutant } from './mutant.ts';
import {
  type AccessArguments,
  type CallArguments,
  everyAccess,
  LaidOutPath,
  PassingSink,
  rangeAt,
  type StoreArguments,
  withCore,
  withMemory,
  withParts,
} from './parts.ts';

/** The notifier that an access signals, or -1. */
function matchOf(core: MemoryCore, ...[space, addressHigh, addressLow, ...call]: AccessArguments): number {
  const [region, traits, offsetHigh, offsetLow, size, high, low] = call;
  return core.match(space, addressHigh, addressLow, region, traits, offsetHigh, offsetLow, size, high, low);
}

class BothFire extends MemoryCore {
  override access(...access: AccessArguments): void {
    super.access(...access);
    const [, , , , traits, , offsetLow, size] = access;
    const [, , , ...call] = access;
    if (isAccepted(traits, offsetLow, size) && matchOf(this, ...access) >= 0) this.call(...call);
  }
}

class NeitherFires extends MemoryCore {
  override access(...access: AccessArguments): void {
    const [, , , , traits, , offsetLow, size] = access;
    if (isAccepted(traits, offsetLow, size) && matchOf(this, ...access) >= 0) return;
    super.access(...access);
  }
}

class EveryMatchSignals extends MemoryCore {
  override access(...access: AccessArguments): void {
    const [, , , region, traits, offsetHigh, offsetLow, size, high, low, sink] = access;
    if (!isAccepted(traits, offsetLow, size)) {
      super.access(...access);
      return;
    }
    const rest = traits & ~allProbes;
    const found = [anySizeProbe, anyDataProbe, matchDataProbe]
      .filter((probe) => (traits & probe) !== 0)
      .map((probe) => this.store.match(rest | probe, region, offsetHigh, offsetLow, size, high, low))
      .filter((notifier) => notifier >= 0);
    if (found.length === 0) super.access(...access);
    for (const notifier of found) sink.signal(notifier);
  }
}

class SizeIgnored extends MemoryCore {
  override access(...access: AccessArguments): void {
    const [space, high, low, region, traits, offsetHigh, offsetLow, size, valueHigh, valueLow, sink] = access;
    for (const other of isAccepted(traits, offsetLow, size) ? [size, 1, 2, 4, 8] : []) {
      const call = [region, traits, offsetHigh, offsetLow, other, valueHigh, valueLow, sink] as const;
      const notifier = matchOf(this, space, high, low, ...call);
      if (notifier >= 0) {
        sink.signal(notifier);
        return;
      }
    }
    super.access(...access);
  }
}

class ValidAfterMatch extends MemoryCore {
  override access(...access: AccessArguments): void {
    const notifier = matchOf(this, ...access);
    if (notifier >= 0) access[10].signal(notifier);
    else super.access(...access);
  }
}

class MatchBeforeSplit extends LaidOutPath {
  override write(...store: StoreArguments): void {
    const [space, addressHigh, addressLow, size, dataHigh, dataLow, sink] = store;
    const { core } = this;
    const range = this.bus === undefined ? rangeAt(core.views[space], addressHigh, addressLow) : undefined;
    if (range !== undefined && (range.region.traits & ramBit) === 0) {
      core.layOut(size, dataHigh, dataLow);
      const isBig = (range.region.traits & bigEndianBit) !== 0;
      const most = Math.min(size, 4);
      const low = core.gather(isBig ? size - most : 0, most, isBig);
      const high = size === 8 ? core.gather(isBig ? 0 : 4, 4, isBig) : 0;
      const offset = join(addressHigh, addressLow) - range.base;
      const halves = [highHalf(offset), lowHalf(offset)] as const;
      const { number, traits } = range.region;
      const place = [space, addressHigh, addressLow, number, traits, ...halves] as const;
      const notifier = core.match(...place, size, high, low);
      if (notifier >= 0) {
        sink.signal(notifier);
        return;
      }
    }
    super.write(...store);
  }
}

class MatchAgain extends PassingSink {
  readonly #core: MemoryCore;
  readonly #call: CallArguments;

  constructor(core: MemoryCore, call: CallArguments) {
    super(call[7]);
    this.#core = core;
    this.#call = call;
  }

  override callback(...call: Parameters<WriteSink['callback']>): void {
    const [region, traits, , , size] = this.#call;
    const [, offsetHigh, offsetLow, step, high, low] = call;
    const notifier =
      step === size ? -1 : this.#core.store.match(traits, region, offsetHigh, offsetLow, step, high, low);
    if (notifier >= 0) this.sink.signal(notifier);
    else this.sink.callback(...call);
  }
}

class MatchedAgainOnPieces extends MemoryCore {
  override call(...call: CallArguments): void {
    const [region, traits, offsetHigh, offsetLow, size, high, low] = call;
    super.call(region, traits, offsetHigh, offsetLow, size, high, low, new MatchAgain(this, call));
  }
}

class ClampedAtTheEnd extends MemoryCore {
  override writeLaidOut(
    space: 0 | 1,
    addressHigh: number,
    addressLow: number,
    from: number,
    to: number,
    sink: WriteSink,
  ): void {
    const range = rangeAt(this.views[space], addressHigh, addressLow);
    const inRange = range === undefined ? spaceEnd : range.end - join(addressHigh, addressLow);
    const left = Number(lesser(inRange, BigInt(to - from)));
    super.writeLaidOut(space, addressHigh, addressLow, from, from + left, sink);
    if (left === to - from) return;
    const next = (addressLow + left) | 0;
    const nextHigh = next >>> 0 < addressLow >>> 0 ? (addressHigh + 1) | 0 : addressHigh;
    this.writeLaidOut(space, nextHigh, next, from + left, to, sink);
  }
}

class WidenedMatches extends MemoryCore {
  override access(...access: AccessArguments): void {
    const [space, addressHigh, addressLow, region, traits, offsetHigh, offsetLow, size, high, low, sink] =
      access;
    const least = (traits >> implMinShift) & 15;
    if (isAccepted(traits, offsetLow, size) && least > size) {
      const call = [region, traits, offsetHigh, offsetLow, least, high, low, sink] as const;
      const notifier = matchOf(this, space, addressHigh, addressLow, ...call);
      if (notifier >= 0) {
        sink.signal(notifier);
        return;
      }
    }
    super.access(...access);
  }
}

class OffsetsOfPiecesLost extends PassingSink {
  readonly #call: CallArguments;

  constructor(call: CallArguments) {
    super(call[7]);
    this.#call = call;
  }

  override callback(...[region, , , step, high, low]: Parameters<WriteSink['callback']>): void {
    this.sink.callback(region, this.#call[2], this.#call[3], step, high, low);
  }
}

class PiecesAtOneOffset extends MemoryCore {
  override callAdjusted(...call: CallArguments): void {
    const [region, traits, offsetHigh, offsetLow, size, high, low] = call;
    super.callAdjusted(region, traits, offsetHigh, offsetLow, size, high, low, new OffsetsOfPiecesLost(call));
  }
}

class PiecesLittleEndian extends MemoryCore {
  override callAdjusted(...[region, traits, ...access]: CallArguments): void {
    super.callAdjusted(region, traits & ~bigEndianBit, ...access);
  }
}

class NativeIsLittle extends OptimizedMemory {
  override createIo(name: string, size: bigint, options: IoOptions = {}): Region {
    const { endianness = 'native' } = options;
    return super.createIo(name, size, {
      ...options,
      endianness: endianness === 'native' ? 'little' : endianness,
    });
  }
}

class MaximumOf8 extends OptimizedMemory {
  override createIo(name: string, size: bigint, options: IoOptions = {}): Region {
    const { valid = {} } = options;
    return super.createIo(
      name,
      size,
      valid.max ? options : { ...options, valid: { ...valid, min: 0, max: 8 } },
    );
  }
}

class NeverCutToAlignment extends OptimizedMemory {
  override createIo(name: string, size: bigint, options: IoOptions = {}): Region {
    return super.createIo(name, size, { ...options, impl: { ...options.impl, unaligned: true } });
  }
}

class UnalignedSwapped extends OptimizedMemory {
  override createIo(name: string, size: bigint, options: IoOptions = {}): Region {
    const { valid = {}, impl = {} } = options;
    const exchanged = {
      valid: { ...valid, unaligned: impl.unaligned ?? false },
      impl: { ...impl, unaligned: valid.unaligned ?? false },
    };
    return super.createIo(name, size, { ...options, ...exchanged });
  }
}

class LeastWithoutMost extends OptimizedMemory {
  override createIo(name: string, size: bigint, options: IoOptions = {}): Region {
    const region = super.createIo(name, size, options);
    region.traits |= (options.valid?.min ?? 0) << validMinShift;
    return region;
  }
}

class DefaultMostWins extends OptimizedMemory {
  override createIo(name: string, size: bigint, options: IoOptions = {}): Region {
    const region = super.createIo(name, size, options);
    const most = (region.traits >> implMaxShift) & 15;
    const least = Math.min(most, (region.traits >> implMinShift) & 15);
    region.traits = (region.traits & ~(15 << implMinShift)) | (least << implMinShift);
    return region;
  }
}

type PartArguments = Parameters<MemoryCore['writePart']>;

class DecodeErrorEnds extends MemoryCore {
  override writePart(...part: PartArguments): number {
    const [, view, addressHigh, addressLow, from, to] = part;
    const length = super.writePart(...part);
    return view.find(addressHigh, addressLow) === 0 ? to - from : length;
  }
}

class UnassignedNotAligned extends MemoryCore {
  override writePart(...part: PartArguments): number {
    const [, view, addressHigh, addressLow, from, to, sink] = part;
    if (view.find(addressHigh, addressLow) !== 0) return super.writePart(...part);
    const length = accessLength(4, 0, to - from);
    this.flushRam(sink);
    sink.unassigned(addressHigh, addressLow, length);
    return length;
  }
}

const core = { profiles: matchedInCore } as const;
const all = { profiles: allProfiles } as const;

export const dispatchMutants: readonly Mutant[] = [
  mutant('eventfd-and-callback-both-fire', withCore(BothFire), {
    ...core,
    clause: 'D2',
    story: 'After the signal the callback is called, too.',
  }),
  mutant('neither-fires', withCore(NeitherFires), {
    ...core,
    clause: 'D2',
    story: 'A matched access is left to a kernel that is not there: no signal, no callback.',
  }),
  mutant('two-notifiers-signalled', withCore(EveryMatchSignals), {
    profiles: ['tcg'],
    clause: 'D2',
    story: 'Every registration that matches is signalled instead of the first.',
  }),
  mutant('size-ignored', withCore(SizeIgnored), {
    ...core,
    clause: 'D1',
    story: 'A write of any size fires a registration at its address.',
  }),
  mutant('valid-checked-after-the-match', withCore(ValidAfterMatch), {
    ...core,
    clause: 'D6',
    story: 'An access that the region does not accept signals.',
    reenacts: "Under KVM this is so: the kernel does not know a region's valid sizes.",
  }),
  mutant(
    'match-before-the-split',
    withParts({ ...everyAccess, slowPath: (wiring) => new MatchBeforeSplit(wiring) }),
    {
      ...core,
      clause: 'S1',
      story: 'The whole store is compared, and only what matches nothing is split.',
      reenacts: "Under KVM this is so: the kernel's bus sees the CPU's store as a whole.",
    },
  ),
  mutant('match-looked-up-again-on-split-pieces', withCore(MatchedAgainOnPieces), {
    ...core,
    clause: 'S5',
    story: 'The pieces that an access is split into for the callback are compared again.',
  }),
  mutant('access-clamped-at-the-regions-end', withCore(ClampedAtTheEnd), {
    ...core,
    clause: 'S3',
    story: 'An access that begins in a region and ends after it is cut at the end of the range.',
    reenacts:
      'address_space_translate_internal clamps at the end for RAM, and must not for device registers.',
  }),
  mutant('widened-access-matches-widened', withCore(WidenedMatches), {
    ...core,
    clause: 'S5',
    story: 'A narrow access that the callback gets widened is compared as a wide one.',
  }),
  mutant('pieces-at-one-offset', withCore(PiecesAtOneOffset), {
    ...all,
    clause: 'S6',
    story: 'All pieces of a split access are called back with the offset of the first.',
  }),
  mutant('pieces-of-big-endian-devices-reversed', withCore(PiecesLittleEndian), {
    ...all,
    clause: 'S6',
    story: 'Split and widened accesses take their bytes from the low end, on big-endian devices, too.',
    reenacts: 'access_with_adjusted_size once shifted alike for both byte orders.',
  }),
  mutant('native-is-little-endian', withMemory(NativeIsLittle), {
    ...all,
    clause: 'S7',
    story: 'A device of native byte order is taken for a little-endian one on every target.',
  }),
  mutant('accesses-of-8-by-default', withMemory(MaximumOf8), {
    ...all,
    clause: 'S2',
    story: 'Without valid.max an access has up to 8 bytes instead of 4.',
  }),
  mutant('access-not-cut-to-alignment', withMemory(NeverCutToAlignment), {
    ...all,
    clause: 'S2',
    story: 'Accesses are as long as what is left to write, whatever the alignment of their offset.',
  }),
  mutant('unaligned-of-valid-and-impl-exchanged', withMemory(UnalignedSwapped), {
    ...all,
    clause: 'S8',
    story: 'valid.unaligned is read where impl.unaligned is meant, and the other way round.',
  }),
  mutant('valid-min-without-max-counts', withMemory(LeastWithoutMost), {
    ...all,
    clause: 'S8',
    story: 'valid.min counts although valid.max was left out.',
  }),
  mutant('default-impl-max-beats-impl-min', withMemory(DefaultMostWins), {
    ...all,
    clause: 'S6',
    story: 'A callback that implements nothing below 8 bytes is called with 4, the default maximum.',
  }),
  mutant('decode-error-ends-the-write', withParts({ core: (wiring) => new DecodeErrorEnds(wiring) }), {
    ...all,
    clause: 'S1',
    story: 'What comes after an unassigned address is not written.',
  }),
  mutant(
    'unassigned-space-not-cut-to-alignment',
    withParts({ core: (wiring) => new UnassignedNotAligned(wiring) }),
    {
      ...all,
      clause: 'S4',
      story:
        'A write to unassigned space is cut into four bytes each, whatever the alignment of the address.',
    },
  ),
];
