/** Decision `host: takes-all`: nothing is refused. */

import type { Decisions } from '../../../model/vocabulary/decisions.ts';
import type { RefusalReason } from '../../../model/vocabulary/vocabulary.ts';
import type { Ioeventfd } from '../tables/ioeventfd.ts';
import type { HeldWords } from './held-words.ts';
import { type Host, inOrder } from './host.ts';

/** What the host is made of. `words`: where it keeps what it takes, by space, if dispatch asks it. */
export type EmulatedWiring = {
  readonly hostChanges: Decisions['hostChanges'];
  readonly words: readonly [HeldWords, HeldWords] | undefined;
};

export class EmulatedHost implements Host {
  readonly ordinal = 0;
  private readonly wiring: EmulatedWiring;

  constructor(wiring: EmulatedWiring) {
    this.wiring = wiring;
  }

  request(space: 0 | 1, ioeventfd: Ioeventfd): RefusalReason | undefined {
    this.wiring.words?.[space].insert(ioeventfd);
    return undefined;
  }

  release(space: 0 | 1, ioeventfd: Ioeventfd): void {
    this.wiring.words?.[space].remove(ioeventfd);
  }

  sequence<T extends { readonly times: number }>(sorted: T[]): T[] {
    return inOrder(sorted, this.wiring.hostChanges);
  }

  copyFrom(other: this): void {
    const { words } = this.wiring;
    const others = other.wiring.words;
    if (words === undefined || others === undefined) return;
    for (const space of [0, 1] as const) words[space].copyFrom(others[space]);
  }
}
