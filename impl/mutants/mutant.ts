/**
 * What a seeded bug is: the optimized dispatcher with one mistake, and the mistake's story.
 *
 * A mistake is an overridden rule (`Renderer.isAbove`, `KernelBus.collides`, ...) or an exchanged part (`makeStore`,
 * `makeVisibility`, ...) of the real dispatcher, never a copy of it: the rest of a mutant is the real thing, and the real
 * thing pays nothing.
 */

import type { ClauseId } from '../../model/clauses/catalogue.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Dispatcher, Profile, ScenarioHeader } from '../../model/vocabulary/vocabulary.ts';
import { derivedState } from '../optimized/fingerprint.ts';
import type { HostListener } from '../optimized/host/host.ts';
import type { OptimizedMemory } from '../optimized/optimized-memory.ts';
import { OptimizedSession } from '../optimized/session.ts';

/** Makes the broken memory map of one run. */
export type MakeMemory = (header: ScenarioHeader, listener: HostListener) => OptimizedMemory;

/** What is told of a mutant, apart from its name. */
export type Story = {
  /** The clause that it breaks. */
  readonly clause: ClauseId;
  /** The mistake, in a sentence. */
  readonly story: string;
  /** The profiles under which it can show. */
  readonly profiles: readonly Profile[];
  /** The real defect of which it is a copy, where it is one. */
  readonly reenacts?: string;
};

/** A seeded bug. */
export type Mutant = Story & {
  /** In kebab case: `off-by-one-end`. As a dispatcher it is called `mutant:off-by-one-end`. */
  readonly name: string;
  readonly make: MakeMemory;
  readonly dispatcher: Dispatcher;
};

export const allProfiles = profileNames;
/** The profiles under which the memory core looks at registrations. */
export const matchedInCore: readonly Profile[] = ['contract', 'tcg'];
/** The profiles that are QEMU as it is. */
export const asBuilt: readonly Profile[] = ['tcg', 'kvm'];

/** A class of broken memory maps. */
export type BrokenMemory = new (header: ScenarioHeader, listener: HostListener) => OptimizedMemory;

export function mutant(name: string, broken: BrokenMemory, story: Story): Mutant {
  const make: MakeMemory = (header, listener) => new broken(header, listener);
  const dispatcher = {
    name: `mutant:${name}`,
    open: (header: ScenarioHeader) => new MutantSession(header, make),
  };
  return { ...story, name, make, dispatcher };
}

/** A memory map that remembers more than the real one does. */
export interface HasHiddenState {
  /** Equal strings, equal futures, as far as the additional memory goes. */
  hiddenState(): string;
}

/**
 * The real session, but its fingerprint takes nothing on trust: where the real dispatcher's views and lists follow from
 * the tree of regions, a mutant's may be stale.
 */
class MutantSession extends OptimizedSession {
  override fingerprint(): string {
    const { memory } = this;
    // A mistake may change a region past the places that let go of its text, or by what is unobservable in the real one.
    for (const region of memory.regions) region.text = undefined;
    const places = memory.regions.map(
      ({ name, address, priority }) => `${name}@${address.toString(16)}!${priority}`,
    );
    const hidden = hasHiddenState(memory) ? memory.hiddenState() : '';
    return `${super.fingerprint()};${derivedState(memory)};${places.sort().join()};${hidden}`;
  }
}

function hasHiddenState(memory: object): memory is HasHiddenState {
  return 'hiddenState' in memory;
}
