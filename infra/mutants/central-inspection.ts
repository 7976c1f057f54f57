/**
 * The reference network with its firewall in a VPC of its own: Studio's default route leads to a transit gateway, from
 * there into the inspection VPC, through its firewall and NAT gateway to the internet, and back the same way.
 */
import type {
  AttachedVpc,
  Route,
  RouteTable,
  Snapshot,
  Subnet,
  TransitGatewayTable,
  TransitGatewayVpcAttachment,
} from '../snapshot/snapshot';
import { change, edited } from './mutant';
import {
  localRoute,
  networkInterface,
  prefixListRoute,
  route,
  routeTable,
  subnet,
} from './reference-network';

export const INSPECTION_VPC = 'vpc-inspection';
const INSPECTION_CIDR = '100.64.0.0/16';
const STUDIO_CIDR = '10.2.0.0/16';
const TGW = { TransitGatewayId: 'tgw-a' };

/** A zone with its names: what belongs to the first has no ending, to the second `-b`. */
interface Zone {
  readonly name: string;
  readonly ending: string;
  /** The third byte of the first of its subnets' prefixes, in both VPCs. */
  readonly third: number;
}

const ZONES: readonly Zone[] = [
  { name: 'us-east-1a', ending: '', third: 0 },
  { name: 'us-east-1b', ending: '-b', third: 10 },
];

/** Central inspection in one zone or two, with appliance mode on. */
export function centralInspection(snapshot: Snapshot, zoneCount: 1 | 2 = 1): Snapshot {
  const zones = ZONES.slice(0, zoneCount);
  const attached = change(studioVpc(snapshot, zones), 'transitGatewayVpcAttachments', () => [
    attachment('tgw-attach-studio', 'vpc-studio', { zones, applianceMode: 'disable' }),
  ]);
  const tables = change(attached, 'transitGatewayTables', () => [
    transitGatewayTable('tgw-rtb-studio', 'tgw-attach-studio', [
      transitGatewayRoute('0.0.0.0/0', 'tgw-attach-inspection', INSPECTION_VPC),
    ]),
    transitGatewayTable('tgw-rtb-inspection', 'tgw-attach-inspection', [
      { ...transitGatewayRoute(STUDIO_CIDR, 'tgw-attach-studio', 'vpc-studio'), Type: 'propagated' },
    ]),
  ]);
  return firewallThere(
    change(tables, 'attachedVpcs', () => [inspectionVpc(zones)]),
    zones,
  );
}

/** The snapshot with the inspection VPC changed. */
export function changeInspection(snapshot: Snapshot, edit: (vpc: AttachedVpc) => AttachedVpc): Snapshot {
  return change(snapshot, 'attachedVpcs', (list) =>
    edited(list, ({ VpcId }) => VpcId === INSPECTION_VPC, edit),
  );
}

/** The snapshot with one route table of the inspection VPC changed. */
export function changeInspectionRoutes(
  snapshot: Snapshot,
  id: string,
  edit: (routes: readonly Route[]) => Route[],
): Snapshot {
  return changeInspection(snapshot, (vpc) => ({
    ...vpc,
    routeTables: edited(
      vpc.routeTables,
      ({ RouteTableId }) => RouteTableId === id,
      (table) => ({ ...table, Routes: edit(table.Routes ?? []) }),
    ),
  }));
}

/** A static route of a transit gateway's table to the attachment of a VPC. */
export function transitGatewayRoute(
  destination: string,
  attachmentId: string,
  vpcId: string,
): TransitGatewayTable['Routes'][number] {
  return {
    DestinationCidrBlock: destination,
    State: 'active',
    Type: 'static',
    TransitGatewayAttachments: [
      { TransitGatewayAttachmentId: attachmentId, ResourceId: vpcId, ResourceType: 'vpc' },
    ],
  };
}

/** The VPC as a spoke: nothing of its own leads to the internet. */
function studioVpc(snapshot: Snapshot, zones: readonly Zone[]): Snapshot {
  let s = change(snapshot, 'subnets', () =>
    zones.flatMap(({ name, ending, third }) => [
      subnet(`subnet-studio${ending}`, `10.2.${third + 3}.0/24`, name),
      subnet(`subnet-attach${ending}`, `10.2.${third + 4}.0/24`, name),
    ]),
  );
  s = change(s, 'routeTables', () => [
    routeTable('rtb-main', [], { Main: true }),
    ...zones.map(({ ending }) =>
      routeTable(`rtb-studio${ending}`, [route('0.0.0.0/0', TGW), prefixListRoute('pl-s3', 'vpce-s3')], {
        SubnetId: `subnet-studio${ending}`,
      }),
    ),
  ]);
  s = change(s, 'vpcEndpoints', (list) =>
    list
      .filter(({ VpcEndpointId: id }) => id !== 'vpce-firewall')
      .map((one) =>
        one.VpcEndpointId === 'vpce-s3'
          ? { ...one, RouteTableIds: zones.map(({ ending }) => `rtb-studio${ending}`) }
          : one,
      ),
  );
  s = change(s, 'networkInterfaces', (list) => [
    ...list.filter(({ SubnetId: home }) => home === 'subnet-studio'),
    ...zones.map(({ ending, name }) =>
      networkInterface(`eni-attach${ending}`, {
        SubnetId: `subnet-attach${ending}`,
        AvailabilityZone: name,
        InterfaceType: 'transit_gateway',
      }),
    ),
  ]);
  s = change(s, 'networkAcls', (list) =>
    list.map((acl) => ({
      ...acl,
      Associations: zones.flatMap(({ ending }) =>
        [`subnet-studio${ending}`, `subnet-attach${ending}`].map((SubnetId) => ({
          SubnetId,
          NetworkAclId: acl.NetworkAclId,
          NetworkAclAssociationId: `aclassoc-${SubnetId}`,
        })),
      ),
    })),
  );
  s = change(s, 'domains', (list) =>
    list.map((one) => ({ ...one, SubnetIds: zones.map(({ ending }) => `subnet-studio${ending}`) })),
  );
  return change(
    change(s, 'natGateways', () => []),
    'internetGateways',
    () => [],
  );
}

function inspectionVpc(zones: readonly Zone[]): AttachedVpc {
  return {
    VpcId: INSPECTION_VPC,
    vpc: {
      VpcId: INSPECTION_VPC,
      CidrBlock: INSPECTION_CIDR,
      State: 'available',
      OwnerId: '111122223333',
      CidrBlockAssociationSet: [{ CidrBlock: INSPECTION_CIDR, CidrBlockState: { State: 'associated' } }],
      Ipv6CidrBlockAssociationSet: [],
    },
    subnets: zones.flatMap(inspectionSubnets),
    routeTables: [
      inspectionTable('rtb-inspection-main', [], { Main: true }),
      ...zones.flatMap(inspectionTables),
    ],
    natGateways: zones.map(({ ending, third }) => ({
      NatGatewayId: `nat-inspection${ending}`,
      SubnetId: `subnet-inspection-nat${ending}`,
      VpcId: INSPECTION_VPC,
      State: 'available',
      ConnectivityType: 'public',
      NatGatewayAddresses: [{ PrivateIp: `100.64.${third + 2}.5`, PublicIp: `198.51.100.${third + 20}` }],
    })),
    vpcEndpoints: zones.map(({ ending }) => ({
      VpcEndpointId: `vpce-inspection${ending}`,
      VpcEndpointType: 'GatewayLoadBalancer',
      VpcId: INSPECTION_VPC,
      SubnetIds: [`subnet-inspection-firewall${ending}`],
      State: 'Available',
    })),
    networkInterfaces: [],
    internetGateways: [
      { InternetGatewayId: 'igw-inspection', Attachments: [{ VpcId: INSPECTION_VPC, State: 'attached' }] },
    ],
    transitGatewayVpcAttachments: [
      attachment('tgw-attach-inspection', INSPECTION_VPC, { zones, applianceMode: 'enable' }),
    ],
  };
}

function inspectionSubnets({ name, ending, third }: Zone): readonly Subnet[] {
  const roles = ['attach', 'firewall', 'nat'];
  return roles.map((role, index) => ({
    ...subnet(`subnet-inspection-${role}${ending}`, `100.64.${third + index}.0/24`, name),
    VpcId: INSPECTION_VPC,
  }));
}

function inspectionTables({ ending }: Zone): readonly RouteTable[] {
  const firewall = { GatewayId: `vpce-inspection${ending}` };
  const at = (role: string) => ({ SubnetId: `subnet-inspection-${role}${ending}` });
  return [
    inspectionTable(`rtb-inspection-attach${ending}`, [route('0.0.0.0/0', firewall)], at('attach')),
    inspectionTable(
      `rtb-inspection-firewall${ending}`,
      [route('0.0.0.0/0', { NatGatewayId: `nat-inspection${ending}` }), route(STUDIO_CIDR, TGW)],
      at('firewall'),
    ),
    inspectionTable(
      `rtb-inspection-nat${ending}`,
      [route('0.0.0.0/0', { GatewayId: 'igw-inspection' }), route(STUDIO_CIDR, firewall)],
      at('nat'),
    ),
  ];
}

function inspectionTable(
  id: string,
  routes: readonly Route[],
  association: { readonly Main?: boolean; readonly SubnetId?: string },
): RouteTable {
  return {
    ...routeTable(id, [], association),
    VpcId: INSPECTION_VPC,
    Routes: [localRoute(INSPECTION_CIDR), ...routes],
  };
}

function attachment(
  id: string,
  vpcId: string,
  of: { readonly zones: readonly Zone[]; readonly applianceMode: 'enable' | 'disable' },
): TransitGatewayVpcAttachment {
  const role = vpcId === INSPECTION_VPC ? 'inspection-attach' : 'attach';
  return {
    TransitGatewayAttachmentId: id,
    TransitGatewayId: 'tgw-a',
    VpcId: vpcId,
    State: 'available',
    SubnetIds: of.zones.map(({ ending }) => `subnet-${role}${ending}`),
    Options: { ApplianceModeSupport: of.applianceMode, DnsSupport: 'enable', Ipv6Support: 'disable' },
  };
}

function transitGatewayTable(
  id: string,
  attachmentId: string,
  routes: TransitGatewayTable['Routes'],
): TransitGatewayTable {
  return {
    TransitGatewayRouteTable: {
      TransitGatewayRouteTableId: id,
      TransitGatewayId: 'tgw-a',
      State: 'available',
    },
    Routes: routes,
    Associations: [{ TransitGatewayAttachmentId: attachmentId, ResourceType: 'vpc', State: 'associated' }],
    complete: true,
  };
}

/** The reference firewall, with its endpoints in the inspection VPC. */
function firewallThere(snapshot: Snapshot, zones: readonly Zone[]): Snapshot {
  return change(snapshot, 'firewalls', (list) =>
    list.map((one) => {
      const status = one.FirewallStatus;
      const first = status?.SyncStates?.['us-east-1a'];
      if (!one.Firewall || !status || !first)
        throw new Error('the reference firewall has no endpoint to move');
      const mappings = zones.map(({ ending }) => ({ SubnetId: `subnet-inspection-firewall${ending}` }));
      const states = zones.map(({ name, ending }) => [
        name,
        {
          ...first,
          Attachment: {
            SubnetId: `subnet-inspection-firewall${ending}`,
            EndpointId: `vpce-inspection${ending}`,
            Status: 'READY' as const,
          },
        },
      ]);
      return {
        ...one,
        Firewall: { ...one.Firewall, VpcId: INSPECTION_VPC, SubnetMappings: mappings },
        FirewallStatus: { ...status, SyncStates: Object.fromEntries(states) },
      };
    }),
  );
}
