/** The real dispatcher with one part exchanged, and parts that only pass on: what most mutants are made of. */

import type { RefusalReason } from '../../model/vocabulary/vocabulary.ts';
import type { CoreWiring, MemoryCore } from '../optimized/dispatch/memory-core.ts';
import { SlowPath, type SlowPathWiring } from '../optimized/dispatch/slow-path.ts';
import type { WriteSink } from '../optimized/dispatch/write-sink.ts';
import type { Host, HostListener } from '../optimized/host/host.ts';
import type { HostMirror } from '../optimized/host/host-mirror.ts';
import type { KernelBus } from '../optimized/host/kernel-bus.ts';
import type { KernelHost } from '../optimized/host/kernel-host.ts';
import type { PromisedHost } from '../optimized/host/promised-host.ts';
import type { EventfdRules } from '../optimized/map/eventfd-rules.ts';
import type { FlatRange } from '../optimized/map/flat-range.ts';
import type { FlatView } from '../optimized/map/flat-view.ts';
import type { Renderer } from '../optimized/map/render.ts';
import type { Transaction } from '../optimized/map/transaction.ts';
import { Visibility } from '../optimized/map/visibility.ts';
import { OptimizedMemory } from '../optimized/optimized-memory.ts';
import { type Parts, standardParts } from '../optimized/parts.ts';
import type { Ioeventfd } from '../optimized/tables/ioeventfd.ts';
import type { IoeventfdStore } from '../optimized/tables/ioeventfd-store.ts';
import { highHalf, join, lowHalf } from '../optimized/tables/wide.ts';
import type { Thresholds } from '../optimized/thresholds.ts';
import type { MakeMutant } from './mutant.ts';

/** The arguments of `OptimizedMemory.writeWord` and of `SlowPath.write`. */
export type StoreArguments = Parameters<SlowPath['write']>;

/** The arguments of `MemoryCore.call`: an access of a region. */
export type CallArguments = Parameters<MemoryCore['call']>;

/** The arguments of `MemoryCore.access`: where the access is, and what `call` would be given. */
export type AccessArguments = Parameters<MemoryCore['access']>;

/** The arguments of `IoeventfdStore.match`. */
export type MatchArguments = Parameters<IoeventfdStore['match']>;

/** The map with parts exchanged. */
export function withParts(parts: Partial<Parts>): MakeMutant {
  return withMemory(OptimizedMemory, parts);
}

/** A map of this class, with parts exchanged. */
export function withMemory(
  memory: new (...made: ConstructorParameters<typeof OptimizedMemory>) => OptimizedMemory,
  parts: Partial<Parts> = {},
): MakeMutant {
  return (thresholds) => {
    const all: Parts = {
      ...standardParts,
      ...parts,
      // A part that sees every store wants no fast path, whatever else is small.
      thresholds: Object.freeze({
        ...thresholds,
        fastSizes: parts.thresholds?.fastSizes ?? thresholds.fastSizes,
      }),
    };
    return (header, listener) => new memory(header, listener, all);
  };
}

/** The slow path without its own match of a store that is one access: such a store is laid out as bytes, too. */
export class LaidOutPath extends SlowPath {
  override write(...store: StoreArguments): void {
    const [space, addressHigh, addressLow, size, dataHigh, dataLow, sink] = store;
    if (this.bus !== undefined) {
      super.write(...store);
      return;
    }
    this.writeBytes(space, addressHigh, addressLow, size, dataHigh, dataLow, sink);
  }
}

/** Every access goes through `MemoryCore.access`, where mutants go wrong: no store is matched earlier. */
export const everyAccess = {
  thresholds: { ...standardParts.thresholds, fastSizes: 0 },
  slowPath: (wiring: SlowPathWiring) => new LaidOutPath(wiring),
} as const satisfies Partial<Parts>;

/** Passes on what a write does. */
export class PassingSink implements WriteSink {
  protected readonly sink: WriteSink;

  constructor(sink: WriteSink) {
    this.sink = sink;
  }

  signal(notifier: number): void {
    this.sink.signal(notifier);
  }

  callback(...call: Parameters<WriteSink['callback']>): void {
    this.sink.callback(...call);
  }

  ram(...store: Parameters<WriteSink['ram']>): void {
    this.sink.ram(...store);
  }

  unassigned(addressHigh: number, addressLow: number, size: number): void {
    this.sink.unassigned(addressHigh, addressLow, size);
  }

  rejected(region: number, offsetHigh: number, offsetLow: number, size: number): void {
    this.sink.rejected(region, offsetHigh, offsetLow, size);
  }
}

/** Stands between a space's visible registrations and the host with its listener, and passes on what is said. */
export class Teller implements Host, HostListener {
  private readonly host: Host;
  private readonly listener: HostListener;

  constructor(host: Host, listener: HostListener) {
    this.host = host;
    this.listener = listener;
  }

  get ordinal(): number {
    return this.host.ordinal;
  }

  copyFrom(other: this): void {
    this.host.copyFrom(other.host);
  }

  request(space: 0 | 1, ioeventfd: Ioeventfd): RefusalReason | undefined {
    return this.host.request(space, ioeventfd);
  }

  release(space: 0 | 1, ioeventfd: Ioeventfd): void {
    this.host.release(space, ioeventfd);
  }

  sequence<T extends { readonly times: number }>(sorted: T[]): T[] {
    return this.host.sequence(sorted);
  }

  added(space: 0 | 1, ioeventfd: Ioeventfd): void {
    this.listener.added(space, ioeventfd);
  }

  deleted(space: 0 | 1, ioeventfd: Ioeventfd): void {
    this.listener.deleted(space, ioeventfd);
  }

  refused(space: 0 | 1, ioeventfd: Ioeventfd, reason: RefusalReason): void {
    this.listener.refused(space, ioeventfd, reason);
  }
}

/** The registration at another address, bytes modulo 2^64. */
export function ioeventfdAt(ioeventfd: Ioeventfd, address: bigint): Ioeventfd {
  return { ...ioeventfd, addressHigh: highHalf(address), addressLow: lowHalf(address) };
}

export function addressOf({ addressHigh, addressLow }: Ioeventfd): bigint {
  return join(addressHigh, addressLow);
}

type IoeventfdKey = [
  addressHigh: number,
  addressLow: number,
  kind: number,
  dataHigh: number,
  dataLow: number,
  notifier: number,
];

/** The registration as numbers: address, kind, data and notifier. */
export function keyOf({
  addressHigh,
  addressLow,
  kind,
  dataHigh,
  dataLow,
  notifier,
}: Ioeventfd): IoeventfdKey {
  return [addressHigh, addressLow, kind, dataHigh, dataLow, notifier];
}

export function textOf(ioeventfd: Ioeventfd): string {
  return keyOf(ioeventfd).join();
}

/** The range of a view that answers an address (halves). */
export function rangeAt(view: FlatView, high: number, low: number): FlatRange | undefined {
  const address = join(high, low);
  return view.all().find(({ start, end }) => start <= address && address < end);
}

/** The map with this store of registrations. */
export function withStore(store: new (thresholds: Thresholds) => IoeventfdStore): MakeMutant {
  return withParts({ ...everyAccess, store: (thresholds) => new store(thresholds) });
}

/** The map with this memory core, which sees every access. */
export function withCore(core: new (wiring: CoreWiring) => MemoryCore): MakeMutant {
  return withParts({ ...everyAccess, core: (wiring) => new core(wiring) });
}

/** The map with this slow path, which sees every store that does not take the fast one. Under kvm, every store. */
export function withSlowPath(
  path: new (...made: ConstructorParameters<typeof SlowPath>) => SlowPath,
): MakeMutant {
  return withParts({ slowPath: (wiring) => new path(wiring) });
}

/** The map with these rules of registration and deletion. */
export function withRules(
  rules: new (...made: ConstructorParameters<typeof EventfdRules>) => EventfdRules,
): MakeMutant {
  return withParts({ eventfdRules: (decisions) => new rules(decisions) });
}

/** The map with such transactions. */
export function withTransaction(
  transaction: new (...made: ConstructorParameters<typeof Transaction>) => Transaction,
): MakeMutant {
  return withParts({ transaction: (wiring) => new transaction(wiring) });
}

/** The map with spaces of this kind. */
export function withVisibility(
  visibility: new (...made: ConstructorParameters<typeof Visibility>) => Visibility,
): MakeMutant {
  return withParts({ visibility: (wiring) => new visibility(wiring) });
}

/** The map with such mirrors of the host. */
export function withMirror(
  mirror: new (...made: ConstructorParameters<typeof HostMirror>) => HostMirror,
): MakeMutant {
  return withParts({ mirror: (space, thresholds) => new mirror(space, thresholds) });
}

/** The map rendered by other rules. */
export function withRenderer(renderer: Renderer): MakeMutant {
  return withParts({ renderer: () => renderer });
}

/** The map whose host is told of changes by this teller. */
export function withTeller(teller: new (host: Host, listener: HostListener) => Teller): MakeMutant {
  return withParts({
    visibility: (wiring) => {
      const told = new teller(wiring.host, wiring.listener);
      return new Visibility({ ...wiring, host: told, listener: told });
    },
  });
}

/** Under kvm: the kernel with other buses. */
export function withBus(bus: new (thresholds: Thresholds) => KernelBus): MakeMutant {
  return withParts({ bus: (thresholds) => new bus(thresholds) });
}

/** Under kvm: another kernel. */
export function withKernel(
  kernel: new (...made: ConstructorParameters<typeof KernelHost>) => KernelHost,
): MakeMutant {
  return withParts({ kernelHost: (wiring) => new kernel(wiring) });
}

/** Under contract: another host. */
export function withPromisedHost(
  host: new (...made: ConstructorParameters<typeof PromisedHost>) => PromisedHost,
): MakeMutant {
  return withParts({ promisedHost: (wiring) => new host(wiring) });
}
