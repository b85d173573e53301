/** From what QEMU shows of one write to the effects of the model: in the order of addresses, as a write goes through the map. */
import type {
  AccessSize,
  Effect,
  EventfdChange,
  Operation,
  Write,
} from '../../../model/vocabulary/vocabulary.ts';
import type { AccessEvent, InvalidEvent, TraceEvent } from '../log/trace.ts';
import {
  devices,
  doorbell,
  mainRam,
  sharedRam,
  sharedRegisters,
  testdevTracedNames,
  tracedNames,
} from '../world/machine.ts';
import type { SharedFiles } from './files.ts';
import type { Survey } from './survey.ts';

/** An effect, and the first address that it is about. */
export type Located = { readonly address: bigint; readonly effect: Effect };

/** Where the regions are while a write is made: the BARs that are mapped. */
export type Bases = ReadonlyMap<string, bigint>;

/** What answers at an address: a region, and the offset in it; nothing, where it is unassigned. QEMU is asked by a read. */
export type Answering = { readonly region: string; readonly offset: bigint } | undefined;
export type Ask = (address: bigint) => Promise<Answering>;

export type Seen = {
  readonly write: Write;
  readonly survey: Survey;
  readonly bases: Bases;
  readonly ask: Ask;
};

/** What the trace of one write says. */
export async function locatedEvents(events: readonly TraceEvent[], seen: Seen): Promise<Located[]> {
  const located: Located[] = [];
  for (const event of events) {
    if (event.kind === 'host' || event.kind === 'notify' || event.isRead) continue;
    if (event.kind === 'access') {
      const one = locatedAccess(event, seen);
      if (one !== undefined) located.push(one);
    } else if (isOfSubpage(event, seen.write)) {
      // It was said before of the access for which the piece is refused. The effect is that of the whole piece.
      located.pop();
      located.push(await locatedPiece(event, seen));
    } else {
      const one = await locatedRefusal(event, seen);
      if (one !== undefined) located.push(one);
    }
  }
  return located;
}

function locatedAccess(event: AccessEvent, { survey, bases }: Seen): Located | undefined {
  const { address, value } = event;
  const size = event.size as AccessSize;
  if (event.name === 'io') return { address, effect: { unassigned: address, size } };
  const region = regionOfEvent(event, survey);
  if (region === undefined) return undefined;
  const offset = address - (baseOf(region, bases) ?? 0n);
  return { address, effect: { callback: region, offset, size, value } };
}

/** The region of an access; undefined where it is none of a BAR. */
export function regionOfEvent({ region, name }: AccessEvent, { regions, fresh }: Survey): string | undefined {
  const known = regions.get(region);
  if (known !== undefined) return known;
  const part = testdevTracedNames[name];
  return part !== undefined && fresh !== undefined ? `${fresh}.${part}` : tracedNames[name];
}

/**
 * A subpage refuses a whole piece of a CPU's store: the line has no region, and an offset in the page. A world has nothing at addresses
 * as low as that.
 */
function isOfSubpage({ name, address }: InvalidEvent, write: Write): boolean {
  return name === '(null)' && 'size' in write && write.space === 'memory' && address < pageBytes;
}

const pageBytes = 0x1000n;

/** A refused piece is named by what answers its first byte. */
async function locatedPiece({ address: inPage, size: bytes }: InvalidEvent, seen: Seen): Promise<Located> {
  const size = bytes as AccessSize;
  const { address: first } = seen.write;
  const page = first - (first % pageBytes);
  const address = page + inPage >= first ? page + inPage : page + pageBytes + inPage;
  const answering = await seen.ask(address);
  if (answering === undefined) return { address, effect: { unassigned: address, size } };
  return { address, effect: { rejected: answering.region, offset: answering.offset, size } };
}

async function locatedRefusal(
  event: InvalidEvent,
  { write, bases, ask }: Seen,
): Promise<Located | undefined> {
  const { address, name } = event;
  const size = event.size as AccessSize;
  if (name === '(null)' || name === 'io') return { address, effect: { unassigned: address, size } };
  const part = testdevTracedNames[name];
  const candidates = part === undefined ? regionsTraced(name) : regionsOf(part);
  const length = BigInt('size' in write ? write.size : write.bytes.length / 2);
  const places = candidates.flatMap((region) => {
    const base = baseOf(region, bases);
    const at = base === undefined ? undefined : base + address;
    const isThere = at !== undefined && at >= write.address && at < write.address + length;
    return isThere ? [{ address: at, region }] : [];
  });
  const [first, other] = places;
  if (first === undefined) return undefined;
  // Several regions have this name and lie there.
  const region = other === undefined ? first.region : (await ask(first.address))?.region;
  return { address: first.address, effect: { rejected: region ?? first.region, offset: address, size } };
}

/** `ivshmem-mmio` is the name of two. */
function regionsTraced(name: string): string[] {
  const region = tracedNames[name] ?? '';
  return region === sharedRegisters ? [region, doorbell.region] : [region];
}

/** The regions of `pci-testdev` devices that have this name in the trace. */
function regionsOf(part: string): string[] {
  return devices.flatMap(({ bars }) =>
    bars.map(({ name }) => name).filter((name) => name.endsWith(`.${part}`)),
  );
}

/** Where a region begins. One that lies in another is where that one is. */
export function baseOf(region: string, bases: Bases): bigint | undefined {
  const own = bases.get(region);
  if (own !== undefined) return own;
  for (const { bars } of devices) {
    for (const { name, create } of bars) {
      const map = create.find((operation) => operation.op === 'map' && operation.region === region);
      if (map?.op !== 'map') continue;
      const outer = bases.get(name);
      return outer === undefined ? undefined : outer + map.offset;
    }
  }
  return undefined;
}

/**
 * Bytes of RAM that a write may reach. Before it, they are made other than what is written; after it, those that are as written were
 * reached.
 */
export class RamProbe {
  readonly #candidates: readonly Candidate[];

  constructor(write: Write, bytes: Uint8Array, files: SharedFiles, bases: Bases) {
    this.#candidates = [...bytes].flatMap((byte, index) => candidatesOf(write, index, byte, files, bases));
    for (const { file, offset, byte } of this.#candidates) file.write(offset, Uint8Array.of(byte ^ 0xff));
  }

  /** The bytes that were stored, adjacent ones together. */
  located(): Located[] {
    const runs: { address: bigint; next: bigint; region: string; offset: number; bytes: string }[] = [];
    for (const { file, region, offset, byte, address } of this.#candidates) {
      if (file.read(offset, 1)[0] !== byte) continue;
      const text = byte.toString(16).padStart(2, '0');
      const last = runs.at(-1);
      const isNext =
        last?.region === region && last.next === address && last.offset + last.bytes.length / 2 === offset;
      if (last !== undefined && isNext) {
        last.bytes += text;
        last.next++;
      } else runs.push({ address, next: address + 1n, region, offset, bytes: text });
    }
    return runs.map(({ address, region, offset, bytes }) => ({
      address,
      effect: { ram: region, offset: BigInt(offset), bytes },
    }));
  }
}

type Candidate = {
  readonly file: SharedFiles['main'];
  readonly region: string;
  readonly offset: number;
  readonly byte: number;
  readonly address: bigint;
};

function candidatesOf(
  { space, address: first }: Write,
  index: number,
  byte: number,
  { main, shared }: SharedFiles,
  bases: Bases,
): Candidate[] {
  if (space === 'io') return [];
  const address = first + BigInt(index);
  const base = bases.get(sharedRam.name);
  const inMain = address < mainRam.size;
  return [
    ...(inMain ? [{ file: main, region: mainRam.name, offset: Number(address), byte, address }] : []),
    ...(base !== undefined && address >= base && address < base + sharedRam.size
      ? [{ file: shared, region: sharedRam.name, offset: Number(address - base), byte, address }]
      : []),
  ];
}

/** The bytes of a write, in memory order. */
export function bytesOf(write: Write): Uint8Array {
  if ('bytes' in write) return Uint8Array.from(Buffer.from(write.bytes, 'hex'));
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, write.data));
  return Uint8Array.from(bytes.subarray(0, write.size));
}

/** What is where, and what is registered, while a history is played. */
export class PlayState {
  /** Where regions are mapped. */
  readonly bases = new Map<string, bigint>();
  /** What each notifier is registered for. */
  readonly registered = new Map<string, EventfdChange>();

  /** Operations that are done. */
  note(operations: readonly Operation[]): void {
    for (const operation of operations) {
      switch (operation.op) {
        case 'map':
          this.bases.set(operation.region, operation.offset);
          break;
        case 'unmap':
          this.bases.delete(operation.region);
          break;
        case 'add-eventfd':
          this.registered.set(operation.notifier, operation);
          break;
        case 'del-eventfd':
          this.registered.delete(operation.notifier);
          break;
        default:
      }
    }
  }
}
