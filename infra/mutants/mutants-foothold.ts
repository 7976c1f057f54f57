/** Footholds: public addresses, and workloads beside the firewall or the NAT gateway. */
import type { Mutant, Sketch } from './mutant';
import { change, edited, mutantsOf } from './mutant';
import { networkInterface, subnet } from './reference-network';

/** What routing/no-public-foothold must notice. */
export function footholdMutants(): readonly Mutant[] {
  return mutantsOf('routing/no-public-foothold', footholds(), [
    'subnets',
    'networkInterfaces',
    'natGateways',
    'firewalls',
    'domains',
    'vpcEndpointAssociations',
  ]);
}

function footholds(): readonly Sketch[] {
  const address = { PublicIp: '198.51.100.77' };
  const place =
    (id: string, subnetId: string, members: object): Mutant['mutate'] =>
    (s) =>
      change(s, 'networkInterfaces', (list) => [
        ...list,
        networkInterface(id, { SubnetId: subnetId, InterfaceType: 'interface', ...members }),
      ]);
  const inFurtherSubnet: Mutant['mutate'] = (s) =>
    change(place('eni-app', 'subnet-further', {})(s), 'subnets', (list) => [
      ...list,
      subnet('subnet-further', '10.2.40.0/24'),
    ]);
  const publicByDefault =
    (subnetId: string): Mutant['mutate'] =>
    (s) =>
      change(s, 'subnets', (list) =>
        edited(
          list,
          (one) => one.SubnetId === subnetId,
          (one) => ({ ...one, MapPublicIpOnLaunch: true }),
        ),
      );
  return [
    [
      'R42',
      'A workload with a public address sits in the firewall subnet.',
      'fail',
      'eni-bastion',
      place('eni-bastion', 'subnet-firewall', { Association: address }),
    ],
    [
      'R42a',
      'The firewall subnet assigns public addresses.',
      'fail',
      'MapPublicIpOnLaunch',
      publicByDefault('subnet-firewall'),
    ],
    [
      'R42b',
      'The Studio subnet assigns public addresses.',
      'fail',
      'subnet-studio assigns',
      publicByDefault('subnet-studio'),
    ],
    [
      'R42c',
      'An app holds a public address.',
      'fail',
      '198.51.100.77',
      place('eni-app', 'subnet-studio', { Association: address }),
    ],
    [
      'R42d',
      'An app holds a public address on a secondary private one.',
      'fail',
      '198.51.100.77',
      place('eni-app', 'subnet-studio', {
        PrivateIpAddresses: [{ PrivateIpAddress: '10.2.3.9', Association: address }],
      }),
    ],
    ['R42e', 'A workload sits in the NAT subnet.', 'fail', 'eni-app', place('eni-app', 'subnet-nat', {})],
    [
      'R42f',
      'Studio uses the firewall subnet.',
      'fail',
      'subnet-firewall is a Studio subnet',
      (s) => change(s, 'domains', (list) => list.map((one) => ({ ...one, SubnetIds: ['subnet-firewall'] }))),
    ],
    [
      'R42j',
      'A workload sits where a further endpoint of an unread firewall stands.',
      'fail',
      'eni-app',
      (s) =>
        change(inFurtherSubnet(s), 'vpcEndpointAssociations', (list) => [
          ...list,
          {
            VpcEndpointAssociation: {
              VpcEndpointAssociationArn:
                'arn:aws:network-firewall:us-east-1:111122223333:vpc-endpoint-association/further',
              FirewallArn: 'arn:aws:network-firewall:us-east-1:999988887777:firewall/other',
              VpcId: 'vpc-studio',
              SubnetMapping: { SubnetId: 'subnet-further' },
            },
          },
        ]),
    ],
    [
      'R42k',
      'A workload sits in a subnet of the firewall whose endpoint is not there yet.',
      'fail',
      'eni-app (interface) is a workload in subnet-further',
      (s) =>
        change(inFurtherSubnet(s), 'firewalls', (list) =>
          list.map(({ Firewall: firewall, ...rest }) =>
            firewall === undefined
              ? rest
              : {
                  ...rest,
                  Firewall: {
                    ...firewall,
                    SubnetMappings: [...(firewall.SubnetMappings ?? []), { SubnetId: 'subnet-further' }],
                  },
                },
          ),
        ),
    ],
    [
      'R42g',
      'AWS did not return what kind of interface this is.',
      'unknown',
      'InterfaceType of eni-app',
      place('eni-app', 'subnet-nat', { InterfaceType: undefined }),
    ],
    [
      'R42i',
      'AWS did not return the subnet of an interface with a public address.',
      'unknown',
      'SubnetId of eni-lost',
      (s) =>
        change(s, 'networkInterfaces', (list) => [
          ...list,
          networkInterface('eni-lost', { InterfaceType: 'interface', Association: address }),
        ]),
    ],
    [
      'R42h',
      'AWS did not return MapPublicIpOnLaunch.',
      'unknown',
      'MapPublicIpOnLaunch',
      (s) => change(s, 'subnets', (list) => list.map((one) => ({ ...one, MapPublicIpOnLaunch: undefined }))),
    ],
  ];
}
