/** Faults of network ACLs. Ids are those of the mutation catalogue. */
import type { AclEntry } from './acl-changes';
import { anyEntry, ownAcl, tcpEntry, withEntries } from './acl-changes';
import { withIpv6 } from './address-changes';
import { editEndpoint } from './endpoint-changes';
import { strictAcls } from './harmless-groups';
import type { Mutant, Sketch } from './mutant';
import { aclServiceSketches } from './mutants-acl-services';
import { change, mutantsOf } from './mutant';
import { route } from './reference-network';
import { addRoutes } from './route-changes';

/** What security-groups/acls-let-paths-through must notice. */
export function aclMutants(): readonly Mutant[] {
  return mutantsOf(
    'security-groups/acls-let-paths-through',
    [...ofInternet(), ...aclServiceSketches(), ...ofOrder(), ...ofDoubt()],
    ['networkAcls', 'subnets', 'natGateways', 'vpcEndpoints', 'networkInterfaces', 'domains'],
  );
}

const IN = { egress: false };
const OUT = { egress: true };
const EPHEMERAL = [1024, 65_535] as const;
const HTTPS = [443, 443] as const;

const own =
  (subnetId: string, ...entries: readonly AclEntry[]): Mutant['mutate'] =>
  (s) =>
    ownAcl(s, subnetId, entries);
const denied =
  (...entries: readonly AclEntry[]): Mutant['mutate'] =>
  (s) =>
    withEntries(s, ...entries);

function ofInternet(): readonly Sketch[] {
  const allOut = anyEntry(100, true, 'allow');
  const allIn = anyEntry(100, false, 'allow');
  return [
    [
      'N01',
      'Answers to the ports that clients choose are denied on their way into the subnets.',
      'fail',
      'rule 90 (deny tcp 1024-65535 from 0.0.0.0/0)',
      denied(tcpEntry(90, { ...IN, action: 'deny', ports: EPHEMERAL })),
    ],
    [
      'N01a',
      'The Studio subnet lets in TLS only, not the answers.',
      'fail',
      'into subnet-studio (answers of TCP 443 to the internet): rule 32767',
      own('subnet-studio', allOut, tcpEntry(100, { ...IN, ports: HTTPS })),
    ],
    [
      'N01b',
      'The Studio subnet lets in answers up to port 40000, and clients use higher ones.',
      'fail',
      'TCP 40001-60999 from',
      own('subnet-studio', allOut, tcpEntry(100, { ...IN, ports: [1024, 40_000] })),
    ],
    [
      'N01c',
      'Half of the ports that a NAT gateway uses are denied into its subnet.',
      'fail',
      'into subnet-nat',
      own('subnet-nat', allOut, tcpEntry(90, { ...IN, action: 'deny', ports: [1024, 32_767] }), allIn),
    ],
    [
      'N01d',
      'The Studio subnet lets nothing out to the internet.',
      'fail',
      'out of subnet-studio (TCP 443 to the internet)',
      own('subnet-studio', anyEntry(100, true, 'allow', '10.2.0.0/16'), allIn),
    ],
    [
      'N01e',
      'Most of the internet is denied, in two entries.',
      'fail',
      'rule 90 (deny all to 0.0.0.0/2)',
      denied(anyEntry(90, true, 'deny', '0.0.0.0/2'), anyEntry(91, true, 'deny', '128.0.0.0/1')),
    ],
    [
      'N01f',
      'Only half of the internet is allowed, and nobody denied the rest.',
      'fail',
      '128.0.0.0',
      own('subnet-studio', anyEntry(100, true, 'allow', '0.0.0.0/1'), allIn),
    ],
    [
      'N02',
      'The NAT subnet does not let in what Studio sends.',
      'fail',
      'into subnet-nat (TCP 443 on its way to the internet)',
      own(
        'subnet-nat',
        allOut,
        tcpEntry(90, { ...IN, action: 'deny', ports: HTTPS, cidr: '10.2.3.0/24' }),
        allIn,
      ),
    ],
    [
      'N03',
      "The firewall subnet denies the way back to the NAT gateway's address.",
      'fail',
      'out of subnet-firewall (answers of TCP 443 on its way to the internet)',
      own('subnet-firewall', anyEntry(90, true, 'deny', '10.2.2.0/24'), allOut, allIn),
    ],
    [
      'N03a',
      'The NAT subnet denies the way back to the Studio subnet.',
      'fail',
      'to 10.2.3.0 out of subnet-nat',
      own('subnet-nat', anyEntry(90, true, 'deny', '10.2.3.0/24'), allOut, allIn),
    ],
    [
      'N04',
      'IPv6 leads through the firewall, and the ACLs have no rules for it.',
      'fail',
      'out of subnet-studio (TCP 443 to the internet): no rule matches',
      (s) =>
        change(
          addRoutes(
            addRoutes(withIpv6(s), 'rtb-studio', route('::/0', { GatewayId: 'vpce-firewall' })),
            'rtb-firewall',
            route('::/0', { GatewayId: 'igw-a' }),
          ),
          'networkAcls',
          (list) =>
            list.map((acl) => ({
              ...acl,
              Entries: acl.Entries?.filter((entry) => entry.CidrBlock !== undefined),
            })),
        ),
    ],
    [
      'N05',
      'Plain HTTP, which the allow list and the Studio group let out, is denied.',
      'fail',
      'TCP 80',
      denied(tcpEntry(90, { ...OUT, action: 'deny', ports: [80, 80] })),
    ],
  ];
}

function ofOrder(): readonly Sketch[] {
  return [
    [
      'N10',
      'A deny comes after an allow for the same traffic, so it denies nothing.',
      'fail',
      'rule 200 (deny tcp 22 from 0.0.0.0/0) never applies: earlier entries match all of it, among them rule 100',
      denied(tcpEntry(200, { ...IN, action: 'deny', ports: [22, 22] })),
    ],
    [
      'N11',
      'Two allows together match all of a later deny.',
      'fail',
      'rule 200 (deny tcp 1000-2000 to 0.0.0.0/0) never applies',
      (s) =>
        change(s, 'networkAcls', (list) =>
          list.map((acl) => ({
            ...acl,
            Entries: [
              ...(acl.Entries ?? []).map((entry) =>
                entry.RuleNumber === 100 && entry.Egress === true ? { ...entry, RuleNumber: 300 } : entry,
              ),
              tcpEntry(100, { ...OUT, ports: [0, 1500] }),
              tcpEntry(110, { ...OUT, ports: [1501, 65_535] }),
              tcpEntry(200, { ...OUT, action: 'deny', ports: [1000, 2000] }),
            ],
          })),
        ),
    ],
    [
      'N12',
      'An allow comes after a deny for more, so it allows nothing.',
      'fail',
      'rule 95 (allow tcp 3389 from 10.9.0.0/16) never applies',
      denied(
        tcpEntry(90, { ...IN, action: 'deny', ports: [3389, 3389] }),
        tcpEntry(95, { ...IN, ports: [3389, 3389], cidr: '10.9.0.0/16' }),
      ),
    ],
  ];
}

function ofDoubt(): readonly Sketch[] {
  return [
    [
      'N20',
      'AWS did not return the ports of an entry.',
      'unknown',
      'PortRange.From of rule 90',
      denied({ RuleNumber: 90, Egress: false, Protocol: '6', RuleAction: 'deny', CidrBlock: '10.0.0.0/8' }),
    ],
    [
      'N21',
      'Two ACLs are associated with one subnet.',
      'unknown',
      '2 network ACLs',
      (s) =>
        change(s, 'networkAcls', (list) => list.flatMap((acl) => [acl, { ...acl, NetworkAclId: 'acl-b' }])),
    ],
    [
      'N22',
      'The ACLs are narrow, and the addresses of an interface endpoint were not returned.',
      'unknown',
      'NetworkInterfaceIds of vpce-sts',
      (s) => editEndpoint('vpce-sts', (one) => ({ ...one, NetworkInterfaceIds: undefined }))(strictAcls(s)),
    ],
    [
      'N23',
      "The Studio subnet's ACL names prefixes of S3, and its prefix list was not returned.",
      'unknown',
      'the prefix list pl-s3',
      (s) =>
        change(
          ownAcl(s, 'subnet-studio', [
            anyEntry(90, true, 'deny', '3.5.0.0/19'),
            anyEntry(100, true, 'allow'),
            anyEntry(100, false, 'allow'),
          ]),
          'managedPrefixLists',
          () => [],
        ),
    ],
    [
      'N24',
      'The ACLs are narrow, and the way to the internet is one that the model does not follow.',
      'unknown',
      'on its way to the internet is open at subnet-studio',
      (s) => addRoutes(strictAcls(s), 'rtb-studio', route('8.8.8.0/24', { TransitGatewayId: 'tgw-a' })),
    ],
  ];
}
