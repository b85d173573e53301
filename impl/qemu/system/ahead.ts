/**
 * A history that is sent ahead, in parts: as many commands, and then stores by the virtual CPU, as can be sent without waiting. Between
 * the writes of a part nothing can be read. What was traced is known of each write and of each change of the map; how often each notifier
 * was signalled, and what RAM holds, is known of the part. So it is only found out whether everything is as expected. Where it is not, the
 * history is played again, one write after the other.
 */
import { effectsToJson } from '../../../format/index.ts';
import type { Effect, Operation } from '../../../model/vocabulary/vocabulary.ts';
import { happen } from '../events/happen.ts';
import { mostStores } from '../guest/program.ts';
import type { TraceEvent } from '../log/trace.ts';
import type { MachineEvent, Step, WorldHistory } from '../world/action.ts';
import { isOfTest, mainRam, rungBy } from '../world/machine.ts';
import type { Accelerator } from './arguments.ts';
import { type Ask, locatedEvents, type PlayState } from './effects.ts';
import { hostEffects, shareOut, splitByOperation } from './host-effects.ts';
import { type CpuStore, type Qemu, storeOf } from './qemu.ts';
import type { Survey } from './survey.ts';

/** Whether a history can be sent ahead: at its end QEMU does not abort. */
export function canBeSentAhead({ steps }: WorldHistory): boolean {
  return steps.at(-1)?.expected.some((effects) => effects.some(isRefusal)) !== true;
}

export type AheadOptions = {
  readonly qemu: Qemu;
  readonly accelerator: Accelerator;
  readonly survey: Survey;
  /** Counts of these notifiers; of all, if left out. */
  readonly counts: (notifiers?: Iterable<string>) => Map<string, bigint>;
  /** How often each notifier had been signalled before; afterwards, how often it has been, where all is as expected. */
  readonly counted: Map<string, bigint>;
  readonly state: PlayState;
  /** What answers at an address of memory. */
  readonly ask: Ask;
};

/**
 * Sends a history ahead.
 *
 * @returns whether what was seen is what is expected
 * @throws QemuBreakdownError where QEMU breaks down
 */
export async function isAsExpected({ steps }: WorldHistory, options: AheadOptions): Promise<boolean> {
  const { counts, counted } = options;
  for (const part of partsOf(steps)) {
    if (!(await isPartAsExpected(part, options))) return false;
  }
  // Those that were never registered, too.
  return areEqual(counted, counts());
}

/**
 * Steps that are sent at once: none that is more than a store comes after a store by the CPU, and no count begins anew after a signal that
 * it should show. What is no command is one by itself.
 */
type Part = readonly Step[];

function* partsOf(steps: readonly Step[]): IterableIterator<Part> {
  let part: Step[] = [];
  let stores = 0;
  const signalled = new Set<string>();
  const mayNotFollow = (step: Step) =>
    stores === mostStores ||
    (stores > 0 && !isStore(step)) ||
    step.operations.some((operation) => signalled.has(restartedBy(operation) ?? ''));
  for (const step of steps) {
    const isEvent = eventOf([step]) !== undefined;
    if (part.length > 0 && (isEvent || mayNotFollow(step))) {
      yield part;
      part = [];
      stores = 0;
      signalled.clear();
    }
    if (isEvent) {
      yield [step];
      continue;
    }
    part.push(step);
    if (isStore(step)) stores++;
    for (const effects of step.expected)
      for (const effect of effects) if ('signal' in effect) signalled.add(effect.signal);
  }
  if (part.length > 0) yield part;
}

/** The notifier whose count an operation begins anew: a `pci-testdev` clears it when it registers a word (`pci_testdev_start`). */
function restartedBy(operation: Operation): string | undefined {
  return operation.op === 'add-eventfd' && isOfTest(operation.notifier) ? operation.notifier : undefined;
}

function eventOf([step, other]: Part): MachineEvent | undefined {
  const event = other === undefined && step?.sendings.find(({ kind }) => kind === 'event');
  return event && event.kind === 'event' ? event.event : undefined;
}

function isStore({ sendings }: Step): boolean {
  return sendings.some(({ kind }) => kind === 'store');
}

async function isPartAsExpected(part: Part, options: AheadOptions): Promise<boolean> {
  const { qemu, accelerator, state, counts, counted } = options;
  const event = eventOf(part);
  if (event !== undefined) return isEventAsExpected(event, part, options);
  const ram = expectedRam(part);
  for (const { file, offset, byte } of ram.values())
    qemu.files[file].write(offset, Uint8Array.of(byte ^ 0xff));
  const traced = await sendPart(part, qemu, accelerator);
  const watched = new Set(state.registered.keys());
  for (const [index, step] of part.entries()) {
    const events = traced[index] ?? [];
    if (!(await isTracedAsExpected(step, events, options))) return false;
    state.note(step.operations);
    for (const notifier of state.registered.keys()) watched.add(notifier);
  }
  for (const { operations, expected } of part) {
    for (const [index, operation] of operations.entries()) {
      const restarted = restartedBy(operation);
      if (restarted !== undefined) counted.set(restarted, 0n);
      for (const effect of expected[index] ?? []) {
        const notified =
          'signal' in effect ? effect.signal : rungBy(effect, (notifier) => state.registered.has(notifier));
        if (notified !== undefined) counted.set(notified, (counted.get(notified) ?? 0n) + 1n);
      }
    }
  }
  const after = counts(watched);
  for (const [notifier, count] of after) if (counted.get(notifier) !== count) return false;
  return [...ram.values()].every((one) => holds(qemu, one));
}

/** Notifiers may come and go with it: they are counted anew. */
async function isEventAsExpected(
  event: MachineEvent,
  part: Part,
  { qemu, accelerator, survey, state, counts, counted }: AheadOptions,
): Promise<boolean> {
  if (!areEqual(counted, counts())) return false;
  const told = hostEffects(await happen(event, qemu, survey), survey, undefined);
  for (const { sendings, expected, operations } of part) {
    for (const sending of sendings) if (sending.kind === 'change') qemu.send([sending.qtest]);
    const lists = shareOut(told, expected);
    const isTold = lists.every((list, index) => {
      return accelerator === 'tcg' || textOf(list) === textOf(expected[index] ?? []);
    });
    if (!isTold) return false;
    state.note(operations);
  }
  counted.clear();
  for (const [notifier, count] of counts()) counted.set(notifier, count);
  return true;
}

/** Sends all of a part. What is traced of each sending of each step comes back. */
async function sendPart(
  part: Part,
  qemu: Qemu,
  accelerator: Accelerator,
): Promise<readonly (readonly (readonly TraceEvent[])[])[]> {
  const stores: CpuStore[] = [];
  const traced = part.map(({ sendings }) =>
    sendings.map((sending): Promise<readonly TraceEvent[]> | number => {
      if (sending.kind === 'store') return stores.push(storeOf(sending)) - 1;
      if (sending.kind === 'event') return Promise.resolve([]);
      if (sending.kind === 'write' || accelerator === 'kvm') return qemu.enqueue(sending.qtest);
      qemu.send([sending.qtest]);
      return Promise.resolve([]);
    }),
  );
  const stored = qemu.stores(stores);
  qemu.flush();
  const commands = traced.map((step) =>
    Promise.all(step.map((one) => (typeof one === 'number' ? stored.then((list) => list[one] ?? []) : one))),
  );
  return Promise.all(commands);
}

async function isTracedAsExpected(
  { sendings, operations, expected }: Step,
  traced: readonly (readonly TraceEvent[])[],
  { accelerator, survey, state, ask }: AheadOptions,
): Promise<boolean> {
  const lists = operations.map((): Effect[] => []);
  for (const [index, sending] of sendings.entries()) {
    const events = traced[index] ?? [];
    const told = hostEffects(events, survey, undefined);
    if (sending.kind === 'event') continue;
    if (sending.kind === 'change') {
      lists[sending.operation]?.push(...told);
      continue;
    }
    const { write } = sending;
    const isLast = sending.kind === 'store';
    // QEMU can be asked once the part is over: after a store the map does not change in it.
    const seen = { write, survey, bases: state.bases, ask: isLast ? ask : async () => undefined };
    lists[0]?.push(...(await locatedEvents(events, seen)).map(({ effect }) => effect));
    for (const [at, list] of splitByOperation(told, operations).entries()) lists[at]?.push(...list);
  }
  return lists.every((list, index) => {
    const all = expected[index] ?? [];
    return textOf(list) === textOf(all.filter((effect) => isTraced(effect, accelerator)));
  });
}

/** Signals are counted, and RAM is looked at; what a host is told, where there is one, is traced. */
function isTraced(effect: Effect, accelerator: Accelerator): boolean {
  if ('signal' in effect || 'ram' in effect) return false;
  return accelerator === 'kvm' || !('hostAdd' in effect || 'hostDel' in effect || 'hostRefused' in effect);
}

function isRefusal(effect: Effect): boolean {
  return 'hostRefused' in effect;
}

function textOf(effects: readonly Effect[]): string {
  return effects.length === 0 ? '' : JSON.stringify(effectsToJson(effects));
}

function effectsOf(part: Part): Effect[] {
  return part.flatMap(({ expected }) => expected.flat());
}

function areEqual(one: ReadonlyMap<string, bigint>, other: ReadonlyMap<string, bigint>): boolean {
  return [...one].every(([notifier, count]) => other.get(notifier) === count);
}

type RamByte = { readonly file: 'main' | 'shared'; readonly offset: number; readonly byte: number };

/** What RAM holds after a part, by place, of what is written. */
function expectedRam(part: Part): ReadonlyMap<string, RamByte> {
  const bytes = new Map<string, RamByte>();
  for (const effect of effectsOf(part)) {
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
