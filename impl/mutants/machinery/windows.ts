/** Mistakes in what is brought up to date at a commit: dirty windows, words that begin before their range, QEMU's list. */

import { DirtyWindows } from '../../optimized/map/dirty-windows.ts';
import type { PlacedRange } from '../../optimized/map/flat-range.ts';
import { Transaction } from '../../optimized/map/transaction.ts';
import { Visibility, type VisibilityWiring } from '../../optimized/map/visibility.ts';
import { OptimizedMemory } from '../../optimized/optimized-memory.ts';
import { allProfiles, asBuilt, type MakeMutant, type Mutant, mutant } from '../mutant.ts';
import { withMemory, withTransaction, withVisibility } from '../parts.ts';

/** The map with dirty windows of this kind. */
function dirtying(windows: new () => DirtyWindows): MakeMutant {
  return withVisibility(
    class extends Visibility {
      constructor(wiring: VisibilityWiring) {
        super(wiring);
        Object.assign(this, { dirty: new windows() });
      }
    },
  );
}

class LaterEndLost extends DirtyWindows {
  override take() {
    const windows = this.all.map(({ start, end }) => ({ start, end }));
    super.take();
    windows.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
    const taken: { start: bigint; end: bigint }[] = [];
    for (const window of windows) {
      const before = taken.at(-1);
      // A window that begins in the one before it adds nothing.
      if (before === undefined || before.end < window.start) taken.push(window);
    }
    return taken;
  }
}

class LastWindowOnly extends DirtyWindows {
  override add(start: bigint, end: bigint): void {
    super.take();
    super.add(start, end);
  }
}

class FirstByteForgotten extends DirtyWindows {
  override add(start: bigint, end: bigint): void {
    super.add(start + (end - start > 8n ? 1n : 0n), end);
  }
}

class ForgottenAtInnerCommit extends OptimizedMemory {
  override commit(): ReturnType<OptimizedMemory['commit']> {
    const error = super.commit();
    if (error === undefined && this.transaction.depth > 0) for (const { dirty } of this.shown) dirty.take();
    return error;
  }
}

class EnabledWithoutItsChildren extends OptimizedMemory {
  override setEnabled(...[region, enabled]: Parameters<OptimizedMemory['setEnabled']>): void {
    if (!enabled || region.terminates || region.enabledChildren.size === 0) {
      super.setEnabled(region, enabled);
      return;
    }
    const before = this.shown.map(({ dirty }) => dirty.all.map(({ start, end }) => ({ start, end })));
    this.begin();
    super.setEnabled(region, enabled);
    this.shown.forEach(({ dirty }, space) => {
      dirty.take();
      for (const { start, end } of before[space] ?? []) dirty.add(start, end);
    });
    this.commit();
  }
}

class OnlyFirstSpaceUpdated extends Transaction {
  override bringUpToDate(): void {
    const { roots, shown, decisions, viewRootOf } = this.wiring;
    const dirty = shown.findIndex((one) => one.dirty.all.length > 0);
    if (this.memoryPending) {
      for (const space of [0, 1] as const) {
        // With windows in both spaces the second is forgotten.
        if (space === 1 && dirty === 0 && shown[1].dirty.all.length > 0) shown[1].dirty.take();
        shown[space].update(viewRootOf(decisions, roots[space]));
      }
    }
    super.bringUpToDate();
  }
}

class OldRootKept extends Visibility {
  override update(...[root]: Parameters<Visibility['update']>): void {
    const isMoved = root.region === this.root.region && root.base !== this.root.base;
    super.update(isMoved ? this.root : root);
  }
}

class StraddlingAdditionsNotCounted extends Visibility {
  override changeIoeventfd(...change: Parameters<Visibility['changeIoeventfd']>): void {
    const [range] = change;
    const before = range.straddling;
    super.changeIoeventfd(...change);
    this.put(range, before);
  }

  private put(range: PlacedRange, straddling: number): void {
    this['straddling'] += straddling - range.straddling;
    range.straddling = straddling;
  }
}

class StraddlingForgottenByRendering extends Visibility {
  override update(...root: Parameters<Visibility['update']>): void {
    const known = new Set(this.view.all());
    super.update(...root);
    for (const range of this.view.all()) {
      if (known.has(range)) continue;
      this['straddling'] -= range.straddling;
      range.straddling = 0;
    }
  }
}

class StraddlingKeptByRemoval extends Visibility {
  override update(...root: Parameters<Visibility['update']>): void {
    const { straddling } = this as unknown as { straddling: number };
    super.update(...root);
    // Ranges that went are not subtracted. Those that came were added.
    if (this['straddling'] === 0 && straddling > 0 && this.list !== undefined) this.list = this.list.slice(1);
  }
}

class HeldForgottenWithTheList extends Visibility {
  override tellHost(): void {
    const { list } = this;
    super.tellHost();
    if (list !== undefined && this.list === undefined) {
      this.mirror.adopt(this.mirror.list().map((ioeventfd) => ({ ...ioeventfd, taken: false })));
    }
  }
}

const all = { profiles: allProfiles } as const;
const built = { profiles: asBuilt } as const;

export const windowMutants: readonly Mutant[] = [
  mutant('window-inside-another-lost', dirtying(LaterEndLost), {
    ...all,
    clause: 'H1',
    story: 'Of two dirty windows that overlap only the first is rendered, though the second reaches further.',
  }),
  mutant('only-the-last-window-rendered', dirtying(LastWindowOnly), {
    ...all,
    clause: 'H1',
    story: 'Of several changes in one transaction only the last is rendered.',
  }),
  mutant('first-byte-of-a-window-forgotten', dirtying(FirstByteForgotten), {
    ...all,
    clause: 'D5',
    story: 'What is rendered anew begins a byte late.',
  }),
  mutant('windows-forgotten-at-an-inner-commit', withMemory(ForgottenAtInnerCommit), {
    ...all,
    clause: 'H1',
    story: 'The commit of a nested transaction takes the dirty windows for rendered.',
  }),
  mutant('enabled-container-not-rendered', withMemory(EnabledWithoutItsChildren), {
    ...all,
    clause: 'D5',
    story: 'When a container is enabled, what lies in it is not rendered anew.',
  }),
  mutant('windows-of-the-second-space-forgotten', withTransaction(OnlyFirstSpaceUpdated), {
    ...all,
    clause: 'D8',
    story: 'Where one change is visible in both spaces, the ports are not rendered anew.',
  }),
  mutant('moved-root-not-rendered', withVisibility(OldRootKept), {
    ...built,
    clause: 'M6',
    story:
      'A space whose root stands elsewhere by now is rendered from the old place, if it is still the same region.',
  }),
  mutant('word-before-its-range-not-counted', withVisibility(StraddlingAdditionsNotCounted), {
    ...built,
    clause: 'H2',
    story: 'A word that is registered where its first byte is covered is not told to the host.',
  }),
  mutant('words-before-a-new-range-not-counted', withVisibility(StraddlingForgottenByRendering), {
    ...built,
    clause: 'H2',
    story: 'A word whose first byte is covered by a change of the map is no longer told.',
  }),
  mutant('first-of-the-list-lost-when-nothing-straddles', withVisibility(StraddlingKeptByRemoval), {
    ...built,
    clause: 'H1',
    story: "When no word begins before its range any more, the first entry of QEMU's list is forgotten.",
  }),
  mutant('held-forgotten-with-the-list', withVisibility(HeldForgottenWithTheList), {
    ...built,
    clause: 'H4',
    story:
      "When QEMU's list is no longer needed, registrations that the host holds are taken for refused ones.",
  }),
];
