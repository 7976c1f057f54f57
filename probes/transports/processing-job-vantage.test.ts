import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import type { Domain, SectionValues, Snapshot } from '../../infra/snapshot/snapshot';
import { studioJob } from './processing-job-vantage';

const VPC = 'vpc-0aaaaaaaaaaaaaaaa';
const domain = (more: Partial<Domain> = {}): Domain => ({
  DomainId: 'd-studio',
  VpcId: VPC,
  SubnetIds: ['subnet-a', 'subnet-b'],
  DefaultUserSettings: {
    SecurityGroups: ['sg-a', 'sg-b'],
    ExecutionRole: 'arn:aws:iam::111122223333:role/studio',
  },
  ...more,
});

function snapshotOf(
  domains: readonly Domain[],
  {
    domainId = 'd-studio',
    profiles = [],
  }: { readonly domainId?: string | null; readonly profiles?: SectionValues['userProfiles'] } = {},
): Snapshot {
  const base = referenceSnapshot();
  const read = <T>(value: T) => ({ status: 'read' as const, readAt: base.takenAt, calls: [], value });
  return {
    ...base,
    target: { ...base.target, vpcId: VPC, domainId },
    sections: { ...base.sections, domains: read([...domains]), userProfiles: read(profiles) },
  };
}
const job = (snapshot: Snapshot, roleArn: string | null = null) => studioJob(snapshot, { roleArn });

test("a job stands in the domain's subnets, with the groups and the role of its users", () => {
  const others = [domain({ DomainId: 'd-other', SubnetIds: ['subnet-z'] })];
  expect(job(snapshotOf([...others, domain()]))).toEqual({
    status: 'found',
    place: {
      subnetIds: ['subnet-a', 'subnet-b'],
      securityGroupIds: ['sg-a', 'sg-b'],
      roleArn: 'arn:aws:iam::111122223333:role/studio',
    },
    notes: [],
  });
});

test('another role is taken when one is named', () => {
  expect(job(snapshotOf([domain()]), 'arn:x')).toMatchObject({ place: { roleArn: 'arn:x' } });
});

test('profiles with further groups are named', () => {
  const profiles = [
    { DomainId: 'd-studio', UserProfileName: 'wide', UserSettings: { SecurityGroups: ['sg-c'] } },
    { DomainId: 'd-studio', UserProfileName: 'same', UserSettings: { SecurityGroups: ['sg-a'] } },
    { DomainId: 'd-other', UserProfileName: 'far', UserSettings: { SecurityGroups: ['sg-z'] } },
  ];
  const found = job(snapshotOf([domain()], { profiles }));
  expect(found).toMatchObject({ notes: [expect.stringContaining('add others: wide.')] });
});

test.each([
  ['there is no domain', snapshotOf([]), 'no Studio domain'],
  [
    'it is not clear which',
    snapshotOf([domain(), domain({ DomainId: 'd-two' })], { domainId: null }),
    'd-studio and d-two',
  ],
  ['no subnet was returned', snapshotOf([domain({ SubnetIds: [] })]), '0 subnets'],
  ['subnets are unread', snapshotOf([domain({ SubnetIds: undefined })]), 'SubnetIds'],
  [
    'there are too many',
    snapshotOf([domain({ SubnetIds: Array.from({ length: 17 }, (_, n) => `subnet-${n}`) })]),
    '17 subnets',
  ],
  [
    'no group is named',
    snapshotOf([domain({ DefaultUserSettings: { ExecutionRole: 'r' } })]),
    '0 security groups',
  ],
  [
    'no role is named',
    snapshotOf([domain({ DefaultUserSettings: { SecurityGroups: ['sg-a'] } })]),
    'ExecutionRole',
  ],
  [
    'no settings were returned',
    snapshotOf([domain({ DefaultUserSettings: undefined })]),
    'DefaultUserSettings',
  ],
])('none where %s', (_case, snapshot, because) => {
  expect(job(snapshot)).toEqual({ status: 'none', because: expect.stringContaining(because) });
});
