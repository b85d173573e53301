/** Applying operations to a dispatcher that may be wrong in any way: it throws, or what it gives is no list of effects. */
import { InputError, messageOf, printable, quote } from '../../format/errors.ts';
import { isProfile, profileNames } from '../../model/vocabulary/profiles.ts';
import type { Dispatcher, Effect, Operation, Scenario, Session } from '../../model/vocabulary/vocabulary.ts';

/** A dispatcher threw, or gave something that is no list of effects. The message is one line: who, at which operation, what. */
export class DispatcherError extends InputError {
  override readonly name = 'DispatcherError';
  /** What happened, without who and where: `throws: ...` or `gives ...`. */
  readonly what: string;
  /** The operation's index. */
  readonly operation: number;

  constructor(dispatcher: string, operation: number, what: string, cause?: unknown) {
    super(`${printable(dispatcher)}, operation ${operation}: ${what}`, { cause });
    this.what = what;
    this.operation = operation;
  }
}

/**
 * The effects of one operation.
 *
 * @param index the operation's index, for the message
 * @throws DispatcherError where the session throws or gives no list of objects; `requireEffects` looks at these closely
 */
export function applyTo(
  session: Session,
  operation: Operation,
  index: number,
  dispatcher: string,
): readonly Effect[] {
  let effects: unknown;
  try {
    effects = session.apply(operation);
  } catch (error) {
    throw thrown(dispatcher, index, error);
  }
  if (Array.isArray(effects) && areObjects(effects)) return effects as Effect[];
  throw new DispatcherError(dispatcher, index, `gives ${textOf(effects)}, expected a list of effects`);
}

/**
 * A session of a scenario.
 *
 * @throws InputError for a scenario of an unknown profile
 * @throws DispatcherError where `open` throws or gives no session; it is reported at operation 0
 */
export function sessionOf(dispatcher: Dispatcher, scenario: Scenario): Session {
  const { profile = 'contract' } = scenario;
  if (!isProfile(profile)) {
    throw new InputError(`no profile is called ${textOf(profile)}: there are ${profileNames.join(', ')}`);
  }
  let session: Session;
  try {
    session = dispatcher.open(scenario);
  } catch (error) {
    throw thrown(dispatcher.name, 0, error);
  }
  if (isObject(session) && typeof session.apply === 'function') return session;
  const what = `its open gives ${textOf(session)}, expected a session with apply(operation)`;
  throw new DispatcherError(dispatcher.name, 0, what);
}

type FieldCheck = (value: unknown) => boolean;

const isText: FieldCheck = (value) => typeof value === 'string';
const isNumber64: FieldCheck = (value) => typeof value === 'bigint' && value >= 0n && value < 1n << 64n;
const isAccessSize: FieldCheck = (value) => value === 1 || value === 2 || value === 4 || value === 8;

const isIoeventfd: FieldCheck = (value) => {
  if (!isObject(value)) return false;
  const { space, address, size, data, notifier } = value as Readonly<Record<string, unknown>>;
  return (
    (space === 'memory' || space === 'io') &&
    isNumber64(address) &&
    (size === 0 || isAccessSize(size)) &&
    (data === undefined || isNumber64(data)) &&
    isText(notifier)
  );
};

/** The fields of each kind of effect, the one that names the kind first. */
const effectFields: readonly Readonly<Record<string, FieldCheck>>[] = [
  { signal: isText },
  { callback: isText, offset: isNumber64, size: isAccessSize, value: isNumber64 },
  { ram: isText, offset: isNumber64, bytes: isText },
  { unassigned: isNumber64, size: isAccessSize },
  { rejected: isText, offset: isNumber64, size: isAccessSize },
  { hostAdd: isIoeventfd },
  { hostDel: isIoeventfd },
  { hostRefused: isIoeventfd, reason: isText },
  { error: isText },
];

/** @throws DispatcherError where an object in the list is no effect, such as one whose offset is a number, not a bigint */
export function requireEffects(effects: readonly Effect[], index: number, dispatcher: string): void {
  for (const [at, effect] of effects.entries()) {
    const fields = effectFields.find((kind) => (Object.keys(kind)[0] ?? '') in effect);
    const problem = fields === undefined ? 'no kind of effect' : problemOf(effect, fields);
    if (problem === undefined) continue;
    throw new DispatcherError(dispatcher, index, `gives ${textOf(effect)} as effect ${at}: ${problem}`);
  }
}

/**
 * The effects of one operation, looked at closely.
 *
 * @throws DispatcherError where the session throws or gives something that is no list of effects
 */
export function checkedEffects(
  session: Session,
  operation: Operation,
  index: number,
  dispatcher: string,
): readonly Effect[] {
  const effects = applyTo(session, operation, index, dispatcher);
  requireEffects(effects, index, dispatcher);
  return effects;
}

function problemOf(effect: Effect, fields: Readonly<Record<string, FieldCheck>>): string | undefined {
  const values = effect as Readonly<Record<string, unknown>>;
  const wrong = Object.keys(fields).find((field) => fields[field]?.(values[field]) === false);
  return wrong === undefined ? undefined : `its ${wrong} is ${textOf(values[wrong])}`;
}

/** A loop: this is asked of every operation, and `every` calls a function for each effect. */
function areObjects(values: readonly unknown[]): boolean {
  for (const value of values) if (!isObject(value)) return false;
  return true;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function thrown(dispatcher: string, index: number, error: unknown): DispatcherError {
  return new DispatcherError(dispatcher, index, `throws: ${printable(messageOf(error))}`, error);
}

/** A value in a message: short, in one line. */
function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'bigint':
      return `${value}n`;
    case 'function':
      return 'a function';
    case 'object':
      return objectText(value);
    default:
      return String(value);
  }
}

function objectText(value: object | null): string {
  // An async function was meant to be none: operations follow each other, so effects cannot come later.
  if (value instanceof Promise) return 'a promise';
  try {
    const text = JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part)) ?? '';
    return text.length <= 80 ? printable(text) : `${printable(text.slice(0, 80))}...`;
  } catch {
    return 'an object';
  }
}
