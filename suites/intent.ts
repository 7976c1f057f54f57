/**
 * What the owner intends: what must be reachable and what must not (the "should" of the three answers).
 * Without a declared intent it is derived from the deployed allow list and marked so.
 */
export interface IntendedDestination {
  /** The id of the probe that tries it (probes/catalogue.ts). */
  readonly probe: string;
  readonly expect: 'allowed' | 'denied';
  /** Why: the allow list's entry, or that no entry covers it. */
  readonly because: string;
}

export interface Intent {
  readonly source: 'declared' | 'derived';
  readonly destinations: readonly IntendedDestination[];
  /** AWS services, by the endpoint's short name (`sagemaker.api`), that must have a VPC endpoint. */
  readonly requiredEndpoints: readonly string[];
  /** Least days that logs must be kept. */
  readonly logRetentionDays: number;
}
