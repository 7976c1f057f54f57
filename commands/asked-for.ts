/** What a run is about before anything was read: what the user named, and nothing that AWS would have to say (decision 0022). */
import type { TargetSelector } from '../infra/snapshot/target';
import type { RunTarget } from '../suites/evidence';

export interface AskedFor {
  readonly kind: RunTarget['kind'];
  readonly region: string;
  readonly selector: TargetSelector;
}

/** The VPC is null unless it is what was named. */
export function askedFor({ kind, region, selector }: AskedFor): RunTarget {
  return {
    kind,
    account: null,
    region,
    stack: 'stack' in selector ? selector.stack : null,
    vpcId: 'vpcId' in selector ? selector.vpcId : null,
    domainId: 'domainId' in selector ? selector.domainId : null,
  };
}

/** The account that a search found before it failed, or null (`TargetNotRead`). */
export const accountIn = (error: unknown): string | null =>
  error instanceof Error && 'account' in error && typeof error.account === 'string' ? error.account : null;

/** Where credentials were asked for and not given, or null (`CredentialsRefused`). */
export const regionIn = (error: unknown): string | null =>
  error instanceof Error && 'region' in error && typeof error.region === 'string' ? error.region : null;
