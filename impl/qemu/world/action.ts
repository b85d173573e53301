/** What a guest can do to the machine, and what QEMU itself can, as values. */
import type { EffectLists, Operation, Scenario, Space, Write } from '../../../model/vocabulary/vocabulary.ts';
import type { WindowName } from './machine.ts';

/** The guest writes a BAR; address 0 is none. */
export type Place = { readonly do: 'place'; readonly bar: string; readonly address: bigint };
/** The guest sets or clears a bit of the COMMAND register of a device or of a bridge: memory or I/O space. */
export type Command = {
  readonly do: 'enable' | 'disable';
  readonly device: string;
  readonly space: Space;
};
/** The guest writes base and limit of a bridge's window; a size of 0 closes it. Bytes. */
export type Window = {
  readonly do: 'window';
  readonly bridge: string;
  readonly window: WindowName;
  readonly base: bigint;
  readonly size: bigint;
};
/** The guest stores, or QEMU writes. A `pci-testdev` may react to it. */
export type WorldWrite = { readonly do: 'write'; readonly write: Write };

/** The machine is reset. Then, as by firmware, buses get their numbers and devices their bits of COMMAND; bridges do not. */
export type Reset = { readonly do: 'reset' };
/** A device is taken out of its bus, and the guest agrees; or it is put in again. */
export type Plugging = { readonly do: 'unplug' | 'plug'; readonly device: string };
/** Another guest of `ivshmem-doorbell` comes or goes, by its number. None comes twice: QEMU 7.2 corrupts its heap then. */
export type Peer = { readonly do: 'join' | 'leave'; readonly peer: number };

/** What no write of the guest does. */
export type MachineEvent = Reset | Plugging | Peer;

export type Action = Place | Command | Window | WorldWrite | MachineEvent;

/** What is sent to QEMU for an action. */
export type Sending =
  /** A command of the qtest protocol that changes the map; what the host is told meanwhile belongs to this operation of the step. */
  | { readonly kind: 'change'; readonly qtest: string; readonly operation: number }
  /** QEMU's own write, by a command of the qtest protocol. */
  | { readonly kind: 'write'; readonly qtest: string; readonly write: Write }
  /** What is done by QMP, or by a server that QEMU is connected to. What the host is told belongs to the operations of the step, in order. */
  | { readonly kind: 'event'; readonly event: MachineEvent }
  /** A store by the virtual CPU. */
  | { readonly kind: 'store'; readonly write: Write & { readonly size: number } };

/** An action, as it is seen by both sides. */
export type Step = {
  readonly action: Action;
  /** What the model is told. The first is the action's own; a device's reaction to a write follows it. */
  readonly operations: readonly Operation[];
  /** What the model does with each. */
  readonly expected: EffectLists;
  readonly sendings: readonly Sending[];
};

/** A history: the scenario, and its actions. */
export type WorldHistory = {
  readonly scenario: Scenario;
  /** Operations before the first step. */
  readonly prologue: number;
  readonly steps: readonly Step[];
};
