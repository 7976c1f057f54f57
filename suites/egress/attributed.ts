/** Every observation of a run from inside the Studio subnet, with its control run, its prediction and its attribution. */
import { ask } from '../../infra/model/known';
import { contains } from '../../infra/model/address-set';
import { parseAddress } from '../../infra/model/cidr';
import type { Predicted } from '../../infra/model/predict';
import { predict } from '../../infra/model/predict';
import { jobSenderOf, senderOf, type Sender } from '../../infra/model/predicted-sender';
import type { Blocker, Prediction } from '../../infra/model/prediction';
import type { Hop } from '../../infra/model/proof';
import { vpcCidrsOf } from '../../infra/model/subnet';
import { NotKnown, sectionValue, type Snapshot } from '../../infra/snapshot/snapshot';
import { looksAlike } from '../../probes/flow-destination';
import type { LiveEvidence, Observation, SentFlow } from '../../probes/probe';
import { wasReached } from '../../probes/reached-target';
import type { CheckInput } from '../check';
import type { FindingProof, Judgement } from '../evidence';
import { attribution, type Attribution } from './attribution';

export interface Attributed {
  readonly studio: Observation;
  readonly control: Observation | null;
  readonly prediction: Prediction;
  /** Everybody who stops some flow of it, by the configuration. */
  readonly blockers: readonly Blocker[];
  readonly hops: readonly Hop[];
  /** The firewall endpoints that it crosses by the configuration. */
  readonly crosses: readonly string[];
  readonly attribution: Attribution;
}

type Run = Extract<LiveEvidence, { readonly status: 'run' }>;

/** What is known of one observation. Never throws {@link NotKnown}: what is not known makes the prediction undecided. */
export function attributed(input: CheckInput, live: Run, studio: Observation): Attributed {
  const control =
    live.observations.find((seen) => seen.vantage === 'control' && seen.probe === studio.probe) ?? null;
  const flows = studio.flows.map((flow) => predictedFlow(input, studio, flow));
  // A user's client needs all of its connections, so one that is stopped stops it; a technique needs one of them.
  const needsAll = input.intent.destinations.some(({ probe }) => probe === studio.probe);
  const { prediction, hops, crosses } = together(flows, needsAll ? NEEDS_ALL : NEEDS_ONE);
  const others = live.observations.filter((seen) => seen.vantage === 'studio' && seen !== studio);
  return {
    studio,
    control,
    prediction,
    hops,
    crosses,
    blockers: flows.flatMap(({ prediction: own }) => ('by' in own ? [own.by] : [])),
    attribution: attribution({
      studio,
      control,
      prediction,
      log: live.log,
      hostIsAlive: hostIsAlive(live, studio),
      isInside: isInside(input.snapshot, studio),
      endpointId: flows.every((flow) => flow.endpointId !== null) ? (flows[0]?.endpointId ?? null) : null,
      recordsCanBeTold: !others.some((other) => isConfusable(studio, other)),
    }),
  };
}

/** The observations and the way of a judgement, for the report. */
export function evidenceOf({ studio, control, hops }: Attributed): Pick<Judgement, 'observations' | 'proof'> {
  const proof: FindingProof = { witness: null, hops, certificate: null };
  return {
    observations: control === null ? [studio] : [studio, control],
    ...(hops.length === 0 ? {} : { proof }),
  };
}

/** A transport's words for where it ran: `ssm:i-…`, `processing-job:… at 10.0.0.1` (probes/transports). */
const HOST = /^ssm:(i-[0-9a-f]{8,32})$/;
const JOB = /^processing-job:[A-Za-z0-9-]+ at (\d{1,3}(?:\.\d{1,3}){3})$/;

/** Throws {@link NotKnown} for what the snapshot does not have. */
function senderIn(snapshot: Snapshot, host: string): Sender {
  const [instanceId, address] = [HOST.exec(host)?.[1], JOB.exec(host)?.[1]];
  if (instanceId !== undefined) return senderOf(snapshot, instanceId);
  if (address !== undefined) return jobSenderOf(snapshot, address);
  throw new NotKnown(`which host of the VPC ${host} is, is not known`);
}

function predictedFlow({ snapshot, intent }: CheckInput, studio: Observation, flow: SentFlow): Predicted {
  const sender = ask(() => senderIn(snapshot, studio.host));
  if (!sender.known) return undecided(sender.because);
  const { acceptedInspection } = intent;
  const names = flow.shape.name === null ? studio.names : [flow.shape.name];
  return predict(snapshot, { ...flow, names }, { sender: sender.value, acceptedInspection });
}

type Outcome = Prediction['outcome'];

/** Which flow's prediction is the observation's: the first outcome of these that some flow has. */
const NEEDS_ONE: readonly Outcome[] = ['open', 'undecided', 'leaks', 'blocked'];
const NEEDS_ALL: readonly Outcome[] = ['blocked', 'undecided', 'leaks', 'open'];

function together(flows: readonly Predicted[], order: readonly Outcome[]): Predicted {
  for (const outcome of order) {
    const alike = flows.filter(({ prediction }) => prediction.outcome === outcome);
    // Of several that are stopped, the firewall's is the one that a record is looked for.
    const found =
      alike.find(({ prediction }) => 'by' in prediction && prediction.by === 'firewall') ?? alike[0];
    if (found !== undefined) return found;
  }
  return undecided('what it sent is not known');
}

const undecided = (because: string): Predicted => ({
  prediction: { outcome: 'undecided', because },
  hops: [],
  endpointId: null,
  crosses: [],
});

/** Whether some control run was answered, or arrived, at an address that the probe went to. */
function hostIsAlive({ observations }: Run, studio: Observation): boolean {
  const addresses = new Set(studio.flows.flatMap(({ address }) => address ?? []));
  return observations.some(
    (seen) =>
      seen.vantage === 'control' &&
      (wasReached(seen) || (seen.arrivals ?? []).length > 0) &&
      seen.flows.some(({ address }) => address !== null && addresses.has(address)),
  );
}

/** Whether every address it went to is the VPC's own; where that was not read, they are taken for the internet's. */
function isInside(snapshot: Snapshot, { flows }: Observation): boolean {
  const cidrs = ask(() => vpcCidrsOf(sectionValue(snapshot, 'vpc')));
  if (!cidrs.known || flows.length === 0) return false;
  return flows.every(({ address: text }) => {
    const address = text === null ? null : ask(() => parseAddress(text));
    if (address === null || !address.known) return false;
    const { family, value } = address.value;
    return contains(
      cidrs.value.filter((cidr) => cidr.family === family),
      value,
    );
  });
}

/** Records of two probes are tied apart by their windows only where these are further apart than clocks may be. */
const CLOCK_SKEW_MS = 5000;

function isConfusable(studio: Observation, other: Observation): boolean {
  const apart =
    Date.parse(other.startedAt) > Date.parse(studio.finishedAt) + 2 * CLOCK_SKEW_MS ||
    Date.parse(studio.startedAt) > Date.parse(other.finishedAt) + 2 * CLOCK_SKEW_MS;
  if (apart) return false;
  return studio.flows.some((flow) => {
    // What came as far as a name of its own is on record by its nonce, whoever else was there.
    const isNamed = flow.shape.name?.toLowerCase().startsWith(`n${studio.nonce}.`) === true;
    if (isNamed && cameToItsName(studio)) return false;
    const sameName = flow.shape.name !== null && other.names.includes(flow.shape.name.toLowerCase());
    return (
      sameName || other.flows.some((theirs) => looksAlike(flow, theirs) || isLostLike(other, theirs, flow))
    );
  });
}

/** A probe that was lost may have gone anywhere that it was to go: where is not known, so it is a claimant too. */
const isLostLike = ({ result }: Observation, theirs: SentFlow, flow: SentFlow): boolean =>
  result.kind === 'inconclusive' &&
  theirs.address === null &&
  theirs.shape.protocolNumber === flow.shape.protocolNumber &&
  theirs.shape.port === flow.shape.port;

const cameToItsName = ({ result }: Observation): boolean =>
  result.kind === 'reset' ||
  (result.kind === 'timed-out' && (result.stage === 'tls' || result.stage === 'http'));
