import type { Profile } from '../vocabulary/vocabulary.ts';
import type { ClauseId } from './catalogue.ts';

/** One row of the decision table: a question on which the profiles differ, and each one's answer. */
export type DecisionRow = {
  readonly decision: string;
  /** The clauses that say it at length. */
  readonly clauses: readonly ClauseId[];
  /** What 7.2 does differently from `tcg`; nothing if left out. */
  readonly 'tcg-7.2'?: string;
} & { readonly [P in Exclude<Profile, 'tcg-7.2'>]: string };

/** Everything in which the profiles differ, a row each. */
export const decisions: readonly DecisionRow[] = [
  {
    decision: 'What is matched',
    clauses: ['D1', 'S1', 'K10', 'K11'],
    contract: 'each access of the split write',
    tcg: "each access of the split write; of a CPU's store, each piece, or each access of a piece",
    kvm:
      "the CPU's store as a whole, on the kernel's bus, before the memory core sees it; in `memory` cut at pages of " +
      '4 KiB, in `io` never cut; never a write by QEMU itself, never 8 bytes at a port',
  },
  {
    decision: "How a CPU's store reaches the memory core",
    clauses: ['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8'],
    contract: "as QEMU's own write: by `address_space_write`",
    tcg: 'in aligned pieces, each by the entry of its page; to a port whole (8.1 and later)',
    'tcg-7.2': 'whole if it is aligned, else in single bytes, each by the entry of its page; to a port whole',
    kvm: "what the bus does not take: as QEMU's own write",
  },
  {
    decision: 'When a registration begins to count',
    clauses: ['R1'],
    contract: 'the commit',
    tcg: 'the call',
    kvm: 'the commit',
  },
  {
    decision: 'Where a registration counts',
    clauses: ['H2', 'D5'],
    contract: 'the first byte of its word is answered by its region at its offset',
    tcg: 'the access is answered by its region at its offset; whether the rest of the word is visible plays no part',
    kvm: 'any byte of its word is visible (size 0: its address): the kernel holds it, whatever answers the address',
  },
  {
    decision: 'What the host is told',
    clauses: ['H1', 'H2'],
    contract: 'what counts by the row above',
    tcg: 'what it would be told under kvm; dispatch does not depend on it',
    kvm: 'what counts by the row above; dispatch depends on it',
  },
  {
    decision: 'Order of host changes in a commit',
    clauses: ['H3'],
    contract: 'deletions, then additions, each sorted',
    tcg: 'one merge of the old list and the new one, which are not always sorted',
    kvm: 'as tcg',
  },
  {
    decision: 'Who refuses',
    clauses: ['H4', 'K1', 'K2', 'K3'],
    contract: 'in this order: `host.refuse` (`refused`), a collision (EEXIST), `host.limit` (ENOSPC)',
    tcg: 'nobody',
    kvm: 'in this order: `host.refuse`, the kernel (EINVAL, EEXIST), `host.limit`',
  },
  {
    decision: 'A refused registration',
    clauses: ['H4'],
    contract:
      'stays refused until it has been invisible; its writes call back; its removal is not told to the host',
    tcg: 'does not occur',
    kvm: 'as contract, where QEMU aborts',
  },
  {
    decision: 'How data are kept',
    clauses: ['R3', 'R4'],
    contract: 'as given: the value that the callback would get',
    tcg: 'swapped where device and target differ in byte order, and compared with an unswapped value',
    kvm: "swapped likewise, and compared with the CPU's value, which is right",
  },
  {
    decision: 'Where several match',
    clauses: ['D4', 'K7'],
    contract: 'impossible: they collide',
    tcg: 'the first by offset, size, no data before data, data, notifier',
    kvm: 'impossible, apart from what the order of the bus does',
  },
  {
    decision: 'A taken registration fires',
    clauses: ['K7'],
    contract: 'always',
    tcg: 'always',
    kvm: 'not always: depending on the order of registration, it can be dead',
  },
  {
    decision: 'What a deletion removes',
    clauses: ['R2'],
    contract: 'the one with the same offset, size, data and notifier',
    tcg: 'the same, but size 0 on either side is equal to anything at that offset: the first such is removed',
    kvm: 'as tcg',
  },
  {
    decision: "The region's `valid`",
    clauses: ['D6', 'S8'],
    contract: 'is checked before the match',
    tcg: 'is checked before the match',
    kvm: 'is not known to the kernel',
  },
  {
    decision: 'RAM',
    clauses: ['K9'],
    contract: 'answers like a region',
    tcg: 'answers like a region',
    kvm: 'a page that is wholly one RAM region comes before the bus, a smaller range after it',
  },
  {
    decision: 'The root of the flat view',
    clauses: ['M6'],
    contract: 'the space itself',
    tcg: 'may be the only region in the space, or what it shows, at an offset of its own',
    kvm: 'as tcg',
  },
];

/** A row of what ivshmem does, as seen on QEMU 7.2. */
export type CallerObservation = {
  readonly write: string;
  /** Whether the callback is called with ioeventfd in use; without it, it always is. */
  readonly callback: string;
  /** What is notified, with ioeventfd and without. */
  readonly notified: string;
};

/** ivshmem, three peers with four vectors each, the doorbell at offset 12: with ioeventfd and without, seen on QEMU 7.2. */
export const ivshmemObservations: readonly CallerObservation[] = [
  { write: '4 bytes at 12: 0x10001', callback: 'no', notified: 'peer 1, vector 1' },
  { write: '4 bytes at 12: 0x10009, 0x90000, 0xffff0000', callback: 'yes', notified: 'none' },
  { write: '4 bytes at 12: 0x10102', callback: 'yes', notified: 'peer 1, vector 2 (value & 0xff)' },
  {
    write: '1 or 2 bytes at 12, 2 bytes at 14',
    callback: 'yes, widened to 4 bytes',
    notified: 'peer 0, by the low half',
  },
  {
    write: '8 bytes at 8, upper half 0x10001',
    callback: 'for the lower half only',
    notified: 'peer 1, vector 1',
  },
  { write: '4 bytes at 12: 0x10001, after peer 1 left', callback: 'yes', notified: 'none' },
];
