/**
 * What a seeded bug is: the optimized dispatcher with one mistake, and the mistake's story.
 *
 * A mistake is an exchanged part of the real dispatcher (`Parts`), or a memory map with a public method replaced. It is
 * never a copy of the dispatcher: the rest of a mutant is the real thing.
 */

import type { ClauseId } from '../../model/clauses/catalogue.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Dispatcher, Profile, ScenarioHeader } from '../../model/vocabulary/vocabulary.ts';
import { type MakeMemory, OptimizedSession } from '../optimized/session.ts';
import { smallestThresholds, standardThresholds, type Thresholds } from '../optimized/thresholds.ts';
import { copyOfGraph } from './copy-of-graph.ts';
import { derivedState } from './derived-state.ts';

/** What is told of a mutant, apart from its name. */
export type Story = {
  /** The clause that it breaks. */
  readonly clause: ClauseId;
  /** The mistake, in a sentence. */
  readonly story: string;
  /** The profiles under which it can show. */
  readonly profiles: readonly Profile[];
  /** The real defect that it repeats, where there is one. */
  readonly reenacts?: string;
  /** Whether it takes ten times as many random scenarios as others to show. */
  readonly isRare?: true;
};

/** A seeded bug. */
export type Mutant = Story & {
  /** In kebab case: `off-by-one-end`. As a dispatcher it is called `mutant:off-by-one-end`. */
  readonly name: string;
  readonly dispatcher: Dispatcher;
};

export const allProfiles = profileNames;
/** The profiles under which the memory core looks at registrations. */
export const matchedInCore: readonly Profile[] = ['contract', 'tcg', 'tcg-7.2'];
/** The profiles that describe QEMU as it is built. */
export const asBuilt: readonly Profile[] = ['tcg', 'tcg-7.2', 'kvm'];

/** The maps of a mutant, of these thresholds. */
export type MakeMutant = (thresholds: Thresholds) => MakeMemory;

/** A mutant whose map is made like this. */
export function mutant(name: string, make: MakeMutant, story: Story, session = MutantSession): Mutant {
  const full = `mutant:${name}`;
  const small = mutantDispatcher(`${full}:small`, make(smallestThresholds), session);
  return {
    ...story,
    name,
    dispatcher: { ...mutantDispatcher(full, make(standardThresholds), session), variants: [small] },
  };
}

function mutantDispatcher(name: string, make: MakeMemory, session: typeof MutantSession): Dispatcher {
  return { name, open: (header: ScenarioHeader) => new session(header, make) };
}

/** A memory map that remembers more than the real one does. */
export interface HasHiddenState {
  /** Two maps with equal strings have equal futures, as far as the additional memory goes. */
  hiddenState(): string;
}

/**
 * The real session, but nothing is taken on trust. The real dispatcher's views and lists follow from the tree of regions,
 * a mutant's may be stale: its fingerprint contains them. The real dispatcher's parts know how to copy themselves, a
 * mutant's may remember more: its fork copies all objects.
 */
export class MutantSession extends OptimizedSession {
  override fingerprint(): string {
    const { memory } = this;
    // A mistake may change a region in a place that does not clear its text, or in a field that the text leaves out.
    for (const region of memory.regions) region.text = undefined;
    const places = memory.regions.map(
      ({ name, address, priority }) => `${name}@${address.toString(16)}!${priority}`,
    );
    const hidden = hasHiddenState(memory) ? memory.hiddenState() : '';
    return `${super.fingerprint()};${derivedState(memory)};${places.sort().join()};${hidden}`;
  }

  override fork(): OptimizedSession {
    return copyOfGraph<OptimizedSession>(this);
  }
}

function hasHiddenState(memory: object): memory is HasHiddenState {
  return 'hiddenState' in memory;
}
