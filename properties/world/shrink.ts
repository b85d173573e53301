/** Simpler histories of a machine, by their actions. */
import type { Action } from '../../impl/qemu/world/action.ts';
import type { Write } from '../../model/vocabulary/vocabulary.ts';

/** Lists with fewer actions first, the largest parts first; then the same with simpler writes. */
export function* simplerActions(actions: readonly Action[]): IterableIterator<readonly Action[]> {
  for (let length = actions.length >> 1; length >= 1; length >>= 1) {
    for (let end = actions.length; end > 0; end -= length) {
      yield actions.toSpliced(Math.max(0, end - length), Math.min(length, end));
    }
  }
  for (let second = actions.length - 1; second > 0; second--) {
    for (let first = second - 1; first >= 0; first--) {
      yield actions.filter((_, index) => index !== first && index !== second);
    }
  }
  for (const [index, action] of actions.entries()) {
    for (const simpler of simplerAction(action)) yield actions.with(index, simpler);
  }
}

function* simplerAction(action: Action): IterableIterator<Action> {
  if (action.do !== 'write') return;
  for (const write of simplerWrites(action.write)) yield { do: 'write', write };
}

/** A write of fewer bytes, from its end and from its beginning; then one with zeros in it. */
function* simplerWrites(write: Write): IterableIterator<Write> {
  if ('size' in write) {
    const { size, data, address } = write;
    if (size > 1) {
      const half = (size / 2) as typeof size;
      const bits = BigInt(4 * size);
      yield { ...write, size: half, data: BigInt.asUintN(Number(bits), data) };
      yield { ...write, size: half, address: address + BigInt(half), data: data >> bits };
    }
    if (data !== 0n) yield { ...write, data: 0n };
    return;
  }
  const { bytes, address } = write;
  for (let length = bytes.length >> 2; length >= 1; length >>= 1) {
    yield { ...write, bytes: bytes.slice(0, -2 * length) };
    yield { ...write, address: address + BigInt(length), bytes: bytes.slice(2 * length) };
  }
  for (let at = 0; at < bytes.length; at += 2) {
    if (bytes.slice(at, at + 2) === '00') continue;
    yield { ...write, bytes: `${bytes.slice(0, at)}00${bytes.slice(at + 2)}` };
  }
}
