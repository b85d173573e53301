/** What a map does, as effects of the vocabulary: numbers become names, halves become whole numbers. */

import type {
  AccessSize,
  Effect,
  EventfdSize,
  HostRegistration,
  RefusalReason,
} from '../../model/vocabulary/vocabulary.ts';
import type { WriteSink } from './dispatch/write-sink.ts';
import type { HostListener } from './host/host.ts';
import { hasData, type Ioeventfd, sizeOf } from './tables/ioeventfd.ts';
import { Names } from './tables/names.ts';
import { join } from './tables/wide.ts';

const spaceNames = ['memory', 'io'] as const;
/** The names of no regions. Never added to. */
const noNames = new Names();

/** Turns what the dispatch and the host are told into effects. */
export class EffectCollector implements WriteSink, HostListener {
  effects: Effect[] = [];
  readonly notifierNames: Names;
  /** The names of the map's regions. Set as soon as there is a map: it is built with the collector as its listener. */
  regionNames = noNames;

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
    return this.regionNames.nameOf(region);
  }

  private registration(space: 0 | 1, ioeventfd: Ioeventfd): HostRegistration {
    const { addressHigh, addressLow, kind, dataHigh, dataLow } = ioeventfd;
    const address = join(addressHigh, addressLow);
    const size = sizeOf(kind) as EventfdSize;
    const notifier = this.notifierNames.nameOf(ioeventfd.notifier);
    return hasData(kind)
      ? { space: spaceNames[space], address, size, data: join(dataHigh, dataLow), notifier }
      : { space: spaceNames[space], address, size, notifier };
  }
}
