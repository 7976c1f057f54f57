/** Text as an attacker would write it into a server's answer, a log line or a tag, for property tests. */
import * as fc from 'fast-check';
import type { Evidence } from '../suites/evidence';
import { evidenceFixture, firewallRecord, observation } from './evidence.fixture';

const FRAGMENTS = [
  '<script>alert(1)</script>',
  '</title><img src=x onerror=alert(1)>',
  '" onmouseover="alert(1)',
  "' autofocus onfocus='x",
  '`',
  ']]>',
  '<![CDATA[',
  '<!--',
  '-->',
  '&lt;',
  '&#60;',
  '&',
  '</style>',
  '</svg>',
  'javascript:alert(1)',
  '\u0000',
  '\u001b[2J\u001b]0;title\u0007',
  '\u202e',
  '\u2028',
  '\ud800',
  '\uffff',
  '\r\n',
  '${x}',
];

export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ unit: 'binary', maxLength: 8 })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => parts.join(''));

const readCall = (text: string) => ({
  operation: 'ec2:DescribeVpcs',
  parameters: { VpcIds: [text] },
  pages: 1,
  responses: [{ requestId: text, sha256: text }],
});

const hostileMembers = (
  text: string,
): Pick<Evidence, 'checks' | 'excluded' | 'negativeControls' | 'waivers'> => ({
  checks: {
    'routing/egress-crosses-firewall': { statement: text, why: text, fix: text, references: [text] },
  },
  excluded: [{ check: text, because: text }],
  negativeControls: [
    { kind: 'fault', id: text, what: text, check: text, caught: false, because: text },
    { kind: 'denied-name', id: text, what: text, check: text, caught: true, because: text },
  ],
  waivers: {
    file: text,
    sha256: text,
    entries: [
      { check: text, subject: text, reason: text, owner: text, expires: text, line: 1, status: 'expired' },
    ],
  },
});

/** Evidence whose every free text is the given one. */
export function hostileEvidence(text: string): Evidence {
  const evidence = evidenceFixture();
  const record = firewallRecord({
    firewallName: text,
    sni: text,
    httpHost: text,
    signature: text,
    raw: text,
    action: text,
  });
  const attempt = observation({
    probe: text,
    title: text,
    names: [text],
    host: text,
    nonce: text,
    startedAt: text,
    command: text,
    result: { kind: 'reset', detail: text },
    output: { exitCode: 1, stdout: text, stderr: text },
    firewallRecords: [{ by: 'nonce', record }],
  });
  return evidenceFixture({
    ...hostileMembers(text),
    run: {
      ...evidence.run,
      id: text,
      invocation: text,
      identity: text,
      endedEarly: text,
      vantage: 'probe-host',
      environment: { node: text, platform: text, commit: text, lockSha256: text, ci: text },
      changes: [{ section: 'routeTables', because: text }],
      reading: [
        {
          name: 'routeTables',
          status: 'unread',
          at: text,
          because: text,
          calls: [{ operation: text, parameters: { [text]: [text] }, pages: 1 }, readCall(text)],
        },
      ],
    },
    findings: evidence.findings.map((finding) => ({
      ...finding,
      subject: text,
      because: text,
      controls: [text],
      waiver: finding.waiver === null ? null : { reason: text, owner: text, expires: text },
      proof: {
        witness: { protocol: text, source: text, destination: text, port: 443 },
        hops: [{ at: text, routeTable: text, route: text, target: text, note: text }],
        certificate: { claim: text, states: 1, verdict: 'refused', because: text },
      },
      observations: [attempt],
    })),
    intent: {
      ...evidence.intent,
      destinations: [{ probe: text, expect: 'denied', because: text }],
      approvedExits: [{ target: text, destinations: [text], because: text }],
      acceptedInspection: [text],
      approvedSecurityGroups: [text],
      file: text,
    },
    firewallLog: { status: 'incomplete', waitedMs: 1, because: text },
  });
}
