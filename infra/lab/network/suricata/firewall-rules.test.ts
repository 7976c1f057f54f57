import type { FirewallPolicy } from '@aws-sdk/client-network-firewall';
import {
  allowList,
  FIREWALL_ARN,
  firewallAccount,
  rulesString,
  strictPolicy,
  type AccountOptions,
} from './test-network';
import { compileFirewall, type CompiledFirewall } from './firewall-rules';

const compile = (account: AccountOptions): CompiledFirewall =>
  compileFirewall(firewallAccount(account), FIREWALL_ARN);
const lines = ({ suricataRules }: CompiledFirewall): string[] => suricataRules.split('\n').filter(Boolean);
const isClosed = ({ suricataRules, statelessNft, unfaithful }: CompiledFirewall): boolean =>
  suricataRules === '' && /policy accept;\n\s+drop\n/.test(statelessNft) && unfaithful.length > 0;

const DROP_ALL = ['aws:drop_established', 'aws:alert_established'];

test('an allow list in action order is the rules AWS publishes for it', () => {
  const compiled = compile({ groups: { list: allowList('.kaggle.com', 'Example.com') } });
  expect(lines(compiled).map((line) => line.replaceAll(/\[10\.2\.0\.0\/16\]/g, 'H'))).toEqual([
    'pass http H any -> !H any (http.host; dotprefix; content:".kaggle.com"; endswith; msg:"matching HTTP allowlisted FQDNs"; priority:1; flow:to_server, established; rev:1; sid:1;)',
    'pass tls H any -> !H any (ssl_state:client_hello; tls.sni; dotprefix; content:".kaggle.com"; nocase; endswith; msg:"matching TLS allowlisted FQDNs"; priority:1; flow:to_server, established; rev:1; sid:2;)',
    'pass http H any -> !H any (http.host; content:"example.com"; startswith; endswith; msg:"matching HTTP allowlisted FQDNs"; priority:1; flow:to_server, established; rev:1; sid:3;)',
    'pass tls H any -> !H any (ssl_state:client_hello; tls.sni; content:"example.com"; startswith; nocase; endswith; msg:"matching TLS allowlisted FQDNs"; priority:1; flow:to_server, established; rev:1; sid:4;)',
    'drop http H any -> !H any (http.header_names; content:"|0d 0a|"; startswith; msg:"not matching any HTTP allowlisted FQDNs"; priority:1; flow:to_server, established; rev:1; sid:5;)',
    'drop tls H any -> !H any (msg:"not matching any TLS allowlisted FQDNs"; priority:1; ssl_state:client_hello; flow:to_server, established; rev:1; sid:6;)',
  ]);
  expect(compiled.unfaithful).toEqual([]);
});

test('in strict order priorities are not for the engine to sort by, only for the records', () => {
  const own = rulesString(
    'pass tls any any -> any any (priority:9; sid:1;)',
    'pass tcp any any -> any any (priority:1; sid:2;)',
  );
  const strict = compile({ groups: { own }, policy: strictPolicy(...DROP_ALL) });
  expect(lines(strict).map((line) => /priority:(\d+)/.exec(line)?.[1])).toEqual([
    '3',
    '3',
    '255',
    '255',
    '255',
    '255',
  ]);
  expect([...strict.signatureIds.values()].map(({ severity }) => severity).slice(0, 2)).toEqual([9, 1]);
  const byAction = compile({ groups: { own } });
  expect(lines(byAction).map((line) => /priority:(\d+)/.exec(line)?.[1])).toEqual(['9', '1']);
  expect(byAction.signatureIds.get(1)?.severity).toBeUndefined();
});

test('in strict order an allow list only passes, and the default actions come last', () => {
  const compiled = compile({ groups: { list: allowList('.kaggle.com') }, policy: strictPolicy(...DROP_ALL) });
  expect(compiled.unfaithful).toEqual([]);
  expect(lines(compiled).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'pass http',
    'pass tls',
    'drop tcp',
    'drop udp',
    'drop icmp',
    'drop ip',
  ]);
  expect(lines(compiled)[2]).toContain('flow:established,to_server; msg:"aws:alert_established action"');
  expect([...compiled.signatureIds.values()].map(({ signatureId }) => signatureId)).toEqual([
    1, 2, 4, 2, 2, 2,
  ]);
  expect(compiled.signatureIds.get(3)?.ruleGroupArn).toBeNull();
});

test('a default drop without its alert action writes no record', () => {
  const compiled = compile({
    groups: { list: allowList('.kaggle.com') },
    policy: strictPolicy('aws:drop_established'),
  });
  expect(
    lines(compiled)
      .slice(2)
      .every((line) => line.includes(' noalert;')),
  ).toBe(true);
});

test('signature ids are unique in the engine and lead back to group and rule', () => {
  const compiled = compile({
    groups: {
      one: rulesString('drop tcp any any -> any 1 (sid:5;)'),
      two: rulesString('drop tcp any any -> any 2 (sid:5;)'),
    },
  });
  expect([...compiled.signatureIds]).toEqual([
    [1, { ruleGroupArn: expect.stringMatching(/one$/), signatureId: 5 }],
    [2, { ruleGroupArn: expect.stringMatching(/two$/), signatureId: 5 }],
  ]);
});

test("a group's own HOME_NET leaves EXTERNAL_NET the policy's", () => {
  const group = rulesString(
    'drop tcp $HOME_NET any -> $EXTERNAL_NET $WEB (sid:1;)',
    'drop ip !$EXTERNAL_NET any -> !$HOME_NET any (sid:2;)',
  );
  const compiled = compile({
    groups: {
      own: {
        ...group,
        RuleVariables: {
          IPSets: { HOME_NET: { Definition: ['10.9.0.0/16'] } },
          PortSets: { WEB: { Definition: ['80', '443'] } },
        },
      },
    },
  });
  expect(lines(compiled)).toEqual([
    'drop tcp [10.9.0.0/16] any -> ![10.2.0.0/16] [80,443] (sid:1;)',
    'drop ip [10.2.0.0/16] any -> ![10.9.0.0/16] any (sid:2;)',
  ]);
});

test('a standard stateful rule is written out with its options', () => {
  const compiled = compile({
    groups: {
      tuple: {
        RulesSource: {
          StatefulRules: [
            {
              Action: 'REJECT',
              Header: {
                Protocol: 'TCP',
                Source: '$HOME_NET',
                SourcePort: 'ANY',
                Direction: 'ANY',
                Destination: '203.0.113.0/24',
                DestinationPort: '[22,2222]',
              },
              RuleOptions: [
                { Keyword: 'msg', Settings: ['"no ssh"'] },
                { Keyword: 'sid', Settings: ['9'] },
              ],
            },
          ],
        },
      },
    },
  });
  expect(lines(compiled)).toEqual([
    'reject tcp [10.2.0.0/16] any <> 203.0.113.0/24 [22,2222] (msg:"no ssh"; sid:1;)',
  ]);
});

const strict = (...rules: string[]): AccountOptions => ({
  groups: { own: rulesString(...rules) },
  policy: strictPolicy(...DROP_ALL),
});
const policy = (part: Partial<FirewallPolicy> | Record<string, unknown>): AccountOptions => ({
  groups: { list: allowList('.kaggle.com') },
  policy: part,
});

test.each<[string, AccountOptions, RegExp]>([
  [
    'a drop before a pass in strict order',
    strict('drop tls any any -> any any (sid:1;)', 'pass tls any any -> any any (sid:2;)'),
    /sid 1\) \(drop\) comes before .*sid 2\) \(pass\)/,
  ],
  [
    'a reference to a prefix list',
    { groups: { own: rulesString('pass ip any any -> @LIST any (sid:1;)') } },
    /@LIST/,
  ],
  [
    'an undefined variable',
    { groups: { own: rulesString('pass ip $NOWHERE any -> any any (sid:1;)') } },
    /\$NOWHERE/,
  ],
  [
    'a keyword that only AWS has',
    { groups: { own: rulesString('drop tls any any -> any any (aws_domain_category:Malware; sid:1;)') } },
    /aws_domain_category/,
  ],
  [
    'a rule group of another account',
    policy({
      StatefulRuleGroupReferences: [
        { ResourceArn: 'arn:aws:network-firewall:us-east-1:aws-managed:stateful-rulegroup/X' },
      ],
    }),
    /aws-managed/,
  ],
  ['TLS inspection', policy({ TLSInspectionConfigurationArn: 'arn' }), /inspects TLS/],
  ['a field that is new', policy({ FirewallSection: {} }), /FirewallSection/],
  ['a stateless action nobody knows', policy({ StatelessDefaultActions: ['aws:unknown'] }), /aws:unknown/],
  ['no stateless default at all', policy({ StatelessFragmentDefaultActions: [] }), /fragment default/],
  ['text that is no rule', { groups: { own: rulesString('pass everything') } }, /cannot be compiled/],
])('%s is said and nothing passes', (_what, account, sentence) => {
  const compiled = compile(account);
  expect(compiled.unfaithful.join('\n')).toMatch(sentence);
  expect(isClosed(compiled)).toBe(true);
});

test.each<[string, AccountOptions, RegExp]>([
  [
    'an alert before a pass',
    strict('alert tls any any -> any any (sid:1;)', 'pass tls any any -> any any (sid:2;)'),
    /alert\) comes before/,
  ],
  [
    'an application-layer default',
    policy(strictPolicy('aws:drop_established_app_layer_to_server')),
    /app_layer_to_server/,
  ],
  ['a pass of one direction', strict('pass tcp any any -> any 22 (flow:to_server; sid:1;)'), /one direction/],
  ['a strict allow list without a default drop', policy(strictPolicy()), /not documented/],
])('%s is said, and the rules still block what they can', (_what, account, sentence) => {
  const compiled = compile(account);
  expect(compiled.unfaithful.join('\n')).toMatch(sentence);
  expect(lines(compiled).length).toBeGreaterThan(0);
});

test('a VPC with a second block and no HOME_NET is undecided', () => {
  const state = firewallAccount({ groups: { list: allowList('.kaggle.com') } });
  state.vpcs.set('vpc-0a', {
    VpcId: 'vpc-0a',
    CidrBlock: '10.2.0.0/16',
    CidrBlockAssociationSet: [{ CidrBlock: '10.2.0.0/16' }, { CidrBlock: '10.3.0.0/16' }],
  });
  expect(isClosed(compileFirewall(state, FIREWALL_ARN))).toBe(true);
});
