/** The stack that the blog describes: what it lacks is named, and nothing else. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AS_PUBLISHED, studioEgress, withEvidence } from './lab-run.fixture';

jest.setTimeout(120_000);

let out: string;
beforeAll(() => (out = mkdtempSync(join(tmpdir(), 'as-published-'))));
afterAll(() => rmSync(out, { recursive: true, force: true }));

test('the published stack is violated in exactly what it lacks', async () => {
  const run = await studioEgress(['verify', '--template', AS_PUBLISHED, '--out', out]);
  const { evidence } = withEvidence(run, out);
  const checksWith = (outcome: string) => [
    ...new Set(evidence.findings.filter((finding) => finding.outcome === outcome).map(({ check }) => check)),
  ];
  expect(checksWith('fail').sort()).toEqual([
    'dns/resolver-is-guarded',
    'endpoints/policies-are-scoped',
    'endpoints/required-exist',
    'firewall/fragments-are-inspected',
    'firewall/is-protected',
    'firewall/unlisted-is-dropped',
    'logging/alerts-are-logged',
    'logging/flows-are-logged',
    'logging/vpc-flow-logs',
    'security-groups/egress-is-limited',
    'security-groups/endpoint-group-is-narrow',
  ]);
  // It has no host that a probe could be sent to.
  expect(checksWith('unknown').sort()).toEqual([
    'agreement/model-and-probes',
    'egress/allowed-connect',
    'egress/allowed-cross-firewall',
    'egress/blocks-are-logged',
    'egress/denied-are-blocked',
    'egress/evasions-are-blocked',
  ]);
  expect(evidence.findings.find(({ outcome }) => outcome === 'unknown')?.because).toContain('probe-host');
  expect(run.exitCode).toBe(1);
});
