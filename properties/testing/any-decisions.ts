/** Random changes to what a profile decides, for tests: any combination of the values of the catalogue. */
import fc from 'fast-check';
import { type Decisions, decisionCatalogue } from '../../model/vocabulary/decisions.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Profile } from '../../model/vocabulary/vocabulary.ts';

/** A profile, and changes to some of its decisions. */
export type ChangedProfile = { readonly profile: Profile; readonly decisions: Partial<Decisions> };

export const anyDecisions: fc.Arbitrary<Partial<Decisions>> = fc.record(
  Object.fromEntries(
    Object.entries(decisionCatalogue).map(([name, { values }]) => [
      name,
      fc.constantFrom(...Object.keys(values)),
    ]),
  ),
  { requiredKeys: [] },
);

export const anyChangedProfile: fc.Arbitrary<ChangedProfile> = fc.record({
  profile: fc.constantFrom(...profileNames),
  decisions: anyDecisions,
});
