/** Mistakes in how stores to RAM are put together. */

import { MemoryCore } from '../../optimized/dispatch/memory-core.ts';
import type { WriteSink } from '../../optimized/dispatch/write-sink.ts';
import { regionField } from '../../optimized/map/slot.ts';
import { allProfiles, type Mutant, mutant } from '../mutant.ts';
import { withParts } from '../parts.ts';

function storing(core: new (...made: ConstructorParameters<typeof MemoryCore>) => MemoryCore) {
  return withParts({ core: (wiring) => new core(wiring) });
}

class EachStoreAlone extends MemoryCore {
  override storePart(...part: Parameters<MemoryCore['storePart']>): void {
    super.storePart(...part);
    this.flushRam(part[6]);
  }
}

class JoinedWhateverTheOffset extends MemoryCore {
  override storePart(...part: Parameters<MemoryCore['storePart']>): void {
    const [view, at, , , from, to] = part;
    const goesOn = this['ramRegion'] === view.cells[at + regionField] && this['ramTo'] === from;
    if (goesOn) this['ramTo'] = to;
    else super.storePart(...part);
  }
}

class ReportedAtTheEnd extends MemoryCore {
  private isHeldBack = false;

  override accessPart(...part: Parameters<MemoryCore['accessPart']>): void {
    this.isHeldBack = true;
    super.accessPart(...part);
    this.isHeldBack = false;
  }

  override flushRam(sink: WriteSink): void {
    if (!this.isHeldBack) super.flushRam(sink);
  }
}

class LastByteLost extends MemoryCore {
  override storePart(...[view, at, high, low, from, to, sink]: Parameters<MemoryCore['storePart']>): void {
    super.storePart(view, at, high, low, from, to - from > 4 ? to - 1 : to, sink);
  }
}

const all = { profiles: allProfiles } as const;

export const ramMutants: readonly Mutant[] = [
  mutant('adjacent-stores-to-ram-not-joined', storing(EachStoreAlone), {
    ...all,
    clause: 'S3',
    story: 'Stores that go on in one RAM region, through an alias, are reported one by one.',
  }),
  mutant('stores-to-ram-joined-whatever-the-offset', storing(JoinedWhateverTheOffset), {
    ...all,
    isRare: true,
    clause: 'S3',
    story:
      'Two stores of one write to one RAM region are reported as one, though they are not adjacent in it.',
  }),
  mutant('ram-reported-after-what-comes-later', storing(ReportedAtTheEnd), {
    ...all,
    clause: 'S1',
    story:
      'What was stored in RAM is reported after the callback of the device that comes next in the write.',
  }),
  mutant('last-byte-of-long-stores-lost', storing(LastByteLost), {
    ...all,
    clause: 'S3',
    story: 'A store of more than four bytes to RAM loses the last.',
  }),
];
