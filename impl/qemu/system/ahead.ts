/**
 * A history that is sent ahead, all of it at once. Between its writes nothing can be read, so it is only found out whether everything is
 * as expected: what was traced of each write, how often each notifier was signalled in all, and what RAM holds at the end. Where it is
 * not, the history is played again, one write after the other.
 */
import { effectsToJson } from '../../../format/index.ts';
import type { Effect } from '../../../model/vocabulary/vocabulary.ts';
import type { WorldHistory } from '../world/action.ts';
import { mainRam } from '../world/machine.ts';
import { type Bases, locatedEvents } from './effects.ts';
import type { Qemu } from './qemu.ts';
import type { Survey } from './survey.ts';
import type { TraceEvent } from './trace.ts';

/** Whether a history can be sent ahead: nothing of it is stored by the virtual CPU. */
export function canBeSentAhead({ steps }: WorldHistory): boolean {
  return steps.every(({ sendings }) => sendings.every(({ kind }) => kind !== 'store'));
}

export type AheadOptions = {
  readonly qemu: Qemu;
  readonly survey: Survey;
  /** Counts of all notifiers. */
  readonly counts: () => ReadonlyMap<string, bigint>;
  /** Where BARs are mapped: told the operations of each step as they are done. */
  readonly state: {
    readonly bases: Bases;
    note(operations: WorldHistory['steps'][number]['operations']): void;
  };
};

/**
 * Sends a history ahead.
 *
 * @returns whether what was seen is what is expected
 * @throws QemuBreakdownError where QEMU breaks down
 */
export async function isAsExpected(history: WorldHistory, options: AheadOptions): Promise<boolean> {
  const { qemu, survey, counts, state } = options;
  const ram = expectedRam(history);
  for (const { file, offset, byte } of ram.values())
    qemu.files[file].write(offset, Uint8Array.of(byte ^ 0xff));
  const before = counts();
  const traced = sendAll(history, qemu);
  qemu.flush();
  const events = await Promise.all(traced);
  let index = 0;
  for (const { sendings, operations, expected } of history.steps) {
    for (const sending of sendings) {
      if (sending.kind !== 'write') continue;
      const { write } = sending;
      const seen = { write, survey, bases: state.bases, ask: () => Promise.resolve(undefined) };
      const located = await locatedEvents(events[index++] ?? [], seen);
      const told = (expected[0] ?? []).filter((effect) => !('signal' in effect) && !('ram' in effect));
      if (textOf(located.map(({ effect }) => effect)) !== textOf(told)) return false;
    }
    state.note(operations);
  }
  return countsAgree(history, before, counts()) && [...ram.values()].every((one) => holds(qemu, one));
}

/** What is traced of each write. */
function sendAll({ steps }: WorldHistory, qemu: Qemu): Promise<readonly TraceEvent[]>[] {
  const traced: Promise<readonly TraceEvent[]>[] = [];
  for (const { sendings } of steps) {
    for (const sending of sendings) {
      if (sending.kind === 'change') qemu.send([sending.qtest]);
      else if (sending.kind === 'write') traced.push(qemu.enqueue(sending.qtest));
    }
  }
  return traced;
}

function textOf(effects: readonly Effect[]): string {
  return JSON.stringify(effectsToJson(effects));
}

function effectsOf({ steps }: WorldHistory): Effect[] {
  return steps.flatMap(({ expected }) => expected.flat());
}

function countsAgree(
  history: WorldHistory,
  before: ReadonlyMap<string, bigint>,
  after: ReadonlyMap<string, bigint>,
): boolean {
  const expected = new Map<string, bigint>();
  for (const effect of effectsOf(history)) {
    if ('signal' in effect) expected.set(effect.signal, (expected.get(effect.signal) ?? 0n) + 1n);
  }
  return [...after].every(
    ([notifier, count]) => count - (before.get(notifier) ?? 0n) === (expected.get(notifier) ?? 0n),
  );
}

type RamByte = { readonly file: 'main' | 'shared'; readonly offset: number; readonly byte: number };

/** What RAM holds at the end, by place, of what is written. */
function expectedRam(history: WorldHistory): ReadonlyMap<string, RamByte> {
  const bytes = new Map<string, RamByte>();
  for (const effect of effectsOf(history)) {
    if (!('ram' in effect)) continue;
    const file = effect.ram === mainRam.name ? 'main' : 'shared';
    for (const [index, byte] of Buffer.from(effect.bytes, 'hex').entries()) {
      const offset = Number(effect.offset) + index;
      bytes.set(`${file} ${offset}`, { file, offset, byte });
    }
  }
  return bytes;
}

function holds(qemu: Qemu, { file, offset, byte }: RamByte): boolean {
  return qemu.files[file].read(offset, 1)[0] === byte;
}
