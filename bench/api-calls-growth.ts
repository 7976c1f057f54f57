/** Which calls may become more when an account grows: further pages, and what AWS answers for one resource at a time. */

/** The smallest `MaxResults` that the readers ask for. */
export const PAGE_SIZE = 100;
/** More than the stack has of any class, so that copies and originals together fill the pages that are allowed. */
const ORIGINALS = 20;

/** Operations that answer for one resource at a time (each service's API reference). */
const ONE_AT_A_TIME: Readonly<Record<string, string>> = {
  'sagemaker:DescribeUserProfile': 'ListUserProfiles returns no settings',
  'sagemaker:DescribeSpace': 'ListSpaces returns a summary of the settings',
  'network-firewall:DescribeFirewall': 'ListFirewalls returns names and ARNs alone',
  'network-firewall:DescribeLoggingConfiguration': 'there is no list of logging configurations',
  'network-firewall:DescribeRuleGroup': 'ListRuleGroups returns names and ARNs alone',
  'iam:GetRole': 'ListRoles returns every role of the account and leaves out the permissions boundary',
  'iam:ListRolePolicies': 'the names of the inline policies of one role',
  'iam:ListAttachedRolePolicies': 'the names of the managed policies of one role',
  'iam:GetRolePolicy': 'one document a call',
};

/** By operation, in IAM's form. */
export type CallCounts = ReadonlyMap<string, number>;

export interface Grown {
  readonly operation: string;
  readonly calls: readonly number[];
  readonly because: string;
  readonly allowed: boolean;
}

/**
 * Of readings of accounts with so many resources added, smallest first: the operations that were called more often in the larger accounts, and whether they
 * had to be.
 */
export function grown(counted: readonly CallCounts[], added: readonly number[]): readonly Grown[] {
  const operations = [...new Set(counted.flatMap((counts) => [...counts.keys()]))].sort();
  return operations.flatMap((operation) => {
    const calls = counted.map((counts) => counts.get(operation) ?? 0);
    const [fewest = 0, ...others] = calls;
    if (others.every((number) => number <= fewest)) return [];
    const inPages = calls.every(
      (number, index) => number <= fewest * Math.ceil(((added[index] ?? 0) + ORIGINALS) / PAGE_SIZE),
    );
    const reason = ONE_AT_A_TIME[operation];
    const because = inPages ? 'pages' : (reason ?? 'NOT ALLOWED: neither pages nor one resource a call');
    return [{ operation, calls, because, allowed: inPages || reason !== undefined }];
  });
}
