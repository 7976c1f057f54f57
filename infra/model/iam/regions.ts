/** The Regions in which a role's policies may decide differently, one for each way. */
import { isRead } from './statement-match';
import type { Caller } from './execution-role';
import { matchesPattern } from './wildcard';

/** Facts: AWS General Reference, "AWS service endpoints"; a Region that is newer than this list is none of them. */
const REGIONS: ReadonlyMap<string, string> = new Map([
  [
    'aws',
    'eu-west-1 us-west-2 us-east-1 us-east-2 us-west-1 ca-central-1 ca-west-1 mx-central-1 sa-east-1 ' +
      'eu-west-2 eu-west-3 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 il-central-1 ' +
      'me-central-1 me-south-1 af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ' +
      'ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ' +
      'ap-southeast-6 ap-southeast-7',
  ],
  ['aws-cn', 'cn-north-1 cn-northwest-1'],
  ['aws-us-gov', 'us-gov-west-1 us-gov-east-1'],
]);

const REQUESTED_REGION = 'aws:requestedregion';

/**
 * The caller's own Region, and one more for each set of the other Regions that its policies' ARNs and conditions tell
 * apart: a guard that names two Regions leaves a third one open.
 */
export function distinctRegions({ principal, partition, region }: Caller): readonly string[] {
  const statements = [...principal.identity, ...(principal.boundary ?? [])].filter(isRead);
  const patterns = new Set([
    ...statements.flatMap(({ resources }) => resources.patterns.flatMap((pattern) => pattern.split(':'))),
    ...statements
      .flatMap(({ clauses }) => clauses.filter(({ key }) => key === REQUESTED_REGION))
      .flatMap(({ values }) => values.map((value) => value.toLowerCase())),
  ]);
  const all = [region, ...(REGIONS.get(partition) ?? '').split(' ').filter((one) => one !== '')];
  const telling = [...patterns].filter((pattern) => all.some((one) => matchesPattern(pattern, one)));
  const kinds = new Map<string, string>();
  for (const one of all) {
    const kind = telling.map((pattern) => matchesPattern(pattern, one)).join();
    if (!kinds.has(kind)) kinds.set(kind, one);
  }
  return [...kinds.values()];
}
