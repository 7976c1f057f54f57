/**
 * What the deployed configuration implies for one flow from one host: the layers in the order in which a packet meets
 * them. DNS, the host's security groups, network ACLs and routes with the firewall on the way, and the way back.
 */
import type { Snapshot } from '../snapshot/snapshot';
import type { Address } from './cidr';
import { formatAddress, parseAddress } from './cidr';
import type { FlowShape } from './flow-shape';
import { hopsOf } from './hops';
import { ask } from './known';
import type { Network } from './network';
import { networkOf, subnetPlace } from './network';
import type { Path } from './packet-path';
import { endpointsCrossed, pathsFrom } from './packet-path';
import type { Prediction } from './prediction';
import { admittedBy, groupsAt } from './predicted-admission';
import { endpointAt } from './predicted-inside';
import { askedResolver, isResolver, unresolved } from './predicted-dns';
import { predictedOn } from './predicted-path';
import type { Sender } from './predicted-sender';
import type { Hop } from './proof';

/** What was sent (probes/probe.ts: `SentFlow`), with the names that were looked up for it. */
export interface Sending {
  readonly shape: FlowShape;
  /** Null where the name did not resolve. */
  readonly address: string | null;
  readonly names: readonly string[];
}

export interface Predicted {
  readonly prediction: Prediction;
  /** The way that decides, as far as it leads; empty where the flow meets no route table. */
  readonly hops: readonly Hop[];
  /** The endpoint of an AWS service that it ends at, whose policy has the last word; null elsewhere. */
  readonly endpointId: string | null;
  /** The firewall endpoints on its way, in order. */
  readonly crosses: readonly string[];
}

export interface PredictOptions {
  readonly sender: Sender;
  /** Gateway Load Balancer endpoints of other vendors that the owner's intent accepts as inspection. */
  readonly acceptedInspection?: readonly string[];
}

/**
 * The prediction for a flow. Never throws {@link NotKnown}: what was not read or is not modelled makes it undecided, and
 * says why. An address that the host did resolve is taken as it is: DNS has let it be.
 *
 * Facts: aws.md 1.9 (link-local addresses are never routed by tables), 1.27, 6.6 (the resolver); VPC user guide, "Security
 * groups" (asked at the network interface, before any route).
 */
export function predict(snapshot: Snapshot, sending: Sending, options: PredictOptions): Predicted {
  const answer = ask(() => predicted(snapshot, sending, options));
  return answer.known ? answer.value : undecided(answer.because);
}

function predicted(
  snapshot: Snapshot,
  { shape, address: text, names }: Sending,
  { sender, acceptedInspection = [] }: PredictOptions,
): Predicted {
  if (text === null)
    return { prediction: unresolved(snapshot, names), hops: [], endpointId: null, crosses: [] };
  const destination = parseAddress(text);
  if (isResolver(snapshot, destination))
    return {
      prediction: resolverPrediction(snapshot, shape, names),
      hops: [],
      endpointId: null,
      crosses: [],
    };
  if (isLinkLocal(destination))
    return undecided(`${text} is link-local, where only AWS's own services answer`);
  const groups = admittedBy(snapshot, sender.groupIds, {
    direction: 'egress',
    shape,
    peer: { address: destination, groups: groupsAt(snapshot, destination) },
  });
  if (groups.answer === 'no')
    return { prediction: stoppedByGroups(sender, groups.because), hops: [], endpointId: null, crosses: [] };
  if (groups.answer === 'maybe') return undecided(groups.because);
  const network = networkOf(snapshot, { acceptedInspection });
  const { family, value } = destination;
  const paths = pathsFrom(network, subnetPlace(network, sender.subnetId), {
    family,
    first: value,
    last: value,
  });
  return agreed(
    paths.map((path) => ({
      prediction: alongPath(snapshot, network, { path, shape, sender, destination }),
      hops: hopsOf(path),
      crosses: endpointsCrossed(path),
      endpointId: path.end.kind === 'service' ? path.end.endpointId : endpointAt(snapshot, destination),
    })),
    formatAddress(family, value),
  );
}

interface Along {
  readonly path: Path;
  readonly shape: FlowShape;
  readonly sender: Sender;
  readonly destination: Address;
}

function alongPath(snapshot: Snapshot, network: Network, along: Along): Prediction {
  const answer = ask(() => predictedOn(snapshot, network, along));
  return answer.known ? answer.value : { outcome: 'undecided', because: answer.because };
}

/** The resolver answers DNS; what else it may do with a packet is not documented. */
function resolverPrediction(snapshot: Snapshot, shape: FlowShape, names: readonly string[]): Prediction {
  if (shape.port === DNS_PORT && (shape.transport === 'udp' || shape.transport === 'tcp'))
    return askedResolver(snapshot, names);
  return { outcome: 'undecided', because: "what the VPC's resolver makes of this is not documented" };
}

const DNS_PORT = 53;

function isLinkLocal({ family, value }: Address): boolean {
  if (family === 'ipv4') return value >> 16n === 0xa9fen;
  // The services' own unique local prefix (VPC user guide, fd00:ec2::/32) and fe80::/10.
  return value >> 96n === 0xfd00_0ec2n || value >> 118n === 0x3fan;
}

function stoppedByGroups({ groupIds }: Sender, because: string): Prediction {
  return {
    outcome: 'blocked',
    by: 'security-group',
    how: 'drop',
    logged: null,
    because,
    rule: { resource: groupIds.join(', '), rule: 'no egress rule' },
  };
}

/** Where AWS may choose between ways, the prediction holds only if it is the same on all of them. */
function agreed(ways: readonly Predicted[], destination: string): Predicted {
  const [first, ...others] = ways;
  if (first === undefined) return undecided(`no way to ${destination} was found`);
  const other = others.find(({ prediction }) => key(prediction) !== key(first.prediction));
  if (other === undefined) return first;
  const each = [first, other].map(({ prediction }) => prediction.because).join('; or else: ');
  return { ...first, prediction: { outcome: 'undecided', because: `its ways differ: ${each}` } };
}

const key = (prediction: Prediction): string =>
  'by' in prediction ? `${prediction.outcome} ${prediction.by}` : prediction.outcome;

function undecided(because: string): Predicted {
  return { prediction: { outcome: 'undecided', because }, hops: [], endpointId: null, crosses: [] };
}
