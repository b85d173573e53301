/** What an exploration found and counted. */

import type { Finding } from '../compare/finding.ts';
import type { Shard } from '../engine/batch-plan.ts';
import type { Flaw } from './trust/flaw.ts';

/**
 * How an exploration ended. `exhausted` alone says that there is no difference in the scope; `bounded` says that there is
 * none in its scenarios of at most `depth + 1` operations: as many as `mostOperations` or `mostPairs` allowed. `flaw`: a fork or a
 * fingerprint is wrong, so nothing is proven; no difference was found. `paths`, of a dispatcher outside: no difference after one shortest
 * path to each state of the other side; `unsupported`: it could not be asked most of that.
 */
export type ExploreEnd =
  | 'exhausted'
  | 'bounded'
  | 'paths'
  | 'unsupported'
  | 'difference'
  | 'flaw'
  | 'interrupted'
  | 'memory';

/**
 * Where shards part: the frontier that each of them has a part of. All that comes before is explored by each. The counts are those of
 * that moment.
 */
export type Split = {
  /** The length of the scenarios to its pairs. */
  readonly depth: number;
  /** How many pairs it has. */
  readonly frontier: number;
  readonly pairs: number;
  readonly transitions: number;
  readonly writesAgain: number;
};

/** A frontier is split where it has so many pairs for each shard: enough for parts that take about as long. */
export const pairsForEachShard = 16;

export type ExploreReport = {
  readonly dispatchers: readonly [string, string];
  readonly scope: string;
  readonly title: string;
  /** Whether scenarios that differ in the names of notifiers only are explored once. */
  readonly symmetry: boolean;
  readonly shard: Shard | undefined;
  /** Undefined where there was no shard, or the scope has no frontier that is large enough: then the shard explored the whole. */
  readonly split: Split | undefined;
  readonly end: ExploreEnd;
  /** Operations of the scope. */
  readonly operations: number;
  /** States of each side, and pairs of them that one scenario leads to. After a difference: up to its frontier. */
  readonly statesOfA: number;
  readonly statesOfB: number;
  readonly pairs: number;
  /** Operations compared, each at each pair. After a difference: in the frontiers before it. */
  readonly transitions: number;
  /** Of a dispatcher outside: what it could not be asked. */
  readonly unsupported?: number;
  /** Writes compared beyond that, on sessions on which all writes come before and after each change. */
  readonly writesAgain: number;
  /** Random steps compared on sessions that are never forked, after the exploration. */
  readonly walkSteps: number;
  /** The length of the longest of the shortest scenarios to a pair, as far as the exploration came. */
  readonly depth: number;
  /** How many workers ran: 1 where a dispatcher was given by value. */
  readonly workers: number;
  readonly milliseconds: number;
  /** The most that the process held, in bytes. */
  readonly peakMemory: number;
  readonly finding: Finding | undefined;
  /** The operations of the finding's scenario, as indexes into the scope's. */
  readonly path: readonly number[] | undefined;
  /**
   * Whether no shorter scenario of the scope, or of the shard's part of it, shows a difference. False where a dispatcher's fingerprint hides
   * some of its state, and for a dispatcher outside where not all shorter scenarios were tried.
   */
  readonly isShortest: boolean;
  /** What is wrong with a dispatcher's fingerprint or fork, where that is known. */
  readonly flaw: Flaw | undefined;
};

export type ExploreProgress = {
  readonly pairs: number;
  /** Pairs at which every operation was tried. */
  readonly expanded: number;
  /** The length of the shortest scenarios to the pairs that are being expanded. */
  readonly depth: number;
  readonly milliseconds: number;
  /** Bytes that the process holds. */
  readonly memory: number;
  /** The report of an exploration that ends here. */
  readonly soFar: () => ExploreReport;
};
