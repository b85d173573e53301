/**
 * Callers on a running QEMU: random lives of its devices, each write compared with the caller's model. The model says what is registered
 * and what the callback does; QEMU's trace says which callback was called, and which queue was told that it has work.
 */
import fc from 'fast-check';
import type { CallerDevice } from '../../impl/qemu/callers/machine.ts';
import type { CallerPlayer, CallerWrite, SeenWrite } from '../../impl/qemu/callers/player.ts';
import { type AnyCaller, anyCaller, nobody } from '../../model/callers/index.ts';
import { nvme } from '../../model/callers/nvme.ts';
import { virtioPciLegacy, virtioPciModern, virtioPciModernSized } from '../../model/callers/virtio-pci.ts';
import type { Circumstances, Life } from './life.ts';
import { afterMove, bornWith } from './live.ts';
import type { Move } from './move.ts';

/** One thing that is done to a device: its queues are set up anew, its BAR is moved, or the guest writes. */
export type CallerAction =
  | { readonly do: 'set up'; readonly queues: readonly number[] }
  | { readonly do: 'move' }
  | { readonly do: 'write'; readonly write: CallerWrite };

export type CallerDifference = {
  readonly device: string;
  /** What was done, up to the write that differs. */
  readonly actions: readonly CallerAction[];
  readonly expected: SeenWrite;
  readonly seen: SeenWrite;
};

const virtioPciLegacyWhole: typeof virtioPciLegacy = {
  ...virtioPciLegacy,
  callback: (state, call) => (call.value > 0xffffn ? nobody : virtioPciLegacy.callback(state, call)),
};

/** What differs between versions. */
export type CallerVersion = {
  /** Words of virtio's notify area have 2 bytes: before 9.0, without KVM. */
  readonly isSized: boolean;
  /** The legacy interface looks at the whole value: before 9.1. */
  readonly isWhole: boolean;
};

/** The caller's model of a device: as it registers, or with `ioeventfd=off`. */
export function callerOf({ kind, hasEventfds, queues }: CallerDevice, version: CallerVersion): AnyCaller {
  const caller = {
    'virtio-modern': anyCaller(version.isSized ? virtioPciModernSized : virtioPciModern),
    'virtio-legacy': anyCaller(version.isWhole ? virtioPciLegacyWhole : virtioPciLegacy),
    nvme: anyCaller(nvme),
  }[kind];
  if (!hasEventfds) return { ...caller, registrations: () => [] };
  if (kind === 'nvme') return caller;
  // virtio registers the words of all queues that a device has, of those too that the driver has not set up: nobody is called of them.
  const all = caller.registrations({ started: queues });
  return { ...caller, registrations: (state) => (caller.registrations(state).length === 0 ? [] : all) };
}

/** Random lives of a device: queues, then writes at its words and near them. */
export function livesOf(
  device: CallerDevice,
  caller: AnyCaller,
  writers: readonly CallerWrite['by'][] = ['cpu', 'qemu'],
): fc.Arbitrary<readonly CallerAction[]> {
  const someQueues = fc.subarray([...device.queues], { minLength: 1 });
  // All of them, mostly: of those that are not set up nobody hears.
  const queues = fc.oneof(
    { weight: 3, arbitrary: fc.constant([...device.queues]) },
    { weight: 1, arbitrary: someQueues },
  );
  const setUp = queues.map((numbers): CallerAction => ({ do: 'set up', queues: numbers }));
  const stop = fc.constant<CallerAction>({ do: 'set up', queues: [] });
  const move = fc.constant<CallerAction>({ do: 'move' });
  const places: readonly CallerWrite['at'][] = ['first', 'first', 'first', 'moved'];
  const write = fc
    .record({
      write: fc.constantFrom(...caller.writes.filter(({ offset }) => !isOtherRegister(device, offset))),
      by: fc.constantFrom(...writers),
      at: fc.constantFrom(...places),
    })
    .map(({ write: { offset, size, data }, by, at }): CallerAction => {
      return { do: 'write', write: { offset, size, data, by, at } };
    });
  const later = fc.oneof(
    { weight: 12, arbitrary: write },
    { weight: 1, arbitrary: setUp },
    { weight: 1, arbitrary: stop },
    { weight: 1, arbitrary: move },
  );
  return fc
    .tuple(setUp, fc.array(later, { minLength: 4, maxLength: 16, size: 'max' }))
    .map(([first, rest]) => [first, ...rest]);
}

/** Beyond its queue notify register, the legacy interface has the device's status: a write there may stop all queues. */
function isOtherRegister({ kind }: CallerDevice, offset: bigint): boolean {
  return kind === 'virtio-legacy' && offset >= 0x12n;
}

/** What the model says of each write of a life. */
export function expectedOf(
  device: CallerDevice,
  caller: AnyCaller,
  circumstances: Circumstances,
  actions: readonly CallerAction[],
): readonly SeenWrite[] {
  let { life } = bornWith(caller, circumstances);
  const [region] = caller.regions;
  if (region === undefined) return [];
  let started: readonly number[] = [];
  let isMoved = false;
  const writes: SeenWrite[] = [];
  for (const action of actions) {
    switch (action.do) {
      case 'set up':
        life = afterAll(life, changesTo(device, started, action.queues));
        started = action.queues;
        break;
      case 'move':
        isMoved = !isMoved;
        life = afterAll(life, [{ kind: 'place', change: 'moves', region: region.region, refused: [] }]);
        break;
      case 'write': {
        const { offset, size, data, by, at } = action.write;
        const write = { region: region.region, offset, size, data };
        const moved = afterMove(life, { kind: 'write', write, by, at, refused: [] });
        life = { ...life, actual: moved.life.actual, expected: moved.life.expected };
        const callbacks = moved.effects.flat().flatMap((effect) => {
          if (!('callback' in effect)) return [];
          return [{ offset: effect.offset, size: effect.size, value: effect.value }];
        });
        const heard = (moved.notified ?? []).filter((name) => isHeard(name, device, started));
        writes.push({ notified: [...new Set(heard)].sort(), callbacks });
      }
    }
  }
  return writes;
}

/** Whether a queue is one that the driver has set up: `virtio_queue_notify_vq` looks at its ring first. */
function isHeard(name: string, { kind }: CallerDevice, started: readonly number[]): boolean {
  return kind === 'nvme' || started.some((queue) => name === `queue${queue}`);
}

function afterAll(from: Life, moves: readonly Move[]): Life {
  return moves.reduce((life, move) => afterMove(life, move).life, from);
}

/** The model's events that lead from some queues to others. */
function changesTo(
  { kind }: CallerDevice,
  before: readonly number[],
  after: readonly number[],
): readonly Move[] {
  const [begins, ends] = kind === 'nvme' ? ['is created', 'is deleted'] : ['starts', 'stops'];
  const eventOf = (queue: number, what: string | undefined): Move => {
    return { kind: 'event', event: `queue ${queue} ${what}`, refused: [] };
  };
  return [
    ...before.filter((queue) => !after.includes(queue)).map((queue) => eventOf(queue, ends)),
    ...after.filter((queue) => !before.includes(queue)).map((queue) => eventOf(queue, begins)),
  ];
}

/**
 * Lives a life on QEMU.
 *
 * @returns the first write that differs
 * @throws QemuBreakdownError where QEMU breaks down
 */
export async function lived(
  player: CallerPlayer,
  device: CallerDevice,
  actions: readonly CallerAction[],
  expected: readonly SeenWrite[],
): Promise<CallerDifference | undefined> {
  let number = 0;
  try {
    for (const [index, action] of actions.entries()) {
      if (action.do === 'set up') {
        await player.setUp(device, action.queues);
      } else if (action.do === 'move') await player.move(device);
      else {
        const model = expected[number++] ?? { notified: [], callbacks: [] };
        const seen = await player.write(device, action.write);
        if (isSame(model, seen)) continue;
        return { device: device.name, actions: actions.slice(0, index + 1), expected: model, seen };
      }
    }
    return undefined;
  } finally {
    await player.end(device);
  }
}

function isSame(model: SeenWrite, seen: SeenWrite): boolean {
  return model.notified.join() === seen.notified.join() && textOf(model.callbacks) === textOf(seen.callbacks);
}

function textOf(callbacks: SeenWrite['callbacks']): string {
  return callbacks.map(({ offset, size, value }) => `${offset} ${size} ${value}`).join();
}

/** A difference for people: one line for each action, then both sides of the last. */
export function renderDifference({ device, actions, expected, seen }: CallerDifference): readonly string[] {
  return [
    `${device}:`,
    ...actions.map((action) => `  ${renderAction(action)}`),
    `  the model: ${renderSeen(expected)}`,
    `  QEMU:      ${renderSeen(seen)}`,
  ];
}

function renderAction(action: CallerAction): string {
  switch (action.do) {
    case 'set up':
      return action.queues.length === 0 ? 'is reset' : `is reset, and sets up ${action.queues.join(' and ')}`;
    case 'move':
      return 'its BAR is moved';
    case 'write': {
      const { offset, size, data, by, at } = action.write;
      const who = by === 'cpu' ? 'the CPU' : 'QEMU';
      return `${who} writes 0x${data.toString(16)}, ${size} bytes, to offset 0x${offset.toString(16)} at its ${at} place`;
    }
  }
}

function renderSeen({ notified, callbacks }: SeenWrite): string {
  const calls = callbacks.map(
    ({ offset, size, value }) => `0x${offset.toString(16)} (${size} bytes, 0x${value.toString(16)})`,
  );
  return `notified: ${notified.join(', ') || 'nobody'}; callback: ${calls.join(', ') || 'none'}`;
}
