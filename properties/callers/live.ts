/**
 * A caller's life, twice. One is under a profile, with whatever the host refuses. The other is what it should be: under the
 * contract, with every registration that the device's state asks for in force. The guest does the same in both, so the same
 * must be notified (clause F2).
 *
 *     move ──┬─> under the profile: its operations ──> model ──> effects ──> signals, callbacks ──> notified
 *            └─> as it should be:   the difference ──> model ──> effects ──> signals, callbacks ──> expected
 */
import {
  type AnyCaller,
  type CallerRegion,
  type CallerStep,
  difference,
  isSameRegistration,
} from '../../model/callers/index.ts';
import { bytesOf } from '../../model/map/byte-order.ts';
import { step } from '../../model/reference/reference.ts';
import { initialState, type State } from '../../model/reference/state.ts';
import type { Effect, HostOptions, Operation, Write } from '../../model/vocabulary/vocabulary.ts';
import { type Circumstances, coverOf, type Life, type Side } from './life.ts';
import type { Move, PlaceChange } from './move.ts';
import { closedNotifier, notMade, refusedBySystem, type Violation, violationOfWrite } from './violation.ts';

/** What a move did. Nothing goes on after a violation. */
export type Moved = {
  readonly life: Life;
  /** What the move did to the map with registrations, for the scenario that shows it. */
  readonly operations: readonly Operation[];
  /** The effects of each of these operations. */
  readonly effects: readonly (readonly Effect[])[];
  /** Registrations that the host was asked for in the move. */
  readonly requests: number;
  /** For a write: who was notified, and who should have been. */
  readonly notified?: readonly string[];
  readonly expected?: readonly string[];
  readonly violation: Violation | undefined;
};

/**
 * Where every life begins: the device's regions are created and mapped, and what it registers at first is registered.
 *
 * @param notifiers in the order in which QEMU would order them by pointer; others follow as they are named
 */
export function bornWith(
  caller: AnyCaller,
  circumstances: Circumstances,
  notifiers: readonly string[] = [],
): Moved {
  const device = caller.initial;
  const life: Life = {
    caller,
    circumstances,
    actual: { map: { ...initialState(circumstances), notifiers }, device },
    expected: { map: initialState({ profile: 'contract', target: circumstances.target }), device },
    made: [],
    closed: [],
  };
  const setUp = caller.regions.flatMap((region): Operation[] => [creationOf(region), mappingOf(region)]);
  const placed = onBothMaps(life, setUp, []);
  const registrations = difference([], caller.registrations(device));
  const asExpected = { ...placed.life, expected: withSteps(placed.life.expected, registrations) };
  return afterSteps({ ...placed, life: asExpected }, registrations, []);
}

function creationOf({ region, size, endianness, valid, impl }: CallerRegion): Operation {
  return {
    op: 'create',
    region,
    kind: 'io',
    size,
    ...(endianness !== undefined && { endianness }),
    ...(valid !== undefined && { valid }),
    ...(impl !== undefined && { impl }),
  };
}

function mappingOf({ region, space = 'memory', address }: CallerRegion): Operation {
  return { op: 'map', region, container: space, offset: address };
}

/** One move further. `refused` are the ordinals, within the move, of the registrations that the host refuses. */
export function afterMove(life: Life, move: Move): Moved {
  switch (move.kind) {
    case 'event':
      return afterEvent(life, move.event, move.refused);
    case 'place':
      return checked(onBothMaps(life, placing(life, move.change, move.region), move.refused));
    case 'write':
      return afterWrite(life, move);
  }
}

function afterEvent(life: Life, event: string, refused: readonly number[]): Moved {
  const { caller, actual, expected } = life;
  const after = caller.after(actual.device, event);
  const steps = stepsBetween(caller, actual.device, after, event);
  // As it should be, the device may be in another state, in which the event cannot happen.
  const canHappen = caller.events(expected.device).includes(event);
  const moved: Life = {
    ...life,
    actual: { ...actual, device: after },
    expected: canHappen ? becoming(caller, expected, caller.after(expected.device, event)) : expected,
  };
  return checked(afterSteps(still(moved), steps, refused));
}

/** The side as it should be, in another state of the device: its registrations follow. */
function becoming(caller: AnyCaller, side: Side, device: unknown): Side {
  const steps = difference(caller.registrations(side.device), caller.registrations(device));
  return { ...withSteps(side, steps), device };
}

function withSteps(side: Side, steps: readonly CallerStep[]): Side {
  let { map } = side;
  for (const one of steps) if (one.op !== 'close') map = step(map, one).state;
  return { ...side, map };
}

/** A life in which nothing was done yet. */
function still(life: Life): Moved {
  return { life, operations: [], effects: [], requests: 0, violation: undefined };
}

function stepsBetween(
  caller: AnyCaller,
  before: unknown,
  after: unknown,
  event: string,
): readonly CallerStep[] {
  if (caller.change !== undefined) return caller.change({ before, after, event });
  return difference(caller.registrations(before), caller.registrations(after));
}

/** The caller's steps as operations. A notifier's closing is none; it is remembered. */
function afterSteps(moved: Moved, steps: readonly CallerStep[], refused: readonly number[]): Moved {
  let { life } = moved;
  let done = moved;
  for (const one of steps) {
    if (one.op === 'close') {
      life = { ...done.life, closed: [...done.life.closed, one.notifier] };
      done = { ...done, life };
      continue;
    }
    const next = afterOperations(done.life, [one], refused, done.requests);
    const failed = next.effects.some((effects) => effects.some((effect) => 'error' in effect));
    done = { ...joined(done, next), life: failed ? next.life : withMade(next.life, one) };
  }
  return done;
}

function withMade(life: Life, one: Exclude<CallerStep, { op: 'close' }>): Life {
  if (!('region' in one)) return life;
  if (one.op === 'add-eventfd') {
    const closed = life.closed.filter((notifier) => notifier !== one.notifier);
    return { ...life, made: [...life.made, one], closed };
  }
  const at = life.made.findIndex((other) => isSameRegistration(other, one));
  return { ...life, made: life.made.filter((_other, index) => index !== at) };
}

function joined(first: Moved, second: Moved): Moved {
  return {
    ...second,
    operations: [...first.operations, ...second.operations],
    effects: [...first.effects, ...second.effects],
    requests: first.requests + second.requests,
    violation: first.violation ?? second.violation,
  };
}

/** Applies operations that both lives have in common: where regions are. */
function onBothMaps(life: Life, operations: readonly Operation[], refused: readonly number[]): Moved {
  const moved = afterOperations(life, operations, refused);
  let { map } = life.expected;
  for (const operation of operations) map = step(map, operation).state;
  return { ...moved, life: { ...moved.life, expected: { ...life.expected, map } } };
}

/** Applies operations under the profile. `before`: requests made earlier in the same move. */
function afterOperations(
  life: Life,
  operations: readonly Operation[],
  refused: readonly number[],
  before = 0,
): Moved {
  const hostOptions: HostOptions = refused.length === 0 ? {} : { refuse: refused };
  // Ordinals count within the move, so that lives which differ only in what is long over are the same.
  let map = requestsFrom({ ...life.actual.map, hostOptions }, before);
  const effects: (readonly Effect[])[] = [];
  for (const operation of operations) {
    const done = step(map, operation);
    map = done.state;
    effects.push(done.effects);
  }
  return {
    life: { ...life, actual: { ...life.actual, map: requestsFrom({ ...map, hostOptions: {} }, 0) } },
    operations,
    effects,
    requests: map.host.requests - before,
    violation: undefined,
  };
}

function requestsFrom(map: State, requests: number): State {
  return { ...map, host: { ...map.host, requests } };
}

/** A violation that a change of registrations or of the map shows by itself. */
function checked(moved: Moved): Moved {
  const { life, effects } = moved;
  const violation =
    moved.violation ??
    refusedBySystem(life, effects) ??
    closedNotifier(life, effects) ??
    (life.actual.map.depth === 0 ? notMade(life) : undefined);
  return { ...moved, violation };
}

function placing(life: Life, change: PlaceChange, id: string): readonly Operation[] {
  const { caller } = life;
  const { regions } = life.actual.map;
  const region = caller.regions.find(({ region: other }) => other === id);
  if (region === undefined) throw new Error(`${caller.name} has no region ${id}`);
  const { space = 'memory', address, movesTo = address, size } = region;
  const cover = coverOf(id);
  const at = regions.get(id)?.address ?? address;
  switch (change) {
    case 'moves':
      return [{ op: 'move', region: id, offset: at === address ? movesTo : address }];
    case 'is hidden':
      return [
        ...(regions.has(cover) ? [] : [{ op: 'create', region: cover, kind: 'io', size } as const]),
        { op: 'map', region: cover, container: space, offset: at, priority: 1 },
      ];
    case 'is uncovered':
      return [{ op: 'unmap', region: cover }];
    case 'is unmapped':
      return [{ op: 'unmap', region: id }];
    case 'is mapped again':
      return [{ op: 'map', region: id, container: space, offset: at }];
    case 'is disabled':
      return [{ op: 'disable', region: id }];
    case 'is enabled':
      return [{ op: 'enable', region: id }];
  }
}

/** A guest's write as an operation: a store by the CPU, or QEMU's own write of the same bytes. */
export function writeOf(life: Life, { write, by, at }: Extract<Move, { kind: 'write' }>): Write {
  const { caller, circumstances } = life;
  const region = caller.regions.find(({ region: other }) => other === write.region);
  if (region === undefined) throw new Error(`${caller.name} has no region ${write.region}`);
  const { space = 'memory', address: first, movesTo = first } = region;
  const address = (at === 'first' ? first : movesTo) + write.offset;
  const { size, data } = write;
  if (by === 'cpu') return { op: 'write', space, address, size, data };
  const bytes = bytesOf(data, size, circumstances.target)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  return { op: 'write', space, address, bytes };
}

function afterWrite(life: Life, move: Extract<Move, { kind: 'write' }>): Moved {
  const { caller } = life;
  const operation = writeOf(life, move);
  const actual = notifiedBy(caller, life.actual, operation);
  const expected = notifiedBy(caller, life.expected, operation);
  const guestError = caller.guestError?.(life.actual.device, move.write);
  const wrote: Moved = {
    life: {
      ...life,
      actual: { ...life.actual, device: actual.device },
      expected:
        expected.device === life.expected.device
          ? life.expected
          : becoming(caller, life.expected, expected.device),
    },
    operations: [operation],
    effects: [actual.effects],
    requests: 0,
    notified: actual.notified,
    expected: expected.notified,
    violation: guestError === undefined ? violationOfWrite(actual.notified, expected.notified) : undefined,
  };
  // What the callback's change of state does to the registrations takes effect once the write is over.
  if (actual.device === life.actual.device) return wrote;
  const steps = stepsBetween(caller, life.actual.device, actual.device, 'write');
  return {
    ...checked(afterSteps(wrote, steps, move.refused)),
    notified: actual.notified,
    expected: expected.notified,
  };
}

type Notified = {
  readonly notified: readonly string[];
  readonly device: unknown;
  readonly effects: readonly Effect[];
};

/** Who is notified by a write: by signals, and by what the callback does. */
function notifiedBy(caller: AnyCaller, side: Side, operation: Write): Notified {
  const { effects } = step(side.map, operation);
  const notified: string[] = [];
  let { device } = side;
  for (const effect of effects) {
    if ('signal' in effect) notified.push(effect.signal);
    if (!('callback' in effect)) continue;
    const { callback: region, offset, size, value } = effect;
    // A cover's callback is another device's.
    if (!caller.regions.some(({ region: own }) => own === region)) continue;
    const outcome = caller.callback(device, { region, offset, size, value });
    notified.push(...outcome.notify);
    if (outcome.state !== undefined) device = outcome.state;
  }
  return { notified, device, effects };
}
