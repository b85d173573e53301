/** Under KVM: from what QEMU traces of the kernel's registrations to the effects of the model. */
import type {
  Effect,
  EffectLists,
  EventfdSize,
  HostRegistration,
  Operation,
  RefusalReason,
} from '../../../model/vocabulary/vocabulary.ts';
import type { HostEvent, TraceEvent } from '../log/trace.ts';
import type { Survey } from './survey.ts';

/** What QEMU says before it aborts because the kernel refuses a registration: `kvm_mem_ioeventfd_add`, `kvm_io_ioeventfd_add`. */
const refusal = /error adding ioeventfd: .* \((\d+)\)/;

const reasons: Readonly<Record<number, RefusalReason>> = { 17: 'EEXIST', 22: 'EINVAL', 28: 'ENOSPC' };

/** Why the kernel refused what QEMU has asked for last, if that is why QEMU ended. */
export function refusalIn(stderr: string): RefusalReason | undefined {
  const [, number] = refusal.exec(stderr) ?? [];
  return number === undefined ? undefined : reasons[Number(number)];
}

/** The kernel is told, in order; where it refuses, the last of it is refused. */
export function hostEffects(
  events: readonly TraceEvent[],
  survey: Survey,
  refused: RefusalReason | undefined,
): Effect[] {
  const told = events.filter((event) => event.kind === 'host');
  return told.map((event, index): Effect => {
    const registration = registrationOf(event, survey);
    if (!event.isAdded) return { hostDel: registration };
    if (refused !== undefined && index === told.length - 1) {
      return { hostRefused: registration, reason: refused };
    }
    return { hostAdd: registration };
  });
}

function registrationOf(
  { space, address, size, data, descriptor }: HostEvent,
  { notifiers }: Survey,
): HostRegistration {
  const notifier = notifiers.get(descriptor) ?? `descriptor-${descriptor}`;
  const plain = { space, address, size: size as EventfdSize, notifier };
  return data === undefined ? plain : { ...plain, data };
}

/**
 * What belongs to each operation of a write and the device's reactions to it. A reaction that adds begins where its notifier is added.
 */
export function splitByOperation(
  effects: readonly Effect[],
  operations: readonly Operation[],
): (readonly Effect[])[] {
  const lists: Effect[][] = operations.map(() => []);
  // The write itself tells the host nothing.
  let at = 1;
  for (const effect of effects) {
    const next = operations[at + 1];
    const added =
      'hostAdd' in effect ? effect.hostAdd : 'hostRefused' in effect ? effect.hostRefused : undefined;
    if (added !== undefined && next?.op === 'add-eventfd' && next.notifier === added.notifier) at++;
    (lists[at] ?? lists[0])?.push(effect);
  }
  return lists;
}

/** Where one thing does several operations: in their order, as many to each as are expected of it. What is more belongs to the last. */
export function shareOut(effects: readonly Effect[], expected: EffectLists): (readonly Effect[])[] {
  let next = 0;
  return expected.map((list, index) => {
    const first = next;
    next = index === expected.length - 1 ? effects.length : next + list.length;
    return effects.slice(first, next);
  });
}
