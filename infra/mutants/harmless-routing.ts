/** Variations of the reference network's exits and zones that are as compliant as it is. Ids go on after the mutation catalogue's. */
import type { Snapshot } from '../snapshot/snapshot';
import type { Harmless } from './mutant';
import { change } from './mutant';
import { blocked } from './mutants-delivery';
import { partnerEndpoint, propagated, withEndpoint } from './mutants-exits';
import { networkInterface, route } from './reference-network';
import { addRoutes, changeTable } from './route-changes';

/** Variations that tempt a check of exits, symmetry, delivery or zones to raise an alarm. */
export function routingHarmless(): readonly Harmless[] {
  return [...approved(), ...unused(), ...dropped()];
}

function approved(): readonly Harmless[] {
  return [
    {
      id: 'H40',
      variation:
        'A virtual private gateway propagates what the intent approves, and a peering connection likewise.',
      intent: {
        approvedExits: [
          { target: 'vgw-a', destinations: ['192.168.0.0/17', '192.168.128.0/17'], because: 'the office' },
          { target: 'pcx-a', destinations: ['172.16.0.0/12'], because: 'the data VPC' },
        ],
      },
      mutate: (s) =>
        addRoutes(
          propagating(addRoutes(s, 'rtb-studio', propagated('192.168.0.0/16'))),
          'rtb-nat',
          route('172.16.5.0/24', { VpcPeeringConnectionId: 'pcx-a' }),
        ),
    },
    {
      id: 'H41',
      variation: "A partner's interface endpoint is approved.",
      intent: { approvedExits: [{ target: 'vpce-partner', destinations: [], because: 'the data partner' }] },
      mutate: (s) => withEndpoint(s, partnerEndpoint()),
    },
    {
      id: 'H42',
      variation: 'The office is behind the firewall, by a transit gateway of its subnet.',
      mutate: (s) => addRoutes(s, 'rtb-firewall', route('10.0.0.0/8', { TransitGatewayId: 'tgw-a' })),
    },
  ];
}

function unused(): readonly Harmless[] {
  return [
    {
      id: 'H44',
      variation: 'The main table, which no subnet uses, leads to a transit gateway.',
      mutate: (s) => addRoutes(s, 'rtb-main', route('0.0.0.0/0', { TransitGatewayId: 'tgw-a' })),
    },
    {
      id: 'H49',
      variation: 'VPC Block Public Access blocks what comes in, which the answers to a NAT gateway are not.',
      mutate: (s) => blocked(s, 'block-ingress'),
    },
    {
      id: 'H38',
      variation: 'A propagated route inside the local one is learned by a table that propagates.',
      mutate: (s) => propagating(addRoutes(s, 'rtb-studio', propagated('10.2.3.128/25'))),
    },
  ];
}

function dropped(): readonly Harmless[] {
  const gone = { VpcPeeringConnectionId: 'pcx-gone', State: 'blackhole' as const };
  return [
    {
      id: 'H45',
      variation: 'Routes to a peering connection that is gone drop private addresses.',
      mutate: (s) => addRoutes(s, 'rtb-studio', route('10.99.0.0/16', gone), route('192.168.0.0/16', gone)),
    },
    {
      id: 'H46',
      variation: 'One /24 of the internet is dropped, and one prefix of nobody.',
      mutate: (s) => addRoutes(s, 'rtb-nat', route('185.220.101.0/24', gone), route('240.0.0.0/4', gone)),
    },
    {
      id: 'H47',
      variation: 'A route leads private addresses to a machine that drops what is not its own.',
      mutate: (s) =>
        addRoutes(
          change(s, 'networkInterfaces', (list) => [
            ...list,
            networkInterface('eni-sink', { SubnetId: 'subnet-nat', InterfaceType: 'natGateway' }),
          ]),
          'rtb-studio',
          route('10.99.0.0/16', { NetworkInterfaceId: 'eni-sink' }),
        ),
    },
    {
      id: 'H48',
      variation: "The edge table drops what is sent to the firewall's own subnet.",
      mutate: (s) => addRoutes(s, 'rtb-edge', route('10.2.1.0/24', gone)),
    },
  ];
}

/** AWS lists the gateway in each table that learns from it. */
function propagating(snapshot: Snapshot): Snapshot {
  return changeTable(snapshot, 'rtb-studio', (table) => ({
    ...table,
    PropagatingVgws: [{ GatewayId: 'vgw-a' }],
  }));
}
