import type { ClauseSection, ClauseText } from './clause.ts';

const clauses = [
  {
    id: 'S1',
    title: 'One access at a time',
    statement:
      'A write is handled from its first byte to its last: find the region that answers the current address, ' +
      'take one access there, continue right after it. Each access is looked up and matched on its own, so one write ' +
      'can signal several notifiers, call several callbacks and store into RAM, in the order of addresses.',
    remarks: {
      tcg:
        "This is a write by QEMU itself, and what a subpage accepted of a CPU's store (T6). Other stores by a CPU enter by T3 to T5 " +
        'and T7.',
      kvm: "Only what the kernel's bus did not take reaches this point (K12), and it is not matched again.",
    },
    source: 'address_space_write, flatview_write_continue (softmmu/physmem.c)',
  },
  {
    id: 'S2',
    title: 'How long an access is',
    statement:
      "The smaller of what is left of the write and the region's `valid.max` (4 if it is 0), bounded by the " +
      'alignment of the offset in the region, not of the address (there is no such bound with ' +
      '`impl.unaligned`, and at offset 0), rounded down to a power of two. A store wider than `valid.max` is ' +
      'therefore split, not rejected.',
    remarks: {
      tcg: "Not for a CPU's store to a page that one region covers, or to a port: it is not cut (T3, T7).",
    },
    versions:
      'since 11, memory_region_init_io fails an assertion for a region with `impl.unaligned` and without `valid.unaligned`.',
    source: 'memory_access_size (softmmu/physmem.c)',
  },
  {
    id: 'S3',
    title: 'Only the first byte decides who answers',
    statement:
      'An access to an `io` region is not cut where the region stops being visible: the region that answers ' +
      'its first byte gets all of it. In RAM, an access ends where the visible range of the RAM ends.',
    source: 'address_space_translate_internal, flatview_write_continue (softmmu/physmem.c)',
  },
  {
    id: 'S4',
    title: 'Unassigned space',
    statement:
      'Where no region answers, a write is a decode error: accesses of at most 4 bytes, bounded by the alignment of ' +
      'the address, none of them accepted.',
    remarks: { tcg: "A CPU's store is one decode error a piece, of up to 8 bytes (T4, T6, T7)." },
    source: 'unassigned_mem_ops, io_mem_unassigned (softmmu/memory.c, softmmu/physmem.c)',
  },
  {
    id: 'S5',
    title: "Matching comes before the callback's sizes",
    statement:
      'Registrations are compared with the access of S2. Only an access that none of them matched is fitted ' +
      "to the callback's sizes (S6), and the parts are not matched again. So a registered byte inside an " +
      'aligned 4-byte access never fires, while the same byte does when the write begins at it.',
    remarks: { kvm: 'The store itself is compared, before S2.' },
    source: 'memory_region_dispatch_write (softmmu/memory.c)',
  },
  {
    id: 'S6',
    title: 'What the callback is called with',
    statement:
      "The callback's size is the access size, lowered to `impl.max` (4 if 0), then raised to `impl.min` (1 " +
      'if 0; the minimum wins). A longer access becomes several calls in the order of offsets; a shorter one ' +
      'is widened, at its own offset, with the value in the low bytes (little-endian device) or the high bytes ' +
      '(big-endian device).',
    source: 'access_with_adjusted_size, memory_region_shift_write_access (softmmu/memory.c)',
  },
  {
    id: 'S7',
    title: 'The value',
    statement:
      'The value of an access is its bytes, in the order of memory, read in the byte order of the device ' +
      "(`native`: the target's). A store lays its value out in the byte order of the target; a bulk write " +
      'gives the bytes themselves.',
    source: 'flatview_write_continue (softmmu/physmem.c), adjust_endianness (softmmu/memory.c)',
  },
  {
    id: 'S8',
    title: 'What `valid` accepts',
    statement:
      'An access must be aligned to its own size at its offset in the region, unless `valid.unaligned`, and ' +
      'lie between `valid.min` and `valid.max`. Where `valid.max` is left out, every size is accepted: ' +
      '`valid.min` alone is ignored.',
    versions:
      'what is rejected is logged ("Invalid write at addr ..."): under the log item `guest_errors` in 7.2, `invalid_mem` in 10.0.',
    source: 'memory_region_access_valid (softmmu/memory.c)',
  },
] as const satisfies readonly ClauseText[];

/** S: how a write is split. */
export const splitting = {
  letter: 'S',
  title: 'Splitting',
  introduction: 'How a write is split into accesses, and an access into the calls of a callback.',
  clauses,
} as const satisfies ClauseSection;
