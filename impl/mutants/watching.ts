/** A map that knows what its next commit is about: for mistakes that depend on the kind of a change. */

import type { Host, HostListener } from '../optimized/host/host.ts';
import type { Region } from '../optimized/map/region.ts';
import { Transaction, type TransactionWiring } from '../optimized/map/transaction.ts';
import { Visibility } from '../optimized/map/visibility.ts';
import { OptimizedMemory } from '../optimized/optimized-memory.ts';
import { type Parts, standardParts } from '../optimized/parts.ts';
import type { HasHiddenState, MakeMutant } from './mutant.ts';
import { Teller } from './parts.ts';

/** Kinds of changes of the map. */
export type MapChange = 'map' | 'unmap' | 'enable' | 'disable' | 'move' | 'resize' | 'retarget';

/** What was changed since the last commit. */
export class Watch {
  readonly awaited = new Set<MapChange>();
  /** How far the region moved last has moved, bytes. */
  distance = 0n;
  /** Whether it was enabled. */
  movedEnabled = false;

  clear(): void {
    this.awaited.clear();
    this.distance = 0n;
    this.movedEnabled = false;
  }
}

class WatchedTransaction extends Transaction {
  private readonly watch: Watch;

  constructor(wiring: TransactionWiring, watch: Watch) {
    super(wiring);
    this.watch = watch;
  }

  override bringUpToDate(): void {
    super.bringUpToDate();
    this.watch.clear();
  }
}

class WatchedMemory extends OptimizedMemory implements HasHiddenState {
  private readonly watch: Watch;

  constructor(
    header: ConstructorParameters<typeof OptimizedMemory>[0],
    listener: HostListener,
    parts: Parts,
    watch: Watch,
  ) {
    super(header, listener, parts);
    this.watch = watch;
  }

  hiddenState(): string {
    const { awaited, distance, movedEnabled } = this.watch;
    return `${[...awaited].sort().join()},${distance},${movedEnabled}`;
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
      this.watch.distance = offset - from;
      this.watch.movedEnabled = region.enabled;
      return undefined;
    });
  }

  override resize(region: Region, size: bigint) {
    return this.noting('resize', () => super.resize(region, size));
  }

  override retarget(region: Region, targetOffset: bigint) {
    return this.noting('retarget', () => super.retarget(region, targetOffset));
  }

  /** Makes a change in a transaction of its own, so that it is known what the commit is about. */
  private noting<T>(change: MapChange, make: () => T): T {
    this.begin();
    const result = make();
    if (result === undefined) this.watch.awaited.add(change);
    this.commit();
    return result;
  }
}

/** A teller that looks at what the commit is about. */
export class WatchingTeller extends Teller {
  protected readonly watch: Watch;

  constructor(host: Host, listener: HostListener, watch: Watch) {
    super(host, listener);
    this.watch = watch;
  }
}

/** The map whose host is told of changes by this teller. */
export function withWatchingTeller(
  teller: new (host: Host, listener: HostListener, watch: Watch) => WatchingTeller,
): MakeMutant {
  return (thresholds) => (header, listener) => {
    const watch = new Watch();
    const parts: Parts = {
      ...standardParts,
      thresholds,
      transaction: (wiring) => new WatchedTransaction(wiring, watch),
      visibility: (wiring) => {
        const told = new teller(wiring.host, wiring.listener, watch);
        return new Visibility({ ...wiring, host: told, listener: told });
      },
    };
    return new WatchedMemory(header, listener, parts, watch);
  };
}
