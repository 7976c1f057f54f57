/** Faults of the firewall and of what it takes for Studio's network. Ids are those of the mutation catalogue. */
import type { SectionName } from '../snapshot/snapshot';
import { withIpv6 } from './address-changes';
import { editFirewall, editRules, setPolicy, statelessGroup, noFirewall, ROUTING } from './firewall-changes';
import type { Mutant, Sketch } from './mutant';
import { change, mutantsOf } from './mutant';
import { notReady } from './mutants-ready';
import { route } from './reference-network';
import { addRoutes } from './route-changes';

/** What the checks of firewall/ must notice, but for unlisted-is-dropped. */
export function firewallMutants(): readonly Mutant[] {
  const policy: readonly SectionName[] = ['firewalls', 'firewallPolicies'];
  return [
    ...mutantsOf(
      'firewall/is-ready',
      [...noFirewall(), ...notReady()],
      [...policy, 'ruleGroups', 'vpcEndpointAssociations'],
    ),
    ...mutantsOf('firewall/stateless-inspects-everything', passedByStateless(), [...policy, ...ROUTING]),
    ...mutantsOf('firewall/fragments-are-inspected', fragments(), policy),
    ...mutantsOf('firewall/home-net-covers-studio', nets(), [...policy, 'ruleGroups', ...ROUTING]),
    ...mutantsOf('firewall/is-protected', unprotected(), ['firewalls']),
    ...mutantsOf('firewall/midstream-is-dropped', midstream(), policy),
  ];
}

function passedByStateless(): readonly Sketch[] {
  const to = (...cidrs: readonly string[]): object => ({
    Destinations: cidrs.map((AddressDefinition) => ({ AddressDefinition })),
  });
  return [
    [
      'F01',
      'Everything skips the stateful engine.',
      'fail',
      'StatelessDefaultActions aws:pass',
      setPolicy({ StatelessDefaultActions: ['aws:pass'] }),
    ],
    [
      'F03',
      'A stateless rule passes port 443.',
      'fail',
      'priority 1 of first',
      statelessGroup({
        MatchAttributes: { Protocols: [6], DestinationPorts: [{ FromPort: 443, ToPort: 443 }] },
        Actions: ['aws:pass'],
      }),
    ],
    [
      'F03a',
      'A stateless rule passes one address on the internet.',
      'fail',
      'priority 1 of first',
      statelessGroup({ MatchAttributes: to('8.8.8.8/32'), Actions: ['aws:pass'] }),
    ],
    [
      'F03b',
      'A stateless rule passes answers only.',
      'fail',
      'priority 1 of first',
      statelessGroup({ MatchAttributes: { Protocols: [6], ...to('10.2.0.0/16') }, Actions: ['aws:pass'] }),
    ],
    [
      'F03c',
      'AWS did not return the stateless rule group.',
      'unknown',
      'stateless-rulegroup/gone',
      setPolicy({
        StatelessRuleGroupReferences: [
          {
            ResourceArn: 'arn:aws:network-firewall:us-east-1:111122223333:stateless-rulegroup/gone',
            Priority: 1,
          },
        ],
      }),
    ],
    [
      'F03d',
      'AWS did not return the default.',
      'unknown',
      'StatelessDefaultActions',
      setPolicy({ StatelessDefaultActions: undefined }),
    ],
  ];
}

function fragments(): readonly Sketch[] {
  return [
    [
      'F02',
      'Fragments pass uninspected.',
      'fail',
      'StatelessFragmentDefaultActions',
      setPolicy({ StatelessFragmentDefaultActions: ['aws:pass'] }),
    ],
    [
      'F02a',
      'AWS did not return what happens to fragments.',
      'unknown',
      'StatelessFragmentDefaultActions',
      setPolicy({ StatelessFragmentDefaultActions: undefined }),
    ],
    [
      'F02b',
      'The action is not known.',
      'unknown',
      'aws:mirror',
      setPolicy({ StatelessFragmentDefaultActions: ['aws:mirror'] }),
    ],
  ];
}

function nets(): readonly Sketch[] {
  const home = (...Definition: readonly string[]): Mutant['mutate'] =>
    editRules((group) => ({
      ...group,
      RuleVariables: { IPSets: { HOME_NET: { Definition: [...Definition] } } },
    }));
  return [
    [
      'F11',
      "HOME_NET leaves out where Studio's traffic comes from.",
      'fail',
      '10.2.2.5 (nat-a)',
      home('10.2.3.0/24'),
    ],
    ['F11a', 'HOME_NET is of another network.', 'fail', '10.2.2.5 (nat-a)', home('192.168.0.0/16')],
    [
      'F11b',
      'EXTERNAL_NET is half of the internet.',
      'fail',
      'EXTERNAL_NET',
      editRules((group) => ({
        ...group,
        RuleVariables: {
          IPSets: {
            HOME_NET: { Definition: ['10.2.0.0/16'] },
            EXTERNAL_NET: { Definition: ['128.0.0.0/1'] },
          },
        },
      })),
    ],
    [
      'F11d',
      'HOME_NET takes something away from itself.',
      'unknown',
      'HOME_NET',
      home('10.0.0.0/8', '!10.2.0.0/16'),
    ],
    ['F11c', 'HOME_NET is spelled so that it can only be guessed.', 'unknown', 'HOME_NET', home('10.2/16')],
    [
      'V06',
      'IPv6 goes through the firewall, and HOME_NET has IPv4 only.',
      'fail',
      '2600:1f18:1:3::/64',
      (s) =>
        addRoutes(
          addRoutes(withIpv6(s), 'rtb-studio', route('::/0', { GatewayId: 'vpce-firewall' })),
          'rtb-firewall',
          route('::/0', { GatewayId: 'igw-a' }),
        ),
    ],
  ];
}

function unprotected(): readonly Sketch[] {
  const off = (part: object): Mutant['mutate'] =>
    editFirewall((one) => ({
      ...one,
      ...(one.Firewall === undefined ? {} : { Firewall: { ...one.Firewall, ...part } }),
    }));
  return [
    [
      'F19',
      'Nothing is protected.',
      'fail',
      'DeleteProtection, SubnetChangeProtection, FirewallPolicyChangeProtection',
      off({ DeleteProtection: false, SubnetChangeProtection: false, FirewallPolicyChangeProtection: false }),
    ],
    [
      'F19a',
      'The policy can be exchanged.',
      'fail',
      'FirewallPolicyChangeProtection',
      off({ FirewallPolicyChangeProtection: false }),
    ],
    [
      'F19b',
      'AWS did not return the protection.',
      'unknown',
      'DeleteProtection',
      off({ DeleteProtection: undefined }),
    ],
  ];
}

function midstream(): readonly Sketch[] {
  return [
    [
      'F16',
      'Connections without a beginning go on.',
      'fail',
      'CONTINUE',
      setPolicy({ StatefulEngineOptions: { RuleOrder: 'STRICT_ORDER', StreamExceptionPolicy: 'CONTINUE' } }),
    ],
    [
      'F16a',
      'AWS did not return the policy.',
      'unknown',
      'the content of',
      (s) =>
        change(s, 'firewallPolicies', (list) => list.map((one) => ({ ...one, FirewallPolicy: undefined }))),
    ],
  ];
}
