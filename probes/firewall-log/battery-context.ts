/** What the techniques of the battery need to know of the network that they are tried in. */
import { NotKnown, sectionValue, type Snapshot } from '../../infra/snapshot/snapshot';
import { probeOf } from '../catalogue';
import type { TechniqueContext } from '../technique';

export interface BatteryContextOptions {
  readonly snapshot: Snapshot;
  readonly destinations: readonly { readonly probe: string; readonly expect: 'allowed' | 'denied' }[];
  /** The owner's own listener, or null for a public one. */
  readonly listener: string | null;
}

/** Answers on TCP ports without number (portquiz.net, a public service; MEMORY). Whether it lives, the control run says. */
const PUBLIC_LISTENER = 'portquiz.net';
/** Kept by IANA for documentation, and they answer HTTP and HTTPS (RFC 2606; IANA-managed reserved domains). */
const PUBLIC_DENIED_NAMES = ['example.com', 'example.net', 'example.org'];
/** A sweep of the neighbourhood is not the question; one address of a few others is. */
const MOST_NEIGHBOURS = 4;

/**
 * Names and addresses for the techniques of a run. What was not read leaves a technique without its target, which it then
 * says; it never throws {@link NotKnown}.
 */
export function batteryContext({
  snapshot,
  destinations,
  listener,
}: BatteryContextOptions): Omit<TechniqueContext, 'nonce' | 'timeoutMs'> {
  const namesOf = (expect: 'allowed' | 'denied'): readonly string[] =>
    destinations.filter((one) => one.expect === expect).flatMap(({ probe }) => webNamesOf(probe));
  const allowed = destinations
    .filter((one) => one.expect === 'allowed')
    .flatMap(({ probe }) => namesIn(probe));
  return {
    // A web page's name first, but every allowed client speaks HTTPS to its names.
    allowedName: namesOf('allowed')[0] ?? allowed[0] ?? null,
    deniedName: deniedNameOf(namesOf('denied'), allowed),
    listener: listener ?? PUBLIC_LISTENER,
    ipv6: readOrNull(() => studioSubnetsOf(snapshot).some(hasIpv6)),
    neighbours: readOrNull(() => neighboursOf(snapshot)),
    region: snapshot.target.region,
  };
}

/**
 * A name that is meant to be denied, a public one before the owner's; none that is, or is above or below, an allowed name: a
 * list's entry may cover more than the name that stands for it. Where every candidate is, one that nobody can have registered
 * for the occasion will do: what is sent to it gets no answer anywhere, which is said.
 */
function deniedNameOf(denied: readonly string[], allowed: readonly string[]): string {
  const isApart = (name: string): boolean =>
    !allowed.some((one) => isWithin(one, name) || isWithin(name, one));
  const [first = ''] = PUBLIC_DENIED_NAMES;
  const candidates = [...(denied.includes(first) ? [first] : denied), ...PUBLIC_DENIED_NAMES, NOBODYS_NAME];
  return candidates.find(isApart) ?? NOBODYS_NAME;
}

const isWithin = (name: string, other: string): boolean => name === other || name.endsWith(`.${other}`);

/** Under a top-level domain that never resolves (RFC 2606, 2). */
const NOBODYS_NAME = 'studio-egress.invalid';

/** The name of a probe that asks one web server; others need more than one, or no web page. */
const webNamesOf = (probe: string): readonly string[] =>
  probe.startsWith('wget-') ? namesIn(probe).slice(0, 1) : [];

function namesIn(probe: string): readonly string[] {
  try {
    return probeOf(probe).names;
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function readOrNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotKnown) return null;
    throw error;
  }
}

type Subnet = Snapshot['sections']['subnets'] extends infer S
  ? S extends { readonly status: 'read'; readonly value: readonly (infer T)[] }
    ? T
    : never
  : never;

const studioSubnetIds = (snapshot: Snapshot): ReadonlySet<string> =>
  new Set(
    sectionValue(snapshot, 'domains')
      .filter(({ VpcId }) => VpcId === snapshot.target.vpcId)
      .flatMap(({ SubnetIds }) => SubnetIds ?? []),
  );

function studioSubnetsOf(snapshot: Snapshot): readonly Subnet[] {
  const ids = studioSubnetIds(snapshot);
  return sectionValue(snapshot, 'subnets').filter(({ SubnetId }) => ids.has(SubnetId ?? ''));
}

const hasIpv6 = ({ Ipv6CidrBlockAssociationSet: associations }: Subnet): boolean =>
  (associations ?? []).some(({ Ipv6CidrBlockState: state }) => state?.State === 'associated');

/** Interfaces of AWS's own, which are no workloads: what they answer to a connection of their own is not documented. */
const SERVING_ONLY_AWS: ReadonlySet<string> = new Set([
  'nat_gateway',
  'natGateway',
  'gateway_load_balancer_endpoint',
  'transit_gateway',
  'vpc_endpoint',
]);

/** Addresses of interfaces in other subnets of the VPC, which notebooks have no business with. */
function neighboursOf(snapshot: Snapshot): readonly string[] {
  const ids = studioSubnetIds(snapshot);
  return sectionValue(snapshot, 'networkInterfaces')
    .filter(({ SubnetId }) => SubnetId !== undefined && !ids.has(SubnetId))
    .filter(({ InterfaceType }) => !SERVING_ONLY_AWS.has(InterfaceType ?? ''))
    .flatMap(({ PrivateIpAddress }) => (PrivateIpAddress === undefined ? [] : [PrivateIpAddress]))
    .slice(0, MOST_NEIGHBOURS);
}
