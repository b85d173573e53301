/** Systems outside that have a name: how each is opened. A module of a system is loaded only where the system is asked for. */
import { InputError, printable } from '../../format/errors.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { OutsideDispatcher } from '../../model/vocabulary/outside.ts';
import type { Profile } from '../../model/vocabulary/vocabulary.ts';
import type { SystemName } from '../engine/dispatchers.ts';

/** A system outside is not there: it does not start, does not say who it is, or lacks what it needs on this machine. */
export class UnreachableError extends InputError {
  override readonly name = 'UnreachableError';
}

export type SystemOptions = {
  /** What reports call it: the reference as it was given. */
  readonly name: string;
  /** The profile of the reference, if it has one. */
  readonly profile?: Profile | undefined;
  /** Seconds that an answer may take. */
  readonly seconds?: number | undefined;
  /** The path of a QEMU, for `qemu`; arguments may follow. */
  readonly qemu?: string | undefined;
  /** Processes that may work at once. */
  readonly workers?: number | undefined;
};

const openers: Readonly<Record<SystemName, (options: SystemOptions) => Promise<OutsideDispatcher>>> = {
  kvm: openKernel,
  qemu: openQemu,
};

/**
 * Opens a system; whoever opens it closes it.
 *
 * @throws UnreachableError with the reason and the remedy, where it cannot be used here
 */
export function openSystem(system: SystemName, options: SystemOptions): Promise<OutsideDispatcher> {
  return openers[system](options);
}

async function openKernel({ name }: SystemOptions): Promise<OutsideDispatcher> {
  const { KernelDispatcher, KernelMissingError } = await import('../../impl/kvm/index.ts');
  try {
    return await KernelDispatcher.open(name);
  } catch (error) {
    if (!(error instanceof KernelMissingError)) throw error;
    throw new UnreachableError(`${printable(name)}: ${error.message}`);
  }
}

async function openQemu(options: SystemOptions): Promise<OutsideDispatcher> {
  const { startQemu } = await import('../../impl/qemu/dispatcher.ts');
  const { name } = options;
  try {
    return await startQemu({ ...options, expected: modelDispatcher });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'QemuUnusableError') throw error;
    throw new UnreachableError(`${printable(name)}: ${printable(error.message)}`);
  }
}
