/** Mistakes in the map: what lies on top, what a window shows, what a commit renders again. Clauses D5, D8 and M. */

import type { FlatRange } from '../optimized/map/flat-range.ts';
import { FlatView } from '../optimized/map/flat-view.ts';
import { isAbove, type Region } from '../optimized/map/region.ts';
import { Renderer, type Task } from '../optimized/map/render.ts';
import { Transaction } from '../optimized/map/transaction.ts';
import { builtViewRoot } from '../optimized/map/view-root.ts';
import { Visibility } from '../optimized/map/visibility.ts';
import { OptimizedMemory } from '../optimized/optimized-memory.ts';
import { greater, highHalf, join, lesser, lowHalf } from '../optimized/tables/wide.ts';
import { allProfiles, asBuilt, type HasHiddenState, type Mutant, mutant } from './mutant.ts';
import { everyAccess, withMemory, withParts, withRenderer, withTransaction } from './parts.ts';

class FirstMappedOnTop extends Renderer {
  override isAbove(a: Region, b: Region): boolean {
    return a.priority === b.priority ? a.sequence < b.sequence : isAbove(a, b);
  }
}

class UnsignedPriorities extends Renderer {
  override isAbove(a: Region, b: Region): boolean {
    return a.priority === b.priority ? isAbove(a, b) : a.priority >>> 0 > b.priority >>> 0;
  }
}

class PrioritiesIgnored extends Renderer {
  override isAbove(a: Region, b: Region): boolean {
    return a.sequence > b.sequence;
  }
}

class AliasOffsetIgnored extends Renderer {
  override targetBase(_alias: Region, base: bigint): bigint {
    return base;
  }
}

class AliasOffsetTwice extends Renderer {
  override targetBase(alias: Region, base: bigint): bigint {
    return base - 2n * alias.targetOffset;
  }
}

class AliasNotClipped extends Renderer {
  override clip(range: FlatRange): { start: bigint; end: bigint } {
    const { region, base, start, end } = range;
    return region.kind === 'alias' ? { start: greater(base, start), end } : super.clip(range);
  }
}

class ContainerDoesNotClip extends Renderer {
  override clip(range: FlatRange): { start: bigint; end: bigint } {
    const { region, start, end } = range;
    return region.kind === 'container' ? { start, end } : super.clip(range);
  }
}

class DisabledContainerTransparent extends Renderer {
  override isShown(region: Region): boolean {
    return region.enabled || region.kind === 'container';
  }
}

class SubregionsBelow extends Renderer {
  override pushChildren(holder: FlatRange, open: Task[]): void {
    const isItself = holder.region.terminates ? open.pop() : undefined;
    super.pushChildren(holder, open);
    if (isItself !== undefined) open.push(isItself);
  }
}

class MoveKeepsThePlace extends OptimizedMemory {
  override move(region: Region, offset: bigint): void {
    const last = this.lastSequence;
    // The region that is mapped again gets the number that it had.
    if (region.container !== undefined) this.lastSequence = region.sequence - 1;
    super.move(region, offset);
    this.lastSequence = Math.max(last, this.lastSequence);
  }
}

/** Maps a region again, on top of its equals. */
class MappingAnew extends OptimizedMemory {
  protected mapAnew(region: Region): void {
    const { container, address, priority } = region;
    if (container === undefined) return;
    this.begin();
    this.unmap(region);
    this.map(region, container, address, priority);
    this.commit();
  }
}

class MoveToTheSamePlace extends MappingAnew {
  override move(region: Region, offset: bigint): void {
    if (region.address === offset) this.mapAnew(region);
    else super.move(region, offset);
  }
}

class EnableMapsAnew extends MappingAnew {
  override setEnabled(region: Region, enabled: boolean): void {
    const wasEnabled = region.enabled;
    this.begin();
    super.setEnabled(region, enabled);
    if (enabled && !wasEnabled) this.mapAnew(region);
    this.commit();
  }
}

class ResizeMapsAnew extends MappingAnew {
  override resize(region: Region, size: bigint): ReturnType<OptimizedMemory['resize']> {
    const isChange = region.size !== size;
    this.begin();
    const error = super.resize(region, size);
    if (isChange && error === undefined) this.mapAnew(region);
    this.commit();
    return error;
  }
}

class RetargetNotRendered extends OptimizedMemory {
  override retarget(region: Region, targetOffset: bigint): ReturnType<OptimizedMemory['retarget']> {
    const { enabled } = region;
    // While it is disabled, nothing is marked.
    region.enabled = false;
    const error = super.retarget(region, targetOffset);
    region.enabled = enabled;
    return error;
  }
}

class DeafVisibility extends Visibility {
  isDeaf = false;

  override markDirty(start: bigint, end: bigint): void {
    if (!this.isDeaf) super.markDirty(start, end);
  }
}

class ResizeNotRendered extends OptimizedMemory {
  override resize(region: Region, size: bigint): ReturnType<OptimizedMemory['resize']> {
    this.setDeaf(true);
    const error = super.resize(region, size);
    this.setDeaf(false);
    return error;
  }

  private setDeaf(isDeaf: boolean): void {
    for (const shown of this.shown) if (shown instanceof DeafVisibility) shown.isDeaf = isDeaf;
  }
}

class UpdateFlagNotCleared extends Transaction {
  override bringUpToDate(): void {
    const isPending = this.memoryPending;
    super.bringUpToDate();
    this.memoryPending = isPending;
  }
}

class EnableDoesNotUpdate extends OptimizedMemory {
  override setEnabled(region: Region, enabled: boolean): void {
    if (region.enabled === enabled) return;
    const { transaction } = this;
    const isPending = transaction.memoryPending;
    transaction.depth++;
    super.setEnabled(region, enabled);
    transaction.depth--;
    if (enabled) transaction.memoryPending = isPending;
    transaction.finish();
  }
}

/** Answers a whole page with the range that answered in it last, until another page is asked for. */
class LastPageView extends FlatView {
  page = -1n;
  answered: { start: bigint; end: bigint } | undefined;

  override find(high: number, low: number): number {
    const address = join(high, low);
    const known = address >> 12n === this.page ? this.answered : undefined;
    const outside = known !== undefined && (address < known.start || address >= known.end);
    if (outside && this.all().some(({ start, end }) => start === known.start && end === known.end)) {
      return super.find(highHalf(known.start), lowHalf(known.start));
    }
    this.page = address >> 12n;
    this.answered = this.all().find(({ start, end }) => start <= address && address < end);
    return super.find(high, low);
  }
}

class LastPageRemembered extends OptimizedMemory implements HasHiddenState {
  hiddenState(): string {
    return this.shown
      .map(({ view }) =>
        view instanceof LastPageView ? `${view.page}:${view.answered?.start}-${view.answered?.end}` : '',
      )
      .join();
  }
}

class LastByteHidden extends Renderer {
  override clip(range: FlatRange): { start: bigint; end: bigint } {
    const { region, base, start, end } = range;
    return {
      start: greater(base, start),
      end: lesser(base + region.size - (region.terminates ? 1n : 0n), end),
    };
  }
}

const all = { profiles: allProfiles } as const;

export const mapMutants: readonly Mutant[] = [
  mutant('equal-priorities-first-mapped-wins', withRenderer(new FirstMappedOnTop()), {
    ...all,
    clause: 'M1',
    story: 'Among regions of one priority the one mapped first lies on top.',
  }),
  mutant('priorities-unsigned', withRenderer(new UnsignedPriorities()), {
    ...all,
    clause: 'M1',
    story: 'A negative priority is taken for a very high one.',
  }),
  mutant('priorities-ignored', withRenderer(new PrioritiesIgnored()), {
    ...all,
    clause: 'M1',
    story: 'The region mapped last lies on top, whatever its priority.',
  }),
  mutant('alias-offset-ignored', withRenderer(new AliasOffsetIgnored()), {
    ...all,
    clause: 'M4',
    story: 'An alias shows its target from the beginning.',
  }),
  mutant('alias-offset-added-twice', withRenderer(new AliasOffsetTwice()), {
    ...all,
    clause: 'M4',
    story: "An alias shows its target from twice the window's offset on.",
  }),
  mutant('alias-not-clipped', withRenderer(new AliasNotClipped()), {
    ...all,
    clause: 'M4',
    story: 'An alias shows its target beyond the end of the window.',
  }),
  mutant('container-does-not-clip', withRenderer(new ContainerDoesNotClip()), {
    ...all,
    clause: 'M5',
    story: 'What sticks out of a container is visible.',
  }),
  mutant('disabled-container-transparent', withRenderer(new DisabledContainerTransparent()), {
    ...all,
    clause: 'D5',
    story: 'What is in a disabled container is still visible.',
  }),
  mutant('subregions-below-their-region', withRenderer(new SubregionsBelow()), {
    ...all,
    clause: 'M3',
    story: 'A region covers the subregions that lie on it.',
  }),
  mutant('off-by-one-end', withRenderer(new LastByteHidden()), {
    ...all,
    clause: 'D5',
    story: "A region's last byte is not the region's.",
  }),
  mutant('move-keeps-the-place', withMemory(MoveKeepsThePlace), {
    ...all,
    clause: 'M2',
    story: 'A region that moves stays below the equals that were mapped later.',
  }),
  mutant('move-to-the-same-offset-maps-anew', withMemory(MoveToTheSamePlace), {
    ...all,
    clause: 'M2',
    story: 'A move to where the region is puts it on top of its equals.',
  }),
  mutant('enable-maps-anew', withMemory(EnableMapsAnew), {
    ...all,
    clause: 'M2',
    story: 'A region that is enabled comes back on top of its equals.',
  }),
  mutant('resize-maps-anew', withMemory(ResizeMapsAnew), {
    ...all,
    clause: 'M2',
    story: 'A region that is resized comes to lie on top of its equals.',
  }),
  mutant(
    'flat-view-root-of-an-only-child',
    withParts({ viewRootOf: (_decisions, root) => builtViewRoot(root) }),
    {
      profiles: ['contract'],
      clause: 'M6',
      story: "While a space shows one thing only, all moves by that thing's own offset in its own container.",
      reenacts: 'memory_region_get_flatview_root and generate_memory_topology of QEMU 7.2, seen.',
    },
  ),
  mutant(
    'flat-view-root-is-the-space',
    withParts({ viewRootOf: (_decisions, root) => ({ region: root, base: 0n }) }),
    {
      profiles: asBuilt,
      clause: 'M6',
      story: 'Views are rendered from their spaces, where QEMU takes an only child for the root.',
    },
  ),
  mutant('change-behind-an-alias-not-rendered', withParts({ windowsOn: () => [] }), {
    ...all,
    clause: 'D8',
    story: 'A change is rendered where the region is mapped, and not where aliases show it.',
  }),
  mutant('retarget-not-rendered', withMemory(RetargetNotRendered), {
    ...all,
    clause: 'M4',
    story: 'A window goes on showing what it showed before it was given another offset.',
  }),
  mutant(
    'resize-not-rendered',
    withMemory(ResizeNotRendered, { visibility: (wiring) => new DeafVisibility(wiring) }),
    {
      ...all,
      clause: 'M2',
      story: 'What a resize adds to a device, or takes from it, is not rendered.',
    },
  ),
  mutant('update-flag-not-cleared', withTransaction(UpdateFlagNotCleared), {
    profiles: asBuilt,
    clause: 'M6',
    story:
      'memory_region_update_pending stays set: every commit renders anew, with root offsets that no call has announced.',
    reenacts: 'QEMU once forgot to clear ioeventfd_update_pending, and updated at every commit.',
  }),
  mutant('update-flag-not-set-by-enable', withMemory(EnableDoesNotUpdate), {
    ...all,
    clause: 'D5',
    story:
      'A region that is enabled is not rendered, nor its words told, until something else changes the map.',
    reenacts: 'QEMU sets its update flags only where the region is enabled at the time of the call.',
  }),
  mutant(
    'last-range-answers-its-page',
    withMemory(LastPageRemembered, { ...everyAccess, view: (fastSizes) => new LastPageView(fastSizes) }),
    {
      ...all,
      clause: 'D5',
      story: 'The range found last is taken again for any address in the same page.',
      reenacts:
        "The memory core's most recently used section (mru_section), if its bounds were not looked at.",
    },
  ),
];
