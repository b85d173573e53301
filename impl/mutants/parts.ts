/** The real dispatcher with one part exchanged, and parts that only pass on: what most mutants are made of. */

import type { HostOptions, RefusalReason } from '../../model/vocabulary/vocabulary.ts';
import type { WriteSink } from '../optimized/dispatch/write-sink.ts';
import {
  type Host,
  type HostListener,
  type Ioeventfd,
  KernelHost,
  type PromisedHost,
} from '../optimized/host/host.ts';
import type { KernelBus } from '../optimized/host/kernel-bus.ts';
import type { PlacedRange } from '../optimized/map/flat-view.ts';
import type { Region } from '../optimized/map/region.ts';
import type { Renderer } from '../optimized/map/render.ts';
import { Visibility } from '../optimized/map/visibility.ts';
import { OptimizedMemory } from '../optimized/optimized-memory.ts';
import type { IoeventfdStore } from '../optimized/tables/ioeventfd-store.ts';
import { highHalf, join, lowHalf } from '../optimized/tables/wide.ts';
import type { BrokenMemory, HasHiddenState } from './mutant.ts';

/** The arguments of `OptimizedMemory.writeWord`. */
export type StoreArguments = Parameters<OptimizedMemory['writeWord']>;

/** The arguments of `MemoryCore.call`: an access of a region. */
export type CallArguments = [
  region: number,
  traits: number,
  offsetHigh: number,
  offsetLow: number,
  size: number,
  valueHigh: number,
  valueLow: number,
  sink: WriteSink,
];

/** The arguments of `MemoryCore.access`: where the access is, and what `call` would be given. */
export type AccessArguments = [space: 0 | 1, addressHigh: number, addressLow: number, ...CallArguments];

/** The arguments of `IoeventfdStore.match`. */
export type MatchArguments = Parameters<IoeventfdStore['match']>;

/** Without the short way for stores that are one access: every access comes by `access`, where mutants go wrong. */
export class SlowPathOnly extends OptimizedMemory {
  override writeWord(...store: StoreArguments): void {
    const [space, addressHigh, addressLow, size, dataHigh, dataLow, sink] = store;
    if (this.kernel !== undefined) {
      super.writeWord(...store);
      return;
    }
    this.layOut(size, dataHigh, dataLow);
    this.writeLaidOut(space, addressHigh | 0, addressLow | 0, 0, size, sink);
    this.flushRam(sink);
  }

  /** The notifier that an access signals, or -1, as the memory core finds it. */
  protected matchOf(...access: AccessArguments): number {
    const [space, addressHigh, addressLow, region, traits, offsetHigh, offsetLow, size, high, low] = access;
    return this.shown[space].view.asksHost
      ? this.matchHeld(space, addressHigh, addressLow, size, high, low)
      : this.store.match(traits, region, offsetHigh, offsetLow, size, high, low);
  }
}

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

/** Kinds of changes of the map. */
export type MapChange = 'map' | 'unmap' | 'enable' | 'disable' | 'move' | 'resize' | 'retarget';

/** Knows what kinds of changes the next commit is about, and how far regions have moved. */
export class Watching extends OptimizedMemory implements HasHiddenState {
  readonly awaited = new Set<MapChange>();
  /** How far the region moved last has moved, bytes. */
  distance = 0n;
  /** Whether it was enabled. */
  movedEnabled = false;

  hiddenState(): string {
    return `${[...this.awaited].sort().join()},${this.distance},${this.movedEnabled}`;
  }

  override map(...call: Parameters<OptimizedMemory['map']>) {
    return this.noting('map', () => super.map(...call));
  }

  override unmap(region: Region) {
    return this.noting('unmap', () => super.unmap(region));
  }

  override setEnabled(region: Region, enabled: boolean): void {
    if (region.enabled !== enabled)
      this.noting(enabled ? 'enable' : 'disable', () => super.setEnabled(region, enabled));
  }

  override move(region: Region, offset: bigint): void {
    const from = region.address;
    this.noting('move', () => {
      super.move(region, offset);
      if (offset === from || region.container === undefined) return 'nothing';
      this.distance = offset - from;
      this.movedEnabled = region.enabled;
      return undefined;
    });
  }

  override resize(region: Region, size: bigint) {
    return this.noting('resize', () => super.resize(region, size));
  }

  override retarget(region: Region, targetOffset: bigint) {
    return this.noting('retarget', () => super.retarget(region, targetOffset));
  }

  protected override bringUpToDate(): void {
    super.bringUpToDate();
    this.awaited.clear();
    this.distance = 0n;
    this.movedEnabled = false;
  }

  /** Makes a change in a transaction of its own, so that it is known what the commit is about. */
  private noting<T>(change: MapChange, make: () => T): T {
    this.begin();
    const result = make();
    if (result === undefined) this.awaited.add(change);
    this.commit();
    return result;
  }
}

/** Stands between a space's visible words and the host with its listener, and passes on what is said. */
export class Teller<M extends OptimizedMemory = OptimizedMemory> implements Host, HostListener {
  protected readonly memory: M;
  protected readonly host: Host;
  protected readonly listener: HostListener;

  constructor(memory: M, host: Host, listener: HostListener) {
    this.memory = memory;
    this.host = host;
    this.listener = listener;
  }

  get ordinal(): number {
    return this.host.ordinal;
  }

  counts(): string {
    return this.host.counts();
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

/** The word at another address, bytes modulo 2^64. */
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

/** The word as numbers: address, kind, data and notifier. */
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

/** The piece of a space's view that answers an address (halves). */
export function rangeAt(
  memory: OptimizedMemory,
  space: 0 | 1,
  high: number,
  low: number,
): PlacedRange | undefined {
  const address = join(high, low);
  return memory.shown[space].view.all().find(({ start, end }) => start <= address && address < end);
}

/** The map with this store of registrations. */
export function withStore(store: new () => IoeventfdStore): BrokenMemory {
  return class extends SlowPathOnly {
    protected override makeStore(): IoeventfdStore {
      return new store();
    }
  };
}

/** The map with spaces that are made like this. */
export function withVisibility(
  make: (...parts: ConstructorParameters<typeof Visibility>) => Visibility,
): BrokenMemory {
  return class extends OptimizedMemory {
    protected override makeVisibility(space: 0 | 1, listener: HostListener): Visibility {
      const byAnyByte = this.profile !== 'contract';
      return make(this.store, this.mirrors[space], this.host, listener, byAnyByte);
    }
  };
}

/** The map rendered by other rules. */
export function withRenderer(renderer: Renderer): BrokenMemory {
  class Rendered extends Visibility {
    protected override makeRenderer(): Renderer {
      return renderer;
    }
  }
  return withVisibility((...parts) => new Rendered(...parts));
}

type MakeTeller<M extends OptimizedMemory> = new (memory: M, host: Host, listener: HostListener) => Teller<M>;

/** The map whose host is spoken to by this teller. */
export function withTeller(teller: MakeTeller<OptimizedMemory>): BrokenMemory {
  return class extends OptimizedMemory {
    protected override makeVisibility(space: 0 | 1, listener: HostListener): Visibility {
      const told = new teller(this, this.host, listener);
      return new Visibility(this.store, this.mirrors[space], told, told, this.profile !== 'contract');
    }
  };
}

/** The same for a teller that looks at what the commit is about. */
export function withWatchingTeller(teller: MakeTeller<Watching>): BrokenMemory {
  return class extends Watching {
    protected override makeVisibility(space: 0 | 1, listener: HostListener): Visibility {
      const told = new teller(this, this.host, listener);
      return new Visibility(this.store, this.mirrors[space], told, told, this.profile !== 'contract');
    }
  };
}

/** Under kvm: the kernel with other buses. */
export function withBus(bus: new () => KernelBus): BrokenMemory {
  class OtherKernel extends KernelHost {
    protected override makeBus(): KernelBus {
      return new bus();
    }
  }
  return withKernel(OtherKernel);
}

/** Under kvm: another kernel. */
export function withKernel(kernel: new (options: HostOptions) => KernelHost): BrokenMemory {
  return class extends OptimizedMemory {
    protected override makeHost(options: HostOptions): Host {
      return this.profile === 'kvm' ? new kernel(options) : super.makeHost(options);
    }
  };
}

/** Under contract: another host. */
export function withPromisedHost(
  host: new (...parts: ConstructorParameters<typeof PromisedHost>) => PromisedHost,
): BrokenMemory {
  return class extends OptimizedMemory {
    protected override makeHost(options: HostOptions): Host {
      return this.profile === 'contract' ? new host(options, this.mirrors) : super.makeHost(options);
    }
  };
}
