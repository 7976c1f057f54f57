/**
 * The reference network grown: any number of Studio subnets over some zones, each zone with its own NAT gateway,
 * firewall endpoint and edge route. Compliant by construction, unless the routes that are given say otherwise.
 */
import { change } from '../infra/mutants/mutant';
import { referenceSnapshot } from '../infra/mutants/reference-snapshot';
import type { Snapshot } from '../infra/snapshot/snapshot';
import { interfacesOf, natGateway, withFirewall } from './zoned-gateways';
import type { ZonedNetwork } from './zoned-plan';
import {
  addressIn,
  ipv6Block,
  range,
  studioSubnetId,
  studioTableId,
  subnetsOf,
  tablesOf,
  VPC_IPV6,
  zonesOf,
} from './zoned-plan';

/** The snapshot of such a network. Every other section is the reference's. */
export function zonedSnapshot(network: ZonedNetwork): Snapshot {
  const zones = zonesOf(network);
  const plan = subnetsOf(network);
  const inVpc = change(referenceSnapshot(), 'vpc', (vpc) =>
    network.ipv6 ? { ...vpc, Ipv6CidrBlockAssociationSet: [ipv6Block(VPC_IPV6)] } : vpc,
  );
  const withSubnets = change(inVpc, 'subnets', () => plan);
  const withTables = change(withSubnets, 'routeTables', () => tablesOf(network, plan));
  const withNats = change(withTables, 'natGateways', () =>
    zones.map((zone) => natGateway(zone, addressIn(plan, `subnet-nat-${zone}`))),
  );
  const withInterfaces = change(withNats, 'networkInterfaces', (list) => [
    ...list
      .filter(({ SubnetId }) => SubnetId === 'subnet-studio')
      .map((one) => ({ ...one, SubnetId: studioSubnetId(0) })),
    ...zones.flatMap((zone) => interfacesOf(zone, plan)),
  ]);
  const withAcls = change(withInterfaces, 'networkAcls', (acls) =>
    acls.map((acl) => ({
      ...acl,
      Associations: plan.map(({ SubnetId: id }) => ({
        SubnetId: id,
        NetworkAclId: 'acl-a',
        NetworkAclAssociationId: `aclassoc-${id}`,
      })),
    })),
  );
  return withDomain(withFirewall(withAcls, zones), network);
}

function withDomain(snapshot: Snapshot, { studioSubnets, studioTables }: ZonedNetwork): Snapshot {
  const inSubnets = change(snapshot, 'domains', (list) =>
    list.map((domain) => ({ ...domain, SubnetIds: range(studioSubnets).map(studioSubnetId) })),
  );
  const withNotebooks = change(inSubnets, 'notebookInstances', (list) =>
    list.map((notebook) => ({ ...notebook, SubnetId: studioSubnetId(0) })),
  );
  return change(withNotebooks, 'vpcEndpoints', (list) =>
    list.map((endpoint) =>
      endpoint.VpcEndpointId === 'vpce-s3'
        ? { ...endpoint, RouteTableIds: range(studioTables).map(studioTableId) }
        : endpoint,
    ),
  );
}
