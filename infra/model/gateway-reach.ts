/** Whether Studio's apps can reach a gateway endpoint's service: route tables, groups and ACLs. */
import type { Snapshot, VpcEndpoint } from '../snapshot/snapshot';
import { NotKnown, sectionValue } from '../snapshot/snapshot';
import type { Obstacle, StudioClients } from './endpoint-reach';
import { deniedByAcl, TLS } from './endpoint-reach';
import { studioSubnetsPast } from './gateway-endpoint';
import { globalAddresses } from './global-address';
import { refusedOf } from './group-admission';
import type { GatewayPeers } from './service-crossings';
import { gatewayCrossings, gatewayPeers, TLS_PORT } from './service-crossings';
import type { StudioSubnet } from './studio-subnet';
import { tableLookup } from './studio-subnet';

/** The first obstacle before a gateway endpoint, or null. Throws {@link NotKnown} for what was not returned. */
export function obstacleToGateway(
  snapshot: Snapshot,
  endpoint: VpcEndpoint,
  studio: StudioClients,
): Obstacle | null {
  const elsewhere = notInTables(snapshot, endpoint);
  if (elsewhere) return elsewhere;
  const tableOf = tableLookup(snapshot);
  const dead = deadRoute(
    snapshot,
    endpoint,
    studio.subnets.map(({ id }) => tableOf(id)),
  );
  if (dead) return dead;
  const ofTable = new Map<string, GatewayPeers>();
  const peersOf = ({ id }: StudioSubnet): GatewayPeers => {
    const tableId = tableOf(id);
    const peers = ofTable.get(tableId) ?? gatewayPeers(snapshot, endpoint, tableId);
    ofTable.set(tableId, peers);
    return peers;
  };
  const crossings = studio.subnets.flatMap((client) => gatewayCrossings(client, peersOf(client)));
  const lists = new Map([...ofTable.values()].map((peers) => [peers.prefixListId, peers]));
  for (const peers of lists.values()) {
    const obstacle = notLetOut(peers, studio);
    if (obstacle) return obstacle;
  }
  return deniedByAcl(snapshot, crossings);
}

/** In the table of a NAT gateway's subnet alone, the endpoint would carry what already has that gateway's address. */
function notInTables(snapshot: Snapshot, endpoint: VpcEndpoint): Obstacle | null {
  const id = endpoint.VpcEndpointId;
  const [past] = studioSubnetsPast(snapshot, endpoint);
  if (past === undefined) return null;
  const others = (endpoint.RouteTableIds ?? []).join(', ');
  const where = others === '' ? 'and in no other' : `only in ${others}`;
  return {
    because: `it is not in ${past.tableId}, the route table of ${past.subnetId}, ${where}, so calls take the way to the internet`,
    fix: `AWS::EC2::VPCEndpoint RouteTableIds (aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${id} --add-route-table-ids ${past.tableId})`,
  };
}

/** Facts: EC2 API reference, `Route.State`: `blackhole` where the route's target is not available. */
function deadRoute(snapshot: Snapshot, endpoint: VpcEndpoint, tableIds: readonly string[]): Obstacle | null {
  const id = endpoint.VpcEndpointId;
  const table = sectionValue(snapshot, 'routeTables').find(
    ({ RouteTableId: tableId = '', Routes: routes }) =>
      tableIds.includes(tableId) &&
      (routes ?? []).some(({ GatewayId: target, State: state }) => target === id && state === 'blackhole'),
  );
  if (table === undefined) return null;
  return {
    because: `its route in ${table.RouteTableId} is a blackhole`,
    fix: `AWS::EC2::VPCEndpoint RouteTableIds: take the endpoint out of the table and put it back (aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${id} --remove-route-table-ids ${table.RouteTableId}, then --add-route-table-ids ${table.RouteTableId})`,
  };
}

function notLetOut({ prefixListId, addresses }: GatewayPeers, studio: StudioClients): Obstacle | null {
  // Where the list's entries are not known: what lets out the whole IPv4 internet lets them out as well.
  const peers = addresses.known ? addresses.value : { ipv4: globalAddresses('ipv4'), ipv6: [] };
  const used = { ipv4: peers.ipv4, ipv6: studio.addresses.ipv6.length > 0 ? peers.ipv6 : [] };
  for (const { groupIds, egress } of studio.apps) {
    const refused = refusedOf(egress, { ...TLS, peers: { groupIds: [], addresses: used } });
    if (refused === null) continue;
    const groups = groupIds.join(', ');
    if (!addresses.known)
      throw new NotKnown(
        `whether ${groups} lets TCP ${TLS_PORT} out to ${prefixListId} is open: ${addresses.because}`,
      );
    return {
      because: `no egress rule of ${groups} lets TCP ${TLS_PORT} out to ${refused.address ?? 'anything'} of ${prefixListId}`,
      fix: `AWS::EC2::SecurityGroup SecurityGroupEgress with DestinationPrefixListId ${prefixListId} (aws ec2 authorize-security-group-egress --group-id ${groupIds[0]} --ip-permissions IpProtocol=tcp,FromPort=${TLS_PORT},ToPort=${TLS_PORT},PrefixListIds=[{PrefixListId=${prefixListId}}])`,
    };
  }
  return null;
}
