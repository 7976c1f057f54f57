/** The reference network in two zones: each with its own Studio subnet, NAT gateway, firewall endpoint and edge route. */
import type { RouteTable, Snapshot } from '../snapshot/snapshot';
import { change } from './mutant';
import { networkInterface, prefixListRoute, route, routeTable, subnet } from './reference-network';

const ZONE_B = 'us-east-1b';

/** Adds a second zone, whose ids end in `-b`. */
export function twoZones(snapshot: Snapshot): Snapshot {
  const subnets = change(snapshot, 'subnets', (list) => [
    ...list,
    subnet('subnet-studio-b', '10.2.13.0/24', ZONE_B),
    subnet('subnet-nat-b', '10.2.12.0/24', ZONE_B),
    subnet('subnet-firewall-b', '10.2.11.0/24', ZONE_B),
  ]);
  const tables = change(subnets, 'routeTables', (list) => [
    ...list.map((table) =>
      table.RouteTableId === 'rtb-edge' ? withRoute(table, '10.2.12.0/24', 'vpce-firewall-b') : table,
    ),
    routeTable(
      'rtb-studio-b',
      [route('0.0.0.0/0', { NatGatewayId: 'nat-b' }), prefixListRoute('pl-s3', 'vpce-s3')],
      { SubnetId: 'subnet-studio-b' },
    ),
    routeTable('rtb-nat-b', [route('0.0.0.0/0', { GatewayId: 'vpce-firewall-b' })], {
      SubnetId: 'subnet-nat-b',
    }),
    routeTable('rtb-firewall-b', [route('0.0.0.0/0', { GatewayId: 'igw-a' })], {
      SubnetId: 'subnet-firewall-b',
    }),
  ]);
  const nats = change(tables, 'natGateways', (list) =>
    list.flatMap((nat) => [
      nat,
      {
        ...nat,
        NatGatewayId: 'nat-b',
        SubnetId: 'subnet-nat-b',
        NatGatewayAddresses: [{ PrivateIp: '10.2.12.5', PublicIp: '198.51.100.11' }],
      },
    ]),
  );
  return domainInBoth(endpointInBoth(nats));
}

function withRoute(table: RouteTable, destination: string, endpoint: string): RouteTable {
  return { ...table, Routes: [...(table.Routes ?? []), route(destination, { GatewayId: endpoint })] };
}

function endpointInBoth(snapshot: Snapshot): Snapshot {
  const interfaces = change(snapshot, 'networkInterfaces', (list) => [
    ...list,
    networkInterface('eni-nat-b', {
      SubnetId: 'subnet-nat-b',
      PrivateIpAddress: '10.2.12.5',
      InterfaceType: 'natGateway',
    }),
    networkInterface('eni-firewall-b', {
      SubnetId: 'subnet-firewall-b',
      PrivateIpAddress: '10.2.11.6',
      InterfaceType: 'gateway_load_balancer_endpoint',
    }),
  ]);
  const endpoints = change(interfaces, 'vpcEndpoints', (list) =>
    list.flatMap((endpoint) =>
      endpoint.VpcEndpointId === 'vpce-firewall'
        ? [
            endpoint,
            {
              ...endpoint,
              VpcEndpointId: 'vpce-firewall-b',
              SubnetIds: ['subnet-firewall-b'],
              NetworkInterfaceIds: ['eni-firewall-b'],
            },
          ]
        : [
            endpoint.VpcEndpointId === 'vpce-s3'
              ? { ...endpoint, RouteTableIds: ['rtb-studio', 'rtb-studio-b'] }
              : endpoint,
          ],
    ),
  );
  return change(endpoints, 'firewalls', (list) =>
    list.map((firewall) => {
      const status = firewall.FirewallStatus;
      const zoneA = status?.SyncStates?.['us-east-1a'];
      if (!status || !zoneA) throw new Error('the reference firewall has no endpoint to double');
      const zoneB = {
        ...zoneA,
        Attachment: {
          SubnetId: 'subnet-firewall-b',
          EndpointId: 'vpce-firewall-b',
          Status: 'READY' as const,
        },
      };
      return {
        ...firewall,
        FirewallStatus: { ...status, SyncStates: { 'us-east-1a': zoneA, [ZONE_B]: zoneB } },
      };
    }),
  );
}

function domainInBoth(snapshot: Snapshot): Snapshot {
  return change(snapshot, 'domains', (list) =>
    list.map((domain) => ({ ...domain, SubnetIds: ['subnet-studio', 'subnet-studio-b'] })),
  );
}
