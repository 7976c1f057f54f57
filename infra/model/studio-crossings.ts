/** Every crossing of a subnet's border that Studio needs, gathered from all that it talks to. */
import type { Snapshot } from '../snapshot/snapshot';
import { returned, sectionValue } from '../snapshot/snapshot';
import type { Crossing } from './border-crossing';
import { merged } from './border-crossing';
import { endpointInterfaces } from './endpoint-interface';
import { rulesOf } from './firewall/firewall-policy';
import { globalAddresses } from './global-address';
import { groupBookOf, rulesOfGroups } from './group-admission';
import { internetCrossings, internetWays } from './internet-crossings';
import { intersect } from './address-set';
import { FAMILIES } from './cidr';
import { studioMountTargets } from './mount-target';
import { networkOf } from './network';
import { matches } from './security-group';
import {
  appCrossings,
  endpointCrossings,
  gatewayCrossings,
  gatewayPeers,
  nfsCrossings,
  TLS_PORT,
} from './service-crossings';
import { studioSecurityGroups } from './studio';
import type { StudioSubnet } from './studio-subnet';
import { studioSubnets, tableLookup } from './studio-subnet';
import { endpointsOf } from './guarded-subnet';

const HTTP_PORT = 80;

/**
 * What must cross the borders of the VPC's subnets: TLS to the internet where Studio has a way there, plain HTTP where
 * both the Studio groups and the firewall's rules let it out, TLS to the endpoints of these services (by the endpoint's short name), NFS to the home directories, and
 * apps among themselves. DNS by the Amazon resolver, instance metadata and time are not subject to ACLs (VPC user guide,
 * "Network ACL basics").
 */
export function studioCrossings(snapshot: Snapshot, services: readonly string[]): readonly Crossing[] {
  const clients = studioSubnets(snapshot);
  return merged([
    ...ofInternet(snapshot, clients),
    ...ofEndpoints(snapshot, clients, services),
    ...nfsCrossings(clients, studioMountTargets(snapshot)),
    ...appCrossings(clients),
  ]);
}

function ofInternet(snapshot: Snapshot, clients: readonly StudioSubnet[]): readonly Crossing[] {
  const network = networkOf(snapshot);
  const tableOf = tableLookup(snapshot);
  // Beyond its own border, a subnet's way to the internet is that of its route table.
  const known = new Map<string, ReturnType<typeof internetWays>>();
  const ways = clients.map((client) => {
    const families = FAMILIES.filter((family) => client.addresses[family].length > 0);
    const key = `${tableOf(client.id)} ${families.join()}`;
    const own = known.get(key) ?? internetWays(network, client.id, families);
    known.set(key, own);
    return { client, ways: own };
  });
  if (ways.every((way) => way.ways.length === 0)) return [];
  const ports = httpIsWanted(snapshot) ? [TLS_PORT, HTTP_PORT] : [TLS_PORT];
  return ways.flatMap(({ client, ways: own }) => internetCrossings(snapshot, client, { ways: own, ports }));
}

function ofEndpoints(
  snapshot: Snapshot,
  clients: readonly StudioSubnet[],
  services: readonly string[],
): readonly Crossing[] {
  const endpoints = endpointsOf(snapshot, services);
  const interfaces = endpoints
    .filter(({ VpcEndpointType: type }) => type === 'Interface')
    .flatMap((endpoint) => endpointInterfaces(snapshot, endpoint));
  const tableOf = tableLookup(snapshot);
  const gateways = endpoints
    .filter(({ VpcEndpointType: type }) => type === 'Gateway')
    .flatMap((endpoint) => {
      const tables = returned(endpoint.RouteTableIds, `RouteTableIds of ${endpoint.VpcEndpointId}`);
      return clients
        .filter(({ id }) => tables.includes(tableOf(id)))
        .flatMap((client) => gatewayCrossings(client, gatewayPeers(snapshot, endpoint, tableOf(client.id))));
    });
  return [...endpointCrossings(clients, interfaces), ...gateways];
}

function httpIsWanted(snapshot: Snapshot): boolean {
  const passed = sectionValue(snapshot, 'firewalls').some((firewall) =>
    rulesOf(snapshot, firewall).some(
      ({ action, application }) => action === 'pass' && application === 'http',
    ),
  );
  if (!passed) return false;
  const book = groupBookOf(snapshot);
  const internet = globalAddresses('ipv4');
  return studioSecurityGroups(snapshot).some(({ groupIds }) =>
    rulesOfGroups(book, groupIds, 'egress').some(
      (rule) => matches(rule, 'tcp', HTTP_PORT) && intersect(rule.addresses.ipv4, internet).length > 0,
    ),
  );
}
