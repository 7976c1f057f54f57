/**
 * Who stopped a probe, or that nobody did: from what the client saw, what the control run saw, what the firewall logged,
 * what the server saw arrive, and what the configuration implies. Pure, and every rule that leads to `blocked` needs a
 * reason beyond silence.
 */
import type { Blocker, Prediction } from '../../infra/model/prediction';
import { saysBlocked } from '../../probes/firewall-record-verdict';
import { wentTo } from '../../probes/flow-destination';
import type { LogCompleteness, Observation, SentFlow } from '../../probes/probe';
import { wasReached } from '../../probes/reached-target';
import {
  answeredItself,
  confirmedBytes,
  isConfirmedAlone,
  isOneWay,
  leakedBy,
  neverConnected,
  showsOneDirection,
} from './seen';
import { blockOf, inWords, ruleOf } from './destinations';

export interface Attribution {
  /** `leaked`: bytes went one way, out or in, and none the other. */
  readonly status: 'open' | 'leaked' | 'blocked' | 'unknown';
  /** Null where nobody says; `target` where a dead target is as likely; `endpoint` for the policy of a VPC endpoint. */
  readonly by: Blocker | 'endpoint' | 'target' | null;
  /** Whether the firewall's log has its block; null where it need not, or where that cannot be told. */
  readonly logged: boolean | null;
  /** A sentence part. */
  readonly because: string;
}

export interface Witnesses {
  readonly studio: Observation;
  readonly control: Observation | null;
  readonly prediction: Prediction;
  readonly log: LogCompleteness;
  /** Whether some control run of this run reached the same address. */
  readonly hostIsAlive: boolean;
  /** Whether it went to addresses inside the VPC, where no control run from outside can go. */
  readonly isInside: boolean;
  /** The VPC endpoint of an AWS service that all of it goes to, whose refusal is an answer; null elsewhere. */
  readonly endpointId: string | null;
  /** Whether a record of its block could have been tied to it: no other probe looks the same to the firewall. */
  readonly recordsCanBeTold: boolean;
}

type Blocked = Extract<Prediction, { readonly outcome: 'blocked' }>;

/**
 * The attribution of a probe. What got through got through, whatever else is said; a record of the firewall comes next; a
 * silent client counts only beside a target that is alive. That the client saw nothing is not that nothing left: without a
 * server that keeps watch, what expects no answer is blocked only by a record, or by a layer before the firewall.
 */
export function attribution(witnesses: Witnesses): Attribution {
  return (
    gotThrough(witnesses) ??
    couldNotBeAsked(witnesses) ??
    onRecord(witnesses) ??
    saidByClient(witnesses) ??
    silence(witnesses)
  );
}

function gotThrough(witnesses: Witnesses): Attribution | null {
  const { studio, prediction, isInside } = witnesses;
  const { result, flows } = studio;
  if (wasReached(studio)) {
    if (result.kind === 'rejected-by-target' && witnesses.endpointId !== null)
      return refusedByEndpoint(witnesses);
    const because = `the client was answered (${detailOf(studio)})`;
    if (!isConfirmedAlone(studio) && (flows.length === 0 || !flows.every(showsOneDirection)))
      return { status: 'open', by: null, logged: null, because };
    return { status: 'leaked', by: blockerOf(prediction), logged: null, because };
  }
  // A reset to its SYN comes from the host itself, unless a rule of the firewall makes it.
  const rejects = prediction.outcome === 'blocked' && prediction.how === 'reject';
  if (isInside && result.kind === 'refused' && !rejects && recordedBlock(studio) === null) {
    return {
      status: 'open',
      by: null,
      logged: null,
      because: 'a host inside the VPC answered, with a reset',
    };
  }
  const because = leakOf(studio);
  if (because === null) return null;
  const by = recordedBlock(studio) !== null ? 'firewall' : blockerOf(prediction);
  return { status: 'leaked', by, logged: recordedBlock(studio) === null ? null : true, because };
}

function leakOf(studio: Observation): string | null {
  const arrived = leakedBy(studio);
  if (arrived !== null)
    return `the server saw ${arrived.bytes} bytes of it arrive at ${arrived.local}, and no answer came back`;
  const confirmed = confirmedBytes(studio);
  return confirmed === 0
    ? null
    : `the other side's kernel confirmed ${confirmed} bytes of it, and no answer came back`;
}

const blockerOf = (prediction: Prediction): Blocker | null => ('by' in prediction ? prediction.by : null);

/** An endpoint that answers for a service does so by its policy; what the service itself refuses, it refuses outside as well. */
function refusedByEndpoint(witnesses: Witnesses): Attribution {
  const { studio, control, endpointId } = witnesses;
  const because = `${endpointId ?? ''} answered for the service and refused (${detailOf(studio)})`;
  // A policy refuses with 403; any other answer says nothing of one.
  if (!/\bHTTP 403\b/.test(studio.result.detail))
    return unknown('endpoint', `${because}, which a policy does with HTTP 403`);
  if (control?.result.kind === 'succeeded')
    return {
      status: 'blocked',
      by: 'endpoint',
      logged: null,
      because: `${because}, which was not refused from outside`,
    };
  return unknown('target', `${because}, and ${controlWords(witnesses)}`);
}

function couldNotBeAsked({ studio }: Witnesses): Attribution | null {
  if (studio.result.kind !== 'inconclusive') return null;
  return unknown(null, `nothing can be said of the client: ${detailOf(studio)}`);
}

/** The firewall says that it stopped it. Whether it did before bytes had left is for a server to see. */
function onRecord(witnesses: Witnesses): Attribution | null {
  const { studio, prediction } = witnesses;
  const record = recordedBlock(studio);
  if (record === null) return null;
  const because = `the firewall says that it stopped it by ${ruleOf(record)}`;
  if (prediction.outcome === 'leaks' && !isWatched(witnesses)) {
    const late = `${because}, but by the configuration late: ${prediction.because}; no server says what had left by then`;
    return { status: 'unknown', by: 'firewall', logged: true, because: late };
  }
  // A record that is tied to a probe of one flow is of that flow.
  const several = studio.flows.length > 1;
  const others = several ? studio.flows.filter((flow) => !isRecorded(flow, studio)).length : 0;
  if (others > 0 && prediction.outcome !== 'blocked' && !isWatched(witnesses)) {
    const rest = `${because}, but there is no record of ${others} of its ${studio.flows.length} flows, and ${argumentOf(prediction)}`;
    return { status: 'unknown', by: 'firewall', logged: true, because: rest };
  }
  return { status: 'blocked', by: 'firewall', logged: true, because };
}

/** Whether one of the firewall's blocks is of this very flow, by its name or by where it went. */
function isRecorded(flow: SentFlow, { firewallRecords }: Observation): boolean {
  const name = flow.shape.name?.toLowerCase() ?? null;
  return firewallRecords.some(({ record }) => {
    if (!saysBlocked(record)) return false;
    const seenName = (record.sni ?? record.httpHost)?.toLowerCase() ?? null;
    return seenName === null || name === null ? wentTo(flow, record) !== null : sameName(seenName, name);
  });
}

/** A marker connection's name has the nonce's label in front of the one that it imitates. */
const sameName = (seenName: string, name: string): boolean =>
  seenName === name || seenName.endsWith(`.${name}`) || name.endsWith(`.${seenName}`);

/** DNS and routes are the client's own to see, a reset may be the firewall's; each is checked against the others. */
function saidByClient(witnesses: Witnesses): Attribution | null {
  const { studio, control, prediction } = witnesses;
  const said = answeredItself(studio);
  if (said === null) return null;
  const predicted = prediction.outcome === 'blocked' ? prediction : null;
  if (said === 'dns') {
    const resolved =
      control !== null && control.result.kind !== 'inconclusive' && answeredItself(control) !== 'dns';
    if (!resolved) return unknown('target', `its name did not resolve, and ${controlWords(witnesses)}`);
    return {
      status: 'blocked',
      by: 'dns',
      logged: null,
      because: 'its name did not resolve, which it did from outside',
    };
  }
  if (said === 'no-route') {
    const because = `the host had no route to it${predicted?.by === 'no-route' ? `: ${predicted.because}` : ''}`;
    if (predicted?.by === 'no-route' || isAlive(witnesses))
      return { status: 'blocked', by: 'no-route', logged: null, because };
    return unknown('target', `${because}, and ${controlWords(witnesses)}`);
  }
  if (!isAlive(witnesses)) return unknown('target', `${inWords(studio)}, and ${controlWords(witnesses)}`);
  if (predicted?.how === 'reject') return byPrediction(witnesses, predicted);
  if (isWatched(witnesses)) return nobodySays(witnesses);
  return unknown(null, `${inWords(studio)}, and who did it is not known: ${argumentOf(prediction)}`);
}

function silence(witnesses: Witnesses): Attribution {
  const { studio, prediction, isInside } = witnesses;
  const predicted = prediction.outcome === 'blocked' ? prediction : null;
  const isEarly = predicted !== null && predicted.by !== 'firewall';
  // Nothing outside can tell whether a neighbour is alive; a layer that surely stops it on the way is enough.
  if (isInside && isEarly) return byPrediction(witnesses, predicted);
  if (!isAlive(witnesses)) return unknown('target', `${inWords(studio)}, and ${controlWords(witnesses)}`);
  if (isWatched(witnesses)) {
    if (predicted !== null) return byPrediction(witnesses, predicted);
    return prediction.outcome === 'leaks'
      ? byPrediction(witnesses, { ...prediction, outcome: 'blocked', how: 'drop', logged: null })
      : nobodySays(witnesses);
  }
  if (predicted === null)
    return unknown(null, `${inWords(studio)}, and no other witness says why: ${argumentOf(prediction)}`);
  if (!isEarly && studio.flows.some(isOneWay)) {
    return unknown(
      null,
      `no answer was to be expected, the firewall has no record, and no server says what arrived: ${predicted.because}`,
    );
  }
  return byPrediction(witnesses, predicted);
}

/** Blocked, by whom the configuration says. A firewall's block is also looked for in its log. */
function byPrediction(witnesses: Witnesses, predicted: Blocked): Attribution {
  const { studio, log, recordsCanBeTold } = witnesses;
  const { by, because } = predicted;
  const seen = `${inWords(studio)}${isWatched(witnesses) ? ' and nothing arrived' : ''}${partOf(witnesses)}`;
  if (by !== 'firewall') return { status: 'blocked', by, logged: null, because: `${seen}: ${because}` };
  if (log.status === 'incomplete') {
    const unlogged = `${seen}; by the configuration ${because}, but the firewall's log is not complete: ${log.because}`;
    return isWatched(witnesses)
      ? { status: 'blocked', by, logged: null, because: unlogged }
      : unknown('firewall', unlogged);
  }
  if (predicted.logged === true && neverConnected(studio)) {
    const unasked = `${seen}; by the configuration ${because}, of which there would be a record, and there is none`;
    return unknown(null, unasked);
  }
  // A rule that does not log leaves nothing to be told from others.
  const logged = predicted.logged === null || (predicted.logged && !recordsCanBeTold) ? null : false;
  return { status: 'blocked', by, logged, because: `${seen}: ${because}${silenceOf(predicted, logged)}` };
}

/** Of several sends the control run may have got only some through: the others rest on the configuration alone. */
function partOf({ control }: Witnesses): string {
  const [, through, of] = /\((\d{1,3}) of (\d{1,3})\)/.exec(control?.result.detail ?? '') ?? [];
  return through === undefined || through === of
    ? ''
    : ` (from outside ${through} of its ${of} sends got through)`;
}

function silenceOf({ logged: predicted }: Blocked, logged: boolean | null): string {
  if (predicted === null) return '';
  if (!predicted) return ', which is not logged';
  return logged === false
    ? ', and the firewall has no record of it'
    : ', and a record of it could not be told from others';
}

/** A server keeps watch, the control run arrived there, and this did not. */
function nobodySays({ studio, prediction }: Witnesses): Attribution {
  const because = `${inWords(studio)} and nothing arrived where the control run did; who stopped it, nobody says: ${argumentOf(prediction)}`;
  return { status: 'blocked', by: null, logged: null, because };
}

/** Whether absence at the server counts: it keeps watch, and has seen the control run. */
function isWatched({ studio, control }: Witnesses): boolean {
  return studio.arrivals !== null && (control?.arrivals ?? []).length > 0;
}

/** What expects no answer leaves its control run unanswered as well; then a host that answers others will do. */
function isAlive({ studio, control, hostIsAlive }: Witnesses): boolean {
  if (control === null) return false;
  return (
    wasReached(control) || (control.arrivals ?? []).length > 0 || (hostIsAlive && studio.flows.some(isOneWay))
  );
}

const recordedBlock = (studio: Observation) =>
  blockOf(studio, 'nonce') ?? blockOf(studio, 'name-and-time') ?? blockOf(studio, 'destination-and-time');

function controlWords({ control, isInside }: Witnesses): string {
  if (isInside) return 'no control run can reach an address inside the VPC';
  return control === null
    ? 'no control run was made, so the target may be dead'
    : `from ${control.host} ${inWords(control)}, so the target may be dead`;
}

const argumentOf = (prediction: Prediction): string =>
  prediction.outcome === 'undecided'
    ? `the configuration does not tell (${prediction.because})`
    : `by the configuration it ${prediction.outcome === 'open' ? 'is open' : 'leaks'} (${prediction.because})`;

const detailOf = ({ result }: Observation): string => result.detail.trim().slice(0, 200) || result.kind;

const unknown = (by: Attribution['by'], because: string): Attribution => ({
  status: 'unknown',
  by,
  logged: null,
  because,
});
