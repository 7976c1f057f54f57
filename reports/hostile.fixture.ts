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
    run: { ...evidence.run, id: text, invocation: text, identity: text, endedEarly: text },
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
