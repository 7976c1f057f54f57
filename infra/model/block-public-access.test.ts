import { change, unread } from '../mutants/mutant';
import { withIpv6 } from '../mutants/address-changes';
import { route } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { addRoutes, replaceRoute } from '../mutants/route-changes';
import type { SectionValues, Snapshot } from '../snapshot/snapshot';
import { exitDoubtOf } from './block-public-access';
import { networkOf } from './network';
import { returnProof } from './return-path';
import { decidedClasses, egressProof } from './routing';

/** A value that AWS may add to an enumeration. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the types exclude is what is tried
const unheardOf = (value: string): never => value as never;

type Mode = 'off' | 'block-bidirectional' | 'block-ingress';

/** The reference with one leak: the Studio default route leads to the internet gateway. */
const leaking = (): Snapshot =>
  replaceRoute(referenceSnapshot(), 'rtb-studio', '0.0.0.0/0', route('0.0.0.0/0', { GatewayId: 'igw-a' }));

/** Everything says the same mode, and nothing is excluded. */
function withMode(snapshot: Snapshot, mode: Mode): Snapshot {
  const states = { BlockPublicAccessStates: { InternetGatewayBlockMode: mode } };
  const options = change(snapshot, 'vpcBlockPublicAccess', () => ({
    AwsAccountId: '111122223333',
    InternetGatewayBlockMode: mode,
    State: 'update-complete' as const,
  }));
  return change(
    change(options, 'vpc', (vpc) => ({ ...vpc, ...states })),
    'subnets',
    (list) => list.map((one) => ({ ...one, ...states })),
  );
}

const blocked = (): Snapshot => withMode(leaking(), 'block-bidirectional');
const statusOf = (snapshot: Snapshot): string => egressProof(networkOf(snapshot), 'subnet-studio').status;
const exitsOf = (snapshot: Snapshot) =>
  decidedClasses(networkOf(snapshot), 'subnet-studio').flatMap(({ paths }) =>
    paths.filter(({ end }) => end.kind === 'internet-exit'),
  );
const doubtsOf = (snapshot: Snapshot) => new Set(exitsOf(snapshot).map(exitDoubtOf));
const exclusion = (
  names: string,
  state: NonNullable<SectionValues['vpcBlockPublicAccessExclusions'][number]['State']> = 'create-complete',
): SectionValues['vpcBlockPublicAccessExclusions'][number] => ({
  ExclusionId: 'vpcbpa-exclude-a',
  ResourceArn: `arn:aws:ec2:us-east-1:111122223333:${names.startsWith('vpc-') ? 'vpc' : 'subnet'}/${names}`,
  InternetGatewayExclusionMode: 'allow-egress',
  State: state,
});

test('off: a leak leaks, and nothing is in doubt about it', () => {
  expect(statusOf(leaking())).toBe('violated');
  expect(doubtsOf(withMode(leaking(), 'off'))).toEqual(new Set([null]));
});

test('block-bidirectional without exclusion: nothing leaves, so nothing leaks', () => {
  expect(statusOf(blocked())).toBe('holds');
  expect(exitsOf(blocked())).toEqual([]);
  expect(returnProof(networkOf(blocked()), 'subnet-studio')).toMatchObject({
    status: 'holds',
    exitingClasses: 0,
  });
  const paths = decidedClasses(networkOf(blocked()), 'subnet-studio').flatMap((one) => one.paths);
  expect(paths.map(({ end }) => (end.kind === 'dropped' ? end.because : ''))).toContain(
    'VPC Block Public Access is "block-bidirectional" and excludes nothing of vpc-studio',
  );
});

test('it closes an egress-only internet gateway as well, but not for sure a carrier gateway', () => {
  const by = (target: Parameters<typeof route>[1]) =>
    withMode(
      addRoutes(withIpv6(referenceSnapshot()), 'rtb-studio', route('::/0', target)),
      'block-bidirectional',
    );
  expect(statusOf(by({ EgressOnlyInternetGatewayId: 'eigw-a' }))).toBe('holds');
  expect(statusOf(by({ CarrierGatewayId: 'cagw-a' }))).toBe('violated');
});

const options = (edit: Partial<SectionValues['vpcBlockPublicAccess']>) =>
  change(blocked(), 'vpcBlockPublicAccess', (one) => ({ ...one, ...edit }));
const unlessSure: readonly (readonly [string, Snapshot, string])[] = [
  [
    'the VPC is excluded',
    change(blocked(), 'vpcBlockPublicAccessExclusions', () => [exclusion('vpc-studio')]),
    'excludes vpc-studio',
  ],
  [
    'a subnet is excluded',
    change(blocked(), 'vpcBlockPublicAccessExclusions', () => [exclusion('subnet-nat')]),
    'excludes subnet-nat',
  ],
  [
    'an exclusion is being deleted',
    change(blocked(), 'vpcBlockPublicAccessExclusions', () => [
      exclusion('subnet-nat', 'delete-in-progress'),
    ]),
    'delete-in-progress',
  ],
  [
    'an exclusion names nothing',
    change(blocked(), 'vpcBlockPublicAccessExclusions', () => [
      { ...exclusion('vpc-studio'), ResourceArn: undefined },
    ]),
    'ResourceArn',
  ],
  [
    'the exclusions are unread',
    unread(blocked(), 'vpcBlockPublicAccessExclusions'),
    'grant aws:ReadvpcBlockPublicAccessExclusions',
  ],
  ['the options are unread', unread(blocked(), 'vpcBlockPublicAccess'), 'grant aws:ReadvpcBlockPublicAccess'],
  [
    'the mode is not known',
    options({ InternetGatewayBlockMode: unheardOf('block-everything') }),
    'block-everything',
  ],
  ['the mode was not returned', options({ InternetGatewayBlockMode: undefined }), 'InternetGatewayBlockMode'],
  ['the mode is being changed', options({ State: 'update-in-progress' }), 'update-in-progress'],
  [
    'the options are another account’s',
    options({ AwsAccountId: '999' }),
    'belongs to the account 111122223333',
  ],
  [
    'the VPC says otherwise',
    change(blocked(), 'vpc', (vpc) => ({
      ...vpc,
      BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
    })),
    'vpc-studio says "off"',
  ],
  [
    'a subnet says nothing',
    change(blocked(), 'subnets', (list) =>
      list.map((one) => ({ ...one, BlockPublicAccessStates: undefined })),
    ),
    'says "nothing"',
  ],
];

test.each(unlessSure)(
  'while %s, a leak stays a leak, and whether it carries anything is open',
  (_what, snapshot, because) => {
    expect(statusOf(snapshot)).toBe('violated');
    expect([...doubtsOf(snapshot)].join()).toContain(because);
  },
);

test.each([
  ['of another VPC', exclusion('vpc-other')],
  ['that is gone', exclusion('vpc-studio', 'delete-complete')],
  ['that never came to be', exclusion('vpc-studio', 'create-failed')],
])('an exclusion %s opens nothing', (_what, one) => {
  expect(statusOf(change(blocked(), 'vpcBlockPublicAccessExclusions', () => [one]))).toBe('holds');
});

test('block-ingress: what a NAT gateway sends leaves without doubt, what comes by none may be held back', () => {
  expect(statusOf(withMode(leaking(), 'block-ingress'))).toBe('violated');
  expect([...doubtsOf(withMode(leaking(), 'block-ingress'))].join()).toContain('"block-ingress"');
  expect(doubtsOf(withMode(referenceSnapshot(), 'block-ingress'))).toEqual(new Set([null]));
});

test('off, and a subnet that says it is blocked: open for a leak, in doubt for delivery', () => {
  const snapshot = change(withMode(leaking(), 'off'), 'subnets', (list) =>
    list.map((one) => ({
      ...one,
      BlockPublicAccessStates: { InternetGatewayBlockMode: 'block-bidirectional' as const },
    })),
  );
  expect(statusOf(snapshot)).toBe('violated');
  expect([...doubtsOf(snapshot)].join()).toContain('says "block-bidirectional"');
});
