/** The evidence members about the run itself: how it was read, what it was shown to catch, what was left out. */
import type { Evidence, Topology } from '../suites/evidence';

const SHA = 'ab'.repeat(32);

export const topologyFixture: Topology = {
  vpcId: 'vpc-0a',
  nodes: [
    { id: 'internet', kind: 'internet', name: null, within: null, details: [], role: null },
    {
      id: 'subnet-0s',
      kind: 'subnet',
      name: 'Studio <b>subnet</b>',
      within: null,
      details: ['10.2.1.0/24', 'us-east-1a'],
      role: 'studio',
    },
    {
      id: 'subnet-0n',
      kind: 'subnet',
      name: null,
      within: null,
      details: ['10.2.2.0/24', 'us-east-1a'],
      role: 'nat',
    },
    {
      id: 'subnet-0f',
      kind: 'subnet',
      name: null,
      within: null,
      details: ['10.2.3.0/24', 'us-east-1a'],
      role: 'firewall',
    },
    { id: 'nat-0a', kind: 'nat-gateway', name: null, within: 'subnet-0n', details: [], role: null },
    {
      id: 'vpce-0f',
      kind: 'firewall-endpoint',
      name: 'network-firewall',
      within: 'subnet-0f',
      details: [],
      role: null,
    },
    { id: 'igw-0a', kind: 'internet-gateway', name: null, within: null, details: [], role: null },
  ],
  edges: [
    { from: 'subnet-0s', to: 'nat-0a', routeTable: 'rtb-0s', destinations: ['0.0.0.0/0'] },
    { from: 'subnet-0n', to: 'vpce-0f', routeTable: 'rtb-0n', destinations: ['0.0.0.0/0'] },
    { from: 'subnet-0f', to: 'igw-0a', routeTable: 'rtb-0f', destinations: ['0.0.0.0/0'] },
    { from: 'igw-0a', to: 'vpce-0f', routeTable: 'rtb-0e', destinations: ['10.2.2.0/24'] },
    { from: 'subnet-0s', to: 'igw-0a', routeTable: 'rtb-0s', destinations: ['9.9.9.0/24'] },
  ],
};

/** How the run read the account and where it ran, for `run`. */
export const runProvenance: Pick<Evidence['run'], 'vantage' | 'reading' | 'changes' | 'environment'> = {
  vantage: 'probe-host',
  changes: [],
  environment: {
    node: 'v20.20.2',
    platform: 'linux x64',
    commit: '0123456789abcdef0123456789abcdef01234567',
    lockSha256: SHA,
    ci: 'github-actions',
  },
  reading: [
    {
      name: 'routeTables',
      status: 'read',
      at: '2026-11-23T14:02:40.000Z',
      because: null,
      calls: [
        {
          operation: 'ec2:DescribeRouteTables',
          parameters: { Filters: [{ Name: 'vpc-id', Values: ["vpc-0a'; rm -rf /"] }] },
          pages: 2,
          responses: [
            { requestId: '5f1b2c3d-0000-4000-8000-000000000001', sha256: SHA },
            { requestId: null, sha256: null },
          ],
        },
      ],
    },
    {
      name: 'dhcpOptions',
      status: 'unread',
      at: '2026-11-23T14:02:41.000Z',
      because: 'ec2:DescribeDhcpOptions answered UnauthorizedOperation (not authorized)',
      calls: [],
    },
  ],
};

/** The members beside `run`. */
export const runMembers: Pick<
  Evidence,
  'flowLog' | 'checks' | 'excluded' | 'negativeControls' | 'waivers' | 'since' | 'topology'
> = {
  flowLog: { status: 'complete', waitedMs: 9800, sentinelNonce: 'f00' },
  checks: {
    'routing/egress-crosses-firewall': {
      statement: 'Every internet destination is reached through the firewall.',
      why: 'One more specific route is enough to leave past it.',
      fix: 'AWS::EC2::Route: VpcEndpointId of the firewall.\naws ec2 replace-route --route-table-id rtb-…',
      references: ['https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html'],
    },
  },
  excluded: [{ check: 'dns/resolver-is-guarded', because: 'It was not asked for in this run.' }],
  negativeControls: [
    {
      kind: 'fault',
      id: 'route-past-the-firewall',
      what: 'A route table sends 9.9.9.0/24 straight to the internet gateway.',
      check: 'routing/egress-crosses-firewall',
      caught: true,
      because: 'rtb-0s sends 9.9.9.0/24 to igw-0a past the firewall. Fix: …',
    },
    {
      kind: 'denied-name',
      id: 'git-clone-github',
      what: 'github.com was asked for and had to be stopped.',
      check: 'egress/blocks-are-logged',
      caught: true,
      because: 'The block is on record.',
    },
  ],
  waivers: {
    file: 'waivers.yaml',
    sha256: SHA,
    entries: [
      {
        check: 'firewall/is-protected',
        subject: 'arn:aws:network-firewall:us-east-1:123456789012:firewall/fw',
        reason: 'A test stack.',
        owner: 'network team',
        expires: '2031-12-31',
        line: 3,
        status: 'used',
      },
    ],
  },
  since: {
    runs: [
      {
        id: '20261122T140300Z-aaaaaa',
        startedAt: '2026-11-22T14:03:00.000Z',
        finishedAt: '2026-11-22T14:04:00.000Z',
        verdict: 'violated',
        fail: 1,
        unknown: 0,
      },
    ],
    changed: [
      { check: 'routing/egress-crosses-firewall', subject: 'subnet-0s', before: 'fail', now: 'pass' },
      { check: 'firewall/is-protected', subject: 'fw', before: null, now: 'unknown' },
    ],
    unchanged: 7,
  },
  topology: topologyFixture,
};
