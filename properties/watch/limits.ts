/** What one scenario may take on a dispatcher before it is ended. */

export type RunLimits = {
  /**
   * Seconds of processor time for one run of a scenario, so that a busy machine is not held against it; one that waits instead is
   * ended after ten times as many seconds by the clock.
   */
  readonly seconds: number;
  /** Memory of the process that it runs in, in MiB. */
  readonly mebibytes: number;
};

export const defaultLimits: RunLimits = { seconds: 10, mebibytes: 1024 };

/** By the clock, so many times as long as by the processor. */
export const clockFactor = 10;
