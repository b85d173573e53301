/** The host: what it is told at a commit, what it answers, and which of its registrations a write fires. */
import { assign, type Bus, deassign, firedOnBus } from '../bus/kernel-bus.ts';
import type { Decisions } from '../vocabulary/profiles.ts';
import type {
  EventfdSize,
  HostEffect,
  HostOptions,
  HostRegistration,
  RefusalReason,
  Space,
} from '../vocabulary/vocabulary.ts';
import { isBefore, type Word } from './registration.ts';

/** A word that the host was told of, and whether it took it. */
export type ToldWord = Word & { readonly taken: boolean };

/** One space's part: what it was told of (in list order), and what it holds (in the order of its array). */
export type HostSpace = { readonly told: readonly ToldWord[]; readonly held: Bus };

/** The host; `requests` counts the registrations it was asked for, in both spaces. */
export type Host = { readonly requests: number; readonly memory: HostSpace; readonly io: HostSpace };

const emptySpace: HostSpace = { told: [], held: [] };
export const emptyHost: Host = { requests: 0, memory: emptySpace, io: emptySpace };

type Change = { readonly kind: 'delete' | 'add' | 'keep'; readonly index: number; readonly word: ToldWord };

/**
 * Tells the host the difference between what it was told and what is visible now (clauses H1, H3, H4;
 * `address_space_add_del_ioeventfds`). A refused word is not asked for again while it stays visible, and its going is
 * not told.
 */
export function tellHost(
  host: Host,
  space: Space,
  visible: readonly Word[],
  options: HostOptions,
  decisions: Decisions,
): { host: Host; effects: HostEffect[] } {
  if (visible.length === 0 && host[space].told.length === 0) return { host, effects: [] };
  let { requests } = host;
  let { held } = host[space];
  const told: ToldWord[] = [];
  const effects: HostEffect[] = [];
  for (const { kind, index, word } of changesBetween(host[space].told, visible, decisions)) {
    const registration = registrationIn(space, word);
    if (kind === 'keep') {
      told[index] = word;
    } else if (kind === 'delete') {
      if (!word.taken) continue;
      held = deassign(held, word);
      effects.push({ hostDel: registration });
    } else {
      const reason = refusal(held, word, requests, options, decisions);
      requests += 1;
      told[index] = { ...word, taken: reason === undefined };
      if (reason === undefined) held = decisions.host === 'kernel' ? assign(held, word) : [...held, word];
      effects.push(reason === undefined ? { hostAdd: registration } : { hostRefused: registration, reason });
    }
  }
  return { host: { ...host, requests, [space]: { told, held } }, effects };
}

/** QEMU's merge of the old and the new list, which it takes to be sorted; `index` is the place in the new list. */
function changesBetween(
  old: readonly ToldWord[],
  now: readonly Word[],
  decisions: Decisions,
): readonly Change[] {
  const changes: Change[] = [];
  let iold = 0;
  let inew = 0;
  for (;;) {
    const before = old[iold];
    const after = now[inew];
    if (before === undefined && after === undefined) break;
    if (before !== undefined && (after === undefined || isBefore(before, after))) {
      changes.push({ kind: 'delete', index: iold++, word: before });
    } else if (after !== undefined && (before === undefined || isBefore(after, before))) {
      changes.push({ kind: 'add', index: inew++, word: { ...after, taken: false } });
    } else if (before !== undefined) {
      changes.push({ kind: 'keep', index: inew++, word: before });
      iold++;
    }
  }
  if (decisions.hostChanges === 'merge') return changes;
  const isDeletion = ({ kind }: Change) => kind === 'delete';
  return [...changes.filter(isDeletion), ...changes.filter((change) => !isDeletion(change))];
}

/** Why the host does not take a word, in the order in which it looks (clauses F1, K1 to K3). */
function refusal(
  held: Bus,
  word: Word,
  ordinal: number,
  options: HostOptions,
  decisions: Decisions,
): RefusalReason | undefined {
  if (decisions.host === 'takes all') return undefined;
  if (options.refuse === 'all' || options.refuse?.includes(ordinal)) return 'refused';
  const wraps = BigInt.asUintN(64, word.address + BigInt(word.size)) < word.address;
  if (decisions.host === 'kernel' && wraps) return 'EINVAL';
  if (held.some((other) => collide(other, word))) return 'EEXIST';
  if (options.limit !== undefined && held.length >= options.limit) return 'ENOSPC';
  return undefined;
}

/** Whether one write could match both (`ioeventfd_check_collision`). The notifier plays no part. */
function collide(a: Word, b: Word): boolean {
  if (a.address !== b.address) return false;
  if (a.size === 0 || b.size === 0) return true;
  return a.size === b.size && (a.data === undefined || b.data === undefined || a.data === b.data);
}

/** Whether a registration matches an access (D1; `ioeventfd_in_range`): address, size or any, data or none. */
function matches(word: Word, address: bigint, size: number, value: bigint): boolean {
  return (
    word.address === address &&
    (word.size === 0 || (word.size === size && (word.data === undefined || word.data === value)))
  );
}

/** The word that an access of `size` bytes at `address` fires, if any. */
export function fired(
  held: Bus,
  address: bigint,
  size: number,
  value: bigint,
  decisions: Decisions,
): Word | undefined {
  const accepts = (word: Word) => matches(word, address, size, value);
  return decisions.host === 'kernel' ? firedOnBus(held, address, size, accepts) : held.find(accepts);
}

function registrationIn(space: Space, word: Word): HostRegistration {
  const { address, size, data, notifier } = word;
  const sized = size as EventfdSize;
  return data === undefined
    ? { space, address, size: sized, notifier }
    : { space, address, size: sized, data, notifier };
}
