import type { ClauseSection, ClauseText } from './clause.ts';

const clauses = [
  {
    id: 'K1',
    title: 'What the kernel checks first',
    statement:
      'A length of 0, 1, 2, 4 or 8; address + length does not wrap at 2^64 (a sum of exactly 2^64 counts as ' +
      'a wrap); no unknown flag; no data with length 0; the file is an eventfd. Else EINVAL (EBADF for a ' +
      'closed file). Only then comes the collision check.',
    remarks: { contract: 'An ideal host makes none of these checks: EINVAL does not occur.' },
    source: 'kvm_assign_ioeventfd, kvm_assign_ioeventfd_idx, eventfd_ctx_fdget (virt/kvm/eventfd.c)',
  },
  {
    id: 'K2',
    title: 'Collision',
    statement:
      'EEXIST where the bus (ports or memory) already holds an entry at the same address and either one of the ' +
      'two has length 0, or the lengths are equal and one of the two has no data or both have the same data ' +
      '(all 64 bits). The eventfd plays no part. Different addresses never collide, however much they overlap; ' +
      'different lengths other than 0 never collide.',
    remarks: { contract: 'The ideal host refuses by the same rule.' },
    source: 'ioeventfd_check_collision (virt/kvm/eventfd.c)',
  },
  {
    id: 'K3',
    title: 'A full bus',
    statement:
      'ENOSPC at 1000 devices other than ioeventfds on one bus. Ioeventfds do not count (20,000 were taken). A ' +
      'scenario sets a limit of its own: `host.limit` registrations per space.',
    source: 'kvm_io_bus_register_dev (virt/kvm/kvm_main.c)',
  },
  {
    id: 'K4',
    title: 'What the kernel does not check',
    statement:
      'Alignment; a port above 0xffff; a port word of 8 bytes (taken, and dead: no port access has 8 bytes); ' +
      'data wider than the length (taken, and dead).',
    source: 'kvm_assign_ioeventfd (virt/kvm/eventfd.c)',
  },
  {
    id: 'K5',
    title: 'Deassignment is exact',
    statement:
      'Bus, eventfd context, address, length, the presence of data and the data must all be equal, and one entry ' +
      'is removed; length 0 is no wildcard here. Else ENOENT. A duplicate of the descriptor has the same context; ' +
      'the same number after it was opened again does not. Closing an eventfd does not unregister it: the address stays taken, ' +
      'and its writes are still taken.',
    source: 'kvm_deassign_ioeventfd_idx (virt/kvm/eventfd.c)',
  },
  {
    id: 'K6',
    title: 'What an entry accepts',
    statement:
      'A store at exactly its address, of exactly its length (any, if 0), whose value, zero-extended, equals its ' +
      'data (any, if it has none).',
    source: 'ioeventfd_in_range (virt/kvm/eventfd.c)',
  },
  {
    id: 'K7',
    title: 'The order of the bus, and dead registrations',
    statement: 'A registration that was taken fires.',
    remarks: {
      kvm:
        'A bus is one array. Two ranges compare as follows: -1 if the first starts below the second; else by their ' +
        "ends, or, if the second's length is 0, by their starts. A new entry goes before the first entry that " +
        'compares greater than it, else last. Look-up is a binary search with the same comparison, a step back ' +
        'over equal entries, and a walk forward over equal entries to the first that accepts. The comparison is ' +
        'neither symmetric nor transitive, so the search can miss an entry. {A+4, length 0} before {A, length 4} ' +
        'leaves the first one dead; in the other order both fire. {A, 4}, {A+4, 4}, {A, 8} in this order leaves ' +
        'the last one dead; with {A, 8} first, all three fire.',
    },
    source:
      'kvm_io_bus_cmp, kvm_io_bus_sort_cmp, kvm_io_bus_get_first_dev, kvm_io_bus_register_dev (virt/kvm/kvm_main.c)',
  },
  {
    id: 'K8',
    title: 'Many data at one address',
    statement:
      'Each value signals its own notifier; the entries are asked one after the other, in the order of registration.',
    source: '__kvm_io_bus_write (virt/kvm/kvm_main.c)',
  },
  {
    id: 'K9',
    title: 'RAM pages come before the bus',
    statement: 'RAM answers like any region.',
    remarks: {
      kvm:
        'A page of 4 KiB that is wholly one RAM region is mapped into the guest: a store there never leaves the ' +
        'guest, and no registration sees it. A smaller range of RAM has no mapping in the kernel. A store to it ' +
        'exits, meets the bus first, and reaches the RAM through QEMU only if no entry took it. That a whole page comes ' +
        'before the bus cannot be observed by itself. An ioeventfd that a store to the page could match lies wholly in ' +
        'it, because stores are cut at pages (K10). So it is not visible, and the host is never told of it.',
    },
    source:
      'kvm_set_phys_mem (accel/kvm/kvm-all.c), which rounds to whole pages; vcpu_mmio_write (arch/x86/kvm/x86.c)',
  },
  {
    id: 'K10',
    title: 'A store across a page',
    statement: 'A write is matched access by access (S1, S2), and pages do not matter.',
    remarks: {
      tcg: "To QEMU's own write they do not; a CPU's store is cut at a page (T2).",
      kvm:
        'A store to memory that crosses a 4 KiB page is two stores, each matched on its own; inside a page, aligned ' +
        'or not, it is one. A store to a port is never cut. Effects are listed here by address, as for any write. A ' +
        'running kernel (seen on 6.18) offers both parts to the bus, and stores to RAM, before QEMU is told of the ' +
        'first part that was not taken.',
    },
    source: 'emulator_read_write (arch/x86/kvm/x86.c)',
  },
  {
    id: 'K11',
    title: 'Only the stores of a CPU meet the bus',
    statement: 'It makes no difference who writes: a write that matches signals.',
    remarks: {
      kvm:
        'A write made by QEMU itself (DMA) goes to the memory core directly and is never matched; neither is an ' +
        '8-byte write to a port, which no CPU can make.',
    },
    source: 'address_space_write (softmmu/physmem.c); kernel_pio (arch/x86/kvm/x86.c)',
  },
  {
    id: 'K12',
    title: 'What the bus does not take',
    statement: 'A write that matches nothing takes the callback (D3).',
    remarks: {
      kvm:
        'It leaves the guest, and QEMU writes it through its memory core. That splits it (S1, S2) and calls back. It ' +
        'does not look at registrations again, not even for accesses that would match one.',
    },
    versions: 'the test is `!kvm_eventfds_enabled()` up to 8.2, and `!kvm_enabled()` since 9.0.',
    source: 'memory_region_dispatch_write (softmmu/memory.c)',
  },
  {
    id: 'K13',
    title: 'What the model leaves out',
    statement:
      "What a real guest can do and a scenario cannot express: the local APIC's page comes before the bus; PIC, PIT, " +
      'IOAPIC and coalesced ranges sit on the same bus, and an entry can shadow them; stores above 8 bytes go in chunks of 8, ' +
      'and the first chunk that is not taken sends the rest to QEMU; each element of a string instruction is an ' +
      'access; a failed compare-and-exchange writes the old value; with hardware paging, an address registered with ' +
      "length 0 is served before the instruction is decoded, so that reads signal there too; an eventfd's counter " +
      'saturates at 2^64 - 1.',
    source: 'vcpu_mmio_write, handle_ept_misconfig (arch/x86/kvm); eventfd_signal (fs/eventfd.c)',
  },
] as const satisfies readonly ClauseText[];

/** K: the kernel's side, KVM_IOEVENTFD and the I/O bus. */
export const kernel = {
  letter: 'K',
  title: "The kernel's bus",
  introduction:
    'KVM_IOEVENTFD and the two I/O buses of a virtual machine (memory and ports), on x86. The statement is what ' +
    'a device author may count on; the remark is what the kernel does.',
  clauses,
} as const satisfies ClauseSection;
