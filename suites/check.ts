/**
 * What a check is. One file `suites/<area>/<name>.check.ts` exports one as default; its id is its path, its
 * header comment is its documentation page (`studio-egress explain`).
 */
import type { Snapshot } from '../infra/snapshot/snapshot';
import type { LiveEvidence } from '../probes/probe';
import type { Intent } from './intent';
import type { Judgement, Severity } from './evidence';

export interface CheckInput {
  readonly snapshot: Snapshot;
  readonly intent: Intent;
  readonly live: LiveEvidence;
}

export interface Check {
  /** `area/name`, the same as the file's path. */
  readonly id: string;
  /** What a pass asserts, as one present-tense sentence. */
  readonly statement: string;
  readonly severity: Severity;
  /** Framework requirements that this truly serves, `FRAMEWORK:ID` (facts: AWS Security Hub, AWS Config, NIST 800-53 r5, PCI DSS 4.0.1). */
  readonly controls: readonly string[];
  /**
   * At least one judgement per call, one per subject. Throwing NotKnown makes the check `unknown` with that
   * message; any other throw makes it `unknown` as an internal error. Must be pure: no I/O, clock or randomness.
   */
  judge(input: CheckInput): Judgement[];
}
