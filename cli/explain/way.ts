/** A write's way through the map, access by access: who answers, which words were looked at, and what came of it. */

import { type Access, accesses } from '../../model/dispatch/write.ts';
import { answer, flatView } from '../../model/map/flat-view.ts';
import type { State } from '../../model/reference/state.ts';
import type { Space, Store, Write } from '../../model/vocabulary/vocabulary.ts';
import { annotated, bytes, hex } from '../text/layout.ts';
import { type Note, storesText, whereText } from './access-text.ts';
import { busVerdicts } from './bus-verdicts.ts';
import { outcome } from './outcome.ts';
import { layeredMap } from './spans.ts';
import { verdicts } from './verdicts.ts';
import type { Refusals } from './words.ts';

const indent = '      ';

/** Pages of the host, in bytes, as the model has them. */
const pageSize = 4096n;

/** The lines of one write's way. */
export function renderWay(state: State, write: Write, refusals: Refusals): string[] {
  const notes: Note[] = [];
  const steps = [...accesses(state, write)];
  const layers = layeredMap(state.rendered, write.space, state.decisions);
  if ('bytes' in write || state.decisions.match !== 'bus') {
    if (state.decisions.match === 'bus') {
      notes.push({
        text: "a write by QEMU itself: the kernel's bus does not see it",
        clauses: ['K11'],
        depth: 0,
      });
    }
    notes.push(...throughMemoryCore(state, write.space, layers, steps, refusals));
  } else {
    for (const piece of busPieces(write)) {
      const taken = stepsOf(steps, piece.size);
      notes.push(...throughBus(state, write, piece, taken));
      if (taken[0]?.by !== 'kernel bus') {
        notes.push(...throughMemoryCore(state, write.space, layers, taken, refusals));
      }
    }
  }
  return notes.flatMap(({ text, clauses, depth }) => annotated(indent + '  '.repeat(depth) + text, clauses));
}

/** A part of a store that meets the kernel's bus on its own. */
type BusPiece = { readonly address: bigint; readonly size: number; readonly isCut: boolean };

/** A store to memory is cut where it crosses a page (clause K10). */
function busPieces({ space, address, size }: Store): BusPiece[] {
  const toPageEnd = space === 'memory' ? Number(pageSize - (address % pageSize)) : size;
  if (toPageEnd >= size) return [{ address, size, isCut: false }];
  const second = BigInt.asUintN(64, address + BigInt(toPageEnd));
  return [
    { address, size: toPageEnd, isCut: true },
    { address: second, size: size - toPageEnd, isCut: true },
  ];
}

/** Takes the steps of the next `size` bytes off the list. */
function stepsOf(steps: Access[], size: number): Access[] {
  const taken: Access[] = [];
  for (let left = size; left > 0; ) {
    const step = steps.shift();
    if (step === undefined) break;
    taken.push(step);
    left -= step.size;
  }
  return taken;
}

/** What the kernel's bus makes of a store, or why it does not meet it. */
function throughBus(state: State, write: Store, piece: BusPiece, steps: readonly Access[]): Note[] {
  const what = `${bytes(piece.size)} at ${hex(piece.address)}`;
  const cut: Note[] = piece.isCut
    ? [
        {
          text: `${what}: the store crosses a page, and this part is a store of its own`,
          clauses: ['K10'],
          depth: 0,
        },
      ]
    : [];
  if (write.space === 'io' && write.size === 8) {
    return [
      { text: `${what}: no CPU stores 8 bytes to a port, the bus is not asked`, clauses: ['K11'], depth: 0 },
    ];
  }
  if (isRamPage(state, write.space, piece.address)) {
    return [
      ...cut,
      { text: `${what}: a page of RAM, the store stays in the guest`, clauses: ['K9'], depth: 0 },
    ];
  }
  const taken = steps[0]?.by === 'kernel bus' ? steps[0] : undefined;
  const from = Number(BigInt.asUintN(64, piece.address - write.address));
  const value = taken?.value ?? partOf(write, from, piece.size, state.target);
  return [...cut, ...busVerdicts(state, write.space, { ...piece, value }, taken)];
}

/** The value of a part of a store, as the CPU sees it. */
function partOf({ data, size }: Store, from: number, length: number, target: State['target']): bigint {
  const low = target === 'little' ? from : size - from - length;
  return BigInt.asUintN(8 * length, data >> BigInt(8 * low));
}

/** Whether the page at `address` is the kernel's own memory: wholly one range of RAM (`kvm_align_section`). */
function isRamPage(state: State, space: Space, address: bigint): boolean {
  if (space === 'io' || answer(state.rendered, space, state.decisions, address)?.region.kind !== 'ram') {
    return false;
  }
  const page = address - (address % pageSize);
  return flatView(state.rendered, space, state.decisions).some(
    ({ start, end, region }) => region.kind === 'ram' && start <= page && page + pageSize <= end,
  );
}

/** The memory core's part: each access with the words that it was compared with. Neighbouring stores to RAM are one line. */
function throughMemoryCore(
  state: State,
  space: Space,
  layers: ReturnType<typeof layeredMap>,
  steps: readonly Access[],
  refusals: Refusals,
): Note[] {
  const notes: Note[] = [];
  for (let at = 0; at < steps.length; ) {
    const step = steps[at];
    if (step === undefined) break;
    const stores = ramRun(steps.slice(at));
    if (stores.length > 0) {
      notes.push(storesText(stores));
      at += stores.length;
      continue;
    }
    const left = steps.slice(at).reduce((sum, { size }) => sum + size, 0);
    notes.push(whereText(state, step, left, layers));
    notes.push(...verdicts(state, space, step, layers, refusals));
    notes.push(...outcome(state, step));
    at++;
  }
  return notes;
}

/** The stores at the beginning of `steps` that go on in one RAM region. */
function ramRun(steps: readonly Access[]): readonly Access[] {
  const first = steps[0]?.place;
  if (first?.region.kind !== 'ram') return [];
  const end = steps.findIndex(
    ({ place }, i) => place?.region !== first.region || place.offset !== first.offset + BigInt(i),
  );
  return end < 0 ? steps : steps.slice(0, end);
}
