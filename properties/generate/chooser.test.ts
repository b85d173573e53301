import { describe, expect, it } from 'vitest';
import { ExhaustiveChooser, ReplayChooser } from './chooser.ts';

describe('choosers', () => {
  it('the exhaustive chooser makes every sequence of choices once, also where one choice decides what the next may be', () => {
    const chooser = new ExhaustiveChooser();
    const seen: string[] = [];
    do {
      const first = chooser.below(3);
      seen.push(first === 2 ? `${first}` : `${first}${chooser.below(first + 1)}`);
    } while (chooser.next());
    expect(seen).toEqual(['00', '10', '11', '2']);
  });

  it('the replay chooser gives the choices again, never beyond the bound, and 0 after their end', () => {
    const chooser = new ReplayChooser([2, 5]);
    expect([chooser.below(3), chooser.below(4), chooser.below(9)]).toEqual([2, 3, 0]);
  });
});
