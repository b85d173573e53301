/** Where a write goes first: which part of it meets the kernel's bus. A CPU's store is cut at pages here. */
import { bytesOf } from '../map/byte-order.ts';
import { pageAt, pageOf, pageSize } from '../map/page.ts';
import type { State } from '../reference/state.ts';
import type { Space, Write } from '../vocabulary/vocabulary.ts';

/**
 * Where a part of a write goes first:
 * - `memory core`: there is no bus in this profile.
 * - `kernel bus`: a CPU's store; the memory core gets what the bus does not take (K12).
 * - `RAM page`: the page is the kernel's own memory, so the store stays in the guest (K9).
 * - `8-byte port`: no CPU stores 8 bytes to a port, so the bus is not asked (K11).
 * - `own write`: QEMU's own write does not meet the bus (K11).
 */
export type Route = 'memory core' | 'kernel bus' | 'RAM page' | '8-byte port' | 'own write';

/** A part of a write: its bytes in memory order, and whether it is only a part because the write crosses a page. */
export type StorePart = {
  readonly address: bigint;
  readonly bytes: readonly number[];
  readonly route: Route;
  readonly isCut: boolean;
  /** Whether a CPU stores it, and not QEMU itself. */
  readonly byCpu: boolean;
};

/** The parts of a write in the order of addresses: two where a CPU's store under KVM crosses a page (clause K10), else one. */
export function storeParts(state: State, operation: Write): readonly StorePart[] {
  const { space, address } = operation;
  const hasBus = state.decisions.match === 'bus';
  if ('bytes' in operation) {
    const bytes = bytesFromHexadecimal(operation.bytes);
    return [{ address, bytes, route: hasBus ? 'own write' : 'memory core', isCut: false, byCpu: false }];
  }
  const { size, data } = operation;
  const bytes = bytesOf(data, size, state.target);
  if (!hasBus) return [{ address, bytes, route: 'memory core', isCut: false, byCpu: true }];
  const toPageEnd = space === 'memory' ? Number(pageOf(address) + pageSize - address) : size;
  const part = (start: bigint, its: readonly number[], isCut: boolean): StorePart => ({
    address: start,
    bytes: its,
    route: routeOf(state, space, start, size),
    isCut,
    byCpu: true,
  });
  if (toPageEnd >= size) return [part(address, bytes, false)];
  const second = BigInt.asUintN(64, address + BigInt(toPageEnd));
  return [part(address, bytes.slice(0, toPageEnd), true), part(second, bytes.slice(toPageEnd), true)];
}

/** `kvm_align_section`: only whole pages of RAM are the kernel's own (K9). */
function routeOf({ rendered, decisions }: State, space: Space, address: bigint, size: number): Route {
  if (space === 'io') return size === 8 ? '8-byte port' : 'kernel bus';
  return pageAt(rendered, decisions, address) === 'RAM page' ? 'RAM page' : 'kernel bus';
}

function bytesFromHexadecimal(text: string): number[] {
  return Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}
