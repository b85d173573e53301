import type { ClauseSection, ClauseText } from './clause.ts';

const hostClauses = [
  {
    id: 'H1',
    title: 'The host is told the difference, at the outermost commit',
    statement:
      'At the end of the outermost transaction the host is told the difference between the registrations ' +
      'visible before and after, and nothing else: space `memory` first, then `io`. What was removed and ' +
      'added again in one transaction is not mentioned. A write between `begin` and `commit` sees the old map.',
    versions:
      'since 8.2, spaces to which no listener for eventfds listens are left out; since 11, a listener that comes later is told of all that is ' +
      'visible, and so is the new virtual machine after a reset with `x-change-vmfd-on-reset`.',
    source:
      'memory_region_transaction_commit, address_space_update_ioeventfds, address_space_add_del_ioeventfds ' +
      '(softmmu/memory.c)',
  },
  {
    id: 'H2',
    title: 'Where a registration is visible',
    statement:
      'A word is registered with the host once for each place where its first byte is answered by its region.',
    remarks: {
      tcg:
        'Once for each visible range of the region that holds any byte of the word (with size 0: its address). ' +
        'Dispatch does not depend on it (D1).',
      kvm:
        'As tcg, and dispatch depends on it: a word whose first byte another region covers stays in the kernel, ' +
        'and takes a write that the other region should have received; a word with a hole in its middle is ' +
        'requested twice, and the second request is refused (EEXIST).',
    },
    source: 'address_space_update_ioeventfds, addrrange_intersects (softmmu/memory.c)',
  },
  {
    id: 'H3',
    title: 'In one commit, deletions come before additions',
    statement:
      'Deletions first, then additions, each sorted by address, size, no data before data, data, notifier. So ' +
      'a match key that passes from one notifier to another in a commit never collides with itself.',
    remarks: {
      tcg:
        'One merge of the old list and the new one in that order. The lists are built flat range by flat ' +
        "range, each range in the order of its region's own list, and are not sorted again. A word that begins " +
        'before its range, or is visible twice, makes them unsorted. The merge then asks to add what the host ' +
        'has, and to delete what is still registered.',
      kvm:
        'As tcg, with consequences: for a key that changes hands the notifier decides the order, so the addition ' +
        'can come first and be refused (EEXIST); and from unsorted lists the host can lose a live registration.',
    },
    source: 'address_space_add_del_ioeventfds, memory_region_ioeventfd_before (softmmu/memory.c)',
  },
  {
    id: 'H4',
    title: 'Writes to a refused registration reach the callback',
    statement:
      'Writes that match a registration which the host refused go to the callback. It stays refused until it ' +
      'stops being visible and becomes visible again. Its removal is not told to the host, which never had it.',
    remarks: {
      tcg: 'Nobody refuses: the emulation needs no host.',
      kvm: 'QEMU prints an error and aborts. The profile reports the refusal and continues.',
    },
    versions:
      'MSHV, a host since 10.2, has no profile here: it registers without data as length 0, 1 and 2 bytes of data as 4, and no ports; ' +
      'it deletes as length 0 without data, so that deleting a registration with data fails, and QEMU aborts (read).',
    source: 'kvm_mem_ioeventfd_add, kvm_io_ioeventfd_add (accel/kvm/kvm-all.c)',
  },
] as const satisfies readonly ClauseText[];

const failureClauses = [
  {
    id: 'F1',
    title: 'Why the callback may still be called',
    statement:
      'No match (offset, size or value); a host without support; a registration that the host refused: EEXIST, ' +
      'a second one that could match the same write; ENOSPC, the host is full; EINVAL, a length or an address ' +
      'that the kernel does not take; the time between `add-eventfd` and the commit. The caller learns of ' +
      'none of these: the function returns nothing.',
    remarks: {
      kvm:
        'Also, every write that QEMU makes itself (DMA, a `bytes` write), and every 8-byte write to a port: ' +
        "these never meet the kernel's bus.",
    },
    source:
      'memory_region_add_eventfd returns void (include/exec/memory.h); kvm_assign_ioeventfd_idx (virt/kvm/eventfd.c)',
  },
  {
    id: 'F2',
    title: 'A prepared caller',
    statement:
      'A caller is prepared when the same things are notified whichever of its registrations are refused: ' +
      'its callback, given the offset, size and value of a write, does what the signal would have done.',
    source: 'the comment on memory_region_add_eventfd (include/exec/memory.h)',
  },
] as const satisfies readonly ClauseText[];

const preconditionClauses = [
  {
    id: 'P1',
    title: 'A breached precondition changes nothing',
    statement:
      'A call that breaches its precondition is an `error` and leaves everything as it was. The checks come in ' +
      'this order: `exists` (create of an id in use), `unknown` (an id not created), `kind` (a region of the wrong ' +
      'kind; a root mapped or unmapped), `mapped`, `unmapped`, `cycle` (a region would contain or show itself), ' +
      '`size` (RAM larger than it was created), `match` (size 0 with data; a word beyond 2^64), `absent` ' +
      '(deletion of what is not registered), `depth` (commit without begin). QEMU asserts, or leaves the behaviour open.',
    source: 'the assertions in softmmu/memory.c',
  },
] as const satisfies readonly ClauseText[];

/** H: what the host is told. */
export const host = {
  letter: 'H',
  title: 'Host registrations',
  introduction: 'What the host (the kernel, or any other listener) is told of the registrations, and when.',
  clauses: hostClauses,
} as const satisfies ClauseSection;

/** F: what it means to be prepared to handle failure. */
export const failure = {
  letter: 'F',
  title: 'Failure',
  introduction: 'What "the caller must be prepared to handle failure" means.',
  clauses: failureClauses,
} as const satisfies ClauseSection;

/** P: what the calls require. */
export const preconditions = {
  letter: 'P',
  title: 'Preconditions',
  introduction: 'What a caller must not do, and what happens here when one does.',
  clauses: preconditionClauses,
} as const satisfies ClauseSection;
