/** What a check found and counted. */
import type { Profile } from '../../model/vocabulary/vocabulary.ts';
import type { Finding } from '../compare/finding.ts';
import type { InsideShares } from '../coverage/inside.ts';
import type { CoverageShare } from '../coverage/shares.ts';
import type { Support } from '../outside/support.ts';
import type { ExtraCounts, UseCounts } from './batch.ts';
import type { Shard } from './batch-plan.ts';
import type { CorpusCounts } from './corpus.ts';
import type { WorkerDiedError } from './worker-pool.ts';

/** How often a property was tried, and to how many of these scenarios it applied. */
export type PropertyUse = UseCounts & { readonly name: string };

export type CheckReport = {
  readonly dispatchers: readonly [string, string];
  /** The systems outside among them: their names, and what they call themselves. */
  readonly systems?: readonly string[];
  readonly profiles: readonly Profile[];
  readonly seed: number;
  readonly shard: Shard | undefined;
  /** How long the run was to be, in all shards together: random scenarios, or seconds. */
  readonly asked: { readonly runs: number } | { readonly seconds: number };
  readonly regressions: number;
  /** Of these, how many a dispatcher outside could not be asked; undefined where both live in this process. */
  readonly unsupportedRegressions?: number;
  readonly scenarios: number;
  readonly scenariosPerProfile: Readonly<Record<Profile, number>>;
  /** Operations that both dispatchers interpreted and whose effects were compared. */
  readonly operations: number;
  /** A CPU's stores among them, where the scenarios are made for a bus. */
  readonly stores?: number;
  /** What is among these scenarios or was done with them beside lockstep of the two. */
  readonly extra: ExtraCounts;
  readonly milliseconds: number;
  /** Processes that ran; 1 where the calling thread did all, as for a dispatcher that is given by value. */
  readonly workers: number;
  /** Of a run with a corpus: scenarios that it began with, and those that it added. */
  readonly corpus?: CorpusCounts;
  readonly coverage: readonly CoverageShare[];
  /** Of the dispatchers and variants whose sessions tell. */
  readonly inside: readonly InsideShares[];
  readonly properties: readonly PropertyUse[];
  /** How many scenarios a dispatcher outside could be asked; undefined where both live in this process. */
  readonly support?: Support;
  /** How a system outside broke down, and at which scenario, where it was started again and then answered: one line each. */
  readonly restarts?: readonly string[];
  /** The shortest scenario that was found. */
  readonly finding: Finding | undefined;
  /** What was found first, shrunk in the way in which it failed, where `finding` is shorter. */
  readonly first: Finding | undefined;
  /** Ended by `abort` before its time. */
  readonly interrupted: boolean;
  /** How a worker died, and at what, where others had found something; else the run throws this. */
  readonly died: WorkerDiedError | undefined;
};
