/**
 * The optimized dispatcher: as a `Dispatcher` for the project's checks, and as a library of its own
 * (`OptimizedMemory`: QEMU-like calls, and a write entry point for callers who count nanoseconds).
 */

export type { WriteSink } from './dispatch/write-sink.ts';
export { type ExchangedParts, optimizedDispatcher, optimizedDispatcherWith } from './dispatcher.ts';
export type { HostListener } from './host/host.ts';
export { Region, type RegionKind } from './map/region.ts';
export { MemoryMap } from './memory-map.ts';
export { OptimizedMemory } from './optimized-memory.ts';
export { type Parts, standardParts } from './parts.ts';
export { OptimizedSession } from './session.ts';
export { type StructureEvent, structureEvents } from './structure.ts';
export type { Ioeventfd } from './tables/ioeventfd.ts';
export type { IoOptions } from './tables/traits.ts';
export { smallestThresholds, standardThresholds, type Thresholds } from './thresholds.ts';
