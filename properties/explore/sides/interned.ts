/** The parts of a model's state as the interner keeps them, each with the steps that were computed from it. */
import type { Host } from '../../../model/host/host.ts';
import type { Regions } from '../../../model/map/region.ts';
import type { Effect } from '../../../model/vocabulary/vocabulary.ts';
import type { Key } from '../store/key.ts';
import type { WriteEffects } from './side.ts';

/** A value that is kept once: equal values have equal keys, and are the same object. */
type Interned<Value> = { readonly value: Value; readonly key: Key };

export type InternedHost = Interned<Host>;

/** The notifiers named so far. Ids count from 0. */
export type InternedNotifiers = Interned<readonly string[]> & { readonly id: number };

/** The keys of a region: of all that it is, and of its ioeventfds alone. */
export type RegionKeys = { readonly whole: Key; readonly ioeventfds: Key };

/** The regions as the calls left them. */
export type InternedRegions = Interned<Regions> & {
  /** By region. Their sums are the key of the whole, and that of the ioeventfds. */
  readonly keys: ReadonlyMap<string, RegionKeys>;
  readonly ioeventfds: InternedIoeventfds;
  /** By the id of the notifiers and the operation: what the operation does to these regions. */
  readonly changes: (ChangeSteps | undefined)[];
  /** What these regions show when they are rendered, where that was asked for. */
  view: InternedView | undefined;
};

/**
 * The ioeventfds of all regions, wherever these are mapped. A commit and a write look at nothing else of the regions as the calls
 * left them: where a region is, they take from those that are rendered.
 */
export type InternedIoeventfds = {
  readonly key: Key;
  /** What a commit with these ioeventfds tells the host, by what is shown after it and what the host held before. */
  readonly commits: Map<InternedView, Map<InternedHost, CommitStep>>;
};

/** The regions as rendered. They are known by their flat views: nothing else of them is looked at. */
export type InternedView = Interned<Regions> & {
  /** Effects of writes under this view, by what else they depend on. */
  readonly writes: Map<InternedHost | InternedIoeventfds, WriteEffects>;
};

/** What the next commit has to do: nothing, tell the host, or render the map (and tell the host). */
export const pending = { nothing: 0, ioeventfds: 1, map: 2 } as const;
export type Pending = (typeof pending)[keyof typeof pending];

/** What a change does inside a transaction. An error changes the notifiers at most. */
export type ChangeStep = {
  readonly effects: readonly Effect[];
  readonly regions: InternedRegions;
  readonly notifiers: InternedNotifiers;
  readonly pending: Pending;
};

/** By operation. */
export type ChangeSteps = (ChangeStep | undefined)[];

/** What the host is told at a commit, and what it holds after it. */
export type CommitStep = { readonly host: InternedHost; readonly effects: readonly Effect[] };

/** All of a state but the depth of transactions and what is pending. */
export type StateParts = {
  readonly regions: InternedRegions;
  readonly view: InternedView;
  readonly host: InternedHost;
  readonly notifiers: InternedNotifiers;
};
