import type { ClauseSection, ClauseText } from './clause.ts';

const clauses = [
  {
    id: 'D1',
    title: 'What matches',
    statement:
      'A write is first split into accesses (S1, S2). An access that a region answers at an offset ' +
      'matches a registration of that region when the offset is the same, the size is the same or was ' +
      'registered as 0, and the data are the same or were left out.',
    remarks: {
      kvm:
        "What is matched is the CPU's store as a whole, on the kernel's bus and by its absolute address, before " +
        'the memory core splits it (K6, K9 to K11). The memory core itself matches nothing.',
    },
    source:
      'memory_region_dispatch_write_eventfds (softmmu/memory.c); ioeventfd_in_range (virt/kvm/eventfd.c)',
  },
  {
    id: 'D2',
    title: 'A match signals once, and replaces the callback',
    statement: 'A matched access signals exactly one notifier, exactly once, and the callback is not called.',
    source: 'memory_region_dispatch_write (softmmu/memory.c); ioeventfd_write (virt/kvm/eventfd.c)',
  },
  {
    id: 'D3',
    title: 'Without a match, the callback is called as if nothing were registered',
    statement:
      'An access that matches no registration, because of its offset, its size or its value, calls the ' +
      'callback with the arguments that it would get if the region had no registration at all.',
    source:
      'memory_region_dispatch_write (softmmu/memory.c); kvm_handle_io, KVM_EXIT_MMIO (accel/kvm/kvm-all.c)',
  },
  {
    id: 'D4',
    title: 'Where several match, the order decides',
    statement:
      'Two registrations that could match one write cannot both be in force: the host refuses the later one (R5).',
    remarks: {
      tcg:
        'The first in the order of offset, size (0 first), no data before data, data, notifier is signalled. ' +
        'So a registration without data hides one with data of the same size at its address, and size 0 hides ' +
        'both. The last key is a pointer in QEMU and here the order in which notifiers were first named; no ' +
        'caller may rely on it.',
      kvm: 'Where the bus took both (its check compares sizes, K2), the order of the bus decides (K7, K8).',
    },
    source: 'memory_region_ioeventfd_before (softmmu/memory.c)',
  },
  {
    id: 'D5',
    title: 'Only the region that answers counts',
    statement:
      'Of the regions that cover an address, only the one that answers it (M1) has its registrations looked ' +
      'at. The registrations of a hidden, disabled, unmapped or moved-away region do not fire; ' +
      'they fire again when it is back.',
    remarks: {
      kvm:
        'The kernel knows addresses, not regions. It holds every word of which a byte is visible (H2). So a ' +
        'half-hidden word can take a write that another region should have received.',
    },
    source: 'flatview_translate (softmmu/physmem.c); address_space_update_ioeventfds (softmmu/memory.c)',
  },
  {
    id: 'D6',
    title: 'An access that the region rejects does nothing',
    statement:
      "An access that the region's `valid` rules out, by its size or its alignment, neither signals nor calls " +
      'back. It is a decode error, and no registration is looked at.',
    remarks: {
      kvm: 'The kernel knows nothing of `valid`: a matching store signals, whatever the region accepts.',
    },
    source: 'memory_region_access_valid, memory_region_dispatch_write (softmmu/memory.c)',
  },
  {
    id: 'D7',
    title: 'Reads never signal',
    statement: 'Only writes are matched. Scenarios contain no reads, so there is nothing to observe here.',
    remarks: {
      kvm: "There is one exception, outside this model: the kernel's fast path for size 0 (K13).",
    },
    source: 'memory_region_dispatch_read (softmmu/memory.c); ioeventfd_ops has no read (virt/kvm/eventfd.c)',
  },
  {
    id: 'D8',
    title: 'A region reached through aliases is one region',
    statement:
      'The registrations of a region apply at every place where it appears, directly or through aliases, and ' +
      'the callback gets the offset in the region itself.',
    source: 'render_memory_region (softmmu/memory.c)',
  },
  {
    id: 'D9',
    title: 'Registrations do not affect other regions',
    statement: 'Registrations in one region change nothing for writes that another region answers.',
    remarks: {
      kvm: 'Except through H2: a word that sticks out of the visible part of its region is matched by address alone.',
    },
    source: "memory_region_dispatch_write_eventfds looks at one region's list only (softmmu/memory.c)",
  },
] as const satisfies readonly ClauseText[];

/** D: what a write does. */
export const dispatch = {
  letter: 'D',
  title: 'Dispatch',
  introduction: 'What a write does when it arrives at a region: a signal, a callback, or a decode error.',
  clauses,
} as const satisfies ClauseSection;
