/** Mistakes before the kernel's bus, and after it: clauses K3, K4 and K9 to K12. All under kvm. */

import type { RefusalReason } from '../../../model/vocabulary/vocabulary.ts';
import { MemoryCore } from '../../optimized/dispatch/memory-core.ts';
import { SlowPath } from '../../optimized/dispatch/slow-path.ts';
import type { WriteSink } from '../../optimized/dispatch/write-sink.ts';
import { KernelHost } from '../../optimized/host/kernel-host.ts';
import { OptimizedMemory } from '../../optimized/optimized-memory.ts';
import { hasData, type Ioeventfd, sizeOf } from '../../optimized/tables/ioeventfd.ts';
import { ramBit } from '../../optimized/tables/traits.ts';
import { type Mutant, mutant } from '../mutant.ts';
import {
  type AccessArguments,
  rangeAt,
  type StoreArguments,
  withKernel,
  withMemory,
  withParts,
  withSlowPath,
} from '../parts.ts';

class RefusalsTakeRoom extends KernelHost {
  override request(space: 0 | 1, ioeventfd: Ioeventfd): RefusalReason | undefined {
    const reason = super.request(space, ioeventfd);
    if (reason === 'EEXIST') this.held[space]++;
    return reason;
  }
}

class DataCutToTheWord extends KernelHost {
  override take(space: 0 | 1, ioeventfd: Ioeventfd): void {
    super.take(space, cutToTheSize(ioeventfd));
  }

  override drop(space: 0 | 1, ioeventfd: Ioeventfd): void {
    super.drop(space, cutToTheSize(ioeventfd));
  }
}

function cutToTheSize(ioeventfd: Ioeventfd): Ioeventfd {
  if (!hasData(ioeventfd.kind) || sizeOf(ioeventfd.kind) === 8) return ioeventfd;
  const mask = sizeOf(ioeventfd.kind) === 4 ? -1 : (1 << (8 * sizeOf(ioeventfd.kind))) - 1;
  return { ...ioeventfd, dataHigh: 0, dataLow: ioeventfd.dataLow & mask };
}

class LooksAgain extends MemoryCore {
  override access(...access: AccessArguments): void {
    const [, , , region, traits, offsetHigh, offsetLow, size, high, low, sink] = access;
    const notifier = this.store.match(traits, region, offsetHigh, offsetLow, size, high, low);
    if (notifier >= 0) sink.signal(notifier);
    else super.access(...access);
  }
}

class DirectWritesMatched extends OptimizedMemory {
  override writeBytes(
    space: 0 | 1,
    addressHigh: number,
    addressLow: number,
    bytes: Uint8Array,
    sink: WriteSink,
  ): void {
    const { length } = bytes;
    if (length !== 1 && length !== 2 && length !== 4 && length !== 8) {
      super.writeBytes(space, addressHigh, addressLow, bytes, sink);
      return;
    }
    const { core } = this;
    core.bytes.set(bytes);
    const isBig = this.target === 'big';
    const [low, high] = isBig ? [Math.max(0, length - 4), 0] : [0, 4];
    const most = Math.min(length, 4);
    const dataHigh = length === 8 ? core.gather(high, 4, isBig) : 0;
    this.writeWord(space, addressHigh, addressLow, length, dataHigh, core.gather(low, most, isBig), sink);
  }
}

class WholeStoreAcrossPages extends SlowPath {
  override write(...store: StoreArguments): void {
    const [space, addressHigh, addressLow, size, dataHigh, dataLow, sink] = store;
    const crosses = space === 0 && (addressLow & 0xfff) + size > 0x1000;
    const access = [space, addressHigh, addressLow, size] as const;
    const isWide = size === 8;
    const mask = size >= 4 ? -1 : (1 << (8 * size)) - 1;
    const notifier = crosses ? this.askKernel(...access, isWide ? dataHigh | 0 : 0, dataLow & mask) : -1;
    if (notifier >= 0) sink.signal(notifier);
    else super.write(...store);
  }
}

class PortsOf8Bytes extends SlowPath {
  override write(...store: StoreArguments): void {
    const [space, addressHigh, addressLow, size, dataHigh, dataLow, sink] = store;
    const isWidePort = space === 1 && size === 8;
    const access = [space, addressHigh, addressLow, size, dataHigh | 0, dataLow | 0] as const;
    const notifier = isWidePort ? this.askKernel(...access) : -1;
    if (notifier >= 0) sink.signal(notifier);
    else super.write(...store);
  }
}

class AnyRamIsAPage extends SlowPath {
  override isRamPage(addressHigh: number, addressLow: number): boolean {
    return ((rangeAt(this.core.views[0], addressHigh, addressLow)?.region.traits ?? 0) & ramBit) !== 0;
  }
}

const kvm = { profiles: ['kvm'] } as const;

export const kernelPathMutants: readonly Mutant[] = [
  mutant('refusals-count-to-the-limit', withKernel(RefusalsTakeRoom), {
    ...kvm,
    clause: 'K3',
    story: 'Registrations that collided take room on the bus.',
  }),
  mutant('kernel-cuts-data-to-the-word', withKernel(DataCutToTheWord), {
    ...kvm,
    clause: 'K4',
    story: 'Data wider than the registration are cut to its size when the bus takes them, and match.',
  }),
  mutant('memory-core-looks-again', withParts({ core: (wiring) => new LooksAgain(wiring) }), {
    ...kvm,
    clause: 'K12',
    story: 'What the bus did not take is matched once more by the memory core.',
    reenacts: 'A FIXME in system/memory.c asks why eventfds are not looked at where KVM is in use.',
  }),
  mutant('direct-writes-meet-the-bus', withMemory(DirectWritesMatched), {
    ...kvm,
    clause: 'K11',
    story: "QEMU's own writes are offered to the kernel's bus.",
  }),
  mutant('stores-across-pages-not-cut', withSlowPath(WholeStoreAcrossPages), {
    ...kvm,
    clause: 'K10',
    story: 'A store across a page is offered to the bus as a whole.',
  }),
  mutant('8-bytes-at-a-port', withSlowPath(PortsOf8Bytes), {
    ...kvm,
    clause: 'K11',
    story: 'A store of 8 bytes to a port fires, though no instruction makes one.',
  }),
  mutant('any-ram-before-the-bus', withSlowPath(AnyRamIsAPage), {
    ...kvm,
    clause: 'K9',
    story: 'RAM comes before the bus, though it does not fill its page.',
  }),
];
