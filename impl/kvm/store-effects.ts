/** What comes of stores: which part of one, and which of several by one instruction, was taken by what. */
import type { Operation, Store } from '../../model/vocabulary/vocabulary.ts';
import type { Exit } from './machine.ts';

/** What the kernel did is no answer of the format, whatever the rules of its bus are. */
export class SurprisingError extends Error {
  override readonly name = 'SurprisingError';
}

const pageSize = 4096n;
/** That one instruction stores at most, in bytes. */
const longestRun = 4096;

/**
 * Each part of a store either signals once or comes out as it went in, byte for byte.
 *
 * @throws SurprisingError where a part is lost, doubled or changed
 */
export function requireWhole(
  { space, address, size, data }: Omit<Store, 'op'>,
  exits: readonly Exit[],
  signals: number,
): void {
  const rest = Number(pageSize - (address % pageSize));
  const cut = space === 'memory' && rest < size ? rest : size;
  const parts = [
    { address, size: cut, data: BigInt.asUintN(8 * cut, data) },
    { address: address + BigInt(cut), size: size - cut, data: data >> BigInt(8 * cut) },
  ].filter((part) => part.size > 0);
  const whole = parts.length === exits.length + signals;
  const isPart = (exit: Exit) =>
    exit.bus === space &&
    parts.some(
      (part) =>
        part.address === exit.address &&
        part.size === exit.bytes.length &&
        part.data === littleEndian(exit.bytes),
    );
  if (whole && exits.every(isPart)) return;
  const out = exits.map((exit) => `${exit.bytes.length} bytes at 0x${exit.address.toString(16)}`).join(', ');
  throw new SurprisingError(
    `of a store of ${size} bytes at 0x${address.toString(16)}, ${signals} notifiers are signalled and ${out === '' ? 'nothing' : out} comes to user space`,
  );
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte);
  return value;
}

/** The bytes of a store, the lowest first. */
export function bytesOf(data: bigint, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, at) => Number((data >> BigInt(8 * at)) & 0xffn));
}

/**
 * The stores to one port, of one size, that come one after the other from here on: what one `rep outs` does. At most two different values are
 * among them, so that what was signalled says which store each notifier belongs to.
 */
export function portRun(operations: readonly Operation[], from: number): readonly Store[] {
  const run: Store[] = [];
  const values = new Set<bigint>();
  const first = operations[from];
  for (const operation of operations.slice(from)) {
    if (!isPortStore(operation) || !isPortStore(first)) break;
    if (operation.address !== first.address || operation.size !== first.size) break;
    if (values.add(storedValue(operation)).size > 2 || (run.length + 1) * operation.size > longestRun) break;
    run.push(operation);
  }
  return run;
}

function storedValue({ size, data }: Store): bigint {
  return BigInt.asUintN(8 * size, data);
}

function isPortStore(operation: Operation | undefined): operation is Store {
  return operation?.op === 'write' && operation.space === 'io' && 'data' in operation;
}

/**
 * For each store of a run, the number of the notifier that was signalled, or undefined where it came to user space. Stores of one value fare
 * alike, since nothing is registered in between.
 *
 * @param signalled the numbers of notifiers, each as often as it was signalled, in the order of their first signals
 * @throws SurprisingError where a store is lost, doubled or changed
 */
export function takersOf(
  run: readonly Store[],
  exits: readonly Exit[],
  signalled: readonly number[],
): readonly (number | undefined)[] {
  const values = [...new Set(run.map(storedValue))];
  const countOf = (value: bigint) => run.filter((store) => storedValue(store) === value).length;
  const exitsOf = (value: bigint) =>
    exits.filter(
      ({ bus, address, bytes }) =>
        bus === 'io' &&
        address === run[0]?.address &&
        bytes.length === run[0].size &&
        littleEndian(bytes) === value,
    ).length;
  const taken = values.filter((value) => exitsOf(value) === 0);
  const left = values.filter((value) => exitsOf(value) === countOf(value));
  const takers = [...new Set(signalled)];
  // One notifier may have taken both values.
  const takerOf = (value: bigint) => takers[Math.min(taken.indexOf(value), takers.length - 1)];
  const isWhole =
    taken.length + left.length === values.length &&
    run.length === exits.length + signalled.length &&
    takers.every((taker) => {
      const its = taken.filter((value) => takerOf(value) === taker);
      return (
        signalled.filter((one) => one === taker).length ===
        its.reduce((sum, value) => sum + countOf(value), 0)
      );
    });
  if (isWhole) {
    return run.map((store) => (taken.includes(storedValue(store)) ? takerOf(storedValue(store)) : undefined));
  }
  throw new SurprisingError(
    `of ${run.length} stores to port 0x${run[0]?.address.toString(16)} by one instruction, ${exits.length} come to user space and ${signalled.length} signals are counted`,
  );
}
