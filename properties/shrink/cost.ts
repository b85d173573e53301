/** How large a scenario is, as one number: shrinking only ever makes it smaller. */
import type { Operation, Scenario } from '../../model/vocabulary/vocabulary.ts';

/**
 * Operations count most, then how many regions and notifiers there are, then how much is said about them, then how large
 * the numbers are (in bits; those at the end of names count whole).
 */
export function costOf({ operations, host, target }: Scenario): number {
  const names = new Set<string>();
  let fields = (host === undefined ? 0 : 1) + (target === undefined || target === 'little' ? 0 : 1);
  let bits = Array.isArray(host?.refuse) ? host.refuse.length : 0;
  for (const operation of operations) {
    for (const [field, value] of Object.entries(operation)) {
      fields += weightOf(operation, field);
      bits += field === 'bytes' ? bytesCost(String(value)) : bitsOf(value);
      if (typeof value === 'string' && isName(field))
        names.add(`${field === 'notifier' ? 'n' : 'r'} ${value}`);
    }
  }
  for (const name of names) bits += Number(/\d{0,3}$/.exec(name)?.[0] ?? 0);
  return operations.length * 1e9 + names.size * 1e6 + fields * 1e3 + bits;
}

/** A bulk write counts more than a store, a region in a region more than one in a space, a limit more than none. */
function weightOf(operation: Operation, field: string): number {
  if (field === 'bytes') return 3;
  if (field === 'container' && 'container' in operation && operation.container !== 'memory') return 2;
  return field === 'valid' || field === 'impl' ? 2 : 1;
}

function isName(field: string): boolean {
  return field === 'region' || field === 'target' || field === 'container' || field === 'notifier';
}

function bitsOf(value: unknown): number {
  if (typeof value === 'bigint') return value === 0n ? 0 : value.toString(2).length;
  if (typeof value === 'number')
    return value === 0 ? 0 : Math.ceil(Math.log2(Math.abs(value) + 1)) + (value < 0 ? 1 : 0);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, part) => sum + 1 + bitsOf(part), 0);
}

/** Two for each digit, one less where it is 0. */
function bytesCost(bytes: string): number {
  return 2 * bytes.length - (bytes.length - bytes.replaceAll('0', '').length);
}
