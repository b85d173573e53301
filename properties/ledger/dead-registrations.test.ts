/** The counts of docs/for-the-kernel.md, and its rule. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assign, type Bus } from '../../model/bus/kernel-bus.ts';
import { collide, type Ioeventfd } from '../../model/ioeventfd/ioeventfd.ts';
import { countDead, isDead, orderByStart, wordsWithin8 } from './dead-registrations.ts';

const document = readFileSync(new URL('../../docs/for-the-kernel.md', import.meta.url), 'utf8');

/** A row of the document's table: words; sets, dead and least without length 0, and with it. */
const rows = [...document.matchAll(/^\| (\d) \| (.+) \|$/gm)].map(([, words = '', cells = '']) => ({
  words: Number(words),
  counts: cells
    .split('|')
    .map((cell) => cell.trim().replaceAll(',', ''))
    .filter((cell) => cell !== '')
    .map(Number),
}));

const countsOf = (words: number, anyLength: boolean) => {
  const { sets, dead, least } = countDead(words, anyLength);
  return [sets, dead, least];
};

describe('dead registrations', () => {
  it('the document has the sets of two, three and four words', () => {
    expect(rows.map(({ words }) => words)).toEqual([2, 3, 4]);
  });

  it.each(rows)('sets of $words are as the document says', ({ words, counts }) => {
    expect([...countsOf(words, false), ...countsOf(words, true)]).toEqual(counts);
  });

  it.each([false, true])(
    'ordered by start, no set of two or three has a dead word (length 0: %s)',
    (anyLength) => {
      expect([2, 3].map((words) => countDead(words, anyLength, orderByStart).dead)).toEqual([0, 0]);
    },
  );

  it('where the array is sorted by start, nothing is dead', () => {
    const all = wordsWithin8(true);
    let [unsortedAndDead, sortedAndDead] = [0, 0];
    const extend = (set: readonly Ioeventfd[], bus: Bus) => {
      if (bus.some((one) => isDead(one, bus))) {
        if (isSortedByStart(bus)) sortedAndDead++;
        else unsortedAndDead++;
      }
      if (set.length === 3) return;
      for (const word of all) {
        if (!set.some((other) => collide(other, word))) extend([...set, word], assign(bus, word));
      }
    };
    extend([], []);
    expect([sortedAndDead, unsortedAndDead]).toEqual([0, 28 + 1996]);
  });
});

function isSortedByStart(bus: Bus): boolean {
  return bus.every((entry, index) => index === 0 || (bus[index - 1]?.address ?? 0n) <= entry.address);
}
