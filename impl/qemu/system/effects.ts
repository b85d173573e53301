/** From what QEMU shows of one write to the effects of the model: in the order of addresses, as a write goes through the map. */
import type { AccessSize, Effect, Write } from '../../../model/vocabulary/vocabulary.ts';
import { devices, mainRam, sharedRam, testdevTracedNames, tracedNames } from '../world/machine.ts';
import type { SharedFiles } from './files.ts';
import type { Survey } from './survey.ts';
import type { TraceEvent } from './trace.ts';

/** An effect, and the first address that it is about. */
export type Located = { readonly address: bigint; readonly effect: Effect };

/** Where the regions are while a write is made: the BARs that are mapped. */
export type Bases = ReadonlyMap<string, bigint>;

/** The region that a name stands for in a line that has no pointer; asked for where several have that name. */
export type Ask = (candidates: readonly string[]) => Promise<string | undefined>;

/** What a trace event says; undefined where it is about nothing of this machine. */
export async function locatedEvent(
  event: TraceEvent,
  { regions }: Survey,
  bases: Bases,
  write: Write,
): Promise<Located | undefined> {
  switch (event.kind) {
    case 'access': {
      const { address, value } = event;
      const size = event.size as AccessSize;
      if (event.name === 'io') return { address, effect: { unassigned: address, size } };
      const region = regions.get(event.region) ?? tracedNames[event.name];
      if (region === undefined) return undefined;
      const offset = address - (baseOf(region, bases) ?? 0n);
      return { address, effect: { callback: region, offset, size, value } };
    }
    case 'invalid':
      return locatedRefusal(event, bases, write);
    case 'host':
      return undefined;
  }
}

function locatedRefusal(
  { address, size: bytes, name }: TraceEvent & { kind: 'invalid' },
  bases: Bases,
  write: Write,
): Located | undefined {
  const size = bytes as AccessSize;
  if (name === '(null)' || name === 'io') return { address, effect: { unassigned: address, size } };
  const part = testdevTracedNames[name];
  const region = part === undefined ? tracedNames[name] : undefined;
  const candidates = part === undefined ? [region ?? ''] : regionsOf(part);
  const length = BigInt('size' in write ? write.size : write.bytes.length / 2);
  for (const candidate of candidates) {
    const base = baseOf(candidate, bases);
    if (base === undefined) continue;
    const at = base + address;
    if (at < write.address || at >= write.address + length) continue;
    return { address: at, effect: { rejected: candidate, offset: address, size } };
  }
  return undefined;
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
