/**
 * Random route tables for the lab's two-zone account, and what the model says of a packet in them. For the test that
 * compares it with real packets.
 */
import * as fc from 'fast-check';
import { firewallArn, ids, ruleGroupArn, smallAccount } from '../lab/network/small-account';
import { addSecondZone, secondZone } from '../lab/network/second-zone';
import type { LabState } from '../lab/state';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import type { ReadSection, Route, Snapshot, Wire } from '../snapshot/snapshot';
import { toWire } from '../snapshot/wire-value';
import type { Address } from './cidr';
import type { Network } from './network';
import { networkOf, subnetPlace } from './network';
import { endpointsCrossed, pathsFrom } from './packet-path';
import { returnProofOf } from './return-path';

/** Servers of the lab's internet that send back what they get on UDP port 9000. */
export const DESTINATIONS = [
  '203.0.113.10',
  '203.0.113.20',
  '203.0.113.30',
  '203.0.113.31',
  '203.0.113.40',
  '203.0.113.41',
  '203.0.113.42',
] as const;

/** Each of them holds some of the destinations and not others. */
const PREFIXES = [
  '0.0.0.0/0',
  '128.0.0.0/1',
  '203.0.113.0/24',
  '203.0.113.0/27',
  '203.0.113.32/27',
  '203.0.113.40/31',
  ...DESTINATIONS.map((address) => `${address}/32`),
];

const { studio } = ids;
const CIDRS = { studio: '10.2.3.0/24', nat: '10.2.2.0/24', natB: '10.2.5.0/24' } as const;

/** By route table: destination and target, as DescribeRouteTables would return the target in its members. */
export type Topology = Readonly<Record<string, readonly Route[]>>;

type TargetName = 'nat' | 'nat-b' | 'firewall' | 'firewall-b' | 'internet' | 'nowhere';

const TARGETS: Readonly<Record<TargetName, Partial<Route>>> = {
  nat: { NatGatewayId: ids.natGateway },
  'nat-b': { NatGatewayId: secondZone.natGateway },
  firewall: { GatewayId: ids.firewallEndpoint },
  'firewall-b': { GatewayId: secondZone.firewallEndpoint },
  internet: { GatewayId: ids.gateway },
  nowhere: { NatGatewayId: 'nat-0ff', State: 'blackhole' },
};

const route = (DestinationCidrBlock: string, target: Partial<Route>): Route => ({
  DestinationCidrBlock,
  State: 'active',
  Origin: 'CreateRoute',
  ...target,
});

const LOCAL: Route = {
  DestinationCidrBlock: '10.2.0.0/16',
  GatewayId: 'local',
  State: 'active',
  Origin: 'CreateRouteTable',
};

function outward(...targets: readonly TargetName[]): fc.Arbitrary<readonly Route[]> {
  const one = fc.record({ prefix: fc.constantFrom(...PREFIXES), target: fc.constantFrom(...targets) });
  return fc
    .uniqueArray(one, { minLength: 1, maxLength: 5, selector: ({ prefix }) => prefix })
    .map((routes) => routes.map(({ prefix, target }) => route(prefix, TARGETS[target])));
}

/** At most one route for the answers to a NAT subnet, or the Studio subnet: by an endpoint of the firewall. */
const inward = (...cidrs: readonly string[]): fc.Arbitrary<readonly Route[]> =>
  fc
    .tuple(
      ...cidrs.map((cidr) =>
        fc.option(
          fc
            .constantFrom<TargetName>('firewall', 'firewall', 'firewall-b')
            .map((target) => route(cidr, TARGETS[target])),
          { nil: null, freq: 3 },
        ),
      ),
    )
    .map((routes) => routes.filter((one) => one !== null));

/** Networks in which packets go out in all kinds of ways: right ones, holes, loops, blackholes, one-sided ones. */
export const topologies: fc.Arbitrary<Topology> = fc
  .record({
    studio: outward('nat', 'nat', 'nat', 'nat-b', 'firewall', 'internet', 'nowhere'),
    nat: fc.tuple(
      outward('firewall', 'firewall', 'firewall', 'firewall-b', 'internet', 'nat-b', 'nowhere'),
      inward(CIDRS.studio),
    ),
    natB: fc.tuple(outward('firewall-b', 'firewall-b', 'firewall', 'internet'), inward(CIDRS.studio)),
    firewall: outward('internet', 'internet', 'internet', 'nat', 'nowhere'),
    firewallB: outward('internet', 'internet', 'internet', 'nat-b'),
    edge: inward(CIDRS.nat, CIDRS.natB),
  })
  .map((tables) => ({
    [ids.studioTable]: [LOCAL, ...tables.studio],
    [ids.natTable]: [LOCAL, ...tables.nat[0], ...tables.nat[1]],
    [ids.firewallTable]: [LOCAL, ...tables.firewall],
    'rtb-0b2': [LOCAL, ...tables.natB[0], ...tables.natB[1]],
    'rtb-0b1': [LOCAL, ...tables.firewallB],
    [ids.edgeTable]: [LOCAL, ...tables.edge],
  }));

/** The account with this topology: its firewall passes everything, and writes a record of each way's first packet. */
export function accountOf(topology: Topology): LabState {
  const state = addSecondZone(smallAccount(), { answersBy: secondZone.firewallEndpoint });
  for (const [id, Routes] of Object.entries(topology)) {
    state.routeTables.set(id, { ...state.routeTables.get(id), Routes: [...Routes] });
  }
  const group = state.securityGroups.get(ids.studioGroup);
  state.securityGroups.set(ids.studioGroup, {
    ...group,
    IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
  });
  const stored = state.ruleGroups.get(ruleGroupArn);
  if (stored === undefined) throw new Error(`the small account has no ${ruleGroupArn}`);
  const RulesString = 'alert udp any any -> any any (msg:"seen"; sid:1; rev:1;)';
  state.ruleGroups.set(ruleGroupArn, { ...stored, RuleGroup: { RulesSource: { RulesString } } });
  return state;
}

/** The same account as the model reads it. */
export function snapshotOf(state: LabState): Snapshot {
  const base = referenceSnapshot();
  const read = <T>(value: T): ReadSection<Wire<T>> => ({
    status: 'read',
    readAt: base.takenAt,
    calls: [],
    value: toWire(value),
  });
  const firewall = state.firewalls.get(firewallArn);
  const vpc = state.vpcs.get(ids.vpc);
  if (firewall === undefined || vpc === undefined) throw new Error('the small account is not what it was');
  const association = { CidrBlock: '10.2.0.0/16', CidrBlockState: { State: 'associated' as const } };
  return {
    ...base,
    target: { ...base.target, vpcId: ids.vpc },
    sections: {
      ...base.sections,
      vpc: read({ ...vpc, CidrBlockAssociationSet: [association], Ipv6CidrBlockAssociationSet: [] }),
      subnets: read([...state.subnets.values()].map((one) => ({ ...one, Ipv6CidrBlockAssociationSet: [] }))),
      routeTables: read([...state.routeTables.values()].map((one) => ({ ...one, PropagatingVgws: [] }))),
      internetGateways: read([...state.internetGateways.values()]),
      natGateways: read(
        [...state.natGateways.values()].map((one) => ({ ...one, AvailabilityMode: 'zonal' as const })),
      ),
      vpcEndpoints: read([...state.vpcEndpoints.values()]),
      networkInterfaces: read([...state.networkInterfaces.values()]),
      firewalls: read([firewall]),
    },
  };
}

/** What becomes of a datagram to a destination and of the answer; `undecided` where the model says so. */
export type Passage =
  | {
      readonly decided: true;
      readonly arrives: boolean;
      /** Zones of the firewall's endpoints that the datagram crossed, and whether its answer crossed any. */
      readonly outBy: readonly string[];
      readonly backCrosses: boolean | null;
    }
  | { readonly decided: false; readonly because: string };

const ZONES: Readonly<Record<string, string>> = {
  [ids.firewallEndpoint]: 'us-east-1a',
  [secondZone.firewallEndpoint]: secondZone.name,
};

export function passageOf(snapshot: Snapshot, destination: Address): Passage {
  const network: Network = networkOf(snapshot);
  const one = { family: destination.family, first: destination.value, last: destination.value };
  const paths = pathsFrom(network, subnetPlace(network, studio), one);
  const [path, another] = paths;
  if (path === undefined || another !== undefined || path.end.kind === 'unmodelled')
    return { decided: false, because: path?.end.kind === 'unmodelled' ? path.end.because : 'several ways' };
  const outBy = endpointsCrossed(path).map((id) => ZONES[id] ?? id);
  const translated = path.steps.some(({ arrival }) => arrival.on && arrival.via.kind === 'nat-gateway');
  // An internet gateway drops what comes from an address without a public one (VPC user guide, "Internet gateways").
  const arrives = path.end.kind === 'internet-exit' && translated;
  if (!arrives) return { decided: true, arrives, outBy, backCrosses: null };
  const back = returnProofOf(network, studio, [{ destination: one, paths }]);
  if (back.status === 'undecided') return { decided: false, because: back.because };
  return { decided: true, arrives, outBy, backCrosses: back.status === 'holds' };
}
