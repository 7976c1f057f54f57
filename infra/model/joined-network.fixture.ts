/** Small networks of two VPCs as AWS would describe them, made at random, for tests against the brute-force walker. */
import * as fc from 'fast-check';
import { change } from '../mutants/mutant';
import { localRoute, route, subnet } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import type { AttachedVpc, Route, RouteTable, Snapshot, TransitGatewayTable } from '../snapshot/snapshot';
import { formatAddress } from './cidr';
import type {
  Address,
  GatewayRoute,
  JoinedNetwork,
  JoinedRoute,
  JoinedVpc,
  Prefix,
} from './joined-oracle.fixture';

/** IPv4 addresses are told apart by their first four bits. */
export const SHIFT = 28n;
const v4 = (base: number, length: number): Prefix => ({
  text: `${formatAddress('ipv4', BigInt(base) << SHIFT)}/${length}`,
  length,
  holds: (one) => one.family === 'ipv4' && one.block >> (4 - length) === base >> (4 - length),
});
const v6 = (text: string, length: number, parts: RegExp): Prefix => ({
  text,
  length,
  holds: (one) => one.family === 'ipv6' && parts.test(one.part),
});

const FOUR: readonly Prefix[] = [
  v4(0, 0),
  v4(0, 1),
  v4(8, 1),
  v4(4, 2),
  v4(8, 2),
  v4(12, 2),
  v4(10, 3),
  v4(5, 4),
  v4(9, 4),
  v4(14, 4),
];
const SIX: readonly Prefix[] = [
  v6('::/0', 0, /./),
  v6('2000::/3', 3, /^(low|high)$/),
  v6('2000::/4', 4, /^low$/),
  v6('64:ff9b::/96', 96, /^mapped/),
  v6('64:ff9b::/97', 97, /^mapped-[0-7]$/),
  v6('64:ff9b::8000:0/97', 97, /^mapped-([89]|1\d)$/),
];
/** The prefixes of both VPCs' subnets, for routes back. */
const BLOCK_OF = [
  [0, 1, 4],
  [2, 3],
] as const;
const own = (vpc: 0 | 1): readonly Prefix[] => [
  ...BLOCK_OF[vpc].map((block) => v4(block, 4)),
  ...PART_TEXT.map((text, part) => v6(text, 16, new RegExp(`^own-${part}$`))).slice(vpc, vpc + 1),
];
const PART_TEXT = ['fd00::/16', 'fd01::/16'] as const;

/** An address as the snapshot spells it, one for each that the walker knows. */
export function numberOf(address: Address): bigint {
  if (address.family === 'ipv4') return (BigInt(address.block) << SHIFT) + 5n;
  const mapped = /^mapped-(\d+)$/.exec(address.part)?.[1];
  if (mapped !== undefined) return (0x64ff9bn << 96n) + (BigInt(mapped) << SHIFT) + 5n;
  const starts: Readonly<Record<string, bigint>> = {
    'own-0': 0xfd00n << 112n,
    'own-1': 0xfd01n << 112n,
    low: 0x2a00n << 112n,
    high: 0x3000n << 112n,
    private: 0xfe00n << 112n,
  };
  return (starts[address.part] ?? 0n) + 5n;
}

/** The network as AWS would describe it; the first VPC is the target. */
export function snapshotOf(network: JoinedNetwork): Snapshot {
  const [target, other] = [partsOf(network, 0), partsOf(network, 1)];
  let s = referenceSnapshot();
  s = change(s, 'vpc', () => target.vpc);
  s = change(s, 'subnets', () => target.subnets);
  s = change(s, 'routeTables', () => target.routeTables);
  s = change(s, 'natGateways', () => target.natGateways);
  s = change(s, 'vpcEndpoints', () => target.vpcEndpoints);
  s = change(s, 'transitGatewayVpcAttachments', () => target.transitGatewayVpcAttachments);
  s = change(s, 'attachedVpcs', () => [other]);
  s = change(s, 'transitGatewayTables', () =>
    network.tables.map((routes, index) => gatewayTable(network, routes, index)),
  );
  s = change(s, 'vpcBlockPublicAccess', () => ({
    AwsAccountId: '111122223333',
    InternetGatewayBlockMode: network.vpcs.some(({ blocked }) => blocked) ? 'block-bidirectional' : 'off',
    State: 'update-complete' as const,
  }));
  return change(s, 'firewalls', (list) =>
    list.flatMap((one) =>
      network.vpcs.map(({ firewall }, vpc) => ({
        ...one,
        Firewall: one.Firewall && { ...one.Firewall, FirewallArn: `arn:firewall-${vpc}`, VpcId: idOf(vpc) },
        FirewallStatus: {
          Status: 'READY' as const,
          ConfigurationSyncStateSummary: 'IN_SYNC' as const,
          SyncStates: {
            zone: { Attachment: { EndpointId: `vpce-${vpc}`, SubnetId: `subnet-${vpc}-${firewall}` } },
          },
        },
      })),
    ),
  );
}

const idOf = (vpc: number): string => (vpc === 0 ? 'vpc-studio' : 'vpc-other');

function partsOf(network: JoinedNetwork, which: 0 | 1): AttachedVpc {
  const vpc = network.vpcs[which];
  const VpcId = idOf(which);
  const anyBlocked = network.vpcs.some(({ blocked }) => blocked);
  const mode = vpc.blocked ? ('block-bidirectional' as const) : ('off' as const);
  const states = anyBlocked ? { BlockPublicAccessStates: { InternetGatewayBlockMode: mode } } : {};
  return {
    VpcId,
    vpc: {
      VpcId,
      OwnerId: '111122223333',
      // Each subnet's block is a prefix of the VPC of its own: one primary, the others secondary.
      CidrBlockAssociationSet: vpc.subnets.map(({ block }) => ({
        CidrBlock: v4(block, 4).text,
        CidrBlockState: { State: 'associated' },
      })),
      Ipv6CidrBlockAssociationSet: sixOf(vpc),
      ...states,
    },
    subnets: vpc.subnets.map(({ block, part, zone }, index) => ({
      ...subnet(`subnet-${which}-${index}`, v4(block, 4).text, `us-east-1${zone}`),
      VpcId,
      Ipv6CidrBlockAssociationSet: part === null ? [] : sixOf(vpc),
      ...states,
    })),
    routeTables: tablesOf(vpc, which),
    natGateways: [
      nat(`nat-${which}`, `subnet-${which}-${vpc.nat}`, VpcId, 'public'),
      nat(`private-nat-${which}`, `subnet-${which}-${vpc.privateNat}`, VpcId, 'private'),
    ],
    vpcEndpoints: [{ VpcEndpointId: `vpce-${which}`, VpcEndpointType: 'GatewayLoadBalancer', SubnetIds: [] }],
    networkInterfaces: [],
    internetGateways: [],
    transitGatewayVpcAttachments: [
      {
        TransitGatewayAttachmentId: `attach-${which}`,
        TransitGatewayId: 'tgw-a',
        VpcId,
        State: 'available',
        SubnetIds: vpc.attached.map((index) => `subnet-${which}-${index}`),
        Options: { ApplianceModeSupport: vpc.applianceMode ? 'enable' : 'disable' },
      },
    ],
  };
}

function sixOf(vpc: JoinedVpc) {
  const parts = new Set(vpc.subnets.flatMap(({ part }) => (part === null ? [] : [part])));
  return [...parts].map((part) => ({
    Ipv6CidrBlock: PART_TEXT[part === 'own-0' ? 0 : 1],
    Ipv6CidrBlockState: { State: 'associated' as const },
  }));
}

function nat(NatGatewayId: string, SubnetId: string, VpcId: string, ConnectivityType: 'public' | 'private') {
  return {
    NatGatewayId,
    SubnetId,
    VpcId,
    ConnectivityType,
    State: 'available' as const,
    NatGatewayAddresses: [],
  };
}

function tablesOf(vpc: JoinedVpc, which: 0 | 1): RouteTable[] {
  const locals = [
    ...vpc.subnets.map(({ block }) => localRoute(v4(block, 4).text)),
    ...sixOf(vpc).map(({ Ipv6CidrBlock }) => localRoute(Ipv6CidrBlock)),
  ];
  const table = (
    id: string,
    routes: readonly JoinedRoute[],
    to: { SubnetId?: string; GatewayId?: string },
  ) => {
    const made = routes.map((one) => route(one.to.text, targetOf(one, which)));
    const replaced = new Set(routes.map((one) => one.to.text));
    const kept = locals.filter(
      (one) => !replaced.has(one.DestinationCidrBlock ?? one.DestinationIpv6CidrBlock ?? ''),
    );
    return {
      RouteTableId: id,
      Routes: [...kept, ...made],
      Associations: [{ ...to, AssociationState: { State: 'associated' as const } }],
    };
  };
  const edge = vpc.edge === null ? [] : [table(`rtb-${which}-edge`, vpc.edge, { GatewayId: `igw-${which}` })];
  const subnets = vpc.subnets.map(({ routes }, index) =>
    table(`rtb-${which}-${index}`, routes, { SubnetId: `subnet-${which}-${index}` }),
  );
  return [...subnets, ...edge];
}

function targetOf({ target }: JoinedRoute, vpc: 0 | 1): Partial<Route> {
  switch (target) {
    case 'nat':
    case 'private-nat':
      return { NatGatewayId: `${target}-${vpc}` };
    case 'firewall':
      return { GatewayId: `vpce-${vpc}` };
    case 'igw':
      return { GatewayId: `igw-${vpc}` };
    case 'eigw':
      return { EgressOnlyInternetGatewayId: `eigw-${vpc}` };
    case 'tgw':
      return { TransitGatewayId: 'tgw-a' };
    case 'gone':
      return { GatewayId: 'igw-gone', State: 'blackhole' };
    case 'local':
      return { GatewayId: 'local' };
  }
  return target satisfies never;
}

function gatewayTable(
  network: JoinedNetwork,
  routes: readonly GatewayRoute[],
  index: number,
): TransitGatewayTable {
  return {
    TransitGatewayRouteTable: { TransitGatewayRouteTableId: `tgw-rtb-${index}` },
    Associations: network.vpcs.flatMap(({ table }, vpc) =>
      table === index ? [{ TransitGatewayAttachmentId: `attach-${vpc}`, State: 'associated' as const }] : [],
    ),
    Routes: routes.map(({ to, target, type }) => ({
      DestinationCidrBlock: to.text,
      Type: type,
      State: target === 'blackhole' ? 'blackhole' : 'active',
      TransitGatewayAttachments:
        target === 'blackhole'
          ? []
          : [
              {
                TransitGatewayAttachmentId: `attach-${target}`,
                ResourceId: typeof target === 'number' ? idOf(target) : 'vpn-a',
                ResourceType: typeof target === 'number' ? ('vpc' as const) : ('vpn' as const),
              },
            ],
    })),
    complete: network.complete[index] ?? true,
  };
}

const common = ['firewall', 'firewall', 'nat', 'igw', 'tgw', 'tgw', 'private-nat', 'gone'] as const;
const joinedRoute = (vpc: 0 | 1): fc.Arbitrary<JoinedRoute> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ to: fc.constantFrom(...FOUR), target: fc.constantFrom(...common) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        to: fc.constantFrom(...SIX),
        target: fc.constantFrom(...common, 'eigw' as const),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        to: fc.constantFrom(...own(vpc === 0 ? 1 : 0)),
        target: fc.constantFrom('firewall' as const, 'tgw' as const),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ to: fc.constantFrom(...own(vpc)), target: fc.constant('firewall' as const) }),
    },
  );
const routes = (vpc: 0 | 1) =>
  fc.uniqueArray(joinedRoute(vpc), { maxLength: 5, selector: ({ to }) => to.text });
const edge = (vpc: 0 | 1) =>
  fc.option(
    fc.uniqueArray(
      fc.record({ to: fc.constantFrom(...own(vpc)), target: fc.constant('firewall' as const) }),
      { maxLength: 3, selector: ({ to }) => to.text },
    ),
    { nil: null },
  );
const joinedVpc = (which: 0 | 1): fc.Arbitrary<JoinedVpc> =>
  fc.boolean().chain((six) => {
    const blocks = BLOCK_OF[which];
    const subnets = blocks.map((block, index) =>
      fc.record({
        block: fc.constant(block),
        part: fc.constant(
          six && index === 0 ? (which === 0 ? ('own-0' as const) : ('own-1' as const)) : null,
        ),
        zone: fc.constantFrom('a' as const, 'b' as const),
        routes: routes(which),
      }),
    );
    const home = fc.nat(blocks.length - 1);
    return fc.record({
      subnets: fc.tuple(...subnets),
      nat: home,
      privateNat: home,
      firewall: home,
      edge: edge(which),
      attached: fc.constantFrom<readonly number[]>([0], [1], [0, 1]),
      applianceMode: fc.boolean(),
      table: fc.constantFrom(0 as const, 1 as const),
      blocked: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
    });
  });
const gatewayRoutes = fc.uniqueArray(
  fc.record({
    to: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...FOUR, ...SIX) },
      { weight: 3, arbitrary: fc.constantFrom(...own(0), ...own(1)) },
    ),
    target: fc.constantFrom<GatewayRoute['target']>(0, 1, 1, 1, 'vpn', 'blackhole'),
    type: fc.constantFrom('static' as const, 'propagated' as const),
  }),
  { maxLength: 6, selector: ({ to, type }) => `${to.text} ${type}` },
);

/** Networks of two VPCs, three subnets and two, one of them perhaps with IPv6. */
export const joinedNetwork: fc.Arbitrary<JoinedNetwork> = fc.record({
  vpcs: fc.tuple(joinedVpc(0), joinedVpc(1)),
  tables: fc.tuple(gatewayRoutes, gatewayRoutes),
  complete: fc.tuple(
    fc.integer({ min: 0, max: 7 }).map((dice) => dice > 0),
    fc.integer({ min: 0, max: 7 }).map((dice) => dice > 0),
  ),
});
