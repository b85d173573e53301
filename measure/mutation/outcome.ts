/** What `check` is asked about a mutant, what came of it, and by which names an instrumented program is switched. */

export type CheckTask = {
  /** Random scenarios. */
  readonly runs: number;
  readonly seed: number;
};

export type Outcome =
  /**
   * `check` fails, at this scenario of the run (from 1). `how`: the property that fails, or of lockstep, the two effects that
   * differ; or, at the end of the run, what happened too seldom.
   */
  | { readonly kind: 'found'; readonly scenarios: number; readonly how: string }
  | { readonly kind: 'survived' }
  /** The type checker finds it: it was not tried, and does not count. */
  | { readonly kind: 'type error' }
  /** Listed as equivalent: it was not tried. With `--listed` it is. */
  | { readonly kind: 'equivalent' }
  /** No scenario comes to where the mutant is: it was not tried. */
  | { readonly kind: 'not reached' }
  /** No finding: `check` itself ended with an error. */
  | { readonly kind: 'broke check'; readonly message: string };

/** The environment variable that holds the number of the active mutant when the instrumented program starts. */
export const activeMutantVariable = 'ACTIVE_MUTANT';

/** The global array in which the noting texts put a 1 at the number of each mutant that they come to. */
export const reachedMutants = '__reachedMutants';
