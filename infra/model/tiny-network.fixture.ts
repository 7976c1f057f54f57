/** Tiny networks as AWS would describe them, made at random, for tests against the brute-force walker. */
import * as fc from 'fast-check';
import { change } from '../mutants/mutant';
import { localRoute, networkInterface, route, subnet } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import type { Route, Snapshot } from '../snapshot/snapshot';
import { formatAddress } from './cidr';
import type { TinyNetwork, TinyPrefix, TinyRoute, TinyTarget } from './routing-oracle.fixture';

/** The six bits of a tiny address are the first six of an IPv4 address. */
export const SHIFT = 26n;
const cidrOf = (prefix: TinyPrefix): string => {
  const base = (prefix.base >> (6 - prefix.length)) << (6 - prefix.length);
  return `${formatAddress('ipv4', BigInt(base) << SHIFT)}/${prefix.length}`;
};

function targetOf(target: TinyTarget): Partial<Route> {
  switch (target.kind) {
    case 'nat':
      return { NatGatewayId: `nat-${target.index}` };
    case 'firewall':
      return { GatewayId: `vpce-fw-${target.index}` };
    case 'other-gwlbe':
      return { GatewayId: `vpce-other-${target.index}` };
    case 'appliance':
      return { NetworkInterfaceId: `eni-${target.index}` };
    case 'igw':
      return { GatewayId: 'igw-a' };
    case 'eigw':
      return { EgressOnlyInternetGatewayId: 'eigw-a' };
    case 'cagw':
      return { CarrierGatewayId: 'cagw-a' };
    case 'tgw':
      return { TransitGatewayId: 'tgw-a' };
    case 's3':
      return { GatewayId: 'vpce-s3' };
    case 'checked-eni':
      return { NetworkInterfaceId: 'eni-checked' };
    case 'blackhole':
      return { GatewayId: 'igw-gone', State: 'blackhole' };
    case 'unknown':
      return { LocalGatewayId: undefined };
  }
  return target satisfies never;
}

function routeOf(tiny: TinyRoute): Route {
  const origin = {
    static: 'CreateRoute',
    propagated: 'EnableVgwRoutePropagation',
    advertised: 'Advertisement',
  } as const;
  if ('list' in tiny.to)
    return {
      DestinationPrefixListId: `pl-${tiny.to.list}`,
      Origin: 'CreateRoute',
      State: 'active',
      ...targetOf(tiny.target),
    };
  return route(cidrOf(tiny.to), { Origin: origin[tiny.origin], ...targetOf(tiny.target) });
}

/** A tiny network as AWS would describe it. */
export function snapshotOf(tiny: TinyNetwork): Snapshot {
  const endpoint = (id: string, type: 'Gateway' | 'GatewayLoadBalancer', home: number) => ({
    VpcEndpointId: id,
    VpcEndpointType: type,
    SubnetIds: [`subnet-${home}`],
  });
  let s = referenceSnapshot();
  s = change(s, 'vpc', (vpc) => ({
    ...vpc,
    CidrBlockAssociationSet: [{ CidrBlock: '0.0.0.0/2', CidrBlockState: { State: 'associated' } }],
  }));
  s = change(s, 'subnets', () =>
    tiny.subnetTables.map((_, index) => subnet(`subnet-${index}`, cidrOf({ base: index * 4, length: 4 }))),
  );
  s = change(s, 'routeTables', () =>
    tiny.tables.map((routes, index) => ({
      RouteTableId: `rtb-${index}`,
      Routes: [localRoute('0.0.0.0/2'), ...routes.map(routeOf)],
      Associations: [
        ...tiny.subnetTables.flatMap((table, home) =>
          table === index
            ? [{ SubnetId: `subnet-${home}`, AssociationState: { State: 'associated' as const } }]
            : [],
        ),
        ...(tiny.edgeTable === index
          ? [{ GatewayId: 'igw-a', AssociationState: { State: 'associated' as const } }]
          : []),
      ],
    })),
  );
  s = change(s, 'natGateways', () =>
    tiny.nats.map((home, index) => ({
      NatGatewayId: `nat-${index}`,
      SubnetId: `subnet-${home}`,
      NatGatewayAddresses: [],
    })),
  );
  s = change(s, 'vpcEndpoints', () => [
    endpoint('vpce-s3', 'Gateway', 0),
    ...tiny.firewalls.map((home, index) => endpoint(`vpce-fw-${index}`, 'GatewayLoadBalancer', home)),
    ...tiny.others.map((home, index) => endpoint(`vpce-other-${index}`, 'GatewayLoadBalancer', home)),
  ]);
  s = change(s, 'networkInterfaces', () => [
    networkInterface('eni-checked', { SubnetId: 'subnet-0', SourceDestCheck: true }),
    ...tiny.appliances.map((home, index) =>
      networkInterface(`eni-${index}`, { SubnetId: `subnet-${home}`, SourceDestCheck: false }),
    ),
  ]);
  s = change(s, 'managedPrefixLists', () =>
    tiny.lists.flatMap((entries, index) =>
      entries === null
        ? []
        : [
            {
              PrefixList: {
                PrefixListId: `pl-${index}`,
                State: 'create-complete' as const,
                AddressFamily: 'IPv4',
              },
              Entries: entries.map((entry) => ({ Cidr: cidrOf(entry) })),
            },
          ],
    ),
  );
  return change(s, 'firewalls', (list) =>
    list.map((one) => ({
      ...one,
      FirewallStatus: {
        Status: 'READY',
        ConfigurationSyncStateSummary: 'IN_SYNC',
        SyncStates: Object.fromEntries(
          tiny.firewalls.map((home, index) => [
            `zone-${index}`,
            {
              Attachment: {
                EndpointId: `vpce-fw-${index}`,
                SubnetId: `subnet-${home}`,
                Status: 'READY' as const,
              },
            },
          ]),
        ),
      },
    })),
  );
}

const index = fc.nat(1);
const home = fc.nat(3);
const prefix: fc.Arbitrary<TinyPrefix> = fc.record({ base: fc.nat(63), length: fc.nat(6) });
/** Mostly the targets of an ordinary network, so that paths get far; the others often enough to be in every run. */
const target: fc.Arbitrary<TinyTarget> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('nat' as const, 'firewall' as const, 'firewall' as const),
      index,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('igw' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('other-gwlbe' as const, 'appliance' as const), index }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'eigw' as const,
        'cagw' as const,
        'tgw' as const,
        's3' as const,
        'blackhole' as const,
        'unknown' as const,
        'checked-eni' as const,
      ),
    }),
  },
);
const tinyRoute: fc.Arbitrary<TinyRoute> = fc.record({
  to: fc.oneof(
    { weight: 4, arbitrary: prefix },
    { weight: 2, arbitrary: fc.constant({ base: 0, length: 0 }) },
    { weight: 1, arbitrary: fc.record({ list: fc.nat(2) }) },
  ),
  target,
  origin: fc.oneof(
    { weight: 8, arbitrary: fc.constant('static' as const) },
    { weight: 2, arbitrary: fc.constant('propagated' as const) },
    { weight: 1, arbitrary: fc.constant('advertised' as const) },
  ),
});
/** AWS has one route per destination and origin in a table. */
const table = fc.uniqueArray(tinyRoute, {
  maxLength: 5,
  selector: ({ to, origin }) => ('list' in to ? `pl-${to.list}` : `${cidrOf(to)} ${origin}`),
});
const pair = fc.tuple(home, home);
/** Networks of five tables, four subnets and two of everything else. */
export const tinyNetwork: fc.Arbitrary<TinyNetwork> = fc.record({
  tables: fc.array(table, { minLength: 5, maxLength: 5 }),
  subnetTables: fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4), fc.nat(4)),
  nats: pair,
  firewalls: pair,
  others: pair,
  appliances: pair,
  edgeTable: fc.option(fc.nat(4), { nil: null }),
  lists: fc.tuple(
    fc.array(prefix, { maxLength: 3 }),
    fc.array(prefix, { maxLength: 3 }),
    fc.option(fc.array(prefix, { maxLength: 2 }), { nil: null, freq: 3 }),
  ),
});
