/** `studio-egress permissions`: the IAM policy that verifying a target needs, to standard output. Reads at most. */
import { awsConnection } from '../infra/snapshot/clients';
import type { Purpose } from '../infra/snapshot/iam-actions';
import type { SectionName, Snapshot } from '../infra/snapshot/snapshot';
import { readSnapshotFile } from '../infra/snapshot/snapshot-file';
import { takeSnapshot } from '../infra/snapshot/take-snapshot';
import { findTarget, type TargetSelector } from '../infra/snapshot/target';
import { purposesOf, verifierPolicy, type Vantage } from '../infra/snapshot/verifier-policy';
import type { ExitCode } from '../suites/assemble';

export interface PermissionsOptions {
  /** Null for a policy that names no account. */
  readonly of:
    | { readonly snapshot: string }
    | {
        readonly selector: TargetSelector;
        readonly region: string | null;
        readonly profile: string | null;
      }
    | null;
  readonly vantage: Vantage;
  /** Of processing jobs; null for the domain's execution role. */
  readonly jobRoleArn: string | null;
  /** What else the run is to do. */
  readonly further: readonly Purpose[];
}

/** The sections that name resources of the policy. */
const LIMITING = [
  'callerIdentity',
  'domains',
  'executionRoles',
  'firewalls',
  'logBuckets',
  'loggingConfigurations',
  'vpcEndpointAssociations',
] as const satisfies readonly SectionName[];

/** What of the target could not be read is not limited, and is named on standard error. */
export async function permissions({
  of,
  vantage,
  jobRoleArn,
  further,
}: PermissionsOptions): Promise<ExitCode> {
  const target = await snapshotOf(of);
  const policy = verifierPolicy({ purposes: purposesOf(vantage, further), target, jobRoleArn });
  process.stdout.write(`${JSON.stringify(policy, null, 2)}\n`);
  for (const name of target === null ? [] : LIMITING) {
    const section = target?.sections[name];
    if (section?.status === 'unread')
      process.stderr.write(
        `${name} could not be read (${section.operation}: ${section.error}), so the policy is not limited by it\n`,
      );
  }
  return 0;
}

async function snapshotOf(of: PermissionsOptions['of']): Promise<Snapshot | null> {
  if (of === null) return null;
  if ('snapshot' in of) return readSnapshotFile(of.snapshot);
  const connection = await awsConnection(of);
  return takeSnapshot(connection, await findTarget(connection, of.selector));
}
