/** What a worker thread does: one batch after the other, of dispatchers that it knows by name. */
import { type BatchRequest, type BatchResult, runBatch } from './batch.ts';
import { dispatcherNamed } from './dispatchers.ts';

export type BatchTask = BatchRequest & { readonly a: string; readonly b: string };

export default function run({ a, b, ...request }: BatchTask): BatchResult {
  return runBatch(dispatcherNamed(a), dispatcherNamed(b), request);
}
