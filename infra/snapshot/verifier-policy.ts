/** The IAM policy that a run needs, limited to a target's own resources where they are known and IAM can tell them apart. */
import { PERMISSIONS, type Permission, type Purpose, type Scope } from './iam-actions';
import type { Snapshot } from './snapshot';
import { arnsOf, commandDocument, partitionOf, type Where } from './verifier-resources';

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface IamPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

export type Vantage = 'probe-host' | 'processing-job' | 'none';

/** What a run from a vantage point calls for: a run without probes reads no log either. */
export function purposesOf(vantage: Vantage, further: readonly Purpose[] = []): readonly Purpose[] {
  const ofRun: readonly Purpose[] =
    vantage === 'none' ? ['reading'] : ['reading', vantage, 'control-host', 'log', 'log-in-s3'];
  return [...new Set([...ofRun, ...further])];
}

export interface PolicyFor {
  readonly purposes: readonly Purpose[];
  /** Null for every target of the partition. */
  readonly target: Snapshot | null;
  /** Of processing jobs; the domain's execution role when null or absent. */
  readonly jobRoleArn?: string | null;
}

/**
 * The policy for these purposes. Without a snapshot it names no resource of an account. A section that could not be read
 * limits nothing; where one says that the target has none of the resources, there is nothing to permit.
 */
export function verifierPolicy({ purposes, target, jobRoleArn = null }: PolicyFor): IamPolicy {
  const asked = PERMISSIONS.filter(({ purpose }) => purposes.includes(purpose));
  const where: Where = { target, partition: partitionOf(target), jobRoleArn };
  return {
    Version: '2012-10-17',
    Statement: [...groups(asked)].flatMap(([sid, permissions]) => statements(sid, permissions, where)),
  };
}

/** One statement for each purpose, service and scope. */
function groups(permissions: readonly Permission[]): Map<string, Permission[]> {
  const found = new Map<string, Permission[]>();
  for (const permission of permissions) {
    const { purpose, scope, action } = permission;
    const service = action.slice(0, action.indexOf(':'));
    const parts = [purpose === 'reading' ? 'read' : purpose, service, scope === 'anything' ? '' : scope];
    const sid = parts
      .flatMap((part) => part.split('-'))
      .map(capital)
      .join('');
    found.set(sid, [...(found.get(sid) ?? []), permission]);
  }
  return found;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function statements(Sid: string, permissions: readonly Permission[], where: Where): PolicyStatement[] {
  const [first] = permissions;
  if (first === undefined) return [];
  const Action = [...new Set(permissions.map(({ action }) => action))].sort();
  const Resource = arnsOf(first.scope, where);
  if (Resource.length === 0) return [];
  const statement = { Sid, Effect: 'Allow', Action, Resource } as const;
  const condition = CONDITIONS[first.scope];
  const own = condition === undefined ? statement : { ...statement, Condition: condition };
  if (first.scope !== 'probe-host' && first.scope !== 'control-host') return [own];
  // The document is tagged by nobody, so what limits the hosts must not be asked of it.
  return [own, { ...statement, Sid: `${Sid}Document`, Resource: [commandDocument(where)] }];
}

/** The tag by which commands may be sent to a host: the same that the hosts are found by. */
const tagged = (role: string) => ({ StringEquals: { 'ssm:resourceTag/studio-egress:role': role } });

/** Systems Manager user guide, "Restricting access based on tags"; KMS developer guide, `kms:ViaService`. */
const CONDITIONS: Partial<Record<Scope, PolicyStatement['Condition']>> = {
  'probe-host': tagged('probe-host'),
  'control-host': tagged('control-host'),
  'passed-role': { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
  'bucket-key': { StringLike: { 'kms:ViaService': ['s3.*.amazonaws.com', 's3.*.amazonaws.com.cn'] } },
};
