/** Operations and effects in a line each, as a reader of QEMU's memory API would say them. */
import { printable } from '../../format/errors.ts';
import type {
  Create,
  Effect,
  EventfdChange,
  HostOptions,
  HostRegistration,
  Operation,
  ScenarioHeader,
  Write,
} from '../../model/vocabulary/vocabulary.ts';
import { decisionsText } from '../../properties/engine/decisions.ts';
import { bytes, hex, pageWidth, plural, wrapped } from './layout.ts';

/** One operation: `map d in memory at 0x1000, priority 1`. */
export function operationText(operation: Operation): string {
  // Names are free of what cannot be printed in a file, but not in what a module of a user gives.
  return printable(plainOperationText(operation));
}

function plainOperationText(operation: Operation): string {
  switch (operation.op) {
    case 'create':
      return `create ${operation.region}: ${createdText(operation)}`;
    case 'map': {
      const { region, container, offset, priority } = operation;
      const priorityText = priority === undefined ? '' : `, priority ${priority}`;
      return `map ${region} in ${container} at ${hex(offset)}${priorityText}`;
    }
    case 'unmap':
    case 'enable':
    case 'disable':
      return `${operation.op} ${operation.region}`;
    case 'move':
      return `move ${operation.region} to ${hex(operation.offset)}`;
    case 'resize':
      return `resize ${operation.region} to ${sizeText(operation.size)}`;
    case 'retarget':
      return `retarget ${operation.region} to offset ${hex(operation.targetOffset)}`;
    case 'add-eventfd':
    case 'del-eventfd':
      return `${operation.op} ${eventfdText(operation)}`;
    case 'begin':
    case 'commit':
      return operation.op;
    case 'write':
      return writeText(operation);
  }
}

function createdText(create: Create): string {
  const size = `${create.kind}, ${sizeText(create.size)}`;
  switch (create.kind) {
    case 'io': {
      const { endianness, valid, impl } = create;
      const order = endianness === undefined || endianness === 'native' ? '' : `, ${endianness}-endian`;
      return `${size}${order}${limitsText('valid', valid)}${limitsText('impl', impl)}`;
    }
    case 'alias':
      return `${size} of ${create.target} from ${hex(create.targetOffset ?? 0n)}`;
    case 'ram':
    case 'container':
      return size;
  }
}

/** Access sizes in bytes, 0 or left out for the default. */
type Limits = { readonly min?: number; readonly max?: number; readonly unaligned?: boolean };

/** `, valid 1..4 unaligned`; nothing where all is QEMU's default. A bound that is left open is left out. */
export function limitsText(name: string, limits: Limits | undefined): string {
  const { min = 0, max = 0, unaligned = false } = limits ?? {};
  if (min === 0 && max === 0 && !unaligned) return '';
  const range = min === 0 && max === 0 ? '' : ` ${min || ''}..${max || ''}`;
  return `, ${name}${range}${unaligned ? ' unaligned' : ''}`;
}

/** `0x10 bytes`. */
export function sizeText(size: bigint): string {
  return size === 1n ? '1 byte' : `${hex(size)} bytes`;
}

function eventfdText({ region, offset, size, data, notifier }: EventfdChange): string {
  return `${region}+${hex(offset)}, ${matchText(size, data)} -> ${printable(notifier)}`;
}

/** What a registration matches, but for its place: `4 bytes, data 0x7`. */
export function matchText(size: number, data: bigint | undefined): string {
  return data === undefined ? bytes(size) : `${bytes(size)}, data ${hex(data)}`;
}

function writeText(write: Write): string {
  const place = `${write.space} ${hex(write.address)}`;
  if (!('bytes' in write)) return `write ${bytes(write.size)} at ${place} = ${hex(write.data)}`;
  return `write by QEMU at ${place}: ${bytePairs(write.bytes)}`;
}

/** `01 02 03` of `010203`. */
export function bytePairs(text: string): string {
  return text.replace(/..(?!$)/g, '$& ');
}

/** One effect: `callback d(offset 0x4, 4 bytes, value 0x7)`. */
export function effectText(effect: Effect): string {
  return printable(plainEffectText(effect));
}

function plainEffectText(effect: Effect): string {
  if ('signal' in effect) return `signal ${printable(effect.signal)}`;
  if ('callback' in effect) {
    const { callback, offset, size, value } = effect;
    return `callback ${callback}(offset ${hex(offset)}, ${bytes(size)}, value ${hex(value)})`;
  }
  if ('ram' in effect) return `store ${effect.ram}+${hex(effect.offset)}: ${bytePairs(effect.bytes)}`;
  if ('unassigned' in effect) return `unassigned: ${bytes(effect.size)} at ${hex(effect.unassigned)}`;
  if ('rejected' in effect) {
    return `rejected by ${effect.rejected}: ${bytes(effect.size)} at offset ${hex(effect.offset)}`;
  }
  if ('hostAdd' in effect) return `host takes ${registrationText(effect.hostAdd)}`;
  if ('hostDel' in effect) return `host drops ${registrationText(effect.hostDel)}`;
  if ('hostRefused' in effect) {
    return `host refuses ${registrationText(effect.hostRefused)}: ${effect.reason}`;
  }
  return `error ${effect.error}${effect.message === undefined ? '' : ` (${printable(effect.message)})`}`;
}

/** A registration as the host sees it: `memory 0x1004, 4 bytes, data 0x7 -> n`. */
export function registrationText({ space, address, size, data, notifier }: HostRegistration): string {
  return `${space} ${hex(address)}, ${matchText(size, data)} -> ${printable(notifier)}`;
}

/** What holds for a whole scenario: `profile tcg, target little-endian, the host refuses every request`. */
export function headerText(header: ScenarioHeader): string {
  const { profile = 'contract', decisions = {} } = header;
  return `profile ${profile}${decisionsText(decisions)}, ${surroundingsText(header)}`;
}

/** The same without the profile, where the names of the dispatchers say it. */
export function surroundingsText({ target = 'little', host }: ScenarioHeader): string {
  return `target ${target}-endian${hostText(host)}`;
}

function hostText(host: HostOptions | undefined): string {
  const parts: string[] = [];
  if (host?.limit !== undefined) parts.push(`takes at most ${plural(host.limit, 'registration')} a space`);
  if (host?.refuse === 'all') parts.push('refuses every request');
  else if (host?.refuse !== undefined && host.refuse.length > 0) {
    parts.push(`refuses request${host.refuse.length === 1 ? '' : 's'} ${host.refuse.join(', ')}`);
  }
  return parts.length === 0 ? '' : `, the host ${parts.join(' and ')}`;
}

/** `[3] write ...`: an operation with its index in the scenario, in as many lines as it takes. */
export function numbered(index: number, operation: Operation | undefined, indent = ''): string[] {
  const text = operation === undefined ? '(after the end of the scenario)' : operationText(operation);
  return wrapped(`${indent}[${index}] ${text}`, pageWidth, '      ');
}
