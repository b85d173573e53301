import type { ClauseSection, ClauseText } from './clause.ts';

const clauses = [
  {
    id: 'T1',
    title: 'Pieces',
    statement:
      'A store of 1, 2, 4 or 8 bytes to anything but RAM is cut, from its lowest address on, into pieces of ' +
      '2^ctz(bytes left | address | 8) bytes: as many as are left, if the address is aligned to that, else as many as the ' +
      'address and the bytes left are both a multiple of. So 3 bytes left at an even address are three pieces of 1. A piece ' +
      'is never longer than 8 bytes, and always aligned.',
    remarks: {
      'tcg-7.2':
        'An aligned store is one piece, of up to 8 bytes. An unaligned one becomes single bytes, from the lowest address on.',
      kvm: "There are no pieces: what the bus does not take is the memory core's own write (S1).",
    },
    versions: '`tcg` since 8.1, `tcg-7.2` before it.',
    source:
      'int_st_mmio_leN (accel/tcg/cputlb.c, 8.1 and later); store_helper, store_helper_unaligned (accel/tcg/cputlb.c, 7.2)',
  },
  {
    id: 'T2',
    title: 'Across a page',
    statement:
      'A store that crosses a page (4 KiB) is cut at the page. Each part is cut by T1 and goes by the entry of its own page.',
    remarks: {
      'tcg-7.2': 'Such a store is never aligned: it becomes single bytes, each by the entry of its own page.',
    },
    versions: '`tcg` since 8.1, `tcg-7.2` before it.',
    source: 'mmu_lookup, do_st4_mmu, do_st8_mmu, do_st_leN (accel/tcg/cputlb.c)',
  },
  {
    id: 'T3',
    title: 'A page that one region covers',
    statement:
      'Where one visible range of an `io` region covers a whole page, the CPU gives each piece to the region directly, as ' +
      'one access. `valid` is checked for the piece (S8), then registrations are matched with it (D1), then the callback is ' +
      'called (S6). The piece is not cut to `valid.max` or to 4 bytes (S2). So an aligned 8-byte store matches an 8-byte ' +
      'registration of a region with default `valid`, and a region with `valid.max` 4 rejects it. The offset in the region need not ' +
      'be aligned because the address is. (A page at an offset that is no multiple of 4 KiB is more than QEMU can hold: it ' +
      'keeps the number of the section in those bits, so another section answers, or an assertion fails. That was read, not ' +
      'seen, and the model takes the offset as it is.)',
    source:
      'flatview_add_to_dispatch, register_multipage (softmmu/physmem.c); tlb_set_page_full, io_writex, int_st_mmio_leN ' +
      '(accel/tcg/cputlb.c)',
  },
  {
    id: 'T4',
    title: 'A page where nothing is mapped',
    statement: 'Each piece is one decode error of its size, 8 bytes too.',
    source:
      'phys_page_find, unassigned_mem_ops (softmmu/physmem.c, softmmu/memory.c); io_writex (accel/tcg/cputlb.c)',
  },
  {
    id: 'T5',
    title: 'A page of RAM',
    statement:
      'Where one visible range of RAM covers a whole page, the CPU stores there itself, whatever the alignment.',
    source: 'tlb_set_page_full, store_helper (accel/tcg/cputlb.c)',
  },
  {
    id: 'T6',
    title: 'A subpage',
    statement:
      'Any other page is a subpage, a region of its own that first asks whether it accepts the piece: it walks the piece as S2 ' +
      'does, but with the alignment of the address in place of the offset. Where nothing answers one of these accesses, or ' +
      "a region's `valid` rejects it, the whole piece is refused: nothing is called, signalled or stored, for its other bytes " +
      'neither. That is one effect of the size of the piece, named by what answers its first byte. Otherwise the piece is written ' +
      'as by `address_space_write` (S1 to S4), where each access is checked again.',
    source:
      'register_subpage, subpage_accepts, subpage_write, flatview_access_valid (softmmu/physmem.c); memory_region_access_valid ' +
      '(softmmu/memory.c)',
  },
  {
    id: 'T7',
    title: 'Ports',
    statement:
      'A store to `io` is one access of its size, never cut, by the region that answers its first byte. Where nothing does, it is ' +
      'one decode error. RAM that holds all of it is stored to; RAM that ends within it rejects it.',
    versions:
      "a CPU's `out` on every version. QEMU's own and qtest's `outw` and `outl` are cut by S2 up to 10.2, and one access " +
      'since 11 (cpu_outw, system/ioport.c).',
    source:
      'helper_outb, helper_outw, helper_outl (target/i386/tcg/sysemu/misc_helper.c); address_space_stl_internal (memory_ldst.c.inc)',
  },
  {
    id: 'T8',
    title: 'Other ways to store',
    statement:
      "A write by QEMU itself (`bytes`: DMA, qtest, vhost's fallback) goes by `address_space_write` (S1) under every profile, and so " +
      'does a store of an accelerator that leaves to user space (KVM, HVF, WHPX, NVMM, Xen). Registrations are matched there as well, ' +
      'but under KVM.',
    remarks: {
      contract:
        "A CPU's store does too: a device author cannot tell who stores, so nothing else is promised.",
    },
    versions: 'accelerators other than KVM match registrations in user space since 9.0 (`!kvm_enabled()`).',
    source:
      'address_space_write, address_space_rw (softmmu/physmem.c); memory_region_dispatch_write (softmmu/memory.c)',
  },
  {
    id: 'T9',
    title: 'What a piece is compared with',
    statement:
      'In a page that one region covers (T3), a registration with data is compared with all that is left of the store from the piece ' +
      "on, what lies beyond the page included, and not with the piece's own value. So an eventfd with data is missed, and the callback " +
      'called in its place, unless the bytes after the piece are 0. Data wider than the word can match there (against R4). Where a ' +
      'swap for a big-endian device cuts the value to the piece (2 and 4 bytes), and in a subpage (T6), the value of the piece is ' +
      'compared. What the callback gets is the value of the piece.',
    remarks: {
      contract: 'The value of an access is compared (D1).',
      'tcg-7.2': 'The value of each byte is compared (D1).',
      kvm: 'The store as a whole is compared, before it is cut (K6).',
    },
    versions: '`tcg` since 8.1; seen on 10.0.',
    source:
      'int_st_mmio_leN (accel/tcg/cputlb.c, 8.1 and later): `val_le` is not cut to the piece; adjust_endianness, ' +
      'memory_region_dispatch_write_eventfds (system/memory.c)',
  },
] as const satisfies readonly ClauseText[];

/** T: how a store by a CPU that TCG translates enters the memory core. */
export const cpuStore = {
  letter: 'T',
  title: "A CPU's store under TCG",
  introduction:
    'How a store by a CPU that TCG translates (`size` and `data`) enters the memory core, under `tcg` and `tcg-7.2`. The CPU does not call ' +
    '`address_space_write`: what lies in the page of the store decides. A page has 4 KiB (x86). Under `contract` a store is written as by ' +
    "`address_space_write`; under `kvm` so is what the kernel's bus does not take.",
  clauses,
} as const satisfies ClauseSection;
