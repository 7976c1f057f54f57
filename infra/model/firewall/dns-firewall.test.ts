import * as fc from 'fast-check';
import type { ResolverFirewall } from '../../snapshot/snapshot';
import { dnsBlocking } from './dns-firewall';

type Sketch = { readonly action: 'ALLOW' | 'ALERT' | 'BLOCK'; readonly domains: readonly string[] };

const PATTERNS = ['*', '*.a', '*.b.a', 'a', 'b.a', 'c.b.a', 'b', '*.b'];
/** Between them they tell every pattern above from every other. */
const QUERIES = ['a', 'b', 'x', 'b.a', 'x.a', 'c.b.a', 'x.b.a', 'x.b', 'x.x'];

const firewallOf = (rules: readonly Sketch[]): ResolverFirewall => ({
  associations: [
    { Id: 'assoc', FirewallRuleGroupId: 'group', VpcId: 'vpc-a', Priority: 101, Status: 'COMPLETE' },
  ],
  config: { ResourceId: 'vpc-a', FirewallFailOpen: 'DISABLED' },
  ruleGroups: [
    {
      FirewallRuleGroupId: 'group',
      rules: rules
        .map(({ action }, index) => ({
          Action: action,
          Priority: index + 1,
          FirewallDomainListId: `list-${index}`,
        }))
        .reverse(),
      domains: Object.fromEntries(
        rules.map(({ domains }, index) => [`list-${index}`, domains.map((domain) => `${domain}.`)]),
      ),
    },
  ],
});

const matches = (pattern: string, query: string): boolean =>
  pattern === '*' || pattern === query || (pattern.startsWith('*.') && query.endsWith(pattern.slice(1)));

test('something is blocked when the first rule that matches some query blocks it', () => {
  const sketch = fc.record({
    action: fc.constantFrom('ALLOW', 'ALERT', 'BLOCK'),
    domains: fc.uniqueArray(fc.constantFrom(...PATTERNS), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(sketch, { maxLength: 5 }), (rules) => {
      const firewall = firewallOf(rules);
      const blocked = QUERIES.some(
        (query) =>
          rules.find(({ domains }) => domains.some((pattern) => matches(pattern, query)))?.action === 'BLOCK',
      );
      expect(dnsBlocking(firewall, firewall.associations).blocks).toBe(blocked ? 'yes' : 'no');
    }),
  );
});

test('an asterisk without a dot leaves it open what it takes', () => {
  const firewall = firewallOf([
    { action: 'ALLOW', domains: ['*oogle'] },
    { action: 'BLOCK', domains: ['dns.google'] },
  ]);
  expect(dnsBlocking(firewall, firewall.associations).blocks).toBe('maybe');
});
