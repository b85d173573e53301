/** Mistakes in the list of visible registrations that QEMU makes at a commit: clauses H1 and H2. */

import type { Decisions } from '../../model/vocabulary/decisions.ts';
import { Visibility } from '../optimized/map/visibility.ts';
import { compareIoeventfds, type Ioeventfd } from '../optimized/tables/ioeventfd.ts';
import { asBuilt, type MakeMutant, type Mutant, mutant } from './mutant.ts';
import { addressOf, textOf, withParts, withVisibility } from './parts.ts';

/** Tells the host of registrations of which any byte is visible, or only of those whose first is; the list is not sorted. */
function toldBy(
  visibility: Decisions['visibility'],
  kind: new (...made: ConstructorParameters<typeof Visibility>) => Visibility,
): MakeMutant {
  return withParts({
    visibility: (wiring) =>
      new kind({ ...wiring, decisions: { ...wiring.decisions, visibility, hostChanges: 'merge' } }),
  });
}

/** Any byte: told once for each range that shows a part of it, if its first byte is visible. */
class OncePerPiece extends Visibility {
  override listIoeventfds(): Ioeventfd[] {
    const isFirstVisible = (ioeventfd: Ioeventfd) => {
      const address = addressOf(ioeventfd);
      return this.view.all().some(({ start, end }) => start <= address && address < end);
    };
    return super.listIoeventfds().filter(isFirstVisible).sort(compareIoeventfds);
  }
}

/** Any byte, once, but in the order of the ranges in which the registrations were found. */
class FoundOrder extends Visibility {
  override listIoeventfds(): Ioeventfd[] {
    const seen = new Set<string>();
    return super.listIoeventfds().filter((ioeventfd) => {
      const text = textOf(ioeventfd);
      return seen.size < seen.add(text).size;
    });
  }
}

/** QEMU's list, put in order. */
class SortedList extends Visibility {
  override listIoeventfds(): Ioeventfd[] {
    return super.listIoeventfds().sort(compareIoeventfds);
  }
}

const promised = { profiles: ['contract'] } as const;

export const listMutants: readonly Mutant[] = [
  mutant('word-split-by-an-overlay-registered-twice', toldBy('any-byte', OncePerPiece), {
    ...promised,
    clause: 'H2',
    story: 'A registration with a hole in its middle is told once for each part of it that is visible.',
    reenacts: 'address_space_update_ioeventfds takes a word for each range that it intersects (QEMU 7.2).',
  }),
  mutant('unsorted-list-after-a-straddling-entry', toldBy('any-byte', FoundOrder), {
    ...promised,
    clause: 'H1',
    story:
      'Registrations that begin before their range break the order that the merge of old list and new relies on.',
    reenacts:
      'The list of address_space_update_ioeventfds is built range by range, and never sorted (QEMU 7.2).',
  }),
  mutant('list-sorted-under-qemu', withVisibility(SortedList), {
    profiles: asBuilt,
    clause: 'H1',
    story: 'The list of visible words is put in order before it is merged, which QEMU does not do.',
  }),
  mutant('told-by-the-first-byte-under-qemu', toldBy('first-byte', Visibility), {
    profiles: asBuilt,
    clause: 'H2',
    story: 'Only the first byte of a registration is looked at, where QEMU looks at any byte.',
  }),
];
