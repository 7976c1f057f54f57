/** Faults of the ways to a resolver. Ids are those of the mutation catalogue. */
import { actionOrder, inTurn, suricata } from './firewall-changes';
import type { Mutant, Sketch } from './mutant';
import { change, mutantsOf } from './mutant';
import { route } from './reference-network';
import { addRoutes } from './route-changes';

/** What the checks of dns/ must notice. */
export function dnsMutants(): readonly Mutant[] {
  return [
    ...mutantsOf('dns/resolver-is-guarded', resolver(), ['resolverFirewall']),
    ...mutantsOf('dns/no-foreign-resolver', foreignResolver(), ['vpc', 'dhcpOptions']),
  ];
}

function resolver(): readonly Sketch[] {
  const edit =
    (
      part: (value: Parameters<Parameters<typeof change<'resolverFirewall'>>[2]>[0]) => object,
    ): Mutant['mutate'] =>
    (s) =>
      change(s, 'resolverFirewall', (value) => ({ ...value, ...part(value) }));
  const rules = (action: 'ALERT' | 'BLOCK', domains: readonly string[]): Mutant['mutate'] =>
    edit(({ ruleGroups }) => ({
      ruleGroups: ruleGroups.map((group) => ({
        ...group,
        rules: group.rules.map((rule) => ({ ...rule, Action: action })),
        domains: Object.fromEntries(Object.keys(group.domains).map((id) => [id, [...domains]])),
      })),
    }));
  return [
    [
      'X01',
      'No DNS Firewall guards the VPC.',
      'fail',
      'No DNS Firewall rule group is associated',
      edit(() => ({ associations: [], ruleGroups: [] })),
    ],
    [
      'X01a',
      'It fails open.',
      'fail',
      'FirewallFailOpen',
      edit(({ config }) => ({ config: { ...config, FirewallFailOpen: 'ENABLED' } })),
    ],
    ['X01b', 'It only alerts.', 'fail', 'has a rule that blocks', rules('ALERT', ['*.'])],
    ['X01c', 'It blocks an empty list.', 'fail', 'has a rule that blocks', rules('BLOCK', [])],
    [
      'X01d',
      'The association is being changed.',
      'unknown',
      'UPDATING',
      edit(({ associations }) => ({
        associations: associations.map((one) => ({ ...one, Status: 'UPDATING' })),
      })),
    ],
    [
      'X01e',
      'AWS did not return whether it fails open.',
      'unknown',
      'FirewallFailOpen',
      edit(({ config }) => ({ config: { ...config, FirewallFailOpen: undefined } })),
    ],
    [
      'X01f',
      'The setting comes from elsewhere.',
      'unknown',
      'USE_LOCAL_RESOURCE_SETTING',
      edit(({ config }) => ({ config: { ...config, FirewallFailOpen: 'USE_LOCAL_RESOURCE_SETTING' } })),
    ],
    [
      'X01g',
      'Every domain is let go before any is blocked.',
      'fail',
      'before the ALLOW rule allowed',
      edit(({ ruleGroups }) => ({
        ruleGroups: ruleGroups.map((group) => ({
          ...group,
          domains: { ...group.domains, 'rslvr-fdl-allowed': ['*'] },
        })),
      })),
    ],
    [
      'X01h',
      'A group that lets every domain go comes before the one that blocks.',
      'fail',
      'before the ALERT rule watch',
      edit((value) => ({
        associations: [
          ...value.associations,
          ...value.associations.map((one) => ({
            ...one,
            Id: 'rslvr-frgassoc-b',
            FirewallRuleGroupId: 'rslvr-frg-b',
            Priority: 100,
          })),
        ],
        ruleGroups: [
          ...value.ruleGroups,
          {
            FirewallRuleGroupId: 'rslvr-frg-b',
            rules: [
              {
                FirewallRuleGroupId: 'rslvr-frg-b',
                FirewallDomainListId: 'rslvr-fdl-watch',
                Name: 'watch',
                Priority: 1,
                Action: 'ALERT',
              },
            ],
            domains: { 'rslvr-fdl-watch': ['*'] },
          },
        ],
      })),
    ],
    [
      'X01i',
      'An action that is not known.',
      'unknown',
      'the action',
      edit(({ ruleGroups }) => ({
        ruleGroups: ruleGroups.map((group) => ({
          ...group,
          rules: group.rules.map((rule) => ({ ...rule, Action: 'SINKHOLE' })),
        })),
      })),
    ],
  ];
}

function foreignResolver(): readonly Sketch[] {
  const servers =
    (...values: readonly string[]): Mutant['mutate'] =>
    (s) =>
      change(s, 'dhcpOptions', (list) =>
        list.map((one) => ({
          ...one,
          DhcpConfigurations: [{ Key: 'domain-name-servers', Values: values.map((Value) => ({ Value })) }],
        })),
      );
  return [
    [
      'X03',
      'DHCP names a foreign DNS server, and nothing stops port 53.',
      'fail',
      '8.8.8.8',
      inTurn(servers('AmazonProvidedDNS', '8.8.8.8'), actionOrder),
    ],
    [
      'X03c',
      "It names one in the VPC, which has a prefix out of the internet's addresses.",
      'unknown',
      '8.8.8.8',
      inTurn(servers('8.8.8.8'), (s) =>
        change(s, 'vpc', (vpc) => ({
          ...vpc,
          CidrBlockAssociationSet: [
            ...(vpc.CidrBlockAssociationSet ?? []),
            {
              AssociationId: 'vpc-cidr-assoc-b',
              CidrBlock: '8.8.8.0/24',
              CidrBlockState: { State: 'associated' },
            },
          ],
        })),
      ),
    ],
    [
      'X03d',
      'The NAT gateway has two addresses, and a rule passes port 53 from the second.',
      'fail',
      'sid 7',
      inTurn(servers('8.8.8.8'), suricata('pass udp 10.2.2.6 any -> 8.8.8.8 53 (sid:7;)'), (s) =>
        change(s, 'natGateways', (list) =>
          list.map((one) => ({
            ...one,
            NatGatewayAddresses: (one.NatGatewayAddresses ?? []).flatMap((address) => [
              address,
              { ...address, IsPrimary: false, PrivateIp: '10.2.2.6', PublicIp: '198.51.100.11' },
            ]),
          })),
        ),
      ),
    ],
    ['X03a', 'It names one on a private address.', 'unknown', '10.9.0.2', servers('10.9.0.2')],
    [
      'X03b',
      'The route to it goes past the firewall.',
      'fail',
      'past the firewall',
      inTurn(servers('8.8.8.8'), (s) => addRoutes(s, 'rtb-nat', route('8.8.8.8/32', { GatewayId: 'igw-a' }))),
    ],
  ];
}
