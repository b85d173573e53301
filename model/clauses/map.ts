import type { ClauseSection, ClauseText } from './clause.ts';

const clauses = [
  {
    id: 'M1',
    title: 'Priority, then the most recently mapped',
    statement:
      'Among the regions of one container that cover an address, the one of higher priority comes first, and ' +
      'among equals the one that was mapped last. Priorities count within one container only.',
    source: 'memory_region_update_container_subregions, render_memory_region (softmmu/memory.c)',
  },
  {
    id: 'M2',
    title: 'A move maps the region again, other changes keep its place',
    statement:
      'A move to another offset takes the region out and maps it again, so it comes out on top of its equals; ' +
      'a move to the offset that it has does nothing. Enabling, disabling, resizing and retargeting keep the ' +
      'place among equals. A region that is not mapped may be moved: this has no visible effect, and a later ' +
      'map sets the offset again.',
    remarks: {
      tcg: 'The offset of an unmapped region still counts in one place: M6.',
      kvm: 'As tcg.',
    },
    source:
      'memory_region_set_address, memory_region_readd_subregion, memory_region_set_enabled, ' +
      'memory_region_set_size, memory_region_set_alias_offset (softmmu/memory.c)',
  },
  {
    id: 'M3',
    title: 'Subregions lie on top of the region that holds them',
    statement:
      'An `io` or `ram` region may have subregions. They cover it whatever their priority, and it answers ' +
      'where none of them does.',
    source: 'render_memory_region (softmmu/memory.c)',
  },
  {
    id: 'M4',
    title: 'An alias is a window',
    statement:
      'An alias shows its target from `targetOffset` on, clipped to its own size, at its own place and ' +
      'priority. The target may be a container or another alias, and need not be mapped anywhere; if it is ' +
      'disabled, it is not seen through the window either.',
    source: 'memory_region_init_alias, render_memory_region (softmmu/memory.c)',
  },
  {
    id: 'M5',
    title: 'A container clips, and is transparent',
    statement:
      'What a region holds is clipped to its size. A container answers nothing itself: where nothing in it ' +
      'does, what lies beneath the container answers.',
    source: 'render_memory_region (softmmu/memory.c)',
  },
  {
    id: 'M6',
    title: "The flat view's root",
    statement: 'An address space shows what is mapped in it, at the address where it is mapped.',
    remarks: {
      tcg:
        'While the only enabled region in a space lies at offset 0 and is no larger than the space, QEMU takes ' +
        'that region for the root of the flat view, and so on downwards. For an alias that shows its target ' +
        'from 0 and is at least as large, it takes the target. Rendering then adds the offset that this root has in ' +
        'its own container, even a container that is mapped nowhere: everything appears moved by it, until a ' +
        'second region is mapped in the space.',
      kvm: 'As tcg.',
    },
    source: 'memory_region_get_flatview_root, generate_memory_topology (softmmu/memory.c)',
  },
  {
    id: 'M7',
    title: 'The edges of a space',
    statement:
      'Space `memory` has 2^64 bytes and space `io` 2^16; beyond the end of `io` nothing answers. A write that ' +
      'passes 2^64 continues at 0. A word that a window would place below address 0 is not told to the host, ' +
      'whatever part of it is visible.',
    remarks: {
      tcg: 'QEMU fails an assertion when it computes an address below 0; the profile continues without that word.',
      kvm: 'As tcg.',
    },
    source:
      'address_space_update_ioeventfds, addrrange_shift (softmmu/memory.c); address_space_write (softmmu/physmem.c)',
  },
] as const satisfies readonly ClauseText[];

/** M: which region answers an address. */
export const map = {
  letter: 'M',
  title: 'The map',
  introduction: 'Which region answers an address, and at which offset.',
  clauses,
} as const satisfies ClauseSection;
