/** The host's list, to be drawn beside the words: what it holds, what it refused, what the step added and took back. */
import type { HostSpace } from '../../model/host/host.ts';
import type { Ioeventfd } from '../../model/ioeventfd/ioeventfd.ts';
import type { State } from '../../model/reference/state.ts';
import type { RefusalReason, Space } from '../../model/vocabulary/vocabulary.ts';
import { isDead, mostWork, type Word } from './words.ts';

/**
 * - `held`: the host holds it; `dead`: it does, and no write of exactly this word reaches it.
 * - `left`: it holds it, and nothing that is visible is registered so.
 * - `refused`: it did not take it; `lost`: it was told to delete what is still registered.
 * - `taken`: the step took it back.
 */
export type HostState = 'held' | 'dead' | 'left' | 'refused' | 'lost' | 'taken';

export type HostEntry = {
  readonly key: string;
  /** At its absolute address. */
  readonly ioeventfd: Ioeventfd;
  readonly state: HostState;
  readonly reason: RefusalReason | undefined;
  /** Whether the step changed it. */
  readonly isChanged: boolean;
  /** The regions that it is registered in; nothing where that is not known. */
  readonly regions: readonly string[] | undefined;
};

export type HostTask = {
  readonly before: State;
  readonly after: State;
  readonly space: Space;
  /** The words that are drawn. */
  readonly words: readonly Word[];
  /** Whether these are all words of the space. */
  readonly isWhole: boolean;
  /** Whether an address is among what is drawn. */
  readonly isDrawn: (address: bigint) => boolean;
};

/** In the host's order; then what it refused, and what was taken from it. What is not drawn is left out. */
export function hostEntries(task: HostTask): readonly HostEntry[] {
  const { before, after } = task;
  const { told, held } = drawnOf(after, task);
  const was = drawnOf(before, task);
  const isSame = before.host === after.host;
  const regionsOf = regionsByKey(task);
  const entry = (ioeventfd: Ioeventfd, state: HostState, isChanged: boolean, reason?: RefusalReason) => ({
    key: `${state} ${entryKey(ioeventfd)}`,
    ioeventfd,
    state,
    reason,
    isChanged,
    regions: regionsOf(ioeventfd)?.map(({ region }) => region),
  });
  const old = isSame ? undefined : counted(was.held);
  const entries: HostEntry[] = held.map((one) =>
    entry(one, stateOf(one, task, regionsOf(one)), old !== undefined && !take(old, one)),
  );
  const isHeld = counted(held);
  const refusedBefore = isSame
    ? undefined
    : new Set(was.told.map((one) => `${one.refused} ${entryKey(one)}`));
  for (const one of told) {
    if (one.refused === undefined && isHeld.has(entryKey(one))) continue;
    const isNew = refusedBefore !== undefined && !refusedBefore.has(`${one.refused} ${entryKey(one)}`);
    entries.push(entry(one, one.refused === undefined ? 'lost' : 'refused', isNew, one.refused));
  }
  // What is left of the old list was not found in the new one.
  for (const one of was.held)
    if (old !== undefined && take(old, one)) entries.push(entry(one, 'taken', true));
  return numbered(entries);
}

/** A long list is cut before anything is made of it. */
function drawnOf({ host }: State, { space, isWhole, isDrawn }: HostTask): HostSpace {
  const { told, held } = host[space];
  const isNear = ({ address }: Ioeventfd) => isDrawn(address);
  return isWhole ? { told, held } : { told: told.filter(isNear), held: held.filter(isNear) };
}

/** Equal entries are told apart by their order. */
function numbered(entries: readonly HostEntry[]): readonly HostEntry[] {
  const seen = new Map<string, number>();
  return entries.map((one) => {
    const number = seen.get(one.key) ?? 0;
    seen.set(one.key, number + 1);
    return number === 0 ? one : { ...one, key: `${one.key} ${number}` };
  });
}

/** One string for an ioeventfd at its absolute address. */
export function entryKey({
  address,
  size,
  data,
  notifier,
}: Pick<Ioeventfd, 'address' | 'size' | 'data' | 'notifier'>): string {
  return `${address} ${size} ${data} ${notifier}`;
}

function counted(list: readonly Ioeventfd[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of list) counts.set(entryKey(one), (counts.get(entryKey(one)) ?? 0) + 1);
  return counts;
}

/** Takes one away; whether there was one. */
function take(counts: Map<string, number>, one: Ioeventfd): boolean {
  const left = counts.get(entryKey(one)) ?? 0;
  if (left > 0) counts.set(entryKey(one), left - 1);
  return left > 0;
}

/** The visible registrations of an ioeventfd; nothing where not all are known. */
function regionsByKey({ words, isWhole }: HostTask): (one: Ioeventfd) => readonly Word[] | undefined {
  const byKey = new Map<string, Word[]>();
  for (const word of words) {
    if (word.state === 'hidden') continue;
    const key = entryKey(word.ioeventfd);
    const own = byKey.get(key) ?? [];
    own.push(word);
    byKey.set(key, own);
  }
  return (one) => byKey.get(entryKey(one)) ?? (isWhole ? [] : undefined);
}

function stateOf(
  one: Ioeventfd,
  { after, space }: HostTask,
  registered: readonly Word[] | undefined,
): HostState {
  if (registered === undefined) return 'held';
  if (registered.length > 0) return registered.some(({ state }) => state === 'dead') ? 'dead' : 'held';
  const isCheap = after.host[space].held.length * after.rendered.size <= mostWork;
  return isCheap && isDead(after, space, one) ? 'dead' : 'left';
}

/** The state in words, for the table. */
export function hostStateText({ state, reason }: Pick<HostEntry, 'state' | 'reason'>): string {
  switch (state) {
    case 'held':
      return 'held';
    case 'dead':
      return 'dead: held, and no write of this word reaches it';
    case 'left':
      return 'held, but nothing visible is registered so';
    case 'refused':
      return reason === undefined || reason === 'refused' ? 'refused' : `refused: ${reason}`;
    case 'lost':
      return 'the host was told to delete it, and it is still registered';
    case 'taken':
      return 'deleted';
  }
}
