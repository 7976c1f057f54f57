/** Policies that let through what no allow rule names, or of which that is not known. Ids are those of the mutation catalogue. */
import {
  actionOrder,
  editList,
  editRules,
  inTurn,
  noDropDefault,
  setPolicy,
  statelessGroup,
  suricata,
  noFirewall,
  ROUTING,
} from './firewall-changes';
import type { Mutant, Sketch } from './mutant';
import { change, mutantsOf } from './mutant';
import { unlistedNames } from './spared-names';

/** What firewall/unlisted-is-dropped must notice. */
export function unlistedMutants(): readonly Mutant[] {
  return mutantsOf(
    'firewall/unlisted-is-dropped',
    [...noFirewall(), ...leaks(), ...openings(), ...unlistedNames(), ...notUnderstood()],
    ['firewalls', 'firewallPolicies', 'ruleGroups', ...ROUTING],
  );
}

function leaks(): readonly Sketch[] {
  const deny = editList({ GeneratedRulesType: 'DENYLIST' });
  const noGroups = setPolicy({ StatefulRuleGroupReferences: [] });
  return [
    [
      'F01u',
      'Everything skips the stateful engine.',
      'fail',
      'StatelessDefaultActions',
      setPolicy({ StatelessDefaultActions: ['aws:pass'] }),
    ],
    [
      'F05',
      'Action order and a domain list: what is neither TLS nor HTTP is not denied.',
      'fail',
      'TCP without a known application protocol',
      actionOrder,
    ],
    ['F06', 'Strict order without a drop default.', 'fail', 'no drop default', noDropDefault],
    [
      'F06a',
      'Strict order with an alert default only.',
      'fail',
      'no drop default',
      setPolicy({ StatefulDefaultActions: ['aws:alert_established'] }),
    ],
    [
      'F07',
      'The list denies instead of allowing, and nothing stands behind it.',
      'fail',
      'gets through',
      inTurn(actionOrder, deny),
    ],
    [
      'F12',
      'A rule that alerts where it should drop.',
      'fail',
      'gets through',
      inTurn(actionOrder, suricata('alert ip any any -> any any (msg:"dropped"; sid:1;)')),
    ],
    [
      'F14',
      'No stateful rule group, in action order.',
      'fail',
      'gets through',
      inTurn(actionOrder, noGroups),
    ],
  ];
}

/** Rules of one's own that open more than they name. */
function openings(): readonly Sketch[] {
  return [
    [
      'F21',
      'A pass rule for a port to everywhere.',
      'fail',
      'sid 7 of allowed-domains',
      suricata('pass tcp $HOME_NET any -> $EXTERNAL_NET 22 (msg:"ssh"; flow:to_server; sid:7;)'),
    ],
    [
      'F21a',
      'Two pass rules for half the internet each.',
      'fail',
      'sid 7',
      suricata('pass udp any any -> 0.0.0.0/1 any (sid:7;)', 'pass udp any any -> 128.0.0.0/1 any (sid:8;)'),
    ],
    [
      'F21b',
      'A pass rule for SSH, whatever the port.',
      'fail',
      'SSH over TCP',
      suricata('pass ssh any any -> any any (sid:7;)'),
    ],
    [
      'F21c',
      'A pass rule for every name.',
      'fail',
      'TLS over TCP for a name',
      suricata('pass tls any any -> any any (tls.sni; content:"."; sid:7;)'),
    ],
    [
      'F21g',
      'A pass rule for what ends like the name it means.',
      'fail',
      'zq7xkaggle.com',
      suricata(
        'pass tls any any -> any 443 (tls.sni; content:"kaggle.com"; endswith; flow:to_server, established; sid:7;)',
      ),
    ],
    [
      'F21h',
      'A pass rule for what only contains the name it means.',
      'fail',
      'kaggle.com.unlisted-zq7x.invalid',
      suricata('pass http any any -> any 80 (http.host; content:"kaggle.com"; startswith; sid:7;)'),
    ],
    [
      'F21i',
      'The list allows a whole top-level domain.',
      'fail',
      'unlisted-zq7x.com',
      editList({ Targets: ['.kaggle.com', '.com'] }),
    ],
    [
      'F21j',
      'A pass rule below a comment that ends in a backslash.',
      'fail',
      'sid 7',
      suricata('# retired: \\', 'pass ip any any -> any any (sid:7;)'),
    ],
    [
      'F21k',
      'A pass rule with its option in one word, as templates write it.',
      'fail',
      'rule 1 of allowed-domains',
      editRules((group) => ({
        ...group,
        RulesSource: {
          StatefulRules: [
            {
              Action: 'PASS',
              Header: {
                Protocol: 'TCP',
                Source: 'ANY',
                SourcePort: 'ANY',
                Direction: 'ANY',
                Destination: 'ANY',
                DestinationPort: 'ANY',
              },
              RuleOptions: [{ Keyword: 'sid:1' }],
            },
          ],
        },
      })),
    ],
    [
      'F21d',
      'A pass rule in five members.',
      'fail',
      'rule 1 of allowed-domains',
      editRules((group) => ({
        ...group,
        RulesSource: {
          StatefulRules: [
            {
              Action: 'PASS',
              Header: {
                Protocol: 'UDP',
                Source: 'ANY',
                SourcePort: 'ANY',
                Direction: 'FORWARD',
                Destination: 'ANY',
                DestinationPort: '123',
              },
              RuleOptions: [{ Keyword: 'sid', Settings: ['1'] }],
            },
          ],
        },
      })),
    ],
    [
      'F21e',
      'Drop rules that leave UDP out, in action order.',
      'fail',
      'UDP',
      inTurn(
        actionOrder,
        suricata('drop tcp any any -> any any (sid:1;)', 'drop icmp any any -> any any (sid:2;)'),
      ),
    ],
    [
      'F21f',
      'Drop rules for traffic from another network.',
      'fail',
      'gets through',
      inTurn(actionOrder, suricata('drop ip 192.168.0.0/16 any -> any any (sid:1;)')),
    ],
  ];
}

function notUnderstood(): readonly Sketch[] {
  return [
    [
      'F22',
      'A rule in a language that is not known.',
      'unknown',
      'line 2, column',
      suricata('# carriers', 'pass tcp:all any any -> any any (sid:1;)'),
    ],
    [
      'F22a',
      'A pass rule with a condition that is not evaluated.',
      'unknown',
      'sid 7',
      suricata('pass tls any any -> any any (tls.sni; pcre:"/kaggle/"; sid:7;)'),
    ],
    [
      'F22b',
      'A pass of the handshake, which may or may not pass the rest.',
      'unknown',
      'sid 7',
      suricata('pass tcp any any -> any any (flow:not_established; sid:7;)'),
    ],
    [
      'F22i',
      'A pass rule on a name that is transformed first.',
      'unknown',
      'sid 7',
      suricata('pass tls any any -> any any (tls.sni; to_uppercase; content:"INVALID"; sid:7;)'),
    ],
    [
      'F22j',
      'In action order, a drop rule that begins with a blank, and may be skipped.',
      'unknown',
      'begins with a blank',
      inTurn(actionOrder, suricata(' drop ip any any -> any any (sid:7;)')),
    ],
    [
      'F22c',
      'The rule group was not returned.',
      'unknown',
      'were not returned',
      (s) => change(s, 'ruleGroups', () => []),
    ],
    [
      'F22d',
      'The application layer default says nothing about UDP.',
      'unknown',
      'for udp',
      setPolicy({ StatefulDefaultActions: ['aws:drop_established_app_layer'] }),
    ],
    [
      'F22e',
      'A default action that is not known.',
      'unknown',
      'aws:drop_later',
      setPolicy({ StatefulDefaultActions: ['aws:drop_later'] }),
    ],
    [
      'F22f',
      'TLS inspection.',
      'unknown',
      'TLS inspection',
      setPolicy({
        TLSInspectionConfigurationArn: 'arn:aws:network-firewall:us-east-1:111122223333:tls-configuration/a',
      }),
    ],
    [
      'F22g',
      'A pass rule for addresses that follow a prefix list.',
      'unknown',
      'sid 7',
      suricata('pass udp any any -> @PARTNERS any (sid:7;)'),
    ],
    [
      'F22h',
      'Answers pass the stateless engine, so that no connection is established.',
      'unknown',
      'answers do not meet the stateful engine',
      statelessGroup({
        MatchAttributes: { Protocols: [6], Destinations: [{ AddressDefinition: '10.2.0.0/16' }] },
        Actions: ['aws:pass'],
      }),
    ],
  ];
}
