/** Mistakes in what is kept of the host: several of one registration, differences, what it holds with data. */

import type { Effect, Operation } from '../../../model/vocabulary/vocabulary.ts';
import type { Host, HostListener } from '../../optimized/host/host.ts';
import { HostMirror } from '../../optimized/host/host-mirror.ts';
import { OptimizedSession } from '../../optimized/session.ts';
import type { Ioeventfd } from '../../optimized/tables/ioeventfd.ts';
import { allProfiles, type Mutant, MutantSession, mutant } from '../mutant.ts';
import { withMirror, withParts } from '../parts.ts';

class FirstGoesFirst extends HostMirror {
  override settle(host: Host, listener: HostListener): void {
    // Of equal registrations the one told first goes, and what the host said of it is forgotten with it.
    for (const { ioeventfd, times } of this.differences()) if (times < 0) this.turn(ioeventfd);
    super.settle(host, listener);
  }

  private turn({ addressHigh, addressLow, kind, dataHigh, dataLow, notifier }: Ioeventfd): void {
    const record = this['table'].find(addressHigh, addressLow, kind, dataHigh, dataLow, 0);
    if (this['table'].second(record) >= 0) return;
    this['memberOf'](record, notifier).taken.reverse();
  }
}

class LastOfDuplicatesTaken extends HostMirror {
  override settle(host: Host, listener: HostListener): void {
    const duplicated = new Set(
      [...this['table'].used()].filter((record) => this['table'].second(record) < 0),
    );
    super.settle(host, listener);
    // What is left of duplicates counts as held.
    for (const record of this['table'].used()) {
      if (!duplicated.has(record) || this['table'].second(record) !== 1) continue;
      this['table'].setSecond(record, 3);
      this.refused--;
      this.divergence--;
    }
  }
}

class SecondDifferenceLost extends HostMirror {
  override adjust(...change: Parameters<HostMirror['adjust']>): void {
    const [high, low, kind, dataHigh, dataLow, notifier] = change;
    const record = this['table'].find(high, low, kind, dataHigh, dataLow, 0);
    // A record that has a difference already takes no other one of its notifier.
    const isTouched = record >= 0 && this['marks'][record] === 1;
    if (isTouched && this['table'].first(record) === notifier && change[6] > 0) return;
    super.adjust(...change);
  }
}

class DivergenceForgotten extends HostMirror {
  override adjust(...change: Parameters<HostMirror['adjust']>): void {
    super.adjust(...change);
    this.divergence = this.refused;
  }
}

class OtherAddressHoldsData extends HostMirror {
  override holdsData(addressHigh: number, addressLow: number, size: number): boolean {
    const index = this['heldData'];
    if (index === undefined) return false;
    index.seek(addressHigh, addressLow, size * 2 + 1);
    const record = index.next();
    // Any later one of that size will do.
    return (
      record >= 0 &&
      this['table'].key(record)[2] === size * 2 + 1 &&
      super.holdsData(addressHigh, this['table'].key(record)[1], size)
    );
  }
}

class HeldDataNotForgotten extends HostMirror {
  private readonly everHeld = new Set<string>();

  override holdsData(addressHigh: number, addressLow: number, size: number): boolean {
    const key = [addressHigh, addressLow, size].join();
    if (super.holdsData(addressHigh, addressLow, size)) this.everHeld.add(key);
    return this.everHeld.has(key);
  }
}

export const mirrorMutants: readonly Mutant[] = [
  mutant('first-of-equal-registrations-goes-first', withMirror(FirstGoesFirst), {
    profiles: ['contract', 'kvm'],
    clause: 'H4',
    story:
      'Of equal registrations, of which the host refused some, the one told first goes, and not the last.',
  }),
  mutant('last-of-duplicates-counts-as-held', withMirror(LastOfDuplicatesTaken), {
    profiles: ['contract', 'kvm'],
    clause: 'H4',
    story: 'When of several equal registrations one is left, it counts as held, though the host refused it.',
  }),
  mutant('second-difference-of-a-commit-lost', withMirror(SecondDifferenceLost), {
    profiles: allProfiles,
    clause: 'H1',
    story:
      'A registration that went and came back in one transaction, or came twice, is told as if it had changed once.',
  }),
  mutant('differences-on-their-way-forgotten', withMirror(DivergenceForgotten), {
    profiles: ['contract'],
    clause: 'R1',
    story: 'Dispatch does not notice that the host has not been told yet.',
  }),
  mutant('data-held-at-another-address', withMirror(OtherAddressHoldsData), {
    profiles: ['contract'],
    clause: 'F1',
    story: 'A registration collides with one that has data at the next address.',
  }),
  mutant('data-held-once-held-for-ever', withMirror(HeldDataNotForgotten), {
    profiles: ['contract'],
    clause: 'F1',
    story: 'A registration collides with data that the host held at its address and dropped.',
  }),
];

/** Names a notifier only where the call that names it succeeds. */
class NamedBySuccess extends MutantSession {
  override apply(operation: Operation): readonly Effect[] {
    if ('notifier' in operation) {
      const effects = OptimizedSession.prototype.apply.call(this.fork(), operation);
      if (effects.some((effect) => 'error' in effect)) return effects;
    }
    return super.apply(operation);
  }
}

export const namingMutants: readonly Mutant[] = [
  mutant(
    'notifier-named-by-success',
    withParts({}),
    {
      profiles: allProfiles,
      clause: 'D4',
      story: 'A notifier that a failing call names is not yet in order: another one comes before it.',
    },
    NamedBySuccess,
  ),
];
