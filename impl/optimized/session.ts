/** The dispatcher of the vocabulary on top of `OptimizedMemory`: operations in, effects out. */

import type {
  Create,
  Effect,
  ErrorCode,
  EventfdChange,
  Operation,
  ScenarioHeader,
  Session,
  Write,
} from '../../model/vocabulary/vocabulary.ts';
import { EffectCollector } from './effect-collector.ts';
import { fingerprint, validateTexts } from './fingerprint.ts';
import type { HostListener } from './host/host.ts';
import type { Region } from './map/region.ts';
import { OptimizedMemory } from './optimized-memory.ts';
import { type Parts, standardParts } from './parts.ts';
import { Names } from './tables/names.ts';
import { highHalf, lowHalf } from './tables/wide.ts';

const nothing: readonly Effect[] = [];

/** Makes a session's map: an empty one, or a copy of another that it made. */
export type MakeMemory = (
  header: ScenarioHeader,
  listener: HostListener,
  original?: OptimizedMemory,
) => OptimizedMemory;

/** One run of a scenario. */
export class OptimizedSession implements Session {
  readonly memory: OptimizedMemory;
  private readonly header: ScenarioHeader;
  private readonly makeMemory: MakeMemory;
  private readonly notifiers: Names;
  private readonly collector: EffectCollector;

  /** A run on an empty map; with `original`, one that goes on where another session of the same header and maker is. */
  constructor(header: ScenarioHeader, makeMemory = standardMemory, original?: OptimizedSession) {
    this.header = header;
    this.makeMemory = makeMemory;
    this.notifiers = new Names(original?.notifiers);
    this.collector = new EffectCollector(this.notifiers);
    this.memory = makeMemory(header, this.collector, original?.memory);
    this.collector.regionNames = this.memory.regionNames;
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
    return new OptimizedSession(this.header, this.makeMemory, this);
  }

  /** Asserts the invariants of every structure below. */
  validate(): void {
    this.memory.validate();
    this.notifiers.validate();
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
    }
  }

  private create(operation: Create): ErrorCode | undefined {
    const { region: name, size } = operation;
    if (this.find(name) !== undefined) return 'exists';
    switch (operation.kind) {
      case 'io':
        this.memory.createIo(name, size, operation);
        return undefined;
      case 'ram':
        this.memory.createRam(name, size);
        return undefined;
      case 'container':
        this.memory.createContainer(name, size);
        return undefined;
      case 'alias': {
        const target = this.find(operation.target);
        if (target === undefined) return 'unknown';
        this.memory.createAlias(name, size, target, operation.targetOffset);
        return undefined;
      }
    }
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
      this.memory.writeBytes(space, high, low, bytesOf(operation.bytes), this.collector);
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

/** The bytes of pairs of hexadecimal digits. */
function bytesOf(digits: string): Uint8Array {
  const bytes = new Uint8Array(digits.length >> 1);
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = (digitOf(digits.charCodeAt(2 * at)) << 4) | digitOf(digits.charCodeAt(2 * at + 1));
  }
  return bytes;
}

/** The value of a digit. In ASCII, letters have the bit 64 and count from 1. */
function digitOf(digit: number): number {
  return (digit & 15) + 9 * (digit >> 6);
}

const standardMemory = memoryOf(standardParts);

/** Makes maps of these parts. */
export function memoryOf(parts: Parts): MakeMemory {
  return (header, listener, original) => new OptimizedMemory(header, listener, parts, original);
}
