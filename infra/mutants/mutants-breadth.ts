/** Allow lists that open more than they name, or of which that is not known. Ids are those of the mutation catalogue. */
import { actionOrder, editList, inTurn, noFirewall, setPolicy, suricata } from './firewall-changes';
import type { Mutant, Sketch } from './mutant';
import { change, mutantsOf, unread } from './mutant';
import { broadNames } from './spared-names';

/** What firewall/allow-list-is-narrow must notice, and what of it firewall/unlisted-is-dropped must notice, too. */
export function breadthMutants(): readonly Mutant[] {
  return [
    ...mutantsOf(
      'firewall/allow-list-is-narrow',
      [...noFirewall(), ...lists(), ...texts(), ...broadNames(), ...unclear(), ...anywhere()],
      ['firewalls', 'firewallPolicies', 'ruleGroups'],
    ),
    ...mutantsOf('firewall/unlisted-is-dropped', nobodyNamed(), []),
  ];
}

/** The reference's list with one more target, for TLS and HTTP. */
export const listing = (...targets: readonly string[]): Mutant['mutate'] =>
  editList({ Targets: ['.kaggle.com', ...targets] });

const broad = (id: string, target: string, breaks: string, names: string = target): Sketch => [
  id,
  breaks,
  'fail',
  names,
  listing(target),
];

function lists(): readonly Sketch[] {
  return [
    broad('F09', '.amazonaws.com', 'The list opens every name of AWS, as the published one does.'),
    broad('F09a', '.com', 'The list opens a top-level domain.', 'anybody can register a domain there'),
    broad('F09b', '.co.uk', 'The list opens a public suffix of two labels.'),
    broad('F09c', '.github.io', 'The list opens a suffix of shared hosting.', 'private section'),
    broad('F09d', '.s3.amazonaws.com', "The list opens everybody's buckets."),
    broad('F09e', '.execute-api.us-east-1.amazonaws.com', "The list opens everybody's APIs in a Region."),
    broad('F09f', '.compute.amazonaws.com', "The list opens everybody's machines."),
    broad('F09g', '.us-east-1.amazonaws.com', 'The list opens a Region of AWS.'),
    broad(
      'F09h',
      '.dkr.ecr.us-east-1.amazonaws.com',
      "The list opens everybody's registries.",
      'customers of AWS',
    ),
    broad('F09i', '.blob.core.windows.net', "The list opens everybody's storage at Azure."),
    broad(
      'F09j',
      '.windows.net',
      'The list opens a name under which a shared suffix lies.',
      'below windows.net lie',
    ),
    broad('F09k', '.azurecr.io', 'The list opens a suffix that the Public Suffix List does not have.'),
    broad('F09l', '.CloudFront.net', 'The list opens a suffix in capital letters.', 'cloudfront.net'),
    broad(
      'F09m',
      's3.us-east-1.amazonaws.com',
      "One host that serves everybody's buckets by path.",
      'by path',
    ),
    broad('F09n', '.xn--p1ai', 'The list opens an international top-level domain.'),
    broad(
      'F09o',
      '.nosuchtld',
      'The list opens a top-level domain that is on no list.',
      'whole top-level domain',
    ),
    [
      'F09p',
      'In action order, a list for HTTP alone opens a suffix.',
      'fail',
      '.herokuapp.com',
      inTurn(actionOrder, editList({ Targets: ['.herokuapp.com'], TargetTypes: ['HTTP_HOST'] })),
    ],
  ];
}

function texts(): readonly Sketch[] {
  const tls = (options: string): Mutant['mutate'] =>
    suricata(`pass tls $HOME_NET any -> $EXTERNAL_NET 443 (${options} flow:to_server, established; sid:7;)`);
  return [
    ['F09q', 'A rule for every name.', 'fail', 'it names no host', tls('')],
    [
      'F09r',
      'A rule that says only what names do not contain.',
      'fail',
      'it names no host',
      tls('tls.sni; content:!"example.com";'),
    ],
    [
      'F09s',
      'An end without a dot.',
      'fail',
      'zq7xkaggle.com',
      tls('tls.sni; content:"kaggle.com"; endswith;'),
    ],
    [
      'F09t',
      'A beginning without an end.',
      'fail',
      'may stand after it',
      tls('tls.sni; content:"kaggle.com"; startswith;'),
    ],
    ['F09u', 'A text anywhere in the name.', 'fail', 'before and after', tls('tls.sni; content:"kaggle";')],
    [
      'F09v',
      'A dot put before the name, and none in the text.',
      'fail',
      'zq7xkaggle.com',
      tls('tls.sni; dotprefix; content:"kaggle.com"; endswith;'),
    ],
    [
      'F09w',
      'A suffix of shared hosting behind the beginning of a name.',
      'fail',
      'github.io',
      tls('tls.sni; content:"kaggle"; startswith; content:".github.io"; endswith;'),
    ],
    [
      'F09x',
      'A rule before it drops one other name below the suffix.',
      'fail',
      '.vercel.app',
      suricata(
        'drop tls any any -> any any (tls.sni; content:"evil.vercel.app"; startswith; endswith; sid:6;)',
        'pass tls any any -> any any (tls.sni; dotprefix; content:".vercel.app"; nocase; endswith; sid:7;)',
      ),
    ],
  ];
}

function unclear(): readonly Sketch[] {
  return [
    [
      'F22p',
      'The name is a regular expression.',
      'unknown',
      'sid 7',
      suricata('pass tls any any -> any any (tls.sni; pcre:"/kaggle/"; sid:7;)'),
    ],
    [
      'F22q',
      'A suffix, and a condition that is not evaluated.',
      'unknown',
      'pcre',
      suricata('pass tls any any -> any any (tls.sni; content:".com"; endswith; pcre:"/kaggle/"; sid:7;)'),
    ],
    [
      'F22o',
      'What is compared is not the name, but what a regular expression makes of it.',
      'unknown',
      'pcrexform',
      suricata(
        'pass tls any any -> any any (tls.sni; pcrexform:"(.*)"; content:".kaggle.com"; endswith; sid:7;)',
      ),
    ],
    [
      'F22n',
      'A host in HTTP/2, where it is not known what the rule compares.',
      'unknown',
      'http2 and http',
      suricata('pass http2 any any -> any any (http.host; content:".com"; endswith; sid:7;)'),
    ],
    ['F22r', 'An asterisk in the list.', 'unknown', '*.kaggle.com', listing('*.kaggle.com')],
    ['F22s', 'A dot at the end of a target.', 'unknown', 'kaggle.com.', listing('.kaggle.com.')],
    ['F22t', 'An empty target.', 'unknown', '""', listing('')],
    ['F22u', 'Two dots in a target.', 'unknown', 'is not a host name', listing('.kaggle..com')],
    [
      'F22v',
      'All below a service of AWS, of which it is not known whether customers get names there.',
      'unknown',
      'sagemaker.us-east-1.amazonaws.com',
      listing('.sagemaker.us-east-1.amazonaws.com'),
    ],
    [
      'F22w',
      'The rule group was not returned.',
      'unknown',
      'were not returned',
      (s) => change(s, 'ruleGroups', () => []),
    ],
    [
      'F22x',
      "A group of AWS's own stands beside the list.",
      'unknown',
      'aws-managed',
      setPolicy({
        StatefulRuleGroupReferences: [
          {
            ResourceArn:
              'arn:aws:network-firewall:us-east-1:aws-managed:stateful-rulegroup/ThreatsStrictOrder',
            Priority: 2,
          },
        ],
      }),
    ],
    [
      'F22y',
      'AWS did not return of which type the list is.',
      'unknown',
      'GeneratedRulesType',
      editList({ GeneratedRulesType: undefined }),
    ],
    [
      'F22z',
      'Where Studio is was not read, so that the suffix may be for others.',
      'unknown',
      'vpc could not be read',
      (s) => unread(listing('.github.io')(s), 'vpc'),
    ],
  ];
}

/** Whatever is not known of the ways to the firewall, the list is as broad as it is. */
function anywhere(): readonly Sketch[] {
  return [
    [
      'F09y',
      'The list opens a suffix, and the NAT gateways could not be read.',
      'fail',
      '.github.io',
      (s) => unread(listing('.github.io')(s), 'natGateways'),
    ],
  ];
}

function nobodyNamed(): readonly Sketch[] {
  const through = (id: string, target: string): Sketch => [
    id,
    `The list allows ${target}, below which anybody gets a name.`,
    'fail',
    `unlisted-zq7x${target}`,
    listing(target),
  ];
  return [
    through('F21l', '.co.uk'),
    through('F21m', '.github.io'),
    through('F21n', '.s3.us-east-1.amazonaws.com'),
    through('F21o', '.azurecr.io'),
  ];
}
