/**
 * How far the model looks before it gives up. AWS's quotas keep real networks far below; beyond a limit the answer is
 * "undecided", never "holds". No fact stands behind the numbers: they bound time and memory.
 */
export interface WorkLimits {
  /** Ways of one class of destinations from one place. */
  readonly mostPaths: number;
  /** Different ways of one subnet's traffic, per family. */
  readonly mostWays: number;
  /** Combinations of the ways over the stretches of one way back. */
  readonly mostWaysBack: number;
  /** Intervals of destinations that are handed on in one flood. */
  readonly mostIntervals: number;
}

export const WORK_LIMITS: WorkLimits = {
  mostPaths: 1000,
  mostWays: 1000,
  mostWaysBack: 1000,
  mostIntervals: 4_000_000,
};
