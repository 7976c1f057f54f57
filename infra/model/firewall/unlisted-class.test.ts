/** The class that a violation names, and the rule that is said to stop it: added, it does. */
import type { EnforcedPolicy } from './firewall-policy';
import type { WrittenPolicy } from './evaluate.fixture';
import { domainList, policyOf } from './evaluate.fixture';
import { parseAddress, parseCidr } from '../cidr';
import type { Ends } from './unlisted-flows';
import { unlistedProof } from './unlisted-proof';

const NAT = parseAddress('10.2.2.5').value;
const ENDS: Ends = {
  sources: { ipv4: [{ first: NAT, last: NAT }], ipv6: [] },
  inside: { ipv4: [parseCidr('10.2.0.0/16')], ipv6: [] },
};

function opening(policy: EnforcedPolicy): { readonly text: string; readonly rule: string | null } {
  const proof = unlistedProof(policy, ENDS);
  if (proof.status !== 'violated') throw new Error(`it is ${proof.status}`);
  return proof.opening;
}

const CLOSED: WrittenPolicy = { strict: ['aws:drop_established'] };
const TABLE: readonly (readonly [string, WrittenPolicy])[] = [
  ['TCP on every port to anywhere', {}],
  ['UDP on every port to anywhere', { rules: ['drop tcp any any -> any any (sid:1;)'] }],
  ['TCP port 22 to anywhere', { ...CLOSED, rules: ['pass tcp any any -> any 22 (flow:to_server; sid:1;)'] }],
  ['UDP port 123-200 to anywhere', { ...CLOSED, rules: ['pass udp any any -> any 123:200 (sid:1;)'] }],
  ['TCP port 0-442, 444-65535 to anywhere', { rules: ['drop tcp $HOME_NET any -> any 443 (sid:1;)'] }],
  ['ICMP to anywhere', { ...CLOSED, rules: ['pass icmp any any -> any any (sid:1;)'] }],
  ['SSH on every port to anywhere', { ...CLOSED, rules: ['pass ssh any any -> any any (sid:1;)'] }],
  [
    'TCP on every port to 0.0.0.0 and what is like it',
    { ...CLOSED, rules: ['pass tcp any any -> 0.0.0.0/1 any (sid:1;)'] },
  ],
];

test.each(TABLE)('%s', (text, written) => {
  const found = opening(policyOf(written));
  // The first address of the internet stands for its half.
  expect(found.text).toBe(text.replace('0.0.0.0 and', '1.0.0.0 and'));
});

test.each(TABLE)('%s is closed by the rule that is said to close it', (_text, written) => {
  const { rule, text } = opening(policyOf(written));
  if (rule === null) throw new Error('no rule is said');
  const after = unlistedProof(policyOf({ ...written, rules: inFront(rule, written) }), ENDS);
  if (after.status === 'violated') expect(after.opening.text).not.toBe(text);
});

/** In action order a pass comes first anyway; there is none in the table. */
const inFront = (rule: string, { rules = [] }: WrittenPolicy): readonly string[] => [rule, ...rules];

test('no rule is said to stop what the stateless engine passes, or a name beside those that a rule means', () => {
  expect(opening(policyOf({ statelessDefault: 'aws:pass' })).rule).toBeNull();
  const list = domainList('ALLOWLIST', ['.com']);
  expect(opening(policyOf({ ...CLOSED, groups: [list] }))).toMatchObject({
    text: expect.stringContaining('TLS for') as unknown,
    rule: null,
  });
});
