/**
 * A caller of `memory_region_add_eventfd`: a small device model. It says which words it registers in each of its states, and
 * what its callback does. The harness (`properties/callers/`) gives it a life and a guest, and checks that it is *prepared*:
 * what gets notified is the same whichever of its registrations the host refuses (clause F2).
 *
 * Everything is a pure function of plain values. A state must survive `structuredClone`; states that are deeply equal are one.
 */
import type { AccessLimits, AccessSize, Endianness, EventfdSize, Space } from '../vocabulary/vocabulary.ts';

/** A region of the device, with the callback of `Caller.callback`. It is created and mapped before anything else. */
export type CallerRegion = {
  /** Its id, such as `bar0`. */
  readonly region: string;
  /** Bytes. */
  readonly size: bigint;
  readonly endianness?: Endianness;
  readonly valid?: AccessLimits;
  readonly impl?: AccessLimits;
  /** The space that it is mapped in: `memory` if left out. */
  readonly space?: Space;
  /** Where it is mapped at first: an address of the space. */
  readonly address: bigint;
  /** Where the guest may move it to. Left out: it stays where it is. */
  readonly movesTo?: bigint;
};

/** A word that the device wants to be a trigger; `data` is the value that the callback would get. */
export type CallerRegistration = {
  readonly region: string;
  readonly offset: bigint;
  readonly size: EventfdSize;
  readonly data?: bigint;
  readonly notifier: string;
};

/** One thing that the device does: a call of the memory API, or `close`, which closes a notifier's file descriptor. */
export type CallerStep =
  | ({ readonly op: 'add-eventfd' | 'del-eventfd' } & CallerRegistration)
  | { readonly op: 'begin' | 'commit' }
  | { readonly op: 'close'; readonly notifier: string };

/** A write as the callback gets it: offset in the region and size in bytes, the value in the device's byte order. */
export type CallbackCall = {
  readonly region: string;
  readonly offset: bigint;
  readonly size: AccessSize;
  readonly value: bigint;
};

/** What a callback does: whom it notifies, in order, and the device's next state where it changes. */
export type CallbackOutcome<State> = {
  readonly notify: readonly string[];
  readonly state?: State;
};

/** A write of the guest: `data` is the value in the store, laid out in the target's byte order. */
export type GuestWrite = {
  readonly region: string;
  /** In the region, in bytes. */
  readonly offset: bigint;
  readonly size: AccessSize;
  readonly data: bigint;
};

/** A change of the device's state, and why it changes: an event's name, or `write` for a callback. */
export type CallerChange<State> = {
  readonly before: State;
  readonly after: State;
  readonly event: string;
};

export type Caller<State = unknown> = {
  /** What a person types: lower-case words with hyphens. */
  readonly name: string;
  /** What the device is, in a line. */
  readonly title: string;
  /** Where its behaviour was read: functions, file, version. */
  readonly source: string;
  /** What is special about it, for the report. */
  readonly note?: string;
  readonly regions: readonly CallerRegion[];
  readonly initial: State;
  /** What can happen to the device now, such as `peer 1 joins`. Names of events must not depend on anything but the state. */
  readonly events: (state: State) => readonly string[];
  /** The state after an event that `events` named. */
  readonly after: (state: State, event: string) => State;
  /** The words that are to be triggers in a state, in the order in which they are registered. */
  readonly registrations: (state: State) => readonly CallerRegistration[];
  /**
   * How the device gets from the registrations of one state to those of another. Left out, it is `difference`: in one
   * transaction, deletions of what is no longer wanted, then additions.
   */
  readonly change?: (change: CallerChange<State>) => readonly CallerStep[];
  /** What the device does when its callback is called. */
  readonly callback: (state: State, call: CallbackCall) => CallbackOutcome<State>;
  /**
   * Why a write is an error of the guest by the device's specification, if it is one. What is notified of it may depend on
   * what the host refuses: that is said, and is no violation.
   */
  readonly guestError?: (state: State, write: GuestWrite) => string | undefined;
  /** What the guest may write: the registered words, and what is near them. */
  readonly writes: readonly GuestWrite[];
};

/** A caller as it is written in a file: checks the types, and changes nothing. */
export function defineCaller<State>(caller: Caller<State>): Caller<State> {
  return caller;
}

/** Nobody is notified. */
export const nobody = { notify: [] } as const satisfies CallbackOutcome<never>;

/** The steps from one list of registrations to another: deletions, then additions, in one transaction where there are several. */
export function difference(
  before: readonly CallerRegistration[],
  after: readonly CallerRegistration[],
): readonly CallerStep[] {
  const missingFrom = (others: readonly CallerRegistration[]) => (one: CallerRegistration) =>
    !others.some((other) => isSameRegistration(one, other));
  const steps: readonly CallerStep[] = [
    ...before.filter(missingFrom(after)).map((one) => ({ op: 'del-eventfd' as const, ...one })),
    ...after.filter(missingFrom(before)).map((one) => ({ op: 'add-eventfd' as const, ...one })),
  ];
  return steps.length > 1 ? [{ op: 'begin' }, ...steps, { op: 'commit' }] : steps;
}

export function isSameRegistration(a: CallerRegistration, b: CallerRegistration): boolean {
  return (
    a.region === b.region &&
    a.offset === b.offset &&
    a.size === b.size &&
    a.data === b.data &&
    a.notifier === b.notifier
  );
}
