/** Where route tables decide, as the certificate checker reads it from AWS's answers. Throws at what is not understood. */
import type { RouteTable, Snapshot, Subnet } from '../snapshot/snapshot';
import { sectionValue } from '../snapshot/snapshot';
import type { Block } from './certificate-addresses';
import { blockOf, insist } from './certificate-addresses';

export interface Places {
  /** By subnet, gateway, route table; `main` and `pool` for what is neither. */
  readonly tables: ReadonlyMap<string, readonly InForce[]>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  /** The subnet of each endpoint by which packets enter inspection. */
  readonly endpoints: ReadonlyMap<string, string>;
}

interface InForce {
  readonly table: RouteTable;
  readonly state: string | undefined;
}

/** Members of firewalls whose endpoints do not give packets back to the route tables. */
const OTHER_FORMS = ['TransitGatewayId', 'NoSourcePreservation', 'NatGatewayMappings', 'ProxySettings'];

export function placesOf(snapshot: Snapshot, accepted: readonly string[]): Places {
  const tables = new Map<string, InForce[]>();
  for (const table of sectionValue(snapshot, 'routeTables')) {
    tables.set(table.RouteTableId ?? '', [{ table, state: 'associated' }]);
    for (const { SubnetId, GatewayId, PublicIpv4Pool, AssociationState } of table.Associations ?? []) {
      const place = SubnetId ?? GatewayId ?? (PublicIpv4Pool === undefined ? 'main' : 'pool');
      tables.set(place, [...(tables.get(place) ?? []), { table, state: AssociationState?.State }]);
    }
  }
  const subnets = new Map(sectionValue(snapshot, 'subnets').map((one) => [one.SubnetId ?? '', one]));
  return { tables, subnets, endpoints: new Map([...acceptedOf(snapshot, accepted), ...ownOf(snapshot)]) };
}

type Endpoint = readonly [id: string, subnetId: string];

/** The endpoints of the VPC's own firewalls, and those that other firewalls of the snapshot have in the VPC. */
function ownOf(snapshot: Snapshot): readonly Endpoint[] {
  const { vpcId } = snapshot.target;
  const ordinary = sectionValue(snapshot, 'firewalls').filter(({ Firewall: one }) => {
    const members = Object.entries(one ?? {}).filter(([name]) => OTHER_FORMS.includes(name));
    return members.every(([, value]) => !value || (Array.isArray(value) && value.length === 0));
  });
  const arns = new Set(ordinary.map(({ Firewall: one }) => one?.FirewallArn));
  const section = snapshot.sections.vpcEndpointAssociations;
  const more = (section.status === 'read' ? section.value : []).filter(
    ({ VpcEndpointAssociation: one }) => one?.VpcId === vpcId && arns.has(one.FirewallArn),
  );
  const zones = [
    ...ordinary.map((one) => (one.Firewall?.VpcId === vpcId ? one.FirewallStatus?.SyncStates : undefined)),
    ...more.map(({ VpcEndpointAssociationStatus: status }) => status?.AssociationSyncState),
  ];
  return zones
    .flatMap((states) => Object.values(states ?? {}).map((state) => state.Attachment))
    .flatMap((one) => (one?.EndpointId && one.SubnetId ? [[one.EndpointId, one.SubnetId] as const] : []));
}

/** What the owner accepts of other vendors. */
function acceptedOf(snapshot: Snapshot, accepted: readonly string[]): readonly Endpoint[] {
  if (accepted.length === 0) return [];
  return sectionValue(snapshot, 'vpcEndpoints').flatMap((one) => {
    const counts = one.VpcEndpointType === 'GatewayLoadBalancer' && one.VpcId === snapshot.target.vpcId;
    const [id = '', subnetId = ''] = [one.VpcEndpointId, one.SubnetIds?.[0]];
    return counts && accepted.includes(id) ? [[id, subnetId] as const] : [];
  });
}

/** The one route table that is in force at a place. */
export function tableAt({ tables, subnets }: Places, place: string): RouteTable {
  const entries = tables.get(place) ?? (subnets.has(place) ? tables.get('main') : undefined) ?? [];
  const [only] = entries;
  insist(entries.length === 1 && only?.state === 'associated', `${place} has no one route table in force`);
  return only.table;
}

type WithIpv6 = Pick<Subnet, 'Ipv6CidrBlockAssociationSet'>;

function ipv6Of(one: WithIpv6 | undefined): readonly (string | undefined)[] {
  const settled = one?.Ipv6CidrBlockAssociationSet ?? [];
  return settled.map((set) =>
    set.Ipv6CidrBlockState?.State === 'associated' ? set.Ipv6CidrBlock : undefined,
  );
}

const blocksOf = (texts: readonly (string | undefined)[]): readonly Block[] =>
  texts.flatMap((text) => (text === undefined ? [] : [blockOf(text)]));

/** A subnet's own addresses; none for a place that is no subnet. */
export function ownBlocks({ subnets }: Places, place: string): readonly Block[] {
  const subnet = subnets.get(place);
  return blocksOf([subnet?.CidrBlock, ...ipv6Of(subnet)]);
}

/** The addresses that packets to a subnet can have: its own, or where it has none of the family those of the VPC. */
export function addressesIn(places: Places, snapshot: Snapshot, { to, family }: Landing): readonly Block[] {
  const own = ownBlocks(places, to).filter((block) => block.family === family);
  if (own.length > 0) return own;
  const vpc = sectionValue(snapshot, 'vpc');
  const ipv4 = (vpc.CidrBlockAssociationSet ?? []).map((one) => one.CidrBlock);
  return blocksOf([...ipv4, ...ipv6Of(vpc)]).filter((block) => block.family === family);
}

interface Landing {
  readonly to: string;
  readonly family: Block['family'];
}
