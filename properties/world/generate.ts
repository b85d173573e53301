/** Random histories of a machine: actions that are aimed at what is mapped and registered. */
import fc from 'fast-check';
import type { Action } from '../../impl/qemu/world/action.ts';
import {
  type Bar,
  devices,
  doorbell,
  peerVectors,
  testdevs,
  testWords,
} from '../../impl/qemu/world/machine.ts';
import type { AccessSize, Space } from '../../model/vocabulary/vocabulary.ts';
import { type Chooser, RandomChooser } from '../generate/chooser.ts';
import { pick } from '../generate/pools.ts';
import { GuestWrites, hiddenPage, pages, ports, type SelectedWord } from './guest-writes.ts';
import { simplerActions } from './shrink.ts';

export type WorldArbitraryOptions = {
  /** Actions of a history. */
  readonly actions?: number;
  /** In which share of the histories a virtual CPU stores, too: 0 to 1; in every third, if left out. */
  readonly stores?: number;
  /** In which share of the histories a device may be unplugged: 0 to 1. That takes long, and under KVM its QEMU is of no more use. */
  readonly unplugs?: number;
};

/** Actions of a history, if nothing else is said. */
const usualActions = 24;

/** An arbitrary of histories, as lists of actions. */
export class WorldArbitrary extends fc.Arbitrary<readonly Action[]> {
  readonly #actions: number;
  readonly #stores: number;
  readonly #unplugs: number;

  constructor({ actions = usualActions, stores = 1 / 3, unplugs = 1 / 4 }: WorldArbitraryOptions = {}) {
    super();
    this.#actions = actions;
    this.#stores = stores;
    this.#unplugs = unplugs;
  }

  override generate(random: fc.Random, _biasFactor: number | undefined): fc.Value<readonly Action[]> {
    const chooser = new RandomChooser(random);
    const stores = chooser.below(1000) < 1000 * this.#stores;
    const unplugs = chooser.below(1000) < 1000 * this.#unplugs;
    return new fc.Value(generateActions(chooser, this.#actions, { stores, unplugs }), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is readonly Action[] {
    return Array.isArray(value);
  }

  override shrink(value: readonly Action[], _context: unknown): fc.Stream<fc.Value<readonly Action[]>> {
    return fc.stream(simplerActions(value)).map((simpler) => new fc.Value(simpler, undefined));
  }
}

/** Small BARs in a page: over the words of `pci-testdev`, beside them, and at its ends. */
const smallOffsets: readonly bigint[] = [0x800n, 0x800n, 0x700n, 0x900n, 0x0n, 0xf00n];
const windowBases: readonly bigint[] = [0xe000_0000n, 0xe000_0000n, 0xe010_0000n];

/** In one of so many histories, things happen that no write of the guest does. Such a history takes several times as long as another. */
const eventInterval = 30;
/** There, every so many actions. */
const eventEvery = 4;
/** The device behind the bridge. */
const pluggable = devices.find(({ bridge }) => bridge !== undefined)?.name ?? '';

type Allowed = { readonly stores: boolean; readonly unplugs: boolean };

function generateActions(chooser: Chooser, count: number, allowed: Allowed): readonly Action[] {
  const draft = new Draft(chooser, allowed);
  draft.begin();
  // At the end: where QEMU aborts, it is the end.
  const takesOver = chooser.below(takeOverIn) === 0 && count > takeOverActions;
  while (draft.actions.length < count - (takesOver ? takeOverActions : 0)) draft.add();
  if (takesOver) draft.takeOver();
  return draft.actions;
}

/** In one of so many histories, a device takes over the word of another at the end, in so many actions at most. */
const takeOverIn = 100;
const takeOverActions = 8;

class Draft {
  readonly actions: Action[] = [];
  readonly #chooser: Chooser;
  readonly #stores: boolean;
  readonly #unplugs: boolean;
  /** Where each BAR was placed last. */
  readonly #placed = new Map<string, bigint>();
  /** The word that was selected last of each device. */
  readonly #words = new Map<string, SelectedWord>();
  readonly #writes: GuestWrites;
  #lastTest = 0;
  readonly #bars: readonly Bar[];
  readonly #devices: readonly string[];
  readonly #hasBridge: boolean;
  /** Resets, devices that go and come, and peers: in few histories, but there often. They cannot be sent ahead. */
  readonly #hasEvents: boolean;
  /** Peers that have joined last. */
  readonly #peers: number[] = [];

  constructor(chooser: Chooser, { stores, unplugs }: Allowed) {
    this.#chooser = chooser;
    this.#stores = stores;
    this.#unplugs = unplugs;
    // Few devices at a time: they meet more often.
    const first = pick(this.#chooser, testdevs);
    const chosenTests = testdevs.filter((device) => device === first || chooser.below(8) < 5);
    const others = devices.filter(
      (device) => !testdevs.includes(device) && device.needsServer !== true && chooser.below(2) === 0,
    );
    this.#hasEvents = chooser.below(eventInterval) === 0;
    const peers = devices.filter(
      ({ needsServer }) => needsServer === true && this.#hasEvents && chooser.below(2) === 0,
    );
    const chosen = [...chosenTests, ...others, ...peers];
    this.#hasBridge = chosen.some(({ bridge }) => bridge !== undefined);
    this.#devices = chosen.map(({ name }) => name);
    this.#bars = chosen.flatMap(({ bars }) => bars);
    this.#writes = new GuestWrites(chooser, stores, {
      bars: this.#bars,
      placed: this.#placed,
      words: this.#words,
    });
  }

  /** A test that is selected: without one, there is nothing to see. */
  begin(): void {
    if (this.#hasBridge) {
      this.#window('memory');
      if (this.#chooser.below(2) === 0) this.#window('io');
    }
    const bar = pick(
      this.#chooser,
      this.#bars.filter(({ name }) => name.startsWith('test')),
    );
    this.#place(bar);
    this.#select(bar);
    // A CPU's stores are cut in another manner in a page of several regions: it is there from the beginning.
    const odd = this.#bars.find(({ name }) => name === 'display');
    if (this.#stores && odd !== undefined) this.#place(odd);
    const ringing = this.#bars.find(({ name }) => name === doorbell.region);
    if (ringing === undefined) return;
    this.#place(ringing);
    this.#join();
  }

  add(): void {
    if (this.#hasEvents && this.#chooser.below(eventEvery) === 0) {
      this.#event();
      return;
    }
    const choice = this.#chooser.below(100);
    if (choice < 20) this.#place(pick(this.#chooser, this.#bars));
    else if (choice < 26) this.#command();
    else if (choice < 28 && this.#hasBridge) this.#bridgeCommand();
    else if (choice < 34 && this.#hasBridge)
      this.#window(pick(this.#chooser, ['memory', 'prefetch', 'io'] as const));
    else if (choice < 46) this.#selectAny();
    else this.#write();
  }

  /** Two devices with the same word at one address: the one beneath becomes visible when the other one goes. */
  takeOver(): void {
    const tests = testdevs.filter(({ name }) => this.#devices.includes(name));
    const over = pick(this.#chooser, tests);
    const under = tests.find((device) => device !== over);
    const [upper] = over.bars;
    if (under === undefined || upper === undefined) return;
    const address = 0xe000_0000n;
    this.#lastTest = 1 + this.#chooser.below(2);
    const window = { do: 'window', bridge: 'bridge', window: 'memory', base: address } as const;
    for (const { name: device, bridge, bars } of [under, over]) {
      const name = bars[0]?.name ?? '';
      this.actions.push({ do: 'enable', device, space: 'memory' });
      // What is mapped last lies on top, and a window is mapped anew.
      if (bridge !== undefined) this.actions.push({ ...window, size: 0x10_0000n });
      this.actions.push({ do: 'place', bar: name, address });
      const bytes = `0${this.#lastTest}`;
      this.actions.push({ do: 'write', write: { op: 'write', space: 'memory', address, bytes } });
    }
    const removal = this.#chooser.below(over.bridge === undefined ? 2 : 3);
    if (removal === 0) this.actions.push({ do: 'place', bar: upper.name, address: 0n });
    else if (removal === 1) this.actions.push({ do: 'disable', device: over.name, space: 'memory' });
    else this.actions.push({ ...window, size: 0n });
  }

  #event(): void {
    const hasPeers = this.#devices.includes(doorbell.device);
    const choice = this.#chooser.below(hasPeers ? 12 : 4);
    if (choice < 2 && this.#unplugs) this.#plugging();
    else if (choice < 4) this.#reset();
    else if (choice < 9) this.#ring();
    else if (choice < 11) this.#join();
    else this.#leave();
  }

  #reset(): void {
    this.actions.push({ do: 'reset' });
    this.#placed.clear();
    this.#words.clear();
    // What the bridge still shows is seen where something is placed in it.
    const behind = this.#bars.filter(({ name }) => this.#hasBridge && name.startsWith(`${pluggable}.`));
    if (this.#chooser.below(2) === 0) for (const bar of behind) this.#place(bar);
    if (this.#hasBridge && this.#chooser.below(2) === 0) {
      this.actions.push({ do: 'enable', device: 'bridge', space: this.#writes.anySpace() });
    }
  }

  #plugging(): void {
    const [memory] = this.#bars.filter(({ name }) => name.startsWith(`${pluggable}.`));
    if (memory === undefined) return;
    if (this.#chooser.below(3) > 0) {
      this.#window('memory');
      this.#place(memory);
      this.#select(memory);
    }
    this.actions.push({ do: 'unplug', device: pluggable });
    if (this.#chooser.below(2) === 0) this.#write();
    this.actions.push({ do: 'plug', device: pluggable });
    for (const name of this.#placed.keys()) if (name.startsWith(`${pluggable}.`)) this.#placed.delete(name);
    this.#words.delete(pluggable);
    if (this.#chooser.below(3) === 0) return;
    this.#place(memory);
    this.#select(memory);
  }

  /** Any number is as good as another, as long as none comes twice on one QEMU. */
  #join(): void {
    const peer = 1 + this.#chooser.below(this.#chooser.below(4) === 0 ? 0xffff : 0x7fff);
    this.#peers.unshift(peer);
    this.actions.push({ do: 'join', peer });
  }

  #leave(): void {
    if (this.#peers.length > 0) this.actions.push({ do: 'leave', peer: pick(this.#chooser, this.#peers) });
  }

  /** A write to the doorbell: the word of a peer, or near it; in one access, or in several. */
  #ring(): void {
    const base = this.#placed.get(doorbell.region);
    if (!base || this.#peers.length === 0) return;
    const vector = pick(this.#chooser, [0, 1, 1, peerVectors, 0x101]);
    const word = BigInt(pick(this.#chooser, this.#peers)) * 0x1_0000n + BigInt(vector);
    const size = pick<AccessSize>(this.#chooser, [4, 4, 4, 4, 2, 8]);
    const address = base + doorbell.offset - (size === 8 ? 4n : 0n);
    const data = size === 8 ? (word << 32n) | 0x5an : BigInt.asUintN(8 * size, word);
    if (this.#stores) {
      this.actions.push({ do: 'write', write: { op: 'write', space: 'memory', address, size, data } });
      return;
    }
    const digits =
      data
        .toString(16)
        .padStart(2 * size, '0')
        .match(/../g) ?? [];
    const bytes = digits.toReversed().join('');
    this.actions.push({ do: 'write', write: { op: 'write', space: 'memory', address, bytes } });
  }

  #place(bar: Bar): void {
    const address = this.#addressFor(bar);
    this.#placed.set(bar.name, address);
    this.actions.push({ do: 'place', bar: bar.name, address });
  }

  #addressFor({ name, space, size }: Bar): bigint {
    if (this.#chooser.below(16) === 0) return 0n;
    const others = [...this.#words.values()].filter((word) => word.space === space && word.bar !== name);
    const over = this.#placed.get(others.length === 0 ? '' : pick(this.#chooser, others).bar);
    // Over the word of another device.
    if (over && size <= 0x1000n && this.#chooser.below(3) === 0) {
      return space === 'io' || size === 0x1000n ? over : over + 0x800n;
    }
    if (space === 'io') return pick(this.#chooser, ports);
    if (size > 0x1000n) return pick(this.#chooser, windowBases);
    const page =
      this.#chooser.below(20) === 0
        ? hiddenPage
        : pick(this.#chooser, pages.slice(0, this.#chooser.below(2) === 0 ? 2 : 5));
    return size < 0x1000n ? page + pick(this.#chooser, smallOffsets) : page;
  }

  #command(): void {
    const device = pick(this.#chooser, this.#devices);
    const space: Space = this.#chooser.below(4) === 0 ? 'io' : 'memory';
    const disable = { do: 'disable', device, space } as const;
    this.actions.push(this.#chooser.below(2) === 0 ? disable : { do: 'enable', device, space });
  }

  /** What the bridge no longer shows mostly comes back soon: then there is more to see. */
  #bridgeCommand(): void {
    const space = this.#writes.anySpace();
    this.actions.push({ do: 'disable', device: 'bridge', space });
    if (this.#chooser.below(3) === 0) return;
    this.#write();
    this.actions.push({ do: 'enable', device: 'bridge', space });
  }

  #window(window: 'memory' | 'prefetch' | 'io'): void {
    const isClosed = this.#chooser.below(8) === 0;
    if (window === 'io') {
      const base = 0xc000n;
      this.actions.push({ do: 'window', bridge: 'bridge', window, base, size: isClosed ? 0n : 0x1000n });
      return;
    }
    const base = pick(this.#chooser, windowBases);
    const size = isClosed ? 0n : 0x10_0000n * BigInt(1 + this.#chooser.below(2));
    this.actions.push({ do: 'window', bridge: 'bridge', window, base, size });
  }

  /** Selects a test of a BAR that is placed. */
  #selectAny(): void {
    const placed = this.#bars.filter(({ name }) => name.startsWith('test') && this.#placed.get(name));
    if (placed.length === 0) this.#write();
    else this.#select(pick(this.#chooser, placed));
  }

  #select({ name, space }: Bar): void {
    const address = this.#placed.get(name) ?? 0n;
    if (address === 0n) return;
    // The test of another device, often: then one can take over the word of the other.
    const again = this.#chooser.below(2) === 0 ? this.#lastTest : 0;
    const test = again > 0 ? again : pick(this.#chooser, [0, 1, 1, 1, 1, 2, 2, 2, 2, 3]);
    if (test === 1 || test === 2) this.#lastTest = test;
    const device = name.slice(0, name.indexOf('.'));
    const words = testWords[space === 'io' ? 'port' : 'mmio'];
    const offset = { 1: words.wildcard, 2: words.data }[test];
    if (offset === undefined) this.#words.delete(device);
    else this.#words.set(device, { bar: name, space, offset });
    this.actions.push({
      do: 'write',
      write: { op: 'write', space, address, bytes: test.toString(16).padStart(2, '0') },
    });
  }

  #write(): void {
    this.actions.push({ do: 'write', write: this.#writes.draw() });
  }
}
