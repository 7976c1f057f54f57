/** The plan of a {@link ZonedNetwork}: which /25 block and zone each subnet has, and what its route table says. */
import { localRoute, prefixListRoute, route, routeTable, subnet } from '../infra/mutants/reference-network';
import type { Route, RouteTable, Subnet } from '../infra/snapshot/snapshot';

export interface ZonedNetwork {
  readonly zones: number;
  /** At most 512, less two for each zone: that many /25 blocks are in the VPC's 10.2.0.0/16. */
  readonly studioSubnets: number;
  /** Where it is less than the subnets, every table serves several of them. */
  readonly studioTables: number;
  /** IPv6 throughout, in an IPv6 block of the VPC's; the Studio subnets' IPv6 goes to the firewall without a NAT gateway. */
  readonly ipv6: boolean;
  /** What a Studio table has besides the local, default and S3 routes. */
  readonly routes: (table: { readonly index: number; readonly zone: string }) => readonly Route[];
}

export const VPC_IPV6 = '2600:1f18:0:1000::/52';
const LETTERS = 'abcdefgh';

/** `a`, `b`, …: ids end in it, as do the zones' names. */
export function zonesOf(network: Pick<ZonedNetwork, 'zones'>): readonly string[] {
  return LETTERS.slice(0, network.zones).split('');
}

export const studioSubnetId = (index: number): string => `subnet-studio-${index}`;
export const studioTableId = (index: number): string => `rtb-studio-${index}`;

/** Studio subnets first, then those of the NAT gateways and the firewall, zone by zone. */
export function subnetsOf({ studioSubnets, studioTables, zones, ipv6 }: ZonedNetwork): Subnet[] {
  const letters = zonesOf({ zones });
  const planned = [
    ...Array.from({ length: studioSubnets }, (_, index) => ({
      id: studioSubnetId(index),
      zone: letters[(index % studioTables) % zones] ?? '',
    })),
    ...letters.flatMap((zone) => [
      { id: `subnet-nat-${zone}`, zone },
      { id: `subnet-firewall-${zone}`, zone },
    ]),
  ];
  return planned.map(({ id, zone }, index) => {
    const block = `10.2.${Math.floor(index / 2)}.${(index % 2) * 128}/25`;
    const made = subnet(id, block, `us-east-1${zone}`);
    const ipv6Text = `2600:1f18:0:1${index.toString(16).padStart(3, '0')}::/64`;
    return ipv6 ? { ...made, Ipv6CidrBlockAssociationSet: [ipv6Block(ipv6Text)] } : made;
  });
}

/** An IPv6 block as AWS returns it, of a VPC or a subnet. */
export function ipv6Block(block: string): {
  AssociationId: string;
  Ipv6CidrBlock: string;
  Ipv6CidrBlockState: { State: 'associated' };
} {
  return {
    AssociationId: `assoc-${block}`,
    Ipv6CidrBlock: block,
    Ipv6CidrBlockState: { State: 'associated' },
  };
}

/** A main table nobody uses, the Studio tables, those of the zones, and the internet gateway's edge table. */
export function tablesOf(network: ZonedNetwork, plan: readonly Subnet[]): RouteTable[] {
  const zones = zonesOf(network);
  const both = (target: Partial<Route>): readonly Route[] =>
    ['0.0.0.0/0', ...(network.ipv6 ? ['::/0'] : [])].map((destination) => route(destination, target));
  const studio = Array.from({ length: network.studioTables }, (_, index) => {
    const zone = zones[index % network.zones] ?? '';
    const routes = [
      route('0.0.0.0/0', { NatGatewayId: `nat-${zone}` }),
      ...(network.ipv6 ? [route('::/0', { GatewayId: `vpce-firewall-${zone}` })] : []),
      prefixListRoute('pl-s3', 'vpce-s3'),
      ...network.routes({ index, zone }),
    ];
    const subnets = range(network.studioSubnets).filter((number) => number % network.studioTables === index);
    return serving(routeTable(studioTableId(index), routes, null), subnets.map(studioSubnetId));
  });
  const edges = zones.flatMap((zone) => [
    route(blockOf(plan, `subnet-nat-${zone}`), { GatewayId: `vpce-firewall-${zone}` }),
  ]);
  const tables = [
    routeTable('rtb-main', [], { Main: true }),
    ...studio,
    ...zones.flatMap((zone) => [
      routeTable(`rtb-nat-${zone}`, both({ GatewayId: `vpce-firewall-${zone}` }), {
        SubnetId: `subnet-nat-${zone}`,
      }),
      routeTable(`rtb-firewall-${zone}`, both({ GatewayId: 'igw-a' }), {
        SubnetId: `subnet-firewall-${zone}`,
      }),
    ]),
    routeTable('rtb-edge', [...edges, ...ipv6EdgesOf(network, plan)], { GatewayId: 'igw-a' }),
  ];
  if (!network.ipv6) return tables;
  return tables.map((table) => ({ ...table, Routes: [localRoute(VPC_IPV6), ...(table.Routes ?? [])] }));
}

/** IPv6 has no NAT gateway before the firewall: what comes back is for the Studio subnets themselves. */
function ipv6EdgesOf({ ipv6, studioSubnets }: ZonedNetwork, plan: readonly Subnet[]): readonly Route[] {
  if (!ipv6) return [];
  return plan
    .slice(0, studioSubnets)
    .flatMap(({ Ipv6CidrBlockAssociationSet: blocks, AvailabilityZone: zone }) =>
      (blocks ?? []).map(({ Ipv6CidrBlock: block }) =>
        route(block ?? '', { GatewayId: `vpce-firewall-${zone?.slice(-1)}` }),
      ),
    );
}

function serving(table: RouteTable, subnets: readonly string[]): RouteTable {
  const associations = subnets.map((SubnetId) => ({
    RouteTableId: table.RouteTableId,
    RouteTableAssociationId: `${SubnetId}-assoc`,
    Main: false,
    AssociationState: { State: 'associated' as const },
    SubnetId,
  }));
  return { ...table, Associations: associations };
}

function blockOf(plan: readonly Subnet[], id: string): string {
  const found = plan.find(({ SubnetId }) => SubnetId === id)?.CidrBlock;
  if (found === undefined) throw new Error(`${id} was not planned`);
  return found;
}

/** The subnet's sixth address. */
export function addressIn(plan: readonly Subnet[], id: string): string {
  return blockOf(plan, id).replace(/\d+\/25$/, (end) => String(Number(end.split('/')[0]) + 5));
}

/** 0, 1, … */
export function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}
