/** Everything that claims to keep the contract, each as a `Dispatcher` of the vocabulary. */

export * from './optimized/index.ts';
