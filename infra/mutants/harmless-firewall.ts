/** Variations of the reference network's firewall and logs that are as compliant as it is. */
import { editList, editRules, inTurn, setPolicy, statelessGroup, suricata } from './firewall-changes';
import type { Harmless } from './mutant';
import { change } from './mutant';
import { editGroups } from './mutants-logging';

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

/** Variations of the firewall that are as compliant as the reference. */
export function firewallHarmless(): readonly Harmless[] {
  return [
    {
      id: 'H17',
      variation: 'Strict order, a drop default, and explicit pass rules for names and for one address.',
      mutate: suricata(
        'pass tls $HOME_NET any -> $EXTERNAL_NET 443 (tls.sni; dotprefix; content:".kaggle.com"; nocase; endswith; flow:to_server, established; msg:"kaggle"; sid:1;)',
        'pass udp $HOME_NET any -> 162.159.200.1 123 (msg:"time"; flow:to_server; sid:2;)',
        'drop quic $HOME_NET any -> $EXTERNAL_NET any (msg:"quic"; sid:3;)',
        'alert http $HOME_NET any -> $EXTERNAL_NET any (http.host; content:"kaggle.com"; sid:4;)',
      ),
    },
    {
      id: 'H17a',
      variation: 'Names with an end and a length in older words, and rules that only alert on half a name.',
      mutate: suricata(
        'pass tls $HOME_NET any -> $EXTERNAL_NET 443 (tls.sni; content:".kaggle.com"; isdataat:!1,relative; sid:1;)',
        'pass http any any -> any 80 (http.host; content:"kaggle.com"; bsize:10; sid:2;)',
        'pass tls any any -> any 443 (tls.sni; content:"api"; content:".kaggle.com"; endswith; sid:3;)',
        'alert tls any any -> any any (tls.sni; content:"kaggle"; sid:4;)',
        'drop tls any any -> any any (tls.sni; content:"evil.com"; endswith; sid:5;)',
      ),
    },
    {
      id: 'H17b',
      variation:
        'HOME_NET is all private addresses, and rules pass what is private and one address on the internet.',
      mutate: inTurn(
        setPolicy({ PolicyVariables: { RuleVariables: { HOME_NET: { Definition: PRIVATE } } } }),
        editRules((group) => ({
          ...group,
          RuleVariables: { IPSets: { HOME_NET: { Definition: PRIVATE } } },
        })),
        suricata(
          'pass ip $HOME_NET any -> 10.0.0.0/8 any (sid:1;)',
          'pass ip $HOME_NET any -> 172.16.0.0/12 any (sid:2;)',
          'pass ip $HOME_NET any -> 192.168.0.0/16 any (sid:3;)',
          'pass udp $HOME_NET any -> 162.159.200.1 123 (flow:to_server; sid:4;)',
        ),
      ),
    },
    {
      id: 'H17c',
      variation: 'Every name but those below one domain is dropped, and what has a name then passes.',
      mutate: suricata(
        'drop tls $HOME_NET any -> $EXTERNAL_NET any (tls.sni; content:!".kaggle.com"; endswith; flow:to_server; sid:1;)',
        'pass tls $HOME_NET any -> $EXTERNAL_NET any (tls.sni; content:"."; flow:to_server; sid:2;)',
      ),
    },
    {
      id: 'F07s',
      variation: 'The list denies instead of allowing, with a drop default behind it: less gets through.',
      mutate: editList({ GeneratedRulesType: 'DENYLIST' }),
    },
    {
      id: 'H31',
      variation: 'Everything is dropped by default, from the first packet.',
      mutate: setPolicy({ StatefulDefaultActions: ['aws:drop_strict', 'aws:alert_strict'] }),
    },
    {
      id: 'H32',
      variation: 'The stateless engine passes traffic inside the VPC.',
      mutate: statelessGroup({
        MatchAttributes: {
          Sources: [{ AddressDefinition: '10.2.0.0/16' }],
          Destinations: [{ AddressDefinition: '10.2.0.0/16' }],
        },
        Actions: ['aws:pass'],
      }),
    },
    {
      id: 'H33',
      variation: 'Log groups keep their records for ever.',
      mutate: editGroups((one) => ({ ...one, retentionInDays: undefined })),
    },
    {
      id: 'H34',
      variation: 'Fragments are handed to the stateful engine.',
      mutate: setPolicy({ StatelessFragmentDefaultActions: ['aws:forward_to_sfe'] }),
    },
    {
      id: 'H35',
      variation: 'DHCP names a foreign DNS server that the firewall blocks.',
      mutate: (s) =>
        change(s, 'dhcpOptions', (list) =>
          list.map((one) => ({
            ...one,
            DhcpConfigurations: [{ Key: 'domain-name-servers', Values: [{ Value: '8.8.8.8' }] }],
          })),
        ),
    },
  ];
}
