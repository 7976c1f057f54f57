/** Faults of central inspection behind a transit gateway, each for the check that must notice. Ids are those of the mutation catalogue. */
import type { RouteTable, Snapshot } from '../snapshot/snapshot';
import {
  centralInspection,
  changeInspection,
  changeInspectionRoutes,
  INSPECTION_VPC,
  transitGatewayRoute,
} from './central-inspection';
import { editRules } from './firewall-changes';
import type { Mutant, Sketch } from './mutant';
import { change, mutantsOf } from './mutant';
import { route } from './reference-network';

const NAT = { NatGatewayId: 'nat-inspection' };
const TGW = { TransitGatewayId: 'tgw-a' };

/** What the checks of routes and of HOME_NET must notice where the firewall stands in another VPC. */
export function centralMutants(): readonly Mutant[] {
  return [
    ...onCentral('routing/egress-crosses-firewall', leaving(), [
      'transitGatewayTables',
      'transitGatewayVpcAttachments',
      'attachedVpcs',
      'firewalls',
    ]),
    ...onCentral('routing/return-crosses-firewall', comingBack(), ['transitGatewayTables', 'attachedVpcs']),
    ...onCentral('routing/path-is-symmetric', symmetric(), ['transitGatewayTables', 'attachedVpcs']),
    ...onCentral('firewall/home-net-covers-studio', homeNet(), ['firewallPolicies']),
  ];
}

/** The mutants of a check, each made of the network with central inspection in two zones. */
function onCentral(check: string, sketches: readonly Sketch[], needs: Parameters<typeof mutantsOf>[2]) {
  return mutantsOf(check, sketches, needs).map((mutant) => ({
    ...mutant,
    id: `${mutant.id}-central`,
    mutate: (s: Snapshot) => mutant.mutate(centralInspection(s, 2)),
  }));
}

function leaving(): readonly Sketch[] {
  return [
    [
      'R15',
      'Nothing inspects behind the transit gateway: its subnets lead to the NAT gateway.',
      'fail',
      '0.0.0.0/0 -> igw-inspection of rtb-inspection-nat',
      (s) =>
        changeInspectionRoutes(s, 'rtb-inspection-attach', (routes) => [
          ...routes.filter(({ DestinationCidrBlock: to }) => to !== '0.0.0.0/0'),
          route('0.0.0.0/0', NAT),
        ]),
    ],
    [
      'R32',
      'One zone of the inspection VPC goes round the firewall, and appliance mode makes it possible for every flow.',
      'fail',
      'From subnet-studio,',
      (s) =>
        changeInspectionRoutes(s, 'rtb-inspection-attach-b', (routes) => [
          ...routes,
          route('8.0.0.0/8', { NatGatewayId: 'nat-inspection-b' }),
        ]),
    ],
    [
      'R03',
      'The transit gateway leads one address to another VPC, which lets it out.',
      'fail',
      '8.8.8.8 leaves by igw-open',
      (s) =>
        toTable(
          withOpenVpc(s),
          'tgw-rtb-studio',
          transitGatewayRoute('8.8.8.8/32', 'tgw-attach-open', 'vpc-open'),
        ),
    ],
    [
      'R09',
      'The transit gateway leads a part of the internet to a VPN.',
      'unknown',
      '9.0.0.0 and others leave by the transit gateway attachment (vpn vpn-a) tgw-attach-vpn',
      (s) =>
        toTable(s, 'tgw-rtb-studio', {
          ...transitGatewayRoute('9.0.0.0/8', 'tgw-attach-vpn', ''),
          TransitGatewayAttachments: [
            { TransitGatewayAttachmentId: 'tgw-attach-vpn', ResourceId: 'vpn-a', ResourceType: 'vpn' },
          ],
        }),
    ],
    [
      'R46',
      "The endpoint in the inspection VPC is not the firewall's.",
      'fail',
      '0.0.0.0/0 -> igw-inspection of rtb-inspection-nat',
      (s) => change(s, 'firewalls', () => []),
    ],
  ];
}

function comingBack(): readonly Sketch[] {
  return [
    [
      'R34',
      'The NAT subnet of the inspection VPC leads straight back to the transit gateway.',
      'fail',
      '10.2.0.0/16 -> tgw-a of rtb-inspection-nat decides',
      (s) =>
        changeInspectionRoutes(s, 'rtb-inspection-nat', (routes) => [
          ...routes.filter(({ DestinationCidrBlock: to }) => to !== '10.2.0.0/16'),
          route('10.2.0.0/16', TGW),
        ]),
    ],
  ];
}

function symmetric(): readonly Sketch[] {
  return [
    [
      'R40',
      'Appliance mode is off at the attachment of the inspection VPC, which has two zones.',
      'fail',
      'tgw-attach-inspection of vpc-inspection has ApplianceModeSupport "disable"',
      (s) =>
        changeInspection(s, (vpc) => ({
          ...vpc,
          transitGatewayVpcAttachments: vpc.transitGatewayVpcAttachments.map((one) => ({
            ...one,
            Options: { ...one.Options, ApplianceModeSupport: 'disable' as const },
          })),
        })),
    ],
    [
      'R29',
      'The NAT subnet of zone b leads back by the endpoint of zone a.',
      'fail',
      'comes back by vpce-inspection where it went out by vpce-inspection-b',
      (s) =>
        changeInspectionRoutes(s, 'rtb-inspection-nat-b', (routes) => [
          ...routes.filter(({ DestinationCidrBlock: to }) => to !== '10.2.0.0/16'),
          route('10.2.0.0/16', { GatewayId: 'vpce-inspection' }),
        ]),
    ],
  ];
}

function homeNet(): readonly Sketch[] {
  const withoutHomeNet = (s: Snapshot): Snapshot =>
    change(editRules(({ RuleVariables: _dropped, ...group }) => group)(s), 'firewallPolicies', (list) =>
      list.map((one) => ({
        ...one,
        FirewallPolicy: one.FirewallPolicy && { ...one.FirewallPolicy, PolicyVariables: undefined },
      })),
    );
  return [
    [
      'F11',
      "HOME_NET is not said, so it is the inspection VPC's prefix, which Studio is outside of.",
      'fail',
      'does not cover 10.2.3.0/24 (subnet-studio)',
      withoutHomeNet,
    ],
    [
      'F11b',
      "The same, and the inspection VPC's prefixes were not returned.",
      'unknown',
      'CidrBlockAssociationSet of vpc-inspection',
      (s) =>
        change(withoutHomeNet(s), 'attachedVpcs', (list) =>
          list.map(({ vpc, ...parts }) => ({
            ...parts,
            vpc: { ...vpc, CidrBlockAssociationSet: undefined },
          })),
        ),
    ],
  ];
}

function toTable(snapshot: Snapshot, id: string, added: ReturnType<typeof transitGatewayRoute>): Snapshot {
  return change(snapshot, 'transitGatewayTables', (list) =>
    list.map((one) =>
      one.TransitGatewayRouteTable.TransitGatewayRouteTableId === id
        ? { ...one, Routes: [...one.Routes, added] }
        : one,
    ),
  );
}

/** A third VPC, whose one subnet leads to an internet gateway. */
function withOpenVpc(snapshot: Snapshot): Snapshot {
  return change(snapshot, 'attachedVpcs', (list) => {
    const [inspection] = list;
    if (!inspection) throw new Error('there is no inspection VPC to start from');
    const [subnet] = inspection.subnets;
    const table: RouteTable = {
      RouteTableId: 'rtb-open',
      VpcId: 'vpc-open',
      Routes: [
        route('172.31.0.0/16', { GatewayId: 'local', Origin: 'CreateRouteTable' }),
        route('0.0.0.0/0', { GatewayId: 'igw-open' }),
      ],
      Associations: [{ Main: true, AssociationState: { State: 'associated' } }],
    };
    const open = {
      VpcId: 'vpc-open',
      vpc: {
        ...inspection.vpc,
        VpcId: 'vpc-open',
        CidrBlockAssociationSet: [
          { CidrBlock: '172.31.0.0/16', CidrBlockState: { State: 'associated' as const } },
        ],
      },
      subnets: [{ ...subnet, SubnetId: 'subnet-open', VpcId: 'vpc-open', CidrBlock: '172.31.1.0/24' }],
      routeTables: [table],
      natGateways: [],
      vpcEndpoints: [],
      networkInterfaces: [],
      internetGateways: [],
      transitGatewayVpcAttachments: inspection.transitGatewayVpcAttachments.map((one) => ({
        ...one,
        TransitGatewayAttachmentId: 'tgw-attach-open',
        VpcId: 'vpc-open',
        SubnetIds: ['subnet-open'],
      })),
    };
    return [...list.filter(({ VpcId: id }) => id === INSPECTION_VPC), open];
  });
}
