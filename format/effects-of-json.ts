/**
 * Effects from JSON values, for a stream of them: the usual forms are decoded by hand, some ten times as fast as by the schema. Any
 * other value goes to the schema, which takes it or says what is wrong.
 */
import {
  type AccessSize,
  type Effect,
  type ErrorCode,
  type EventfdSize,
  errorCodes,
  type HostRegistration,
} from '../model/vocabulary/vocabulary.ts';
import { effectsFromJson } from './decode.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The effects of one operation.
 *
 * @param source what messages begin with, such as `effects[3]`
 * @throws FormatError
 */
export function effectsOfJson(value: unknown, source: string): readonly Effect[] {
  if (!Array.isArray(value)) return effectsFromJson(value, source);
  const effects: Effect[] = [];
  for (const item of value) {
    const effect = quickly(item);
    if (effect === undefined) return effectsFromJson(value, source);
    effects.push(effect);
  }
  return effects;
}

/** The effect, if it has one of the usual forms: no field more or less, numbers as hexadecimal strings. */
function quickly(item: unknown): Effect | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const fields = item as Fields;
  const { length } = Object.keys(fields);
  if (length === 1) {
    if (isName(fields['signal'])) return { signal: fields['signal'] };
    const code = fields['error'];
    if (isErrorCode(code)) return { error: code };
    const add = registration(fields['hostAdd']);
    if (add !== undefined) return { hostAdd: add };
    const del = registration(fields['hostDel']);
    return del && { hostDel: del };
  }
  const size = accessSize(fields['size']);
  if (size === undefined) return undefined;
  const { callback, rejected, unassigned } = fields;
  if (length === 2) {
    const address = uint64(unassigned);
    return address === undefined ? undefined : { unassigned: address, size };
  }
  const offset = uint64(fields['offset']);
  if (offset === undefined) return undefined;
  if (length === 3) return isName(rejected) ? { rejected, offset, size } : undefined;
  const value = uint64(fields['value']);
  return length === 4 && isName(callback) && value !== undefined
    ? { callback, offset, size, value }
    : undefined;
}

function registration(value: unknown): HostRegistration | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Fields;
  const { space, notifier } = fields;
  const address = uint64(fields['address']);
  const size = fields['size'] === 0 ? 0 : accessSize(fields['size']);
  if ((space !== 'memory' && space !== 'io') || address === undefined || size === undefined) return undefined;
  if (!isName(notifier)) return undefined;
  const { length } = Object.keys(fields);
  if (length === 4) return { space, address, size: size as EventfdSize, notifier };
  const data = uint64(fields['data']);
  return length === 5 && data !== undefined ? { space, address, size, data, notifier } : undefined;
}

/** The names that scenarios mostly have. The schema knows which others are allowed. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.-]{1,64}$/.test(value);
}

function isErrorCode(value: unknown): value is ErrorCode {
  return (errorCodes as readonly unknown[]).includes(value);
}

function accessSize(value: unknown): AccessSize | undefined {
  return value === 1 || value === 2 || value === 4 || value === 8 ? value : undefined;
}

function uint64(value: unknown): bigint | undefined {
  return typeof value === 'string' && /^0x(?:0|[1-9a-f][0-9a-f]{0,15})$/.test(value)
    ? BigInt(value)
    : undefined;
}
