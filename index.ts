/** The whole library: the contract, its implementations, the properties. Each is also an entry of its own. */

export * from './format/index.ts';
export {
  type HostListener,
  OptimizedMemory,
  optimizedDispatcher,
  type WriteSink,
} from './impl/index.ts';
export * from './model/index.ts';
export * from './properties/index.ts';
