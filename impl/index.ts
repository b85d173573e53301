/** Everything that claims to keep the contract, each behind the `Dispatcher` of the vocabulary. */

export * from './optimized/index.ts';
