/** The host's list beside the drawing: each kind of entry, and what a step changes. */
import { describe, expect, it } from 'vitest';
import { step } from '../../model/reference/reference.ts';
import { initialState, type State } from '../../model/reference/state.ts';
import type { HostOptions, Operation, Profile } from '../../model/vocabulary/vocabulary.ts';
import { drawingOf } from './drawing.ts';

/** The list after the last of some operations, a line for each entry, and the rows beside the addresses. */
function drawn(operations: readonly Operation[], profile: Profile = 'contract', host: HostOptions = {}) {
  let before: State = initialState({ profile, host });
  let after = before;
  for (const operation of operations) {
    before = after;
    after = step(before, operation).state;
  }
  const operation = operations.at(-1);
  const drawing = drawingOf({ space: 'memory', before, after, operation, trace: undefined });
  const entries = drawing?.host.map(
    ({ state, ioeventfd: { notifier }, reason, isChanged, regions }) =>
      `${isChanged ? '+ ' : ''}${state} ${notifier}${reason === undefined ? '' : ` ${reason}`} in ${regions?.join()}`,
  );
  const rows = drawing?.groups.flatMap(({ rows: own }) =>
    own.map(
      ({ word, host: entry }) => `${word?.ioeventfd.notifier ?? '-'} | ${entry?.ioeventfd.notifier ?? '-'}`,
    ),
  );
  return { entries, rows };
}

const device = (region: string, offset: bigint, priority = 0): readonly Operation[] => [
  { op: 'create', region, kind: 'io', size: 0x10n },
  { op: 'map', region, container: 'memory', offset, priority },
];
const word = (region: string, offset: bigint, notifier: string, size: 4 | 8 = 4): Operation => ({
  op: 'add-eventfd',
  region,
  offset,
  size,
  notifier,
});

describe("the host's list", () => {
  it('has what the step added, beside its word', () => {
    const { entries, rows } = drawn([...device('d', 0x1000n), word('d', 0n, 'a'), word('d', 4n, 'b')]);
    expect(entries).toEqual(['held a in d', '+ held b in d']);
    expect(rows).toEqual(['a | a', 'b | b']);
  });

  it('has what was refused, and why', () => {
    const operations = [...device('d', 0x1000n), word('d', 0n, 'a'), word('d', 4n, 'b')];
    expect(drawn(operations, 'contract', { refuse: [0] }).entries).toEqual([
      '+ held b in d',
      'refused a refused in d',
    ]);
  });

  it('has what the step took back, at the address where it was', () => {
    const { entries, rows } = drawn([
      ...device('d', 0x1000n),
      word('d', 0n, 'a'),
      ...device('e', 0x1000n, 1),
    ]);
    expect(entries).toEqual(['+ taken a in ']);
    // The word is hidden now, and has no part in the host.
    expect(rows).toEqual(['a | -', '- | a']);
  });

  it('has what is held, and dead', () => {
    const operations = [...device('d', 0x1000n), word('d', 0n, 'wide', 8)];
    expect(drawn(operations).entries).toEqual(['+ dead wide in d']);
  });

  it('has what is held although it is registered no longer, while a transaction is open', () => {
    const operations: readonly Operation[] = [
      ...device('d', 0x1000n),
      word('d', 0n, 'a'),
      { op: 'begin' },
      { op: 'del-eventfd', region: 'd', offset: 0n, size: 4, notifier: 'a' },
    ];
    expect(drawn(operations).entries).toEqual(['left a in ']);
  });

  it('of many at one address, has those first that the step changed', () => {
    const many = Array.from(
      { length: 9 },
      (_, index): Operation => ({
        op: 'add-eventfd',
        region: 'd',
        offset: 0n,
        size: 4,
        data: BigInt(index),
        notifier: `n${index}`,
      }),
    );
    const { rows } = drawn([...device('d', 0x1000n), ...many]);
    expect(rows?.length).toBe(4);
    expect(rows?.[0]).toBe('n8 | n8');
  });
});
