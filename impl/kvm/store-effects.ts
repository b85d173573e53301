/** What comes of stores: which part of one, and which of several by one instruction, was taken by what; and what is in RAM. */
import type { Operation, RamEffect, Store, WriteEffect } from '../../model/vocabulary/vocabulary.ts';
import type { Exit } from './machine.ts';

/** What the kernel did is no answer of the format, whatever the rules of its bus are. */
export class SurprisingError extends Error {
  override readonly name = 'SurprisingError';
}

const pageSize = 4096n;
/** That one instruction stores at most, in bytes. */
const longestRun = 4096;

/** A part of a store: all of it that lies on one page. */
export type StorePart = {
  readonly address: bigint;
  readonly size: number;
  /** The bytes, the lowest first. */
  readonly data: bigint;
};

/** The parts of a store in the order of addresses: two where it crosses a page. */
export function partsOf({ space, address, size, data }: Omit<Store, 'op'>): readonly StorePart[] {
  const rest = Number(pageSize - (address % pageSize));
  const cut = space === 'memory' && rest < size ? rest : size;
  return [
    { address, size: cut, data: BigInt.asUintN(8 * cut, data) },
    { address: address + BigInt(cut), size: size - cut, data: data >> BigInt(8 * cut) },
  ].filter((part) => part.size > 0);
}

/**
 * Each part of a store either signals once or comes out as it went in, byte for byte.
 *
 * @param parts those that are not for memory of the guest's own
 * @returns whether each part has come out
 * @throws SurprisingError where a part is lost, doubled or changed
 */
export function requireWhole(
  { space, address, size }: Omit<Store, 'op'>,
  parts: readonly StorePart[],
  exits: readonly Exit[],
  signals: number,
): readonly boolean[] {
  const isOf = (part: StorePart) => (exit: Exit) =>
    exit.bus === space &&
    part.address === exit.address &&
    part.size === exit.bytes.length &&
    part.data === littleEndian(exit.bytes);
  const isPart = (exit: Exit) => parts.some((part) => isOf(part)(exit));
  if (parts.length === exits.length + signals && exits.every(isPart)) {
    return parts.map((part) => exits.some(isOf(part)));
  }
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

/** Memory of the guest's own that is RAM of a scenario: what is stored in it. */
export class Ram {
  readonly #region: string;
  readonly #start: bigint;
  readonly #memory: Uint8Array;

  /** @param start the guest's address of its first byte */
  constructor(region: string, start: bigint, memory: Uint8Array) {
    this.#region = region;
    this.#start = start;
    this.#memory = memory;
  }

  /** Puts other bytes where a part of a store goes, so that it is seen whether it comes. */
  prepare({ address, size, data }: StorePart): void {
    const others = bytesOf(data, size).map((byte) => byte ^ 0xff);
    this.#memory.set(others, Number(address - this.#start));
  }

  /** What is there after the store. */
  stored({ address, size }: StorePart): RamEffect {
    const offset = address - this.#start;
    const bytes = this.#memory.subarray(Number(offset), Number(offset) + size);
    return { ram: this.#region, offset, bytes: Buffer.from(bytes).toString('hex') };
  }
}

/** Two parts of one store that are adjacent in RAM are one effect. */
export function joined(effects: readonly WriteEffect[]): WriteEffect[] {
  const [one, other] = effects;
  const isOne =
    one !== undefined &&
    other !== undefined &&
    'ram' in one &&
    'ram' in other &&
    one.ram === other.ram &&
    one.offset + BigInt(one.bytes.length / 2) === other.offset;
  return isOne ? [{ ...one, bytes: one.bytes + other.bytes }] : [...effects];
}
