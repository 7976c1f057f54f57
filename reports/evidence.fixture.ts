/** A rich evidence document for the tests of the reports: every outcome, every kind of client result, both witnesses. */
import { flowShape } from '../infra/model/flow-shape';
import type { ClientResult, FirewallRecord, Observation } from '../probes/probe';
import { summaryOf } from '../suites/assemble';
import type { Evidence, Finding, Hop } from '../suites/evidence';

const STUDIO_SUBNET = 'subnet-0f3a5c7e9b1d2f4a6';
const FIREWALL_ARN =
  'arn:aws:network-firewall:eu-west-1:123456789012:firewall/network-firewall-sagemaker-studio-vpc-firewall';

export const outwardHops: readonly Hop[] = [
  {
    at: STUDIO_SUBNET,
    routeTable: 'rtb-0a1b2c3d4e5f60718',
    route: '0.0.0.0/0',
    target: 'nat-0123456789abcdef0',
    note: 'leaves the Studio subnet',
  },
  {
    at: 'nat-0123456789abcdef0',
    routeTable: 'rtb-0b2c3d4e5f6071829',
    route: '0.0.0.0/0',
    target: 'vpce-0fedcba9876543210',
    note: 'source becomes 10.2.2.15',
  },
  {
    at: 'vpce-0fedcba9876543210',
    routeTable: 'rtb-0c3d4e5f60718293a',
    route: '0.0.0.0/0',
    target: 'igw-0112233445566778',
    note: 'inspected by the firewall',
  },
  { at: 'igw-0112233445566778', routeTable: null, route: null, target: null, note: 'leaves as 203.0.113.7' },
];

/** The way back round the firewall: the edge route is missing. */
export const returnHops: readonly Hop[] = [
  {
    at: 'igw-0112233445566778',
    routeTable: 'rtb-0d4e5f60718293a4b',
    route: '10.2.0.0/16',
    target: 'local',
    note: 'destination becomes 10.2.2.15',
  },
  {
    at: 'nat-0123456789abcdef0',
    routeTable: null,
    route: null,
    target: null,
    note: 'never met the firewall',
  },
];

export function firewallRecord(overrides: Partial<FirewallRecord> = {}): FirewallRecord {
  return {
    firewallName: 'network-firewall-sagemaker-studio-vpc-firewall',
    availabilityZone: 'eu-west-1a',
    at: '2026-11-23T14:03:11.204Z',
    ingestedAt: '2026-11-23T14:05:40.001Z',
    eventType: 'alert',
    protocol: 'TCP',
    sourceIp: '10.2.2.15',
    sourcePort: 40112,
    destinationIp: '140.82.121.3',
    destinationPort: 443,
    flowStartedAt: null,
    action: 'blocked',
    verdict: 'drop',
    signature: 'aws:alert_established action',
    signatureId: 2,
    sni: 'nk3x9q.github.com',
    httpHost: null,
    raw: '{"firewall_name":"network-firewall","event":{"event_type":"alert","tls":{"sni":"nk3x9q.github.com"}}}',
    ...overrides,
  };
}

export function observation(overrides: Partial<Observation> = {}): Observation {
  return {
    probe: 'git-clone-github',
    title: 'git clone https://github.com/aws-samples/amazon-sagemaker-studio-vpc-networkfirewall.git',
    names: ['github.com'],
    vantage: 'studio',
    host: 'ssm:i-0123456789abcdef0',
    nonce: 'k3x9q',
    startedAt: '2026-11-23T14:03:03.100Z',
    finishedAt: '2026-11-23T14:03:11.300Z',
    command: "timeout -k 1 8 git clone --depth 1 'https://github.com/aws-samples/x.git'",
    result: { kind: 'timed-out', stage: 'tls', detail: 'no ServerHello within 8 s' },
    deliveryAttempts: 1,
    output: {
      exitCode: 124,
      stdout: '',
      stderr:
        "Cloning into 'x'...\nfatal: unable to access\u001b[31m <script>alert(1)</script> \u202egpj.exe\n",
    },
    firewallRecords: [{ by: 'nonce', record: firewallRecord() }],
    flows: [],
    arrivals: null,
    ...overrides,
  };
}

function finding(overrides: Partial<Finding> & Pick<Finding, 'check' | 'outcome' | 'because'>): Finding {
  return {
    severity: 'high',
    waiver: null,
    subject: STUDIO_SUBNET,
    controls: [],
    proof: null,
    observations: [],
    ...overrides,
  };
}

/** One observation per kind of result that a client can have. */
export const results: readonly ClientResult[] = [
  { kind: 'succeeded', detail: '26,113 bytes' },
  { kind: 'timed-out', stage: 'tls', detail: 'no ServerHello within 8 s' },
  { kind: 'reset', detail: 'connection reset by peer' },
  { kind: 'refused', detail: 'connection refused' },
  { kind: 'no-route', detail: 'no route to host' },
  { kind: 'dns-failed', detail: 'NXDOMAIN' },
  { kind: 'rejected-by-target', detail: 'HTTP 404' },
  { kind: 'inconclusive', detail: 'git is not installed' },
];

const allowed = observation({
  probe: 'wget-kaggle',
  title: 'wget https://kaggle.com',
  names: ['kaggle.com'],
  nonce: 'a7d02',
  command: 'timeout -k 1 30 wget --tries=1 --timeout=20 -O /tmp/page https://kaggle.com',
  result: { kind: 'succeeded', detail: '26,113 bytes' },
  output: { exitCode: 0, stdout: 'HTTP/1.1 200 OK\n', stderr: '' },
  flows: [
    {
      shape: flowShape({ transport: 'tcp', port: 443, application: 'tls', name: 'kaggle.com' }),
      address: '203.0.113.40',
    },
  ],
  arrivals: [
    {
      at: '2026-11-23T14:03:04.000Z',
      nonce: 'a7d02',
      protocol: 'tcp',
      remote: '203.0.113.7:40112',
      local: '203.0.113.40:443',
      bytes: 517,
    },
  ],
  firewallRecords: [
    {
      by: 'name-and-time',
      record: firewallRecord({
        eventType: 'netflow',
        action: null,
        verdict: null,
        signature: null,
        signatureId: null,
        sni: null,
        sourcePort: null,
        destinationPort: null,
        ingestedAt: null,
        httpHost: 'kaggle.com',
      }),
    },
  ],
});

const findings: readonly Finding[] = [
  finding({
    check: 'routing/egress-crosses-firewall',
    severity: 'critical',
    outcome: 'pass',
    because: `Every destination that ${STUDIO_SUBNET} reaches through the internet gateway crosses vpce-0fedcba9876543210.`,
    controls: ['NIST-800-53r5:SC-7(5)', 'PCI-DSS-4.0.1:1.3.2'],
    proof: {
      witness: { protocol: 'tcp', source: '10.2.3.10', destination: '192.0.2.1', port: 443 },
      hops: outwardHops,
      certificate: {
        claim: 'No packet from the subnet reaches an internet exit without crossing the firewall.',
        states: 4,
        verdict: 'accepted',
        because: 'Every step out of its 4 states stays inside or ends in a harmless place.',
      },
    },
  }),
  finding({
    check: 'routing/return-crosses-firewall',
    severity: 'critical',
    outcome: 'fail',
    because:
      'rtb-0d4e5f60718293a4b sends 10.2.2.0/24 by the local route instead of the firewall endpoint; add a route for 10.2.2.0/24 to vpce-0fedcba9876543210.',
    controls: ['NIST-800-53r5:SC-7(5)'],
    proof: {
      witness: { protocol: 'tcp', source: '192.0.2.1', destination: '203.0.113.7', port: null },
      hops: returnHops,
      certificate: null,
    },
  }),
  finding({
    check: 'vpc-only/domain-is-vpc-only',
    severity: 'critical',
    outcome: 'pass',
    subject: 'arn:aws:sagemaker:eu-west-1:123456789012:domain/d-abcdefghijkl',
    because: 'The domain’s AppNetworkAccessType is VpcOnly.',
    controls: ['AWS-Config:sagemaker-domain-in-vpc'],
  }),
  finding({
    check: 'endpoints/policies-are-scoped',
    outcome: 'fail',
    subject: 'vpce-0aaaabbbbccccdddd',
    because: 'The policy of com.amazonaws.eu-west-1.sts allows everything; scope it by aws:PrincipalAccount.',
    waiver: {
      reason: 'Scoped by the organisation’s SCP',
      owner: 'net-sec@example.com',
      expires: '2027-01-31',
    },
  }),
  finding({
    check: 'endpoints/policies-are-scoped',
    outcome: 'pass',
    subject: 'vpce-0bbbbccccddddeeee',
    because: 'The policy of com.amazonaws.eu-west-1.logs names this account.',
  }),
  finding({
    check: 'security-groups/egress-is-limited',
    severity: 'medium',
    outcome: 'fail',
    subject: 'sg-0123456789abcdef0',
    because: 'sg-0123456789abcdef0 lets all protocols out to 0.0.0.0/0; allow tcp 443 only.',
    controls: ['AWS-SecurityHub:EC2.13'],
  }),
  finding({
    check: 'firewall/is-ready',
    outcome: 'unknown',
    subject: FIREWALL_ARN,
    because:
      'firewalls could not be read: network-firewall:DescribeFirewall answered AccessDeniedException (not authorized); grant network-firewall:DescribeFirewall to the caller.',
  }),
  finding({
    check: 'firewall/spans-zones',
    severity: 'low',
    outcome: 'not-applicable',
    subject: FIREWALL_ARN,
    because: 'Studio uses one Availability Zone.',
  }),
  finding({
    check: 'egress/allowed-connect',
    outcome: 'pass',
    subject: 'wget-kaggle',
    because: 'wget https://kaggle.com worked from the Studio subnet.',
    observations: [allowed],
  }),
  finding({
    check: 'egress/denied-are-blocked',
    severity: 'critical',
    outcome: 'pass',
    subject: 'git-clone-github',
    because: 'git clone was blocked by the firewall (aws:alert_established action), record tied by nonce.',
    observations: [
      observation(),
      observation({
        vantage: 'control',
        host: 'local',
        result: { kind: 'succeeded', detail: 'HEAD is 8248c71' },
        output: { exitCode: 0, stdout: '', stderr: "Cloning into 'x'..." },
        firewallRecords: [],
      }),
    ],
  }),
  finding({
    check: 'egress/blocks-are-logged',
    outcome: 'pass',
    subject: 'git-clone-github',
    because: 'The block is in the alert log, tied by nonce.',
    observations: [observation()],
  }),
];

/** The document; `overrides.findings` are counted anew. */
export function evidenceFixture(overrides: Partial<Evidence> = {}): Evidence {
  const document: Evidence = {
    schema: 'studio-egress/evidence/v1',
    run: {
      id: '20261123T140300Z-4f2a',
      startedAt: '2026-11-23T14:03:00.000Z',
      finishedAt: '2026-11-23T14:03:19.482Z',
      tool: { name: 'studio-egress-verifier', version: '0.1.0' },
      invocation: 'studio-egress verify --stack studio --region eu-west-1',
      target: {
        kind: 'aws',
        account: '123456789012',
        region: 'eu-west-1',
        stack: 'studio',
        vpcId: 'vpc-0123456789abcdef0',
        domainId: 'd-abcdefghijkl',
      },
      identity: 'arn:aws:sts::123456789012:assumed-role/auditor/alice',
      snapshotSha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      endedEarly: null,
    },
    intent: {
      source: 'derived',
      file: null,
      sha256: null,
      derivedSections: ['destinations', 'endpoints', 'securityGroups', 'logs'],
      destinations: [
        { probe: 'wget-kaggle', expect: 'allowed', because: '.kaggle.com is on the allow list' },
        { probe: 'git-clone-github', expect: 'denied', because: 'no entry covers github.com' },
      ],
      requiredEndpoints: ['sagemaker.api', 'sts', 's3'],
      logRetentionDays: 365,
      approvedExits: [],
      acceptedInspection: [],
      approvedSecurityGroups: [],
      acceptedRisks: [],
      listener: null,
    },
    plan: [...new Set(findings.map(({ check }) => check))],
    findings,
    firewallLog: { status: 'complete', waitedMs: 148_203, sentinelNonce: 'z1z1z', sentinelsAtMs: 61_000 },
    summary: summaryOf(findings),
    ...overrides,
  };
  return { ...document, summary: overrides.summary ?? summaryOf(document.findings) };
}

/** The same run with nothing to object to. */
export function verifiedEvidence(): Evidence {
  const passed = findings.filter(({ outcome }) => outcome === 'pass');
  return evidenceFixture({ findings: passed, plan: [...new Set(passed.map(({ check }) => check))] });
}
