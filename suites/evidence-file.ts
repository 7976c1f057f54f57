/** Reads an evidence document that somebody hands us. It may be old, cut off, edited or not evidence at all. */
import type { Evidence } from './evidence';
import {
  anything,
  flag,
  isRecord,
  listOf,
  mapOf,
  number,
  oneOf,
  orAbsent,
  orNull,
  record,
  text,
  type Shape,
} from './shape';

export type ParsedEvidence =
  | { readonly status: 'parsed'; readonly evidence: Evidence }
  | { readonly status: 'refused'; readonly because: string };

/**
 * Refuses what the reports could not show or would show wrongly: JSON that does not parse, another schema, a member that
 * is missing or of another kind, named by its place. More members than the schema has (evidence.schema.json) are allowed.
 */
export function parseEvidence(text: string): ParsedEvidence {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { status: 'refused', because: error instanceof Error ? error.message : String(error) };
  }
  if (!isRecord(value)) return { status: 'refused', because: 'it is not a JSON object' };
  if (value['schema'] !== 'studio-egress/evidence/v1') {
    return {
      status: 'refused',
      because: `schema is ${JSON.stringify(value['schema'])}, not "studio-egress/evidence/v1"`,
    };
  }
  const wrong = evidence(value, '');
  if (wrong !== null) return { status: 'refused', because: wrong };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every member was checked above
  return { status: 'parsed', evidence: value as unknown as Evidence };
}

const target = record({
  kind: oneOf('lab', 'aws', 'snapshot'),
  account: orNull(text),
  region: text,
  stack: orNull(text),
  vpcId: orNull(text),
  domainId: orNull(text),
});

const sectionReading = record({
  name: text,
  status: oneOf('read', 'unread'),
  at: text,
  because: orNull(text),
  calls: listOf(
    record({
      operation: text,
      parameters: anything,
      pages: number,
      responses: orAbsent(listOf(record({ requestId: orNull(text), sha256: orNull(text) }))),
    }),
  ),
});

const environment = record({
  node: text,
  platform: text,
  commit: orNull(text),
  lockSha256: orNull(text),
  ci: orNull(text),
});

const run = record({
  id: text,
  startedAt: text,
  finishedAt: text,
  tool: record({ name: text, version: text }),
  invocation: text,
  target,
  identity: orNull(text),
  snapshotSha256: orNull(text),
  endedEarly: orNull(text),
  vantage: orAbsent(oneOf('probe-host', 'processing-job', null)),
  reading: orAbsent(listOf(sectionReading)),
  // What keeps a run from being verified: nothing else than a whole one may be read past.
  changes: orAbsent(listOf(record({ section: text, because: text }))),
  // As the changes: one that did not happen keeps the run from being verified.
  flowFlushes: orAbsent(
    listOf(
      record({
        firewallArn: text,
        scope: orNull(text),
        sources: listOf(text),
        flowOperationId: orNull(text),
        status: text,
        because: orNull(text),
      }),
    ),
  ),
  environment: orAbsent(environment),
});

const intent = record({
  source: oneOf('declared', 'derived'),
  file: orNull(text),
  sha256: orNull(text),
  derivedSections: listOf(oneOf('destinations', 'endpoints', 'securityGroups', 'logs')),
  destinations: listOf(record({ probe: text, expect: oneOf('allowed', 'denied'), because: text })),
  requiredEndpoints: listOf(text),
  logRetentionDays: number,
  approvedExits: listOf(record({ target: text, destinations: listOf(text), because: text })),
  acceptedInspection: listOf(text),
  approvedSecurityGroups: listOf(text),
  acceptedRisks: listOf(record({ technique: text, reason: text, owner: text, expires: text })),
  listener: orNull(text),
  probeHost: orAbsent(text),
});

const hop = record({
  at: text,
  routeTable: orNull(text),
  route: orNull(text),
  target: orNull(text),
  note: text,
});

const certificate = record({
  claim: text,
  states: number,
  verdict: oneOf('accepted', 'refused'),
  because: text,
});

const witness = record({ protocol: text, source: text, destination: text, port: orNull(number) });

const firewallRecord = record({
  firewallName: text,
  availabilityZone: text,
  at: text,
  ingestedAt: orNull(text),
  eventType: oneOf('alert', 'netflow', 'other'),
  protocol: text,
  sourceIp: text,
  sourcePort: orNull(number),
  destinationIp: text,
  destinationPort: orNull(number),
  flowStartedAt: orNull(text),
  action: orNull(text),
  verdict: orNull(text),
  signature: orNull(text),
  signatureId: orNull(number),
  sni: orNull(text),
  httpHost: orNull(text),
  raw: text,
});

const clientResult: Shape = (value, place) =>
  record({
    kind: oneOf(
      'succeeded',
      'timed-out',
      'reset',
      'refused',
      'no-route',
      'dns-failed',
      'rejected-by-target',
      'inconclusive',
    ),
    detail: text,
    ...(isRecord(value) && value['kind'] === 'timed-out' ? { stage: text } : {}),
  })(value, place);

const flowShape = record({
  transport: oneOf('tcp', 'udp', 'icmp', 'other'),
  protocolNumber: number,
  port: orNull(number),
  application: orNull(text),
  name: orNull(text),
  headerless: flag,
  fragmented: flag,
  carriedBy: oneOf('data', 'syn', 'handshake-ack', 'rst', 'fin'),
  firstSpeaker: oneOf('client', 'server'),
  hello: orNull(oneOf('whole', 'two-segments', 'small-segments', 'fragments', 'unfinished')),
});

const observation = record({
  probe: text,
  title: text,
  names: listOf(text),
  vantage: oneOf('studio', 'control'),
  host: text,
  nonce: text,
  startedAt: text,
  finishedAt: text,
  command: text,
  result: clientResult,
  deliveryAttempts: number,
  output: record({ exitCode: orNull(number), stdout: text, stderr: text }),
  firewallRecords: listOf(
    record({ by: oneOf('nonce', 'name-and-time', 'destination-and-time'), record: firewallRecord }),
  ),
  flows: listOf(record({ shape: flowShape, address: orNull(text) })),
  arrivals: orNull(
    listOf(record({ at: text, nonce: text, protocol: text, remote: text, local: text, bytes: number })),
  ),
});

const finding = record({
  check: text,
  severity: oneOf('critical', 'high', 'medium', 'low'),
  outcome: oneOf('pass', 'fail', 'unknown', 'not-applicable'),
  // Takes a failure out of the exit code: nothing else than a whole one may.
  waiver: orNull(record({ reason: text, owner: text, expires: text })),
  subject: text,
  because: text,
  controls: listOf(text),
  proof: orNull(record({ witness: orNull(witness), hops: listOf(hop), certificate: orNull(certificate) })),
  observations: listOf(observation),
});

const firewallLog: Shape = (value, place) =>
  record({
    status: oneOf('complete', 'incomplete'),
    waitedMs: number,
    ...(isRecord(value) && value['status'] === 'incomplete'
      ? { because: text }
      : { sentinelNonce: text, sentinelsAtMs: orAbsent(number) }),
  })(value, place);

const negativeControl = record({
  kind: oneOf('fault', 'denied-name'),
  id: text,
  what: text,
  check: text,
  caught: flag,
  because: text,
});

const waiversFile = record({
  file: text,
  sha256: text,
  entries: listOf(
    record({
      check: text,
      subject: text,
      reason: text,
      owner: text,
      expires: text,
      line: number,
      status: oneOf('used', 'unused', 'expired'),
    }),
  ),
});

const standing = oneOf('fail', 'unknown', 'waived', 'pass', 'not-applicable', null);

const since = record({
  runs: listOf(
    record({ id: text, startedAt: text, finishedAt: text, verdict: text, fail: number, unknown: number }),
  ),
  changed: listOf(record({ check: text, subject: text, before: standing, now: standing })),
  unchanged: number,
});

const topology = record({
  vpcId: text,
  nodes: listOf(
    record({
      id: text,
      kind: text,
      name: orNull(text),
      within: orNull(text),
      details: listOf(text),
      role: oneOf('studio', 'nat', 'firewall', null),
    }),
  ),
  edges: listOf(record({ from: text, to: text, routeTable: orNull(text), destinations: listOf(text) })),
});

const evidence = record({
  run,
  intent,
  plan: listOf(text),
  findings: listOf(finding),
  firewallLog: orNull(firewallLog),
  flowLog: orAbsent(orNull(firewallLog)),
  checks: orAbsent(mapOf(record({ statement: text, why: text, fix: text, references: listOf(text) }))),
  excluded: orAbsent(listOf(record({ check: text, because: text }))),
  negativeControls: orAbsent(listOf(negativeControl)),
  waivers: orAbsent(orNull(waiversFile)),
  since: orAbsent(orNull(since)),
  topology: orAbsent(orNull(topology)),
  summary: record({ pass: number, fail: number, unknown: number, notApplicable: number, waived: number }),
});
