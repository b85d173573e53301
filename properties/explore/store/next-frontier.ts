/** From one frontier to the next. */
import { type Frontier, FrontierView } from './frontier.ts';
import { StateStore, type StoreBuffers, storeCounts } from './state-store.ts';

/** The frontier after this one: the pairs that were reached from it. They are sorted by (position of the parent, operation). */
export function nextFrontier(buffers: StoreBuffers, before: Frontier): Frontier {
  const store = new StateStore(buffers);
  const view = new FrontierView(before);
  const first = view.end;
  const size = storeCounts(buffers).pairs - first;
  const positions = new SharedArrayBuffer(4 * Math.max(size, 1));
  const order = new SharedArrayBuffer(4 * Math.max(size, 1));
  const positionWords = new Int32Array(positions);
  const orderWords = new Int32Array(order);
  const parentPosition = (pair: number) => view.positionOf(store.parentOf(pair));
  // A counting sort by the parent's position. `ends[p]` is where the children of position p begin, and grows with each.
  const ends = new Int32Array(view.size + 1);
  for (let pair = first; pair < first + size; pair++) ends[parentPosition(pair) + 1]! += 1; // In range: a position is below `size`.
  for (let position = 0; position < view.size; position++) ends[position + 1]! += ends[position]!; // In range likewise.
  for (let pair = first; pair < first + size; pair++) {
    const position = parentPosition(pair);
    let at = ends[position]!; // In range likewise.
    ends[position] = at + 1;
    // A pair has few children: insertion sorts them by operation.
    const operation = store.operationOf(pair);
    for (; at > 0; at--) {
      const other = orderWords[at - 1] ?? 0;
      if (parentPosition(other) !== position || store.operationOf(other) < operation) break;
      orderWords[at] = other;
    }
    orderWords[at] = pair;
  }
  for (let at = 0; at < size; at++) positionWords[(orderWords[at] ?? 0) - first] = at;
  return { first, end: first + size, size, positions, order };
}
