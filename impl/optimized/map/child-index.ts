/**
 * The children of a container as a set of intervals: which of them overlap a range, without visiting all.
 *
 * A treap: a search tree by (start, sequence), a heap by a scrambled sequence number, so that it stays shallow whatever
 * the order of insertion. Each node knows how far its subtree reaches:
 *
 *                    [0x40,0x60) reach 0x100
 *                    /                     \
 *     [0x00,0x08) reach 0x30        [0x80,0x90) reach 0x100
 *                    \                /             \
 *           [0x10,0x30)    [0x60,0x70)       [0x90,0x100)
 *
 * A search leaves out every subtree that ends before the range, and everything right of a node that starts after it.
 */

import { must } from '../tables/must.ts';

/** What the index knows of a child: `Region`, without a circle of imports. Address and size in bytes. */
export type Child = {
  readonly number: number;
  readonly name: string;
  readonly address: bigint;
  readonly size: bigint;
  readonly sequence: number;
};

type Node<C extends Child> = {
  readonly region: C;
  readonly start: bigint;
  readonly end: bigint;
  readonly sequence: number;
  readonly weight: number;
  /** The greatest end in this subtree. */
  reach: bigint;
  left: Node<C> | undefined;
  right: Node<C> | undefined;
};

export class ChildIndex<C extends Child> {
  private root: Node<C> | undefined;

  /** Inserts a child at its present offset, with its present size. */
  insert(region: C): void {
    const end = region.address + region.size;
    this.root = insert(this.root, {
      region,
      start: region.address,
      end,
      sequence: region.sequence,
      weight: scramble(region.sequence),
      reach: end,
      left: undefined,
      right: undefined,
    });
  }

  /** Removes a child. Its offset and sequence must be those that it was inserted with. */
  remove(region: C): void {
    this.root = remove(this.root, region.address, region.sequence);
  }

  /** Collects the children that overlap [start, end), in no order that matters. */
  overlapping(start: bigint, end: bigint, into: C[]): void {
    collect(this.root, start, end, into);
  }

  /** All children, by offset. */
  all(): C[] {
    const into: C[] = [];
    each(this.root, (node) => into.push(node.region));
    return into;
  }

  /** Becomes a copy of another index, of these regions, by number. */
  copyFrom(other: ChildIndex<C>, regions: readonly C[]): void {
    this.root = copied(other.root, regions);
  }

  /** The length of the longest path from the root, in nodes. */
  depth(): number {
    const below = (node: Node<C> | undefined): number =>
      node === undefined ? 0 : 1 + Math.max(below(node.left), below(node.right));
    return below(this.root);
  }

  /** Asserts order, heap and reach of every node, and that children are where they were inserted. */
  validate(): void {
    let previous: Node<C> | undefined;
    each(this.root, (node) => {
      const { address, size, sequence, name } = node.region;
      must(previous === undefined || isBefore(previous, node.start, node.sequence), name, ' is out of order');
      previous = node;
      must(node.weight === scramble(node.sequence), name, ': its weight');
      let reach = node.end;
      for (const child of [node.left, node.right]) {
        if (child === undefined) continue;
        must(child.weight <= node.weight, child.region.name, ' is heavier than its parent');
        if (child.reach > reach) reach = child.reach;
      }
      must(reach === node.reach, name, ': reach ', node.reach, ', should be ', reach);
      const isAsInserted =
        address === node.start && address + size === node.end && sequence === node.sequence;
      must(isAsInserted, name, ' was changed without being inserted again');
    });
  }
}

function scramble(sequence: number): number {
  const mixed = Math.imul(sequence ^ (sequence >>> 16), 0x7feb352d);
  return Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b) >>> 0;
}

function isBefore<C extends Child>(node: Node<C>, start: bigint, sequence: number): boolean {
  return node.start === start ? node.sequence < sequence : node.start < start;
}

function insert<C extends Child>(node: Node<C> | undefined, fresh: Node<C>): Node<C> {
  if (node === undefined) return fresh;
  if (fresh.weight > node.weight) {
    split(node, fresh);
    measure(fresh);
    return fresh;
  }
  if (isBefore(node, fresh.start, fresh.sequence)) node.right = insert(node.right, fresh);
  else node.left = insert(node.left, fresh);
  if (fresh.end > node.reach) node.reach = fresh.end;
  return node;
}

/** Hangs everything before `at` under its left, everything after it under its right. */
function split<C extends Child>(node: Node<C>, at: Node<C>): void {
  const [left, right] = halve(node, at.start, at.sequence);
  at.left = left;
  at.right = right;
}

function halve<C extends Child>(
  node: Node<C> | undefined,
  start: bigint,
  sequence: number,
): [Node<C> | undefined, Node<C> | undefined] {
  if (node === undefined) return [undefined, undefined];
  if (isBefore(node, start, sequence)) {
    const [left, right] = halve(node.right, start, sequence);
    node.right = left;
    measure(node);
    return [node, right];
  }
  const [left, right] = halve(node.left, start, sequence);
  node.left = right;
  measure(node);
  return [left, node];
}

function remove<C extends Child>(
  node: Node<C> | undefined,
  start: bigint,
  sequence: number,
): Node<C> | undefined {
  must(node !== undefined, 'a child to be removed is not in the index');
  if (node.start === start && node.sequence === sequence) return merge(node.left, node.right);
  if (isBefore(node, start, sequence)) node.right = remove(node.right, start, sequence);
  else node.left = remove(node.left, start, sequence);
  measure(node);
  return node;
}

function merge<C extends Child>(left: Node<C> | undefined, right: Node<C> | undefined): Node<C> | undefined {
  if (left === undefined) return right;
  if (right === undefined) return left;
  if (left.weight > right.weight) {
    left.right = merge(left.right, right);
    measure(left);
    return left;
  }
  right.left = merge(left, right.left);
  measure(right);
  return right;
}

function measure<C extends Child>(node: Node<C>): void {
  let reach = node.end;
  if (node.left !== undefined && node.left.reach > reach) reach = node.left.reach;
  if (node.right !== undefined && node.right.reach > reach) reach = node.right.reach;
  node.reach = reach;
}

function collect<C extends Child>(node: Node<C> | undefined, start: bigint, end: bigint, into: C[]): void {
  if (node === undefined || node.reach <= start) return;
  collect(node.left, start, end, into);
  if (node.start >= end) return;
  if (node.end > start) into.push(node.region);
  collect(node.right, start, end, into);
}

function copied<C extends Child>(node: Node<C> | undefined, regions: readonly C[]): Node<C> | undefined {
  if (node === undefined) return undefined;
  const { region, start, end, sequence, weight, reach, left, right } = node;
  return {
    region: regions[region.number]!,
    start,
    end,
    sequence,
    weight,
    reach,
    left: copied(left, regions),
    right: copied(right, regions),
  };
}

function each<C extends Child>(node: Node<C> | undefined, visit: (node: Node<C>) => void): void {
  if (node === undefined) return;
  each(node.left, visit);
  visit(node);
  each(node.right, visit);
}
