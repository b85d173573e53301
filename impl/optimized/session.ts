/** The dispatcher of the vocabulary on top of `OptimizedMemory`: operations in, effects out. */

import type {
  AccessSize,
  Create,
  Dispatcher,
  Effect,
  ErrorCode,
  EventfdChange,
  EventfdSize,
  HostRegistration,
  Operation,
  RefusalReason,
  ScenarioHeader,
  Session,
  Write,
} from '../../model/vocabulary/vocabulary.ts';
import { copyOfGraph } from '../mutants/copy-of-graph.ts';
import type { WriteSink } from './dispatch/write-sink.ts';
import { fingerprint, validateTexts } from './fingerprint.ts';
import type { HostListener, Ioeventfd } from './host/host.ts';
import type { Region } from './map/region.ts';
import { OptimizedMemory } from './optimized-memory.ts';
import { hasData, sizeOf } from './tables/ioeventfd-store.ts';
import { Names } from './tables/names.ts';
import { highHalf, join, lowHalf } from './tables/wide.ts';

const spaceNames = ['memory', 'io'] as const;

/** Turns what the dispatch and the host are told into effects. */
class EffectCollector implements WriteSink, HostListener {
  effects: Effect[] = [];
  readonly notifierNames: Names;
  /** The map that is listened to. */
  memory: OptimizedMemory | undefined;

  constructor(notifierNames: Names) {
    this.notifierNames = notifierNames;
  }

  signal(notifier: number): void {
    this.effects.push({ signal: this.notifierNames.nameOf(notifier) });
  }

  callback(
    region: number,
    offsetHigh: number,
    offsetLow: number,
    size: number,
    valueHigh: number,
    valueLow: number,
  ): void {
    this.effects.push({
      callback: this.nameOf(region),
      offset: join(offsetHigh, offsetLow),
      size: size as AccessSize,
      value: join(valueHigh, valueLow),
    });
  }

  ram(
    region: number,
    offsetHigh: number,
    offsetLow: number,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): void {
    this.effects.push({
      ram: this.nameOf(region),
      offset: join(offsetHigh, offsetLow),
      bytes: Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('hex'),
    });
  }

  unassigned(addressHigh: number, addressLow: number, size: number): void {
    this.effects.push({ unassigned: join(addressHigh, addressLow), size: size as AccessSize });
  }

  rejected(region: number, offsetHigh: number, offsetLow: number, size: number): void {
    this.effects.push({
      rejected: this.nameOf(region),
      offset: join(offsetHigh, offsetLow),
      size: size as AccessSize,
    });
  }

  added(space: 0 | 1, ioeventfd: Ioeventfd): void {
    this.effects.push({ hostAdd: this.registration(space, ioeventfd) });
  }

  deleted(space: 0 | 1, ioeventfd: Ioeventfd): void {
    this.effects.push({ hostDel: this.registration(space, ioeventfd) });
  }

  refused(space: 0 | 1, ioeventfd: Ioeventfd, reason: RefusalReason): void {
    this.effects.push({ hostRefused: this.registration(space, ioeventfd), reason });
  }

  private nameOf(region: number): string {
    return this.memory!.regionNames.nameOf(region);
  }

  private registration(space: 0 | 1, ioeventfd: Ioeventfd): HostRegistration {
    const registration = {
      space: spaceNames[space],
      address: join(ioeventfd.addressHigh, ioeventfd.addressLow),
      size: sizeOf(ioeventfd.kind) as EventfdSize,
    };
    const notifier = this.notifierNames.nameOf(ioeventfd.notifier);
    return hasData(ioeventfd.kind)
      ? { ...registration, data: join(ioeventfd.dataHigh, ioeventfd.dataLow), notifier }
      : { ...registration, notifier };
  }
}

const nothing: readonly Effect[] = [];

/** One run of a scenario. */
export class OptimizedSession implements Session {
  readonly memory: OptimizedMemory;
  private readonly header: ScenarioHeader;
  private readonly notifiers: Names;
  private readonly collector: EffectCollector;

  constructor(header: ScenarioHeader, makeMemory = defaultMemory, notifiers = new Names()) {
    this.header = header;
    this.notifiers = notifiers;
    this.collector = new EffectCollector(notifiers);
    this.memory = makeMemory(header, this.collector);
    this.collector.memory = this.memory;
  }

  apply(operation: Operation): readonly Effect[] {
    const error = this.perform(operation);
    if (error !== undefined) return [{ error }];
    const effects = this.collector.effects;
    if (effects.length === 0) return nothing;
    this.collector.effects = [];
    return effects;
  }

  fingerprint(): string {
    return fingerprint(this.memory, this.notifiers.all());
  }

  fork(): OptimizedSession {
    const { header, memory, notifiers } = this;
    // Whoever derives from a class may keep what only a copy of everything takes over.
    const isPlain = isExactly(this, OptimizedSession) && isExactly(memory, OptimizedMemory);
    if (!isPlain) return copyOfGraph(this);
    const copy = (_: ScenarioHeader, listener: HostListener) => new OptimizedMemory(header, listener, memory);
    return new OptimizedSession(header, copy, new Names(notifiers));
  }

  /** Asserts the invariants of every structure below. */
  validate(): void {
    this.memory.validate();
    validateTexts(this.memory);
  }

  private perform(operation: Operation): ErrorCode | undefined {
    const memory = this.memory;
    switch (operation.op) {
      case 'begin':
        memory.begin();
        return undefined;
      case 'commit':
        return memory.commit();
      case 'write':
        this.write(operation);
        return undefined;
      case 'create':
        return this.create(operation);
      case 'add-eventfd':
      case 'del-eventfd':
        return this.changeEventfd(operation);
      case 'map': {
        const region = this.find(operation.region);
        const container = this.find(operation.container);
        if (region === undefined || container === undefined) return 'unknown';
        return memory.map(region, container, operation.offset, operation.priority);
      }
      default: {
        const region = this.find(operation.region);
        return region === undefined ? 'unknown' : this.changeRegion(region, operation);
      }
    }
  }

  private changeRegion(
    region: Region,
    operation: Extract<Operation, { op: 'unmap' | 'enable' | 'disable' | 'move' | 'resize' | 'retarget' }>,
  ): ErrorCode | undefined {
    switch (operation.op) {
      case 'unmap':
        return this.memory.unmap(region);
      case 'enable':
      case 'disable':
        this.memory.setEnabled(region, operation.op === 'enable');
        return undefined;
      case 'move':
        this.memory.move(region, operation.offset);
        return undefined;
      case 'resize':
        return this.memory.resize(region, operation.size);
      case 'retarget':
        return this.memory.retarget(region, operation.targetOffset);
      default:
        return unreachable(operation);
    }
  }

  private create(operation: Create): ErrorCode | undefined {
    const { region: name, size } = operation;
    if (this.find(name) !== undefined) return 'exists';
    switch (operation.kind) {
      case 'io':
        this.memory.createIo(name, size, operation);
        break;
      case 'ram':
        this.memory.createRam(name, size);
        break;
      case 'container':
        this.memory.createContainer(name, size);
        break;
      case 'alias': {
        const target = this.find(operation.target);
        if (target === undefined) return 'unknown';
        this.memory.createAlias(name, size, target, operation.targetOffset);
        break;
      }
      default:
        return unreachable(operation);
    }
    return undefined;
  }

  private changeEventfd(operation: EventfdChange): ErrorCode | undefined {
    // Naming counts, even in a call that fails: QEMU orders notifiers by pointer, and here they come into being.
    const notifier = this.notifierNumber(operation.notifier);
    const region = this.find(operation.region);
    if (region === undefined) return 'unknown';
    const { offset, size, data } = operation;
    return operation.op === 'add-eventfd'
      ? this.memory.addEventfd(region, offset, size, data, notifier)
      : this.memory.deleteEventfd(region, offset, size, data, notifier);
  }

  private write(operation: Write): void {
    const space = operation.space === 'memory' ? 0 : 1;
    const high = highHalf(operation.address);
    const low = lowHalf(operation.address);
    if ('bytes' in operation) {
      this.memory.writeBytes(space, high, low, Buffer.from(operation.bytes, 'hex'), this.collector);
      return;
    }
    const { size, data } = operation;
    this.memory.writeWord(space, high, low, size, highHalf(data), lowHalf(data), this.collector);
  }

  private find(name: string): Region | undefined {
    return this.memory.regionNamed(name);
  }

  private notifierNumber(name: string): number {
    return this.notifiers.numberOf(name) ?? this.notifiers.add(name);
  }
}

function defaultMemory(header: ScenarioHeader, listener: HostListener): OptimizedMemory {
  return new OptimizedMemory(header, listener);
}

function isExactly(value: object, type: { readonly prototype: object }): boolean {
  return Object.getPrototypeOf(value) === type.prototype;
}

function unreachable(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}

/** The optimized dispatcher, all profiles. */
export const optimizedDispatcher: Dispatcher = {
  name: 'impl',
  open: (header) => new OptimizedSession(header),
};
