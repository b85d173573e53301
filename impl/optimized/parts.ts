/**
 * The parts that a dispatcher is built with: one record, in which any part can be exchanged.
 *
 *     optimizedDispatcherWith({ ...standardParts, renderer: () => new MyRenderer() })
 *
 * A part is made once for each map, or once for each space, and is given the parts that it works with. Another class of a
 * part replaces public methods of the standard one. A fork is made of copies: what a part remembers beyond the standard
 * one, its `copyFrom` must take over. Functions in the record depend on nothing but their arguments.
 */

import type { Decisions } from '../../model/vocabulary/decisions.ts';
import { type CpuStore, type CpuStoreWiring, cpuStoreOf } from './dispatch/cpu-store.ts';
import { type CoreWiring, MemoryCore } from './dispatch/memory-core.ts';
import { SlowPath, type SlowPathWiring } from './dispatch/slow-path.ts';
import { EmulatedHost, type EmulatedWiring } from './host/emulated-host.ts';
import { HeldWords } from './host/held-words.ts';
import type { Host } from './host/host.ts';
import { HostMirror } from './host/host-mirror.ts';
import { KernelBus } from './host/kernel-bus.ts';
import { KernelHost, type KernelWiring } from './host/kernel-host.ts';
import { PromisedHost, type PromisedWiring } from './host/promised-host.ts';
import { type EventfdDecisions, EventfdRules } from './map/eventfd-rules.ts';
import { FlatView } from './map/flat-view.ts';
import type { Region } from './map/region.ts';
import { Renderer } from './map/render.ts';
import type { StoreWay } from './map/slot.ts';
import { Transaction, type TransactionWiring } from './map/transaction.ts';
import { type ViewRoot, viewRootOf } from './map/view-root.ts';
import { Visibility, type VisibilityWiring } from './map/visibility.ts';
import { IoeventfdStore } from './tables/ioeventfd-store.ts';
import { standardThresholds, type Thresholds } from './thresholds.ts';

export type Parts = {
  /** Given to all parts that have any. */
  readonly thresholds: Thresholds;
  /** The registrations of all regions. */
  readonly store: (thresholds: Thresholds) => IoeventfdStore;
  /** One space's flat view. `fastSizes`: see `Thresholds`; 0 where the bus is asked first. */
  readonly view: (fastSizes: number, way: StoreWay, thresholds: Thresholds) => FlatView;
  /** What the host was told of one space. */
  readonly mirror: (space: 0 | 1, thresholds: Thresholds) => HostMirror;
  /** The host that takes everything. */
  readonly emulatedHost: (wiring: EmulatedWiring) => Host;
  /** The ideal host. */
  readonly promisedHost: (wiring: PromisedWiring) => PromisedHost;
  /** The kernel as host. */
  readonly kernelHost: (wiring: KernelWiring) => KernelHost;
  /** The kernel's bus of one space. */
  readonly bus: (thresholds: Thresholds) => KernelBus;
  /** What another host holds of one space, where the mirror does not say it. */
  readonly heldWords: (thresholds: Thresholds) => HeldWords;
  /** How registrations are kept and deleted. */
  readonly eventfdRules: (decisions: EventfdDecisions) => EventfdRules;
  /** Where a space is rendered from. */
  readonly viewRootOf: (decisions: Decisions, root: Region) => ViewRoot;
  /** The aliases that show a region. */
  readonly windowsOn: (region: Region) => readonly Region[];
  /** The rules of rendering. */
  readonly renderer: () => Renderer;
  /** What one space shows, and what the host is to hear of it. */
  readonly visibility: (wiring: VisibilityWiring) => Visibility;
  /** When views are rendered and the host is told. */
  readonly transaction: (wiring: TransactionWiring) => Transaction;
  /** The memory core's write. */
  readonly core: (wiring: CoreWiring) => MemoryCore;
  /** How a CPU's store reaches the memory core. */
  readonly cpuStore: (wiring: CpuStoreWiring) => CpuStore;
  /** Stores that do not take the fast path. */
  readonly slowPath: (wiring: SlowPathWiring) => SlowPath;
};

/** Parts that remember nothing: one for all maps, so that a fork need not make them. */
const renderer = new Renderer();
const eventfdRules: EventfdRules[] = [];

/** The rules of these decisions. */
function rulesOf({ data, sizeZeroIdentity }: EventfdDecisions): EventfdRules {
  for (const known of eventfdRules) {
    const { decisions } = known;
    if (decisions.data === data && decisions.sizeZeroIdentity === sizeZeroIdentity) return known;
  }
  const rules = new EventfdRules({ data, sizeZeroIdentity });
  eventfdRules.push(rules);
  return rules;
}

/** The parts of the shipped dispatcher. */
export const standardParts: Parts = {
  thresholds: standardThresholds,
  store: (thresholds) => new IoeventfdStore(thresholds),
  view: (fastSizes, way, thresholds) => new FlatView(fastSizes, way, thresholds),
  mirror: (space, thresholds) => new HostMirror(space, thresholds),
  emulatedHost: (wiring) => new EmulatedHost(wiring),
  promisedHost: (wiring) => new PromisedHost(wiring),
  kernelHost: (wiring) => new KernelHost(wiring),
  bus: (thresholds) => new KernelBus(thresholds),
  heldWords: (thresholds) => new HeldWords(thresholds),
  eventfdRules: rulesOf,
  viewRootOf,
  windowsOn: (region) => region.aliases,
  renderer: () => renderer,
  visibility: (wiring) => new Visibility(wiring),
  transaction: (wiring) => new Transaction(wiring),
  core: (wiring) => new MemoryCore(wiring),
  cpuStore: cpuStoreOf,
  slowPath: (wiring) => new SlowPath(wiring),
};
