/** Rules of a store by a CPU that TCG translates, switched off. */
import { changed, viaCpu } from './bends.ts';
import type { RuleSwitch } from './rule-switch.ts';

export const cpuStoreSwitches: readonly RuleSwitch[] = [
  {
    name: 'cpu store: address space write',
    clauses: ['T1', 'T2', 'T3', 'T4', 'T6', 'T7', 'T8', 'T9', 'C2', 'C5'],
    bend: { decisions: { cpuStore: 'address-space-write' } },
  },
  {
    name: 'cpu store: aligned pieces',
    clauses: ['T1', 'T2', 'T4', 'T5', 'T8'],
    bend: { decisions: { cpuStore: 'aligned-pieces' } },
  },
  {
    name: 'cpu store: bytes if unaligned',
    clauses: ['T1', 'T2', 'T4', 'T5', 'T9'],
    bend: { decisions: { cpuStore: 'bytes-if-unaligned' } },
  },
  { name: 'the way of a write by QEMU itself', clauses: ['T8', 'S2', 'S4'], bend: changed(viaCpu) },
];
