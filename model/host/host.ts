/** The host: what it is told at a commit, what it holds, and which of that a write signals. */
import { assign, type Bus, deassign, signalledOnBus } from '../bus/kernel-bus.ts';
import { type Ioeventfd, isBefore, mismatch } from '../ioeventfd/ioeventfd.ts';
import type { Decisions } from '../vocabulary/decisions.ts';
import type {
  EventfdSize,
  HostEffect,
  HostOptions,
  HostRegistration,
  RefusalReason,
  Space,
} from '../vocabulary/vocabulary.ts';
import { refusal } from './refusal.ts';

/** An ioeventfd that the host was told of, and why it refused it, if it did. */
export type Told = Ioeventfd & { readonly refused: RefusalReason | undefined };

/** One space's part: what it was told of (in list order), and what it holds (in the order of its array). */
export type HostSpace = { readonly told: readonly Told[]; readonly held: Bus };

/** The host; `requests` counts the registrations it was asked for, in both spaces. */
export type Host = { readonly requests: number; readonly memory: HostSpace; readonly io: HostSpace };

const emptySpace: HostSpace = { told: [], held: [] };
export const emptyHost: Host = { requests: 0, memory: emptySpace, io: emptySpace };

/** What one element of the merged lists asks for; `index` is its place in the new list. */
type ListChange =
  | { readonly kind: 'delete' | 'keep'; readonly index: number; readonly ioeventfd: Told }
  | { readonly kind: 'add'; readonly index: number; readonly ioeventfd: Ioeventfd };

/**
 * Tells the host the difference between what it was told and what is visible now (clauses H1, H3, H4;
 * `address_space_add_del_ioeventfds`). A refused ioeventfd is not asked for again while it stays visible, and its
 * removal is not told.
 */
export function tellHost(
  host: Host,
  space: Space,
  visible: readonly Ioeventfd[],
  options: HostOptions,
  decisions: Decisions,
): { host: Host; effects: HostEffect[] } {
  if (visible.length === 0 && host[space].told.length === 0) return { host, effects: [] };
  let { requests } = host;
  let { held } = host[space];
  const told: Told[] = [];
  const effects: HostEffect[] = [];
  for (const { kind, index, ioeventfd } of changesBetween(host[space].told, visible, decisions)) {
    if (kind === 'keep') {
      told[index] = ioeventfd;
      continue;
    }
    const registration = registrationIn(space, ioeventfd);
    if (kind === 'delete') {
      if (ioeventfd.refused !== undefined) continue;
      held = deassign(held, ioeventfd);
      effects.push({ hostDel: registration });
      continue;
    }
    const reason = refusal(held, ioeventfd, requests, options, decisions);
    requests += 1;
    told[index] = toldOf(ioeventfd, reason);
    if (reason === undefined) {
      held = decisions.host === 'kernel' ? assign(held, ioeventfd) : [...held, ioeventfd];
      effects.push({ hostAdd: registration });
    } else effects.push({ hostRefused: registration, reason });
  }
  const after = { told, held };
  return {
    host:
      space === 'memory'
        ? { requests, memory: after, io: host.io }
        : { requests, memory: host.memory, io: after },
    effects,
  };
}

function toldOf(
  { address, size, data, notifier, rank }: Ioeventfd,
  refused: RefusalReason | undefined,
): Told {
  return { address, size, data, notifier, rank, refused };
}

/** QEMU's merge of the old and the new list, which it takes to be sorted. */
function changesBetween(
  old: readonly Told[],
  now: readonly Ioeventfd[],
  decisions: Decisions,
): readonly ListChange[] {
  const changes: ListChange[] = [];
  let iold = 0;
  let inew = 0;
  for (;;) {
    const before = old[iold];
    const after = now[inew];
    if (before !== undefined && (after === undefined || isBefore(before, after))) {
      changes.push({ kind: 'delete', index: iold++, ioeventfd: before });
    } else if (after === undefined) {
      break;
    } else if (before === undefined || isBefore(after, before)) {
      changes.push({ kind: 'add', index: inew++, ioeventfd: after });
    } else {
      changes.push({ kind: 'keep', index: inew++, ioeventfd: before });
      iold++;
    }
  }
  if (decisions.hostChanges === 'merge') return changes;
  const isDeletion = ({ kind }: ListChange) => kind === 'delete';
  return [...changes.filter(isDeletion), ...changes.filter((change) => !isDeletion(change))];
}

/** What the host holds and a write of `size` bytes at `address` signals, if anything. */
export function signalledByHost(
  held: Bus,
  address: bigint,
  size: number,
  value: bigint,
  decisions: Decisions,
): Ioeventfd | undefined {
  if (decisions.host === 'kernel') return signalledOnBus(held, address, size, value);
  return held.find((ioeventfd) => mismatch(ioeventfd, address, size, value) === undefined);
}

function registrationIn(space: Space, { address, size, data, notifier }: Ioeventfd): HostRegistration {
  const sized = size as EventfdSize;
  return data === undefined
    ? { space, address, size: sized, notifier }
    : { space, address, size: sized, data, notifier };
}
