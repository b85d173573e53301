/**
 * Plays one scenario on a machine: user space's part (regions, and what it asks the kernel for), a call for each request, and the CPU's
 * stores. What is told is what the kernel answered and what was signalled; no rule of the bus is known here.
 */
import type {
  Effect,
  ErrorCode,
  EventfdChange,
  HostEffect,
  Operation,
  Scenario,
  Space,
  Store,
  WriteEffect,
} from '../../model/vocabulary/vocabulary.ts';
import { DeviceWords, hostRegistrationOf, keyOf, textOf, type Word } from './device-words.ts';
import type { Machine, Registration } from './machine.ts';
import type { Notifiers } from './notifiers.ts';
import {
  bytesOf,
  joined,
  partsOf,
  portRun,
  Ram,
  requireWhole,
  type StorePart,
  SurprisingError,
  takersOf,
} from './store-effects.ts';
import { wrongRequests } from './wrong-requests.ts';

/** The kernel cannot be asked this. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
}

/** A region: of a device, or RAM. */
type Device = {
  readonly size: bigint;
  readonly isRam: boolean;
  /** Of RAM that is mapped. */
  memory: Uint8Array | undefined;
  readonly words: DeviceWords;
  place: { readonly space: Space; readonly offset: bigint } | undefined;
  isEnabled: boolean;
};

const twoTo64 = 1n << 64n;
const pageSize = 4096n;
/** Of RAM, in bytes: a machine has little of it. */
const mostRam = 1n << 20n;
const ends: Readonly<Record<Space, bigint>> = { memory: twoTo64, io: 1n << 16n };

const isSpace = (name: string): name is Space => name === 'memory' || name === 'io';

export class Driver {
  readonly #machine: Machine;
  readonly #notifiers: Notifiers;
  readonly #devices = new Map<string, Device>();
  readonly #ranks = new Map<string, number>();
  readonly #names: string[] = [];
  /** Whether something was registered since the last that was taken out: the kernel then sleeps before it takes out another. */
  #isUnsettled = false;
  /** What the kernel has. */
  readonly #taken = new Map<string, Registration>();
  /** Which of the wrong requests comes next. */
  #nextWrong = 0;

  readonly #isShared: boolean;

  /** @param isShared whether others use the machine, too: it is then given no memory */
  constructor(machine: Machine, notifiers: Notifiers, isShared = false) {
    this.#machine = machine;
    this.#notifiers = notifiers;
    this.#isShared = isShared;
  }

  /** Whether the machine was given memory, which stays in it. */
  get hasMemory(): boolean {
    return [...this.#devices.values()].some(({ memory }) => memory !== undefined);
  }

  /** What the kernel still has. */
  get left(): Registration[] {
    return [...this.#taken.values()];
  }

  /**
   * Plays a whole scenario.
   *
   * @throws UnsupportedError where there is something in it that the kernel cannot be asked
   * @throws SurprisingError where it does what is no answer
   */
  async play({ operations }: Scenario): Promise<Effect[][]> {
    const effects: Effect[][] = [];
    // So that each comes in turn, whatever the scenarios begin with.
    this.#nextWrong = operations.length;
    for (let at = 0; at < operations.length; ) {
      const run = portRun(operations, at);
      if (run.length > 1 && this.#machine.canStore('io', (run[0] as Store).address, (run[0] as Store).size)) {
        effects.push(...this.#storeAll(run));
        at += run.length;
        continue;
      }
      const operation = operations[at++] as Operation;
      if ('notifier' in operation) this.#rankOf(operation.notifier);
      effects.push(await this.#apply(operation));
    }
    return effects;
  }

  async #apply(operation: Operation): Promise<Effect[]> {
    switch (operation.op) {
      case 'create':
        return this.#create(operation);
      case 'map':
        return this.#map(operation.region, operation.container, operation.offset);
      case 'unmap':
      case 'enable':
      case 'disable':
        return this.#toggle(operation.op, operation.region);
      case 'add-eventfd':
        return this.#add(operation);
      case 'del-eventfd':
        return this.#remove(operation);
      case 'write':
        if ('bytes' in operation) throw new UnsupportedError('a write by QEMU itself (bytes)');
        return this.#store(operation);
      case 'move':
      case 'resize':
      case 'retarget':
      case 'begin':
      case 'commit':
        throw new UnsupportedError(operation.op);
    }
  }

  #create(create: Extract<Operation, { op: 'create' }>): Effect[] {
    const { region, size } = create;
    if (isSpace(region) || this.#devices.has(region)) return breach('exists');
    if (create.kind !== 'io' && create.kind !== 'ram') {
      throw new UnsupportedError(`a region of kind ${create.kind}`);
    }
    const isRam = create.kind === 'ram';
    if (isRam && (size === 0n || size % pageSize !== 0n || size > mostRam)) {
      throw new UnsupportedError('RAM that is not some whole pages');
    }
    if (create.kind === 'io' && create.endianness === 'big') {
      throw new UnsupportedError("a device's own byte order");
    }
    const words = new DeviceWords();
    this.#devices.set(region, { size, isRam, memory: undefined, words, place: undefined, isEnabled: true });
    return [];
  }

  #map(region: string, container: string, offset: bigint): Effect[] {
    const device = this.#devices.get(region);
    const holds = isSpace(container) || this.#devices.has(container);
    if ((device === undefined && !isSpace(region)) || !holds) return breach('unknown');
    if (device === undefined) return breach('kind');
    if (device.place !== undefined) return breach('mapped');
    if (region === container) return breach('cycle');
    if (!isSpace(container)) throw new UnsupportedError('a region in another');
    const isOver = ({ place, size }: Device) =>
      place?.space === container && place.offset < offset + device.size && offset < place.offset + size;
    if ([...this.#devices.values()].some(isOver)) throw new UnsupportedError('two regions at one address');
    if (device.isRam) device.memory = this.#memoryAt(container, offset, Number(device.size));
    device.place = { space: container, offset };
    return this.#tellAll(device);
  }

  #memoryAt(space: Space, offset: bigint, bytes: number): Uint8Array {
    if (space === 'io' || offset % pageSize !== 0n || !this.#machine.canStore(space, offset, bytes)) {
      throw new UnsupportedError('RAM where a guest has none: at ports, within a page, or too high');
    }
    if (this.#isShared) throw new UnsupportedError('RAM beside a full bus');
    return this.#machine.addMemory(offset, bytes);
  }

  async #toggle(op: 'unmap' | 'enable' | 'disable', region: string): Promise<Effect[]> {
    const device = this.#devices.get(region);
    if (device === undefined && !isSpace(region)) return breach('unknown');
    if (device === undefined) {
      if (op === 'unmap') return breach('kind');
      throw new UnsupportedError(`${op} of a space`);
    }
    if (op === 'unmap' && device.place === undefined) return breach('unmapped');
    if (device.isRam) throw new UnsupportedError('RAM that comes and goes');
    if (op === 'unmap') {
      const effects = await this.#takeAllBack(device);
      device.place = undefined;
      return effects;
    }
    const isEnabled = op === 'enable';
    if (device.isEnabled === isEnabled) return [];
    if (isEnabled) {
      device.isEnabled = true;
      return this.#tellAll(device);
    }
    const effects = await this.#takeAllBack(device);
    device.isEnabled = false;
    return effects;
  }

  /** The region has become visible: the kernel is asked for every word of it. */
  #tellAll(device: Device): Effect[] {
    return [...device.words].flatMap((word) => this.#tell(device, word));
  }

  /** It is to be visible no longer. */
  async #takeAllBack(device: Device): Promise<Effect[]> {
    const effects: Effect[] = [];
    for (const word of device.words) effects.push(...(await this.#takeBack(device, word)));
    return effects;
  }

  async #add(change: EventfdChange): Promise<Effect[]> {
    const device = this.#devices.get(change.region);
    if (device === undefined) return breach(isSpace(change.region) ? 'kind' : 'unknown');
    if (device.isRam) return breach('kind');
    const { offset, size, data } = change;
    const rank = this.#rankOf(change.notifier);
    if ((size === 0 && data !== undefined) || offset + BigInt(size) > twoTo64) {
      // User space would not ask. The kernel has a rule of its own for it, which must say the same.
      const wanted = this.#registrationAt(device, change, rank);
      const refused = wanted === undefined ? 'EINVAL' : this.#assign(wanted);
      if (refused !== 'EINVAL')
        throw new SurprisingError(`it answers ${refused ?? 'that it takes'} ${textOf(change)}`);
      return breach('match');
    }
    return this.#tell(device, device.words.add(change, rank));
  }

  async #remove(change: EventfdChange): Promise<Effect[]> {
    const device = this.#devices.get(change.region);
    if (device === undefined) return breach(isSpace(change.region) ? 'kind' : 'unknown');
    if (device.isRam) return breach('kind');
    const { offset, size, data } = change;
    const rank = this.#rankOf(change.notifier);
    if ((size === 0 && data !== undefined) || offset + BigInt(size) > twoTo64) return breach('match');
    const word = device.words.remove(change, rank);
    if (word === 'user space decides') {
      throw new UnsupportedError(
        'a deletion at an offset with a word of size 0: QEMU decides which word goes',
      );
    }
    if (word !== undefined) return this.#takeBack(device, word);
    // User space would not ask; the kernel must not have it either.
    const wanted = this.#registrationAt(device, change, rank);
    const refused = wanted === undefined ? 'ENOENT' : await this.#deassign(wanted);
    if (refused === undefined && wanted !== undefined) {
      return [{ hostDel: hostRegistrationOf(wanted, change.notifier) }];
    }
    if (refused !== 'ENOENT')
      throw new SurprisingError(`it answers ${refused} to the deletion of ${textOf(change)}`);
    return breach('absent');
  }

  /** Asks the kernel for a word, if the word can be seen. */
  #tell(device: Device, word: Word): HostEffect[] {
    const wanted = this.#registrationAt(device, word, word.rank);
    if (wanted === undefined) return [];
    const registration = hostRegistrationOf(wanted, word.notifier);
    this.#askWrongly(wanted);
    const refused = this.#assign(wanted);
    word.isTaken = refused === undefined;
    switch (refused) {
      case undefined:
        return [{ hostAdd: registration }];
      case 'EEXIST':
      case 'ENOSPC':
      case 'EINVAL':
        return [{ hostRefused: registration, reason: refused }];
      default:
        throw new SurprisingError(`it refuses ${textOf(word)} with ${refused}`);
    }
  }

  /** Has the kernel drop a word, if it took it. */
  async #takeBack(device: Device, word: Word): Promise<HostEffect[]> {
    if (!word.isTaken) return [];
    word.isTaken = false;
    const held = this.#registrationAt(device, word, word.rank);
    if (held === undefined) return [];
    const refused = await this.#deassign(held);
    if (refused !== undefined)
      throw new SurprisingError(`it answers ${refused} to the deletion of ${textOf(word)}, which it took`);
    return [{ hostDel: hostRegistrationOf(held, word.notifier) }];
  }

  #store({ space, address, size, data }: Store): Effect[] {
    if (!this.#machine.canStore(space, address, size)) {
      throw new UnsupportedError(
        space === 'io'
          ? `a store of ${size} bytes to port 0x${address.toString(16)}`
          : 'a store that no guest can make: its address is too high',
      );
    }
    const store = { space, address, size, data };
    const parts = partsOf(store).map((part) => ({ ...part, ram: this.#ramAt(space, part) }));
    for (const { ram, ...part } of parts) ram?.prepare(part);
    const exits = this.#machine.store(space, address, size, data);
    const signalled = this.#notifiers.signalled();
    const onBus = parts.filter(({ ram }) => ram === undefined);
    const isOut = requireWhole(store, onBus, exits, signalled.length);
    const signals = signalled.map((number) => ({ signal: this.#nameOf(number) }));
    const effects = parts.flatMap((part): WriteEffect[] => {
      if (part.ram !== undefined) return [part.ram.stored(part)];
      const signal = isOut[onBus.indexOf(part)] === true ? undefined : signals.shift();
      return signal === undefined ? [] : [signal];
    });
    return joined(effects);
  }

  /** The RAM that a part of a store lies in. */
  #ramAt(space: Space, { address }: StorePart): Ram | undefined {
    for (const [region, { place, size, memory }] of this.#devices) {
      if (memory === undefined || place?.space !== space) continue;
      if (place.offset <= address && address < place.offset + size)
        return new Ram(region, place.offset, memory);
    }
    return undefined;
  }

  /** Asks for the same with one thing wrong, which changes nothing. */
  #askWrongly(right: Registration): void {
    const wrong = wrongRequests[this.#nextWrong++ % wrongRequests.length];
    if (wrong === undefined) return;
    const refused = this.#machine.assign(wrong.of(right, this.#notifiers.noEventfd));
    if (refused !== wrong.error) {
      const answer = refused ?? 'that it takes it';
      throw new SurprisingError(`it answers ${answer} to a registration ${wrong.what}, not ${wrong.error}`);
    }
  }

  /** Stores that come one after the other to one port, by one instruction. */
  #storeAll(run: readonly Store[]): Effect[][] {
    const { address, size } = run[0] as Store;
    // What canStore says.
    const width = size as 1 | 2 | 4;
    const bytes = new Uint8Array(run.length * width);
    for (const [index, { data }] of run.entries()) bytes.set(bytesOf(data, width), index * width);
    const exits = this.#machine.storeAll(Number(address), width, bytes);
    const takers = takersOf(run, exits, this.#notifiers.signalled());
    return takers.map((taker) => (taker === undefined ? [] : [{ signal: this.#nameOf(taker) }]));
  }

  #nameOf(number: number): string {
    return this.#names[number] ?? `eventfd ${number}`;
  }

  #assign(registration: Registration): string | undefined {
    const refused = this.#machine.assign(registration);
    if (refused === undefined) {
      this.#taken.set(keyOf(registration), registration);
      this.#isUnsettled = true;
    }
    return refused;
  }

  async #deassign(registration: Registration): Promise<string | undefined> {
    const isLater = this.#isUnsettled && this.#taken.has(keyOf(registration));
    const refused = isLater
      ? await this.#machine.deassignLater(registration)
      : this.#machine.deassign(registration);
    if (refused !== undefined) return refused;
    this.#taken.delete(keyOf(registration));
    this.#isUnsettled = false;
    return undefined;
  }

  /** A word as the kernel would be asked for it; nothing where no byte of it can be seen. */
  #registrationAt(
    { place, size: regionSize, isEnabled }: Device,
    { offset, size, data }: Pick<Word, 'offset' | 'size' | 'data'> | EventfdChange,
    rank: number,
  ): Registration | undefined {
    if (place === undefined || !isEnabled || offset >= regionSize) return undefined;
    const address = place.offset + offset;
    if (address >= ends[place.space]) return undefined;
    return { bus: place.space, address, size, data, eventfd: this.#notifiers.eventfd(rank) };
  }

  #rankOf(notifier: string): number {
    const known = this.#ranks.get(notifier);
    if (known !== undefined) return known;
    this.#names.push(notifier);
    this.#ranks.set(notifier, this.#names.length - 1);
    return this.#names.length - 1;
  }
}

function breach(error: ErrorCode): Effect[] {
  return [{ error }];
}
