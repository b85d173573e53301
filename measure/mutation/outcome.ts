/** What `check` is asked about a mutant, and what came of it. */

export type CheckTask = {
  /** Random scenarios. */
  readonly runs: number;
  readonly seed: number;
};

export type Outcome =
  /** `check` reports a finding, at this scenario of the run (from 1), by lockstep or a property. */
  | { readonly kind: 'found'; readonly scenarios: number; readonly property: string }
  | { readonly kind: 'survived' }
  /** No finding: `check` itself did not come to its end. */
  | { readonly kind: 'hung' | 'out of memory' }
  | { readonly kind: 'broke check'; readonly message: string };
