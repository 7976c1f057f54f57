/** The walkthrough's run as the egress checks see it, and ways in which the world can differ from it. */
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import type { LoggingConfiguration, Snapshot } from '../../infra/snapshot/snapshot';
import type {
  ClientResult,
  FirewallRecord,
  LiveEvidence,
  LogCompleteness,
  Observation,
  TiedRecord,
} from '../../probes/probe';
import type { Check, CheckInput } from '../check';
import type { Finding } from '../evidence';
import type { IntendedDestination } from '../intent';
import { judge } from '../judge';

type Reached = 'tls' | 'tcp' | 'nothing' | 'unknown' | 'unresolved';

const NONCE = 'abcdefgh12345678';

export const record = (sni: string, overrides: Partial<FirewallRecord> = {}): FirewallRecord => ({
  firewallName: 'network-firewall',
  availabilityZone: 'us-east-1a',
  at: '2026-11-23T15:00:01.000Z',
  ingestedAt: null,
  eventType: 'alert',
  protocol: 'TCP',
  sourceIp: '10.2.2.10',
  sourcePort: 40512,
  destinationIp: '203.0.113.20',
  destinationPort: 443,
  flowStartedAt: null,
  action: 'blocked',
  verdict: 'drop',
  signature: 'aws:alert_established action',
  signatureId: 4,
  sni,
  httpHost: null,
  raw: sni,
  ...overrides,
});

/** Both records of a block: of the client's own connection, and of the marker beside it. */
export const blocked = (name: string, overrides: Partial<FirewallRecord> = {}): readonly TiedRecord[] => [
  { by: 'name-and-time', record: record(name, overrides) },
  { by: 'nonce', record: record(`n${NONCE}.${name}`, overrides) },
];

export const TIMED_OUT: ClientResult = { kind: 'timed-out', stage: 'tls', detail: 'connected.' };
export const SUCCEEDED: ClientResult = { kind: 'succeeded', detail: 'saved' };

interface Seen {
  readonly probe: string;
  readonly name: string;
  readonly result: ClientResult;
  readonly vantage?: Observation['vantage'];
  readonly reached?: Reached;
  readonly firewallRecords?: readonly TiedRecord[];
}

export function observation({
  probe,
  name,
  result,
  vantage = 'studio',
  reached = 'tcp',
  firewallRecords = [],
}: Seen): Observation {
  const frames = ['begin 0', `address ${name}=203.0.113.20`, `marker ${name}=28 ${reached}`, 'end 0'];
  return {
    probe,
    title: `wget https://${name}`,
    names: [name],
    vantage,
    host: vantage === 'studio' ? 'ssm:i-0123456789abcdef0' : 'ssm:mi-0fedcba9876543210',
    nonce: NONCE,
    startedAt: '2026-11-23T15:00:00.000Z',
    finishedAt: '2026-11-23T15:00:08.000Z',
    command: `wget https://${name}`,
    result,
    deliveryAttempts: 2,
    output: {
      exitCode: 0,
      stdout: frames.map((frame) => `@studio-egress ${NONCE} ${frame}\n`).join(''),
      stderr: '',
    },
    firewallRecords,
    flows: [],
    arrivals: null,
  };
}

export const COMPLETE: LogCompleteness = {
  status: 'complete',
  waitedMs: 180_000,
  sentinelNonce: 'sentinel1',
};
export const INCOMPLETE = {
  status: 'incomplete',
  waitedMs: 1_200_000,
  because: 'these had not arrived when the wait ended: the sentinel',
} satisfies LogCompleteness;

const KAGGLE = { probe: 'wget-kaggle', name: 'kaggle.com' };
const EXAMPLE = { probe: 'wget-example', name: 'example.com' };

export interface Story {
  /** What the allowed destination looks like from inside. */
  readonly allowed?: Partial<Seen>;
  /** What the denied one looks like from inside. */
  readonly denied?: Partial<Seen>;
  /** What both look like from outside, or null without a control run. */
  readonly control?: ClientResult | null;
  readonly log?: LogCompleteness;
  readonly logging?: Snapshot['sections']['loggingConfigurations'];
  readonly destinations?: readonly IntendedDestination[];
  readonly live?: LiveEvidence;
}

const DESTINATIONS: readonly IntendedDestination[] = [
  { probe: KAGGLE.probe, expect: 'allowed', because: 'the allow list has .kaggle.com' },
  { probe: EXAMPLE.probe, expect: 'denied', because: 'no entry of the allow list covers example.com' },
];

/** A run in which everything is as it should be, but for what the story changes. */
export function runOf(story: Story): CheckInput {
  const { control = SUCCEEDED, log = COMPLETE, destinations = DESTINATIONS } = story;
  const base = referenceSnapshot();
  const inside = [
    observation({ ...KAGGLE, result: SUCCEEDED, reached: 'tls', ...story.allowed }),
    observation({ ...EXAMPLE, result: TIMED_OUT, firewallRecords: blocked('example.com'), ...story.denied }),
  ];
  const outside =
    control === null
      ? []
      : [KAGGLE, EXAMPLE].map((one) => observation({ ...one, result: control, vantage: 'control' }));
  const sections = { ...base.sections, loggingConfigurations: story.logging ?? loggingTo('ALERT') };
  return {
    snapshot: { ...base, sections },
    intent: {
      source: 'declared',
      file: null,
      sha256: null,
      derivedSections: [],
      destinations,
      requiredEndpoints: [],
      logRetentionDays: 365,
      approvedExits: [],
      acceptedInspection: [],
      approvedSecurityGroups: [],
      acceptedRisks: [],
      listener: null,
    },
    live: story.live ?? {
      status: 'run',
      observations: [...inside, ...outside],
      log,
      flowLog: log,
      notSent: [],
    },
  };
}

type LogType = 'ALERT' | 'FLOW';

/** A firewall that logs these types. */
export function loggingTo(...types: readonly LogType[]): Snapshot['sections']['loggingConfigurations'] {
  const value: LoggingConfiguration = {
    LoggingConfiguration: {
      LogDestinationConfigs: types.map((LogType) => ({
        LogType,
        LogDestinationType: 'CloudWatchLogs',
        LogDestination: { logGroup: 'alerts' },
      })),
    },
  };
  return { status: 'read', readAt: '2026-11-23T15:00:00.000Z', calls: [], value: [value] };
}

/** The only finding of a check on a run. */
export function findingOf(check: Check, input: CheckInput): Finding {
  const findings = judge(check, input);
  const [finding] = findings;
  if (finding === undefined || findings.length > 1) throw new Error(`${findings.length} findings`);
  return finding;
}
