/** Ways to break a rule of the model from outside: in what it is given, or in the effects that it gives. */
import type { Regions } from '../../model/map/region.ts';
import type { Create, EventfdChange, Operation, Scenario } from '../../model/vocabulary/vocabulary.ts';

export const same = <Value>(value: Value): Value => value;
export const alone = <Value>(value: Value): readonly Value[] => [value];

export function namesIn({ operations }: Scenario): string[] {
  return [...new Set(operations.flatMap((one) => ('notifier' in one ? [one.notifier] : [])))];
}

export const created = (change: (create: Create) => Create) => ({
  operation: (given: Operation): readonly Operation[] => [given.op === 'create' ? change(given) : given],
});
export const ignored = (...kinds: readonly Operation['op'][]) => ({
  operation: (given: Operation): readonly Operation[] => (kinds.includes(given.op) ? [] : [given]),
});
export const changed = (change: (operation: Operation) => Operation) => ({
  operation: (given: Operation): readonly Operation[] => [change(given)],
});

export const isEventfd = (one: Operation): one is EventfdChange =>
  one.op === 'add-eventfd' || one.op === 'del-eventfd';

/** A store as QEMU itself would make it: the same bytes, past the CPU's path. */
export function direct(target: 'little' | 'big'): (operation: Operation) => Operation {
  return (one) => {
    if (one.op !== 'write' || 'bytes' in one) return one;
    const digits = one.data.toString(16).padStart(2 * one.size, '0');
    const bytes = target === 'big' ? digits : (digits.match(/../g) ?? []).reverse().join('');
    return { op: 'write', space: one.space, address: one.address, bytes };
  };
}

/** A write by QEMU itself as a store by a CPU of little byte order, where it has the size of one. */
export function viaCpu(one: Operation): Operation {
  if (one.op !== 'write' || !('bytes' in one)) return one;
  const { space, address, bytes } = one;
  const size = bytes.length / 2;
  if (size !== 1 && size !== 2 && size !== 4 && size !== 8) return one;
  const data = BigInt(`0x${(bytes.match(/../g) ?? []).reverse().join('')}`);
  return { op: 'write', space, address, size, data };
}

/** A write as single bytes, one after the other. */
export function bytewise(target: 'little' | 'big'): (operation: Operation) => readonly Operation[] {
  return (one) => {
    const whole = direct(target)(one);
    if (whole.op !== 'write' || !('bytes' in whole)) return [one];
    const pairs = whole.bytes.match(/../g) ?? [];
    return pairs.map((bytes, i) => ({
      ...whole,
      address: BigInt.asUintN(64, whole.address + BigInt(i)),
      bytes,
    }));
  };
}

/** The spaces without an end. */
export function endless(regions: Regions): Regions {
  return new Map(
    [...regions].map(([id, region]) => [id, id === 'io' ? { ...region, size: 1n << 64n } : region]),
  );
}

/** Equal priorities, the region created last on top, not the one mapped last. */
export function lastCreatedOnTop(regions: Regions): Regions {
  const order = [...regions.keys()];
  const priority = (id: string) => regions.get(id)?.priority ?? 0;
  const sorted = (ids: readonly string[]) =>
    ids.toSorted((a, b) => priority(b) - priority(a) || order.indexOf(b) - order.indexOf(a));
  return new Map(
    [...regions].map(([id, region]) => [id, { ...region, subregions: sorted(region.subregions) }]),
  );
}

export const low = (value: bigint) => BigInt.asUintN(32, value);
