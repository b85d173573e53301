/** What the running kernel can be asked. */
import type { Abilities } from '../../model/vocabulary/outside.ts';

/** What of the format is the kernel's: registrations, the guest's memory, and a CPU's stores. */
export const kernelAbilities: Abilities = {
  profiles: ['kvm'],
  byteOrders: ['little'],
  operations: ['create', 'map', 'unmap', 'enable', 'disable', 'add-eventfd', 'del-eventfd', 'write'],
  spaces: ['memory', 'io'],
  regions: ['io', 'ram'],
  writes: ['store'],
  accesses: ['cut'],
  matches: ['size', 'data'],
  features: ['limits', 'any-size', 'full-host', 'errors'],
  // What comes out of the kernel is what user space acts on: which callback is then called is not the kernel's doing.
  effects: ['signal', 'ram', 'hostAdd', 'hostDel', 'hostRefused', 'error'],
};
