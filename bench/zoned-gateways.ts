/** What stands in each zone of a {@link ZonedNetwork}: the NAT gateway, the firewall's endpoint, and their interfaces. */
import { change } from '../infra/mutants/mutant';
import { networkInterface } from '../infra/mutants/reference-network';
import type { NatGateway, NetworkInterface, Snapshot, Subnet } from '../infra/snapshot/snapshot';
import { addressIn, studioSubnetId } from './zoned-plan';

/** A public NAT gateway with one address. */
export function natGateway(zone: string, address: string): NatGateway {
  return {
    NatGatewayId: `nat-${zone}`,
    SubnetId: `subnet-nat-${zone}`,
    VpcId: 'vpc-studio',
    State: 'available',
    ConnectivityType: 'public',
    NatGatewayAddresses: [
      {
        PrivateIp: address,
        PublicIp: publicAddress(zone),
        AllocationId: `eipalloc-nat-${zone}`,
        NetworkInterfaceId: `eni-nat-${zone}`,
        IsPrimary: true,
        Status: 'succeeded',
      },
    ],
  };
}

/** Those of a zone's NAT gateway and firewall endpoint. */
export function interfacesOf(zone: string, plan: readonly Subnet[]): readonly NetworkInterface[] {
  const AvailabilityZone = `us-east-1${zone}`;
  return [
    {
      ...networkInterface(`eni-nat-${zone}`, {
        AvailabilityZone,
        SubnetId: `subnet-nat-${zone}`,
        PrivateIpAddress: addressIn(plan, `subnet-nat-${zone}`),
        InterfaceType: 'natGateway',
      }),
      Association: { PublicIp: publicAddress(zone), AllocationId: `eipalloc-nat-${zone}` },
      SourceDestCheck: false,
    },
    networkInterface(`eni-firewall-${zone}`, {
      AvailabilityZone,
      SubnetId: `subnet-firewall-${zone}`,
      PrivateIpAddress: addressIn(plan, `subnet-firewall-${zone}`),
      InterfaceType: 'gateway_load_balancer_endpoint',
    }),
  ];
}

/** The firewall's endpoint of every zone, and the other endpoints in the first Studio subnet. */
export function withFirewall(snapshot: Snapshot, zones: readonly string[]): Snapshot {
  const endpoints = change(snapshot, 'vpcEndpoints', (list) =>
    list.flatMap((endpoint) => {
      if (endpoint.VpcEndpointId === 'vpce-firewall')
        return zones.map((zone) => ({
          ...endpoint,
          VpcEndpointId: `vpce-firewall-${zone}`,
          SubnetIds: [`subnet-firewall-${zone}`],
          NetworkInterfaceIds: [`eni-firewall-${zone}`],
        }));
      return [
        endpoint.VpcEndpointType === 'Interface' ? { ...endpoint, SubnetIds: [studioSubnetId(0)] } : endpoint,
      ];
    }),
  );
  return change(endpoints, 'firewalls', (list) =>
    list.map((firewall) => {
      const state = firewall.FirewallStatus?.SyncStates?.['us-east-1a'];
      const syncStates = zones.map((zone) => [
        `us-east-1${zone}`,
        {
          ...state,
          Attachment: {
            SubnetId: `subnet-firewall-${zone}`,
            EndpointId: `vpce-firewall-${zone}`,
            Status: 'READY' as const,
          },
        },
      ]);
      return {
        ...firewall,
        Firewall: firewall.Firewall && {
          ...firewall.Firewall,
          SubnetMappings: zones.map((zone) => ({
            SubnetId: `subnet-firewall-${zone}`,
            IPAddressType: 'IPV4' as const,
          })),
        },
        FirewallStatus: firewall.FirewallStatus && {
          ...firewall.FirewallStatus,
          SyncStates: Object.fromEntries(syncStates),
        },
      };
    }),
  );
}

function publicAddress(zone: string): string {
  return `198.51.100.${10 + zone.charCodeAt(0) - 'a'.charCodeAt(0)}`;
}
