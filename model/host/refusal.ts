/** Why the host refuses a registration. */
import type { Bus } from '../bus/kernel-bus.ts';
import { collide, type Ioeventfd } from '../ioeventfd/ioeventfd.ts';
import type { Decisions } from '../vocabulary/decisions.ts';
import type { HostOptions, RefusalReason } from '../vocabulary/vocabulary.ts';

/**
 * Why the host does not take an ioeventfd, in the order in which it checks; nothing if it takes it (clauses F1, K1 to
 * K3; `kvm_assign_ioeventfd_idx`). `ordinal` counts the host's requests from 0.
 */
export function refusal(
  held: Bus,
  ioeventfd: Ioeventfd,
  ordinal: number,
  options: HostOptions,
  decisions: Decisions,
): RefusalReason | undefined {
  if (decisions.host === 'takes-all') return undefined;
  if (options.refuse === 'all' || options.refuse?.includes(ordinal)) return 'refused';
  const wraps = BigInt.asUintN(64, ioeventfd.address + BigInt(ioeventfd.size)) < ioeventfd.address;
  if (decisions.host === 'kernel' && wraps) return 'EINVAL';
  if (held.some((other) => collide(other, ioeventfd))) return 'EEXIST';
  if (options.limit !== undefined && held.length >= options.limit) return 'ENOSPC';
  return undefined;
}
