import type { ClauseSection, ClauseText } from './clause.ts';

const clauses = [
  {
    id: 'R1',
    title: 'A registration counts from the commit',
    statement:
      '`add-eventfd` names a word of an `io` region: offset, size (1, 2, 4, 8; 0 stands for an access of any ' +
      'size), optionally the data to compare with, and a notifier. It counts from the commit of the outermost ' +
      'transaction; outside a transaction, the call is a transaction of its own. A region that is not `io`, ' +
      'and size 0 together with data, breach the precondition. A word beyond the end of its region ' +
      'is accepted, and becomes visible when the region grows.',
    remarks: {
      tcg:
        "The region's own list changes at once, and the emulation matches on that list: an addition or a " +
        'deletion inside an open transaction already counts for the writes made there. The host hears of it ' +
        'at the commit.',
      kvm: "Size 0 with data is refused by the kernel itself (EINVAL); QEMU's memory core would ignore the data.",
    },
    source:
      'memory_region_add_eventfd, memory_region_transaction_commit (softmmu/memory.c); ' +
      'kvm_assign_ioeventfd (virt/kvm/eventfd.c)',
  },
  {
    id: 'R2',
    title: 'A deletion names exactly one registration',
    statement:
      '`del-eventfd` removes the registration with the same offset, size, data and notifier. To delete ' +
      'what is not there is an error of the caller, and changes nothing (QEMU asserts).',
    remarks: {
      tcg:
        'A size of 0, on either side, compares equal to every registration at that offset, whatever its size, ' +
        "data and notifier: the first of those in the region's sorted list is removed. So deleting a size-0 " +
        'registration can remove a sized one, deleting a sized one the size-0 one, and deleting one that was ' +
        'never added may succeed.',
      kvm: 'As tcg: the same function decides.',
    },
    source: 'memory_region_del_eventfd, memory_region_ioeventfd_equal (softmmu/memory.c)',
  },
  {
    id: 'R3',
    title: 'Data are compared with what the callback would get',
    statement:
      "The data of a registration are compared with the value that the region's callback would get for the " +
      'same write, in the byte order of the device.',
    remarks: {
      tcg:
        "Where the device's byte order is not the target's, the data are stored byte-swapped (within `size`) " +
        "and compared with the unswapped value in device order: what matches is the number in the guest's " +
        'store, not the one that the callback would see. The host is told the swapped data.',
      kvm:
        "The data are swapped in the same way, and the kernel compares them with the bytes of the CPU's store: " +
        'the two swaps cancel out, and the contract is kept.',
    },
    source:
      'memory_region_add_eventfd, adjust_endianness, memory_region_dispatch_write_eventfds ' +
      '(softmmu/memory.c); adjust_ioeventfd_endianness (accel/kvm/kvm-all.c)',
  },
  {
    id: 'R4',
    title: 'Data wider than the size never match',
    statement:
      'Data that do not fit in `size` bytes are accepted, and no write ever matches them: the value of an ' +
      'access of that size cannot be equal.',
    remarks: {
      tcg: "Where R3's swap is made it truncates the data to `size`, and what is left can match (a single byte is not swapped, and not truncated).",
      kvm:
        'Swapped data are truncated as under tcg. A real KVM loses more, which the profile leaves out: ' +
        'QEMU hands data to the kernel through a 32-bit parameter (memory) or a 16-bit one (ports, where the ' +
        'address is 16 bits wide as well). So 8-byte data lose their upper half, and 4-byte data of a port ' +
        'their upper 16 bits, before they reach the kernel.',
    },
    source:
      'memory_region_dispatch_write_eventfds (softmmu/memory.c); kvm_set_ioeventfd_mmio, ' +
      'kvm_set_ioeventfd_pio (accel/kvm/kvm-all.c); ioeventfd_in_range (virt/kvm/eventfd.c)',
  },
  {
    id: 'R5',
    title: 'Registrations may share an address',
    statement:
      'Several registrations may share an address when their sizes or their data tell them ' +
      'apart. Two that could match the same write collide at the host, which refuses the later one (EEXIST); ' +
      'the region keeps it, and its writes take the callback.',
    remarks: {
      tcg: 'Nobody refuses: both stand, and D4 says which of them is signalled.',
    },
    source: 'memory_region_add_eventfd (softmmu/memory.c); ioeventfd_check_collision (virt/kvm/eventfd.c)',
  },
] as const satisfies readonly ClauseText[];

/** R: what a registration is, and when it counts. */
export const registration = {
  letter: 'R',
  title: 'Registration',
  introduction: 'What `memory_region_add_eventfd` and `memory_region_del_eventfd` ask for.',
  clauses,
} as const satisfies ClauseSection;
