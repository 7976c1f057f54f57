import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import type {
  Domain,
  ManagedInstance,
  SectionName,
  SectionValues,
  Snapshot,
} from '../../infra/snapshot/snapshot';
import { controlHost, studioHost } from './vantage';

type Sections = Partial<{ [N in SectionName]: SectionValues[N] }>;

const VPC = 'vpc-0aaaaaaaaaaaaaaaa';
const domain = (overrides: Partial<Domain> = {}): Domain => ({
  DomainId: 'd-studio',
  VpcId: VPC,
  SubnetIds: ['subnet-studio'],
  ...overrides,
});
const instance = (InstanceId: string, overrides: Partial<SectionValues['instances'][number]> = {}) => ({
  InstanceId,
  SubnetId: 'subnet-studio',
  State: { Name: 'running' as const },
  Tags: [{ Key: 'studio-egress:role', Value: 'probe-host' }],
  ...overrides,
});
const managed = (
  InstanceId: string,
  role: string | null = null,
  PingStatus: 'Online' | 'ConnectionLost' = 'Online',
): ManagedInstance => ({ information: { InstanceId, PingStatus }, role });

function snapshotOf(sections: Sections, domainId: string | null = 'd-studio'): Snapshot {
  const base = referenceSnapshot();
  const read = Object.fromEntries(
    Object.entries({ domains: [domain()], instances: [], managedInstances: [], ...sections }).map(
      ([name, value]) => [name, { status: 'read', readAt: base.takenAt, calls: [], value }],
    ),
  );
  return {
    ...base,
    target: { ...base.target, vpcId: VPC, domainId },
    sections: { ...base.sections, ...read },
  };
}

const unread = (snapshot: Snapshot, name: SectionName): Snapshot => ({
  ...snapshot,
  sections: {
    ...snapshot.sections,
    [name]: {
      status: 'unread',
      at: snapshot.takenAt,
      operation: 'ssm:DescribeInstanceInformation',
      error: 'AccessDeniedException',
      message: 'no',
      missingPermission: 'ssm:DescribeInstanceInformation',
    },
  },
});

test('the tagged, running, online instance of the Studio subnet is found among others', () => {
  const snapshot = snapshotOf({
    instances: [
      instance('i-untagged', { Tags: [] }),
      instance('i-elsewhere', { SubnetId: 'subnet-other' }),
      instance('i-stopped', { State: { Name: 'stopped' } }),
      instance('i-lost'),
      instance('i-host'),
    ],
    managedInstances: [
      managed('i-untagged'),
      managed('i-elsewhere'),
      managed('i-stopped'),
      managed('i-lost', null, 'ConnectionLost'),
      managed('i-host'),
    ],
  });
  expect(studioHost(snapshot)).toEqual({ status: 'found', instanceId: 'i-host', notes: [] });
});

test('a subnet of another domain is not this Studio’s', () => {
  const others = [
    domain({ DomainId: 'd-other', SubnetIds: ['subnet-other'] }),
    domain({ DomainId: 'd-far', VpcId: 'vpc-0bbbbbbbbbbbbbbbb', SubnetIds: ['subnet-far'] }),
  ];
  const at = (SubnetId: string, domainId: string | null) =>
    studioHost(
      snapshotOf(
        {
          domains: [domain(), ...others],
          instances: [instance('i-host', { SubnetId })],
          managedInstances: [managed('i-host')],
        },
        domainId,
      ),
    ).status;
  expect(at('subnet-other', 'd-studio')).toBe('none');
  expect(at('subnet-far', null)).toBe('none');
  expect(at('subnet-other', null)).toBe('found');
});

test.each([
  ['there is none', snapshotOf({}), 'No instance of the VPC carries the tag'],
  [
    'it stands in another subnet',
    snapshotOf({ instances: [instance('i-host', { SubnetId: 'subnet-nat' })] }),
    'i-host is tagged as probe host but stands in no subnet of the Studio domain',
  ],
  ['its agent never registered', snapshotOf({ instances: [instance('i-host')] }), 'endpoints for ssm'],
  [
    'its agent is lost',
    snapshotOf({
      instances: [instance('i-host')],
      managedInstances: [managed('i-host', null, 'ConnectionLost')],
    }),
    'i-host has an SSM agent that is not online (ConnectionLost)',
  ],
  [
    'it is stopped',
    snapshotOf({
      instances: [instance('i-host', { State: { Name: 'stopped' } })],
      managedInstances: [managed('i-host')],
    }),
    'i-host is stopped',
  ],
  [
    'it runs something else',
    snapshotOf({
      instances: [instance('i-host')],
      managedInstances: [
        { ...managed('i-host'), information: { ...managed('i-host').information, PlatformType: 'Windows' } },
      ],
    }),
    'i-host runs Windows',
  ],
  [
    'what would say so could not be read',
    unread(snapshotOf({ instances: [instance('i-host')] }), 'managedInstances'),
    'grant ssm:DescribeInstanceInformation',
  ],
])('without a probe host the fix is named: %s', (_case, snapshot, because) => {
  expect(studioHost(snapshot)).toEqual({ status: 'none', because: expect.stringContaining(because) });
});

test('of several probe hosts the first by id is asked, and that is said', () => {
  const ids = ['i-b', 'i-a', 'i-c'];
  const snapshot = snapshotOf({
    instances: ids.map((id) => instance(id)),
    managedInstances: ids.map((id) => managed(id)),
  });
  expect(studioHost(snapshot)).toEqual({
    status: 'found',
    instanceId: 'i-a',
    notes: [
      'Of several probe hosts i-a is asked; i-b is not.',
      'Of several probe hosts i-a is asked; i-c is not.',
    ],
  });
});

test.each([
  ['the default groups', ['sg-a', 'sg-b'], 'found'],
  ["a profile's beside the default", ['sg-b', 'sg-p', 'sg-a'], 'found'],
  ["a profile's alone", ['sg-p'], 'found'],
  ['those of shared spaces', ['sg-s'], 'found'],
  ['one less', ['sg-a'], 'none'],
  ['one more', ['sg-a', 'sg-b', 'sg-other'], 'none'],
  ['none', [], 'none'],
])('a host with %s', (_case, groups, status) => {
  const settings = (...SecurityGroups: string[]) => ({ SecurityGroups });
  const snapshot = snapshotOf({
    domains: [
      domain({
        DefaultUserSettings: settings('sg-a', 'sg-b'),
        DefaultSpaceSettings: settings('sg-s'),
      }),
    ],
    userProfiles: [
      { DomainId: 'd-studio', UserProfileName: 'p', UserSettings: settings('sg-p') },
      { DomainId: 'd-other', UserProfileName: 'q', UserSettings: settings('sg-other') },
    ],
    instances: [instance('i-host', { SecurityGroups: groups.map((GroupId) => ({ GroupId })) })],
    managedInstances: [managed('i-host')],
  });
  expect(studioHost(snapshot)).toMatchObject({ status });
});

test('a host whose groups AWS did not return is none', () => {
  const snapshot = snapshotOf({
    domains: [domain({ DefaultUserSettings: { SecurityGroups: ['sg-a'] } })],
    userProfiles: [],
    instances: [instance('i-host')],
    managedInstances: [managed('i-host')],
  });
  expect(studioHost(snapshot)).toEqual({
    status: 'none',
    because: expect.stringContaining('SecurityGroups of a probe host'),
  });
});

test('the control host is the tagged, online one outside the VPC', () => {
  const instances = [instance('i-inside', { Tags: [] })];
  const control = (...managedInstances: ManagedInstance[]) =>
    controlHost(snapshotOf({ instances, managedInstances }));
  expect(control(managed('i-host'), managed('mi-control', 'control-host'))).toBe('mi-control');
  expect(control(managed('mi-control', 'control-host', 'ConnectionLost'))).toBeNull();
  expect(control(managed('i-inside', 'control-host'))).toBeNull();
  expect(control()).toBeNull();
  expect(controlHost(unread(snapshotOf({}), 'managedInstances'))).toBeNull();
});

describe('a host that the owner names', () => {
  const snapshot = snapshotOf({
    instances: [
      instance('i-0aaaaaaa'),
      instance('i-0bbbbbbb', { Tags: [] }),
      instance('i-0ccccccc', { Tags: [], SubnetId: 'subnet-other' }),
      instance('i-0ddddddd', { State: { Name: 'stopped' } }),
    ],
    managedInstances: ['i-0aaaaaaa', 'i-0bbbbbbb', 'i-0ccccccc', 'i-0ddddddd'].map((id) => managed(id)),
  });

  test('is asked although another one is tagged and it is not', () => {
    expect(studioHost(snapshot, 'i-0bbbbbbb')).toEqual({
      status: 'found',
      instanceId: 'i-0bbbbbbb',
      notes: [],
    });
  });

  test.each([
    ['i-0eeeeeee', 'the VPC has no such instance'],
    ['i-0ccccccc', 'named as probe host but stands in no subnet of the Studio domain'],
    ['i-0ddddddd', 'i-0ddddddd is stopped'],
  ])('is not replaced by a tagged one: %s', (named, because) => {
    expect(studioHost(snapshot, named)).toEqual({
      status: 'none',
      because: expect.stringContaining(because),
    });
  });
});
