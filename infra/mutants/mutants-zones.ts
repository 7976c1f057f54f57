/** Faults of zones: they cost money and availability, not inspection. Ids are those of the mutation catalogue. */
import type { Firewall, Snapshot } from '../snapshot/snapshot';
import type { Mutant, Sketch } from './mutant';
import { change, edited, mutantsOf } from './mutant';
import { route } from './reference-network';
import { replaceRoute } from './route-changes';
import { twoZones } from './two-zones';

const FIREWALL_A = { GatewayId: 'vpce-firewall' };
const ZONE_B = 'us-east-1b';

/** What routing/endpoint-is-local and firewall/spans-zones must notice. */
export function zoneMutants(): readonly Mutant[] {
  return [
    ...mutantsOf('routing/endpoint-is-local', local(), [
      'vpc',
      'subnets',
      'routeTables',
      'natGateways',
      'firewalls',
      'domains',
    ]),
    ...mutantsOf('firewall/spans-zones', spanning(), ['subnets', 'firewalls', 'domains']),
  ];
}

/** Two zones of Studio, of which B goes out and back by the endpoint of A: inspected and symmetric. */
export function acrossZones(snapshot: Snapshot): Snapshot {
  const out = replaceRoute(twoZones(snapshot), 'rtb-nat-b', '0.0.0.0/0', route('0.0.0.0/0', FIREWALL_A));
  return replaceRoute(out, 'rtb-edge', '10.2.12.0/24', route('10.2.12.0/24', FIREWALL_A));
}

/** The firewall with the status of its endpoint in zone B changed; null: without that endpoint. */
export function endpointB(snapshot: Snapshot, status: Status | null): Snapshot {
  return change(snapshot, 'firewalls', (list) =>
    list.map((firewall) => {
      const { [ZONE_B]: state, ...others } = firewall.FirewallStatus?.SyncStates ?? {};
      if (!firewall.FirewallStatus || !state?.Attachment) throw new Error('there is no endpoint in zone B');
      const changed = status && {
        [ZONE_B]: { ...state, Attachment: { ...state.Attachment, Status: status } },
      };
      return {
        ...firewall,
        FirewallStatus: { ...firewall.FirewallStatus, SyncStates: { ...others, ...changed } },
      };
    }),
  );
}

type States = NonNullable<NonNullable<Firewall['FirewallStatus']>['SyncStates']>;
type Status = NonNullable<NonNullable<States[string]['Attachment']>['Status']>;

/** A subnet whose zone AWS did not return. */
function withoutZone(snapshot: Snapshot, id: string): Snapshot {
  return change(snapshot, 'subnets', (list) =>
    edited(
      list,
      ({ SubnetId }) => SubnetId === id,
      ({ AvailabilityZone: _zone, ...rest }) => rest,
    ),
  );
}

function local(): readonly Sketch[] {
  return [
    [
      'A02',
      'The Studio subnet of zone B goes out by the NAT gateway of zone A.',
      'fail',
      'subnet-studio-b in us-east-1b goes out by the firewall endpoint vpce-firewall (us-east-1a), the NAT gateway nat-a (us-east-1a)',
      (s) =>
        replaceRoute(twoZones(s), 'rtb-studio-b', '0.0.0.0/0', route('0.0.0.0/0', { NatGatewayId: 'nat-a' })),
    ],
    [
      'A02b',
      'Zone B goes out and back by the endpoint of zone A.',
      'fail',
      '--vpc-endpoint-id vpce-firewall-b',
      acrossZones,
    ],
    [
      'A03',
      'AWS did not return the zone of the firewall subnet.',
      'unknown',
      'AvailabilityZone of subnet-firewall',
      (s) => withoutZone(s, 'subnet-firewall'),
    ],
    [
      'A04',
      'AWS did not return the zone of the Studio subnet.',
      'unknown',
      'AvailabilityZone of subnet-studio',
      (s) => withoutZone(s, 'subnet-studio'),
    ],
    [
      'R45',
      'The default route leads to an Outposts local gateway.',
      'unknown',
      'Outposts local gateway lgw-a',
      (s) => replaceRoute(s, 'rtb-studio', '0.0.0.0/0', route('0.0.0.0/0', { LocalGatewayId: 'lgw-a' })),
    ],
  ];
}

function spanning(): readonly Sketch[] {
  return [
    [
      'A01',
      'Studio spans two zones, and the firewall one.',
      'fail',
      'no endpoint in us-east-1b, which the Studio subnets subnet-studio-b are in',
      (s) => endpointB(acrossZones(s), null),
    ],
    [
      'A01b',
      'The endpoint of the second zone is being deleted.',
      'fail',
      'vpce-firewall-b is in state DELETING',
      (s) => endpointB(twoZones(s), 'DELETING'),
    ],
    [
      'A01c',
      'The endpoint of the second zone is still being made.',
      'unknown',
      'vpce-firewall-b is in state CREATING',
      (s) => endpointB(twoZones(s), 'CREATING'),
    ],
    [
      'A03',
      'AWS did not return the zone of the firewall subnet.',
      'unknown',
      'us-east-1a is not known',
      (s) => withoutZone(s, 'subnet-firewall'),
    ],
    [
      'A05',
      'The endpoint of the second zone belongs to a firewall that was not described.',
      'unknown',
      'vpce-associated',
      (s) =>
        associated(endpointB(acrossZones(s), null), 'arn:aws:network-firewall:us-east-1:1:firewall/other'),
    ],
  ];
}

/** An endpoint of a firewall in zone B that comes from a VPC endpoint association. */
export function associated(snapshot: Snapshot, firewallArn: string): Snapshot {
  const arn = 'arn:aws:network-firewall:us-east-1:111122223333:vpc-endpoint-association/a';
  return change(snapshot, 'vpcEndpointAssociations', (list) => [
    ...list,
    {
      VpcEndpointAssociation: {
        VpcEndpointAssociationArn: arn,
        FirewallArn: firewallArn,
        VpcId: 'vpc-studio',
        SubnetMapping: { SubnetId: 'subnet-firewall-b' },
      },
      VpcEndpointAssociationStatus: {
        Status: 'READY',
        AssociationSyncState: {
          [ZONE_B]: {
            Attachment: { SubnetId: 'subnet-firewall-b', EndpointId: 'vpce-associated', Status: 'READY' },
          },
        },
      },
    },
  ]);
}
