/** What is known of each decision beside its witnesses: where it is in the source, since when, who reported it, what to do. */
import type { ClauseId } from '../../model/clauses/catalogue.ts';
import type { DecisionName } from '../../model/vocabulary/decisions.ts';

export type Knowledge = {
  readonly title: string;
  readonly clauses: readonly ClauseId[];
  /** What the systems do instead of what the contract says. */
  readonly statement: string;
  /** Functions and files. */
  readonly source: string;
  readonly since: string;
  readonly reported: string;
  readonly guest: string;
  readonly advice: string;
};

export const knowledge: Readonly<Record<DecisionName, Knowledge>> = {
  match: {
    title: 'What a write is compared with',
    clauses: ['D1', 'D6', 'R1', 'S5', 'K10', 'K11', 'K12'],
    statement:
      "Under KVM the kernel compares the CPU's whole store with its bus, before QEMU splits it and before the region's `valid` is checked. What it does not take is split and called back, and not compared again. QEMU's own writes (DMA) are never compared. The emulation compares each access with the region's own list, from the moment of the call, in the middle of a transaction too.",
    source:
      'ioeventfd_in_range, kvm_io_bus_write (virt/kvm); memory_region_dispatch_write, memory_region_dispatch_write_eventfds (system/memory.c)',
    since:
      'read in QEMU 7.2 to 11.1 and Linux 6.1 to 7.2; since QEMU 9.0 every accelerator but KVM emulates (`!kvm_enabled()`)',
    reported:
      'asked in a comment (FIXME in memory_region_dispatch_write); "Restrict eventfd dispatch_write() to emulators" (qemu-devel, July 2025, not merged)',
    guest:
      'A store of another width than the registration calls the device under one and signals under the other. A store that the device rejects still signals under KVM.',
    advice:
      'Register words that the guest can only write in one way, or write the callback so that it does the same. Check every write in the callback: that a registration exists does not keep its writes away.',
  },
  visibility: {
    title: 'A word that is covered in part',
    clauses: ['H2', 'D5', 'D9'],
    statement:
      'QEMU tells the host of a word wherever any of its bytes is visible. A word whose first byte is covered stays in the kernel and takes writes of the region above it. A word with a hole in the middle is asked for twice, and the kernel refuses the second (EEXIST: QEMU aborts).',
    source: 'address_space_update_ioeventfds (system/memory.c)',
    since: 'read in QEMU 7.2, 10.0 and 11.1, unchanged',
    reported: 'no report found',
    guest:
      'A write to the region above can ring the doorbell of the one below, and the region above never hears of it.',
    advice:
      'Do not register words that another region can cover in part: keep doorbells in pages of their own.',
  },
  hostChanges: {
    title: 'The order in which the host hears of a commit',
    clauses: ['H1', 'H3', 'H4'],
    statement:
      'QEMU merges the old and the new list of registrations, sorted by address, size, data and notifier. A key that changes its notifier in one commit can be added before it is deleted: the kernel answers EEXIST, and QEMU aborts. The lists are not always sorted, and then the merge deletes what is still registered.',
    source: 'address_space_add_del_ioeventfds (system/memory.c), kvm_mem_ioeventfd_add (accel/kvm/kvm-all.c)',
    since: 'read in QEMU 7.2, 10.0 and 11.1, unchanged',
    reported:
      '"[BUG] Qemu abort with error kvm_mem_ioeventfd_add: error adding ioeventfd: File exists (17)" (Hao Wang, qemu-devel, 12 August 2022); no reply found',
    guest:
      'The guest is gone: QEMU aborts. Or a doorbell that is still registered reaches the callback, slowly.',
    advice:
      'Delete in one commit, and add in the next, whatever may have the same address, size and data as something that goes.',
  },
  sizeZeroIdentity: {
    title: 'Size 0 is equal to everything in a deletion',
    clauses: ['R2'],
    statement:
      'Where one of the two has size 0, QEMU compares nothing but the address. Deleting a word can remove another one at its offset, and deleting what was never added can succeed.',
    source: 'memory_region_ioeventfd_equal, memory_region_del_eventfd (system/memory.c)',
    since:
      'it came with a fix of 2020 (Elena Afanasova, memory_region_ioeventfd_equal); read in QEMU 7.2 to 11.1',
    reported: 'no report found',
    guest: 'A doorbell stops to signal, and another goes on that should have stopped.',
    advice: 'Do not register size 0 and another size at one offset of a region.',
  },
  data: {
    title: 'Match data where device and target differ in byte order',
    clauses: ['R3', 'R4'],
    statement:
      'QEMU keeps the data with their bytes swapped, which is what the kernel needs: it compares them with the number in the store. The emulation compares the swapped data with the value that the callback would get, which is wrong.',
    source:
      'memory_region_add_eventfd, adjust_endianness, memory_region_dispatch_write_eventfds (system/memory.c)',
    since: 'since the memory core emulates eventfds; seen on QEMU 7.2, read in 10.0 and 11.1',
    reported: 'no report found',
    guest:
      'On a big-endian target without KVM, a little-endian device is signalled for the wrong number, and called back for the right one.',
    advice:
      'Nothing that a device can do. The callback gets the right value: a prepared caller loses nothing.',
  },
  host: {
    title: 'Who takes registrations, and finds them',
    clauses: ['F1', 'H4', 'K1', 'K7', 'D4'],
    statement:
      'The kernel refuses by its own rules, and its bus loses registrations that it took: its comparison is neither symmetric nor transitive, and the binary search misses entries. The emulation takes everything, equal words too, and signals the first.',
    source:
      'kvm_assign_ioeventfd_idx (virt/kvm/eventfd.c), kvm_io_bus_cmp, kvm_io_bus_get_first_dev (virt/kvm/kvm_main.c)',
    since: 'read in Linux 6.1 and 7.2, seen on 6.18',
    reported: 'no report found; Jason Wang (2015) changed the same comparison for length 0',
    guest: 'A doorbell is slow: each write leaves the guest, and the callback rings it.',
    advice:
      'Do not register words that contain each other, or a word of length 0 directly after another word. Rely on the callback.',
  },
  root: {
    title: 'The root of the flat view',
    clauses: ['M6'],
    statement:
      'While the only enabled region of a space lies at 0 and fits, QEMU renders that region instead of the space, and so on downwards. A region that is rendered so appears at its own offset in its own container, even where that is not mapped.',
    source: 'memory_region_get_flatview_root, generate_memory_topology (system/memory.c)',
    since: 'read in QEMU 7.2, 10.0 and 11.1, unchanged',
    reported: 'no report found',
    guest: 'Everything in the space is elsewhere, until a second region is mapped into it.',
    advice: 'A machine with one region in a space is rare: map a second one.',
  },
  cpuStore: {
    title: "How a CPU's store reaches the memory core",
    clauses: ['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8'],
    statement:
      'A CPU that TCG translates does not go through `address_space_write`. Where one region covers the whole page, it gets the aligned pieces of the store uncut, so that `valid.max` rejects what a DMA write would split. Elsewhere a piece of which any access is refused is refused whole.',
    source:
      'int_st_mmio_leN, do_st_mmio_leN (accel/tcg/cputlb.c); subpage_write, subpage_accepts (system/physmem.c)',
    since: 'QEMU 8.1 for aligned pieces; before, unaligned stores were single bytes (profile tcg-7.2)',
    reported: 'by design',
    guest: 'A store and a DMA write of the same bytes may match, call back, or be rejected differently.',
    advice:
      'Accept every size and alignment that the registered words may be written with, and handle each in the callback.',
  },
};
