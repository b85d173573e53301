/** What happened in the histories of a machine, as a guest sees it: how words were hidden and shown, what a write met, where QEMU aborts. */
import type { Action, Step, WorldHistory } from '../../impl/qemu/world/action.ts';
import { bridges, deviceOfBar, devices, rungBy } from '../../impl/qemu/world/machine.ts';
import type { Effect, Write } from '../../model/vocabulary/vocabulary.ts';
import type { InsideCounts } from '../coverage/inside.ts';

/** What a report calls these counts: they are shown like those of dispatchers that tell what happens inside. */
export const guestCoverageName = 'guest';

/** Least shares, in percent of the histories: under `tcg` and `tcg-7.2`, and under `kvm`. */
const minimums = {
  'word hidden: with its BAR': [12, 12],
  'word hidden: under another BAR': [15, 13],
  'word hidden: by COMMAND': [3, 2.5],
  'word hidden: by a window': [1.5, 1.5],
  'word shown: with its BAR': [12, 11],
  'word shown: from under another BAR': [1, 1],
  'word shown: by COMMAND': [0.5, 0.4],
  'word shown: by a window': [1, 1],
  'word registered where it is hidden': [0.5, 0.5],
  'word fires: memory': [25, 15],
  'word fires: port': [20, 12],
  'word fires: behind the bridge': [8, 5],
  "word fires: in QEMU's write of several bytes": [15, 0],
  'BAR over another': [22, 22],
  'BAR under RAM': [3, 3],
  'BAR clipped by a window': [15, 14],
  'machine reset': [1.2, 1.2],
  'word gone: by a reset': [0.8, 0.8],
  "word hidden: by the bridge's COMMAND": [1.1, 1],
  "word shown: by the bridge's COMMAND": [1, 0.7],
  'device unplugged': [0.25, 0.015],
  'word gone: by unplugging': [0.06, 0.005],
  'device plugged in again': [0.25, 0],
} as const satisfies Readonly<Record<string, readonly [tcg: number, kvm: number]>>;

/** The same, where a CPU stores. */
const minimumsOfStores = {
  'word fires: a store of 1 byte': [6, 20],
  'word fires: a larger store': [2.5, 7],
  'word fires: an unaligned store': [2.5, 7],
  'store in a page of several regions': [4, 15],
  'store across a page, called back on both sides': [0.1, 0.3],
} as const satisfies Readonly<Record<string, readonly [tcg: number, kvm: number]>>;

/** The same, where QEMU has other guests (`ivshmem-doorbell`). */
const minimumsOfPeers = {
  'peer joins': [0.8, 0.8],
  'peer leaves': [0.25, 0.25],
  'peer leaves: its words are visible': [0.12, 0.12],
  "word fires: a peer's": [0.2, 0.15],
  'peer is rung by the callback': [0.12, 0.12],
} as const satisfies Readonly<Record<string, readonly [tcg: number, kvm: number]>>;

/** The same, where the kernel refuses and QEMU aborts, by what the guest does. */
const minimumsOfAborts = {
  'abort: a BAR is placed': 0.15,
  'abort: a window is set': 0.01,
  'abort: COMMAND is written': 0.02,
} as const satisfies Readonly<Record<string, number>>;

export type GuestEvent =
  | keyof typeof minimums
  | keyof typeof minimumsOfStores
  | keyof typeof minimumsOfPeers
  | keyof typeof minimumsOfAborts;

const bars = devices.flatMap((device) => device.bars);

/** The events of one history. */
export function guestEventsOf({ steps }: WorldHistory): ReadonlySet<GuestEvent> {
  const history = new History();
  for (const step of steps) history.take(step);
  return history.events;
}

/** What is known of the machine while the steps of a history are looked at. */
class History {
  readonly events = new Set<GuestEvent>();
  /** Where each BAR is mapped. */
  readonly #bases = new Map<string, bigint>();
  readonly #registered = new Set<string>();

  take(step: Step): void {
    const { action, operations, expected } = step;
    const effects = expected.flat();
    this.#machine(action);
    if (action.do === 'write') this.#write(action.write, expected[0] ?? []);
    else for (const effect of effects) this.#change(action, effect);
    const abort = effects.some((effect) => 'hostRefused' in effect) ? abortOf(action) : undefined;
    if (abort !== undefined) this.events.add(abort);
    for (const [index, operation] of operations.entries()) {
      if (operation.op === 'map') this.#bases.set(operation.region, operation.offset);
      else if (operation.op === 'unmap') this.#bases.delete(operation.region);
      else if (operation.op === 'add-eventfd') {
        if (expected[index]?.length === 0) this.events.add('word registered where it is hidden');
        this.#registered.add(operation.notifier);
      } else if (operation.op === 'del-eventfd') this.#registered.delete(operation.notifier);
    }
  }

  #machine({ do: what }: Action): void {
    if (what === 'reset') this.events.add('machine reset');
    else if (what === 'unplug') this.events.add('device unplugged');
    else if (what === 'plug') this.events.add('device plugged in again');
    else if (what === 'join') this.events.add('peer joins');
    else if (what === 'leave') this.events.add('peer leaves');
  }

  /** What the host is told at a change of the map. Where there is none, the model tells what it would be told. */
  #change(action: Action, effect: Effect): void {
    const told = 'hostDel' in effect ? effect.hostDel : 'hostAdd' in effect ? effect.hostAdd : undefined;
    if (told === undefined) return;
    const isHidden = 'hostDel' in effect;
    const isOwn = action.do === 'place' && told.notifier.startsWith(`${action.bar}.`);
    const event = machineEventOf(action, isHidden);
    if (event !== undefined) this.events.add(event);
    else if (action.do === 'window') this.events.add(`word ${isHidden ? 'hidden' : 'shown'}: by a window`);
    else if (action.do === 'enable' || action.do === 'disable') {
      this.events.add(`word ${isHidden ? 'hidden' : 'shown'}: by COMMAND`);
    } else if (isOwn) this.events.add(`word ${isHidden ? 'hidden' : 'shown'}: with its BAR`);
    else this.events.add(isHidden ? 'word hidden: under another BAR' : 'word shown: from under another BAR');
  }

  #write(write: Write, effects: readonly Effect[]): void {
    const signals = effects.flatMap((effect) => ('signal' in effect ? [effect.signal] : []));
    const size = 'size' in write ? write.size : write.bytes.length / 2;
    for (const notifier of signals) this.#fired(notifier, write, size);
    for (const effect of effects) this.#met(write, effect);
    if ('size' in write && write.space === 'memory') this.#stored(write.address, size, effects);
  }

  #fired(notifier: string, write: Write, size: number): void {
    const isStore = 'size' in write;
    if (notifier.startsWith('peer')) this.events.add("word fires: a peer's");
    const device = deviceOfBar(notifier.replace(/\.[^.]*$/, ''));
    this.events.add(write.space === 'io' ? 'word fires: port' : 'word fires: memory');
    if (bridges.some(({ name }) => name === device?.bridge)) this.events.add('word fires: behind the bridge');
    if (!isStore && size > 1) this.events.add("word fires: in QEMU's write of several bytes");
    if (!isStore) return;
    this.events.add(size === 1 ? 'word fires: a store of 1 byte' : 'word fires: a larger store');
    if (write.address % BigInt(size) !== 0n) this.events.add('word fires: an unaligned store');
  }

  /** Whether something lies over a BAR, where the write went. */
  #met({ space, address }: Write, effect: Effect): void {
    const isRung = rungBy(effect, (notifier) => this.#registered.has(notifier)) !== undefined;
    if (isRung) this.events.add('peer is rung by the callback');
    if ('unassigned' in effect) {
      const isBehind = this.#barsAt(space, effect.unassigned).some((bar) => deviceOfBar(bar)?.bridge);
      if (isBehind) this.events.add('BAR clipped by a window');
    } else if ('ram' in effect) {
      if (effect.ram === 'ram' && this.#barsAt(space, effect.offset).length > 0) {
        this.events.add('BAR under RAM');
      }
    } else if ('callback' in effect || 'signal' in effect) {
      if (this.#barsAt(space, address).length > 1) this.events.add('BAR over another');
    }
  }

  #stored(address: bigint, size: number, effects: readonly Effect[]): void {
    const page = address - (address % 0x1000n);
    const isOdd = ['display', 'shared.registers'].some((bar) => {
      const base = this.#bases.get(bar);
      return base !== undefined && base - (base % 0x1000n) === page;
    });
    if (isOdd) this.events.add('store in a page of several regions');
    const called = effects.filter((effect) => 'callback' in effect);
    const isAcross = (address % 0x1000n) + BigInt(size) > 0x1000n;
    const regions = new Set(called.map((effect) => ('callback' in effect ? effect.callback : '')));
    if (isAcross && regions.size > 1) this.events.add('store across a page, called back on both sides');
  }

  #barsAt(space: string, address: bigint): string[] {
    return bars
      .filter((bar) => {
        const base = this.#bases.get(bar.name);
        return base !== undefined && address >= base && address < base + bar.size && bar.space === space;
      })
      .map(({ name }) => name);
  }
}

/** Where a test is selected, no word is visible at the address: QEMU does not abort there. */
function abortOf(action: Action): GuestEvent | undefined {
  switch (action.do) {
    case 'place':
      return 'abort: a BAR is placed';
    case 'window':
      return 'abort: a window is set';
    case 'enable':
    case 'disable':
      return 'abort: COMMAND is written';
    case 'write':
    case 'reset':
    case 'unplug':
    case 'plug':
    case 'join':
    case 'leave':
      return undefined;
  }
}

/** What happens to a word by what is no write of the guest, or by a bridge that is switched off or on. */
function machineEventOf(action: Action, isHidden: boolean): GuestEvent | undefined {
  switch (action.do) {
    case 'reset':
      return isHidden ? 'word gone: by a reset' : undefined;
    case 'unplug':
      return isHidden ? 'word gone: by unplugging' : undefined;
    case 'leave':
      return 'peer leaves: its words are visible';
    case 'enable':
    case 'disable':
      if (!bridges.some(({ name }) => name === action.device)) return undefined;
      return `word ${isHidden ? 'hidden' : 'shown'}: by the bridge's COMMAND`;
    default:
      return undefined;
  }
}

/** Counts events, history by history. */
export class GuestCounter {
  readonly #events = new Map<GuestEvent, number>();
  #histories = 0;

  add(events: ReadonlySet<GuestEvent>): void {
    this.#histories++;
    for (const event of events) this.#events.set(event, (this.#events.get(event) ?? 0) + 1);
  }

  counts(): InsideCounts {
    return {
      dispatcher: guestCoverageName,
      scenarios: this.#histories,
      events: Object.fromEntries(this.#events),
    };
  }
}

/** Least shares, 0 to 1, of all events that can happen. */
export function guestMinimums({
  isKvm,
  hasStores,
  hasPeers,
}: Readonly<Record<'isKvm' | 'hasStores' | 'hasPeers', boolean>>): Readonly<Record<string, number>> {
  const column = isKvm ? 1 : 0;
  const rows = Object.entries({
    ...minimums,
    ...(hasStores ? minimumsOfStores : {}),
    ...(hasPeers ? minimumsOfPeers : {}),
  });
  return Object.fromEntries([
    ...rows.map(([event, row]) => [event, row[column] / 100] as const),
    ...(isKvm
      ? Object.entries(minimumsOfAborts).map(([event, percent]) => [event, percent / 100] as const)
      : []),
  ]);
}
