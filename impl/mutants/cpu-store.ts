/** Mistakes in how a store by a CPU under TCG reaches the memory core: clauses T. */

import {
  AlignedPieces,
  BytesIfUnaligned,
  type CpuStore,
  cpuStoreOf,
  type TranslatedStore,
} from '../optimized/dispatch/cpu-store.ts';
import type { MemoryCore } from '../optimized/dispatch/memory-core.ts';
import type { WriteSink } from '../optimized/dispatch/write-sink.ts';
import { FlatView } from '../optimized/map/flat-view.ts';
import {
  deltaHighField,
  deltaLowField,
  lastHighField,
  lastLowField,
  pageMask,
  regionField,
  traitsField,
} from '../optimized/map/slot.ts';
import { OptimizedMemory } from '../optimized/optimized-memory.ts';
import { accessLength, isAccepted, ramBit } from '../optimized/tables/traits.ts';
import { isBelow, join } from '../optimized/tables/wide.ts';
import { type MakeMutant, type Mutant, mutant } from './mutant.ts';
import { withMemory, withParts } from './parts.ts';

type Rule = 'aligned-pieces' | 'bytes-if-unaligned';

/** The map under TCG where a CPU stores like this; `address_space_write` stays as it is. */
function storing(rules: Readonly<Record<Rule, new (core: MemoryCore) => CpuStore>>): MakeMutant {
  return withParts({
    cpuStore: (wiring) => {
      const { cpuStore, core } = wiring;
      return cpuStore === 'address-space-write' ? cpuStoreOf(wiring) : new rules[cpuStore](core);
    },
  });
}

/** A mistake that is the same in both rules of cutting. */
function both(mistake: (rule: Base) => Base): MakeMutant {
  return storing({
    'aligned-pieces': mistake(AlignedPieces),
    'bytes-if-unaligned': mistake(BytesIfUnaligned),
  });
}

/** Either rule of cutting. */
interface CuttingStore extends TranslatedStore {
  pieceLength(addressLow: number, left: number, isWhole: boolean): number;
}
type Base = new (core: MemoryCore) => CuttingStore;
type Piece = Parameters<TranslatedStore['writePiece']>;

const pagesAsSubpages = (base: Base): Base =>
  class extends base {
    override fillsPage(): boolean {
      return false;
    }
  };

const subpagesAsPages = (base: Base): Base =>
  class extends base {
    override fillsPage(): boolean {
      return true;
    }
  };

const pageByItsStart = (base: Base): Base =>
  class extends base {
    override fillsPage(view: FlatView, at: number, addressHigh: number, addressLow: number): boolean {
      const first = view.find(addressHigh, addressLow & ~pageMask);
      return first === at;
    }
  };

const pageByItsEnd = (base: Base): Base =>
  class extends base {
    override fillsPage(view: FlatView, at: number, addressHigh: number, addressLow: number): boolean {
      const { cells } = view;
      const [lastHigh, lastLow] = [cells[at + lastHighField]!, cells[at + lastLowField]!];
      return !isBelow(lastHigh, lastLow, addressHigh, addressLow | pageMask);
    }
  };

const acceptsEverything = (base: Base): Base =>
  class extends base {
    override accepts(): boolean {
      return true;
    }
  };

const asksForTheFirst = (base: Base): Base =>
  class extends base {
    override accepts(...[view, high, low, length]: Parameters<TranslatedStore['accepts']>): boolean {
      const at = view.find(high, low);
      const traits = view.cells[at + traitsField]!;
      if (at === 0 || (traits & ramBit) !== 0) return at !== 0;
      const offset = (low + view.cells[at + deltaLowField]!) | 0;
      return isAccepted(traits, offset, accessLength(traits, low, length));
    }
  };

const asksForTheWholeAtOnce = (base: Base): Base =>
  class extends base {
    override accepts(...[view, high, low, length]: Parameters<TranslatedStore['accepts']>): boolean {
      const at = view.find(high, low);
      const traits = view.cells[at + traitsField]!;
      if (at === 0) return false;
      const offset = (low + view.cells[at + deltaLowField]!) | 0;
      return (traits & ramBit) !== 0 || isAccepted(traits, offset, length);
    }
  };

const namedByTheLastByte = (base: Base): Base =>
  class extends base {
    override writePiece(...[high, low, from, to, sink]: Piece): void {
      const view = this.core.views[0];
      const at = view.find(high, low);
      const isRefused =
        at !== 0 && !this.fillsPage(view, at, high, low) && !this.accepts(view, high, low, to - from);
      const last = view.find(high, (low + to - from - 1) | 0);
      if (!isRefused || last === at) {
        super.writePiece(high, low, from, to, sink);
        return;
      }
      this.core.flushRam(sink);
      if (last === 0) sink.unassigned(high, low, to - from);
      else rejectedBy(view, last, high, low, to - from, sink);
    }
  };

function rejectedBy(
  view: FlatView,
  at: number,
  high: number,
  low: number,
  size: number,
  sink: WriteSink,
): void {
  const { cells } = view;
  const offset = BigInt.asUintN(
    64,
    join(high, low) + join(cells[at + deltaHighField]!, cells[at + deltaLowField]!),
  );
  sink.rejected(cells[at + regionField]!, Number(offset >> 32n) | 0, Number(offset & 0xffffffffn) | 0, size);
}

const cutByTheRegion = (base: Base): Base =>
  class extends base {
    override writePiece(...[high, low, from, to, sink]: Piece): void {
      const view = this.core.views[0];
      const at = view.find(high, low);
      const isPage = at !== 0 && this.fillsPage(view, at, high, low);
      if (isPage) this.core.writeLaidOut(0, high, low, from, to, sink);
      else super.writePiece(high, low, from, to, sink);
    }
  };

const unassignedInFours = (base: Base): Base =>
  class extends base {
    override writePiece(...[high, low, from, to, sink]: Piece): void {
      if (this.core.views[0].find(high, low) !== 0 || to - from < 8)
        super.writePiece(high, low, from, to, sink);
      else {
        super.writePiece(high, low, from, from + 4, sink);
        super.writePiece(high, (low + 4) | 0, from + 4, to, sink);
      }
    }
  };

const portsCut = (base: Base): Base =>
  class extends base {
    override isOnePiece(space: 0 | 1, addressLow: number, size: number): boolean {
      return space === 0 && super.isOnePiece(space, addressLow, size);
    }

    override writePort(...[high, low, from, to, sink]: Parameters<TranslatedStore['writePort']>): void {
      this.core.writeLaidOut(1, high, low, from, to, sink);
    }
  };

const portsInPieces = (base: Base): Base =>
  class extends base {
    override writePort(...[high, low, from, to, sink]: Parameters<TranslatedStore['writePort']>): void {
      for (let at = from; at < to; ) {
        const address = (low + at - from) | 0;
        const length = this.pieceLength(address, to - at, (low & (to - from - 1)) === 0);
        super.writePort(high, address, at, at + length, sink);
        at += length;
      }
    }
  };

const shortRamOfPortsFilled = (base: Base): Base =>
  class extends base {
    override writePort(...[high, low, from, to, sink]: Parameters<TranslatedStore['writePort']>): void {
      const view = this.core.views[1];
      const at = view.find(high, low);
      const isRam = at !== 0 && (view.cells[at + traitsField]! & ramBit) !== 0;
      if (isRam) this.core.writeLaidOut(1, high, low, from, to, sink);
      else super.writePort(high, low, from, to, sink);
    }
  };

class LargestAlignedPieces extends AlignedPieces {
  override pieceLength(addressLow: number, left: number): number {
    const inPage = Math.min(left, pageMask + 1 - (addressLow & pageMask));
    const alignment = (addressLow & 7) | 8;
    let length = alignment & -alignment;
    while (length > inPage) length >>= 1;
    return length;
  }
}

class CountedAcrossThePage extends AlignedPieces {
  override pieceLength(addressLow: number, left: number): number {
    const alignment = left | (addressLow & 7) | 8;
    return alignment & -alignment;
  }
}

class PlannedAsPort extends FlatView {
  constructor(...[sizes, way, thresholds]: ConstructorParameters<typeof FlatView>) {
    super(sizes, way === 'paged' ? 'whole' : way, thresholds);
  }
}

class OwnWritesAsStores extends OptimizedMemory {
  override writeBytes(...[space, high, low, bytes, sink]: Parameters<OptimizedMemory['writeBytes']>): void {
    const { length } = bytes;
    if (length !== 1 && length !== 2 && length !== 4 && length !== 8) {
      super.writeBytes(space, high, low, bytes, sink);
      return;
    }
    this.core.bytes.set(bytes);
    this.slowPath.cpuStore.write(space, high, low, 0, length, (low & (length - 1)) === 0, sink);
    this.core.flushRam(sink);
  }
}

const translated = { profiles: ['tcg', 'tcg-7.2'] } as const;

export const storeMutants: readonly Mutant[] = [
  mutant('pages-taken-for-subpages', both(pagesAsSubpages), {
    ...translated,
    clause: 'T3',
    story: 'A page that one region covers is dispatched like a shared one: its pieces are cut by the region.',
    reenacts: "QEMU's own entrance, address_space_write, does so.",
  }),
  mutant('subpages-taken-for-pages', both(subpagesAsPages), {
    ...translated,
    clause: 'T6',
    story: 'The region that answers the first byte gets the whole piece, whoever shares its page.',
  }),
  mutant('page-decided-by-its-first-byte', both(pageByItsStart), {
    ...translated,
    clause: 'T6',
    story: 'A page counts as covered by one region if its first byte is in the same range.',
  }),
  mutant('page-decided-by-its-last-byte', both(pageByItsEnd), {
    ...translated,
    clause: 'T6',
    story: 'A page counts as covered by one region if its last byte is in the same range.',
  }),
  mutant('subpage-accepts-every-piece', both(acceptsEverything), {
    ...translated,
    clause: 'T6',
    story: 'A piece of which a part is refused is written as far as it is not.',
    reenacts: "QEMU's own entrance, address_space_write, does so.",
  }),
  mutant('subpage-asks-for-the-first-access-only', both(asksForTheFirst), {
    ...translated,
    clause: 'T6',
    story: 'A shared page takes a piece if its first access is accepted.',
  }),
  mutant('subpage-asks-for-the-piece-as-one-access', both(asksForTheWholeAtOnce), {
    ...translated,
    clause: 'T6',
    story: 'A shared page takes a piece only if the region would take it as one access.',
  }),
  mutant('refused-piece-named-by-its-last-byte', both(namedByTheLastByte), {
    ...translated,
    clause: 'T6',
    story: 'A refused piece is told of what answers its last byte.',
  }),
  mutant('pieces-cut-to-valid-max', both(cutByTheRegion), {
    ...translated,
    clause: 'T3',
    story:
      "On a page that one region covers, a piece is cut to the region's valid.max, and to 4 bytes by default.",
  }),
  mutant('unassigned-pieces-of-4', both(unassignedInFours), {
    ...translated,
    clause: 'T4',
    story: 'Where nothing is mapped, a piece of 8 bytes is two decode errors of 4.',
  }),
  mutant('ports-cut', both(portsCut), {
    ...translated,
    clause: 'T7',
    story: "A store to a port is cut by the region's valid.max and by alignment.",
    reenacts: "QEMU's own outw and outl (cpu_outw) did so up to 10.2.",
  }),
  mutant('ports-in-pieces', both(portsInPieces), {
    ...translated,
    clause: 'T7',
    story: 'A store to a port is cut into the pieces of a store to memory.',
  }),
  mutant('ram-of-ports-filled-up-to-its-end', both(shortRamOfPortsFilled), {
    ...translated,
    clause: 'T7',
    story: 'A store to a port in RAM that ends within it is stored as far as there is RAM.',
  }),
  mutant(
    'bytes-of-7-2-in-8-1',
    storing({ 'aligned-pieces': BytesIfUnaligned, 'bytes-if-unaligned': BytesIfUnaligned }),
    {
      profiles: ['tcg'],
      clause: 'T1',
      story: 'An unaligned store becomes single bytes, as before QEMU 8.1.',
      reenacts: 'store_helper_unaligned of QEMU 7.2.',
    },
  ),
  mutant(
    'pieces-of-8-1-in-7-2',
    storing({ 'aligned-pieces': AlignedPieces, 'bytes-if-unaligned': AlignedPieces }),
    {
      profiles: ['tcg-7.2'],
      clause: 'T1',
      story: 'An unaligned store is cut into aligned pieces, as since QEMU 8.1.',
    },
  ),
  mutant(
    'largest-aligned-pieces',
    storing({ 'aligned-pieces': LargestAlignedPieces, 'bytes-if-unaligned': BytesIfUnaligned }),
    {
      profiles: ['tcg'],
      clause: 'T1',
      story:
        'A piece is as long as alignment and what is left allow: 3 bytes at an even address are 2 and 1.',
    },
  ),
  mutant(
    'bytes-left-counted-across-the-page',
    storing({ 'aligned-pieces': CountedAcrossThePage, 'bytes-if-unaligned': BytesIfUnaligned }),
    {
      profiles: ['tcg'],
      clause: 'T2',
      story: 'The bytes left that bound a piece are those of the whole store, not of its part in the page.',
    },
  ),
  mutant('memory-planned-like-ports', withParts({ view: (...made) => new PlannedAsPort(...made) }), {
    ...translated,
    clause: 'T6',
    story: 'The fast path takes stores of 8 bytes to shared pages for one access, as it may on ports.',
  }),
  mutant('own-writes-taken-for-stores', withMemory(OwnWritesAsStores), {
    ...translated,
    clause: 'T8',
    story: "QEMU's own write of 1, 2, 4 or 8 bytes takes the way of a CPU's store.",
  }),
];
