import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RefusalReason } from '../../../model/vocabulary/vocabulary.ts';
import { mergeLists } from '../map/ioeventfd-list.ts';
import { compareIoeventfds, type Ioeventfd, kindOf } from '../tables/ioeventfd.ts';
import { EmulatedHost } from './emulated-host.ts';
import type { HostListener } from './host.ts';
import { HostMirror } from './host-mirror.ts';
import { PromisedHost } from './promised-host.ts';

/** Writes down what the host is told. */
class Log implements HostListener {
  lines: string[] = [];

  added(_space: 0 | 1, ioeventfd: Ioeventfd): void {
    this.lines.push(`+ ${text(ioeventfd)}`);
  }

  deleted(_space: 0 | 1, ioeventfd: Ioeventfd): void {
    this.lines.push(`- ${text(ioeventfd)}`);
  }

  refused(_space: 0 | 1, ioeventfd: Ioeventfd, reason: RefusalReason): void {
    this.lines.push(`${reason} ${text(ioeventfd)}`);
  }
}

function text({ addressLow, kind, dataLow, notifier }: Ioeventfd): string {
  return `${addressLow}/${kind}=${dataLow}:${notifier}`;
}

const anyIoeventfd: fc.Arbitrary<Ioeventfd> = fc
  .record({
    addressLow: fc.nat(1),
    kind: fc.constantFrom(0, kindOf(4, false), kindOf(4, true)),
    data: fc.nat(1),
    notifier: fc.nat(2),
  })
  .map(({ addressLow, kind, data, notifier }) => {
    return {
      addressHigh: 0,
      addressLow,
      kind,
      dataHigh: 0,
      dataLow: (kind & 1) * data,
      notifier,
      taken: false,
    };
  });
/** Each commit toggles some registrations. One may be visible several times. */
const commits = fc.array(fc.array(fc.tuple(anyIoeventfd, fc.boolean()), { maxLength: 6 }), { maxLength: 12 });

function adjust(mirror: HostMirror, ioeventfd: Ioeventfd, by: number): void {
  mirror.adjust(0, ioeventfd.addressLow, ioeventfd.kind, 0, ioeventfd.dataLow, ioeventfd.notifier, by);
}

/** Applies one commit to the mirror and to the twin, a sorted list of what is visible. */
function change(mirror: HostMirror, visible: Ioeventfd[], commit: readonly [Ioeventfd, boolean][]): void {
  for (const [ioeventfd, removes] of commit) {
    const at = visible.findLastIndex((other) => compareIoeventfds(ioeventfd, other) === 0);
    if (removes && at < 0) continue;
    adjust(mirror, ioeventfd, removes ? -1 : 1);
    if (removes) visible.splice(at, 1);
    else visible.push({ ...ioeventfd });
  }
  visible.sort(compareIoeventfds);
}

describe('the host mirror', () => {
  it('tells the same as a merge of the sorted lists before and after', () => {
    fc.assert(
      fc.property(commits, (commits) => {
        const mirror = new HostMirror(0);
        const host = new EmulatedHost({ hostChanges: 'merge', words: undefined });
        let visible: Ioeventfd[] = [];
        for (const commit of commits) {
          const before = visible.map((ioeventfd) => ({ ...ioeventfd }));
          change(mirror, visible, commit);
          const [told, merged] = [new Log(), new Log()];
          mirror.settle(host, told);
          mergeLists(0, before, visible, host, merged);
          expect(told.lines).toEqual(merged.lines);
          mirror.validate(true);
          visible = mirror.list();
        }
      }),
    );
  });

  it('tells the contract host deletions first, and never loses what the host holds', () => {
    fc.assert(
      fc.property(commits, fc.nat(4), fc.array(fc.nat(12), { maxLength: 3 }), (commits, limit, refuse) => {
        const mirror = new HostMirror(0);
        const host = new PromisedHost({
          options: { limit, refuse },
          hostChanges: 'deletions-first',
          holdings: [mirror, mirror],
          words: undefined,
        });
        const visible: Ioeventfd[] = [];
        const held = new Set<string>();
        for (const commit of commits) {
          change(mirror, visible, commit);
          const log = new Log();
          mirror.settle(host, log);
          mirror.validate(true);
          const kinds = log.lines.map((line) => line[0] === '-');
          expect(kinds.lastIndexOf(true)).toBeLessThan(
            kinds.includes(false) ? kinds.indexOf(false) : Number.POSITIVE_INFINITY,
          );
          for (const line of log.lines) {
            if (line.startsWith('+ ')) held.add(line.slice(2));
            if (line.startsWith('- ')) expect(held.delete(line.slice(2))).toBe(true);
          }
          expect(held.size).toBeLessThanOrEqual(limit);
          expect(mirror.list().map(text)).toEqual(visible.map(text));
          expect(
            new Set(
              mirror
                .list()
                .filter(({ taken }) => taken)
                .map(text),
            ),
          ).toEqual(held);
          for (const ioeventfd of visible) {
            const notifier = mirror.taken(0, ioeventfd.addressLow, ioeventfd.kind, 0, ioeventfd.dataLow);
            const holds = [0, 1, 2].filter((n) => held.has(text({ ...ioeventfd, notifier: n })));
            expect(notifier < 0 ? [] : [notifier]).toEqual(holds);
          }
        }
      }),
    );
  });

  it('takes over a list that was told elsewhere, with what the host said of each registration', () => {
    fc.assert(
      fc.property(commits, fc.array(fc.boolean(), { minLength: 8 }), (commits, answers) => {
        const mirror = new HostMirror(0);
        const visible: Ioeventfd[] = [];
        for (const commit of commits) {
          change(mirror, visible, commit);
          visible.forEach((ioeventfd, i) => {
            ioeventfd.taken = answers[i % answers.length] === true;
          });
          mirror.adopt(visible);
          mirror.validate(true);
          expect(mirror.list()).toEqual(visible);
        }
      }),
    );
  });
});
