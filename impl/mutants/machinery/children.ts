/** Mistakes in the search tree that a container keeps its children in. */

import { ChildIndex } from '../../optimized/map/child-index.ts';
import type { Region } from '../../optimized/map/region.ts';
import { OptimizedMemory } from '../../optimized/optimized-memory.ts';
import { allProfiles, type MakeMutant, type Mutant, mutant } from '../mutant.ts';
import { withMemory } from '../parts.ts';

type Node = {
  readonly region: Region;
  readonly start: bigint;
  readonly end: bigint;
  reach: bigint;
  left?: Node;
  right?: Node;
};

function rootOf(index: ChildIndex<Region>): Node | undefined {
  return index['root'] as Node | undefined;
}

function* nodesOf(node: Node | undefined): Generator<Node> {
  if (node === undefined) return;
  yield* nodesOf(node.left);
  yield node;
  yield* nodesOf(node.right);
}

/** The map whose regions keep their children like this. */
function keeping(index: new () => ChildIndex<Region>): MakeMutant {
  const exchanged = (region: Region): Region => Object.assign(region, { children: new index() });
  class Memory extends OptimizedMemory {
    override createIo(...made: Parameters<OptimizedMemory['createIo']>): Region {
      return exchanged(super.createIo(...made));
    }

    override createRam(...made: Parameters<OptimizedMemory['createRam']>): Region {
      return exchanged(super.createRam(...made));
    }

    override createContainer(...made: Parameters<OptimizedMemory['createContainer']>): Region {
      return exchanged(super.createContainer(...made));
    }
  }
  return withMemory(Memory);
}

class ReachNotRaised extends ChildIndex<Region> {
  override insert(region: Region): void {
    const reaches = new Map([...nodesOf(rootOf(this))].map((node) => [node, node.reach]));
    super.insert(region);
    // What was in the tree already reaches no further than before.
    for (const [node, reach] of reaches) if (node.reach > reach) node.reach = reach;
  }
}

class ReachOfItselfOnly extends ChildIndex<Region> {
  override remove(region: Region): void {
    super.remove(region);
    // After a removal each node is measured without its right subtree.
    for (const node of nodesOf(rootOf(this))) {
      const left = node.left?.reach ?? 0n;
      node.reach = left > node.end ? left : node.end;
    }
  }
}

class StartsBeforeNotFound extends ChildIndex<Region> {
  override overlapping(start: bigint, end: bigint, into: Region[]): void {
    const all: Region[] = [];
    super.overlapping(start, end, all);
    into.push(...all.filter((region) => region.address >= start || region.address + region.size >= end));
  }
}

class LastByteNotFound extends ChildIndex<Region> {
  override overlapping(start: bigint, end: bigint, into: Region[]): void {
    super.overlapping(start + (end - start > 1n ? 1n : 0n), end, into);
  }
}

class EqualStartsLost extends ChildIndex<Region> {
  override overlapping(start: bigint, end: bigint, into: Region[]): void {
    const all: Region[] = [];
    super.overlapping(start, end, all);
    const seen = new Map<bigint, Region>();
    // Of three children of one offset the search comes upon two.
    for (const region of all) {
      const count = all.filter(({ address }) => address === region.address).length;
      if (count > 2 && !seen.has(region.address)) seen.set(region.address, region);
      else into.push(region);
    }
  }
}

class StopsAtTheFirstBeyond extends ChildIndex<Region> {
  override overlapping(start: bigint, end: bigint, into: Region[]): void {
    for (const node of nodesOf(rootOf(this))) {
      // Children are taken to end in the order in which they begin.
      if (node.end <= start) continue;
      if (node.start >= end) return;
      into.push(node.region);
      if (node.end >= end) return;
    }
  }
}

const all = { profiles: allProfiles, clause: 'D5' } as const;

export const childMutants: readonly Mutant[] = [
  mutant('reach-not-raised-by-an-insertion', keeping(ReachNotRaised), {
    ...all,
    story:
      'A child that is mapped reaches further than its siblings, and the nodes above it in the tree do not know.',
  }),
  mutant('reach-without-the-right-subtree-after-a-removal', keeping(ReachOfItselfOnly), {
    ...all,
    story:
      'After a removal the tree knows how far the children to the left reach, and not those to the right.',
  }),
  mutant('child-that-spans-a-window-not-found', keeping(StartsBeforeNotFound), {
    ...all,
    story: 'A child that begins before a rendered window and ends in it is not found.',
  }),
  mutant('child-that-ends-at-the-first-byte-not-found', keeping(LastByteNotFound), {
    ...all,
    story: 'A child of which only the last byte is in a rendered window is not found.',
  }),
  mutant('third-child-of-one-offset-lost', keeping(EqualStartsLost), {
    ...all,
    clause: 'M1',
    story: 'Of three children at one offset the search of the tree comes upon two.',
  }),
  mutant('search-stops-at-a-child-that-reaches-beyond', keeping(StopsAtTheFirstBeyond), {
    ...all,
    story:
      'The search for children ends at the first that reaches beyond the window, though others begin in it.',
  }),
];
