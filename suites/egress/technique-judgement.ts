/** What a check says of one technique of the evasion battery: who stopped it, that it got through, or that it must not be stopped. */
import type { LiveEvidence, Observation } from '../../probes/probe';
import type { Technique } from '../../probes/technique';
import { wasReached } from '../../probes/reached-target';
import type { CheckInput } from '../check';
import type { Judgement } from '../evidence';
import type { AcceptedRisk } from '../intent';
import type { Attributed } from './attributed';
import { attributed, evidenceOf } from './attributed';
import type { Attribution } from './attribution';
import { inWords } from './destinations';
import { neverConnected } from './seen';

type Run = Extract<LiveEvidence, { readonly status: 'run' }>;
type Words = Pick<Technique, 'id' | 'title' | 'risk' | 'closedBy' | 'expect'>;
type Decision = Pick<Judgement, 'outcome' | 'because' | 'waiver'>;

/** The judgement of one technique of a run. */
export function judgedTechnique(input: CheckInput, live: Run, technique: Words): Judgement {
  const subject = technique.id;
  const studio = live.observations.find((seen) => seen.vantage === 'studio' && seen.probe === subject);
  if (studio === undefined) return { subject, ...notSent(live, technique) };
  const seen = attributed(input, live, studio);
  const decision =
    technique.expect === 'allowed' ? mustPass(technique, seen) : mustBeStopped(input, technique, seen);
  return { subject, ...evidenceOf(seen), ...decision };
}

function notSent({ notSent: left }: Run, { id, title }: Words): Decision {
  const found = left.find(({ technique }) => technique === id);
  if (found === undefined)
    return { outcome: 'unknown', because: `${title}: it was not sent, and no reason is known.` };
  return found.applies === 'no'
    ? { outcome: 'not-applicable', because: `${title}: it does not apply here: ${found.because}.` }
    : { outcome: 'unknown', because: `${title}: it was not sent: ${found.because}.` };
}

function mustBeStopped(input: CheckInput, technique: Words, seen: Attributed): Decision {
  const { title, risk, closedBy } = technique;
  const { status, by, logged, because } = seen.attribution;
  const risks = input.intent.acceptedRisks.filter((one) => one.technique === technique.id);
  const acceptance = acceptanceOf(risks, input.snapshot.takenAt);
  if (status === 'open' || status === 'leaked') {
    const how = status === 'open' ? 'gets through both ways' : 'gets bytes through, one way';
    return failing(`${title} ${how}: ${because}. It shows ${risk}`, { closedBy, acceptance });
  }
  if (status === 'unknown') return undecided(technique, seen, acceptance);
  if (by === 'firewall' && logged === false) {
    const unlogged = `${title} is BLOCKED BUT UNLOGGED: ${because}. A block that is on no record is seen by nobody`;
    const fix =
      'Give the rule that drops it an alert: aws:alert_established beside aws:drop_established, or a stateful drop rule in place of a stateless one.';
    return failing(unlogged, { closedBy: fix, acceptance });
  }
  const needless =
    acceptance.kind === 'none' ? '' : ' The intent accepts this risk, which is not needed: take it out.';
  return {
    outcome: 'pass',
    because: `${title} was stopped by ${BLOCKERS[by ?? 'nobody']}: ${because}.${needless}`,
  };
}

const BLOCKERS: Readonly<Record<Exclude<Attribution['by'], null> | 'nobody', string>> = {
  dns: 'DNS',
  'security-group': 'a security group',
  'network-acl': 'a network ACL',
  'no-route': 'the want of a route',
  firewall: 'the firewall',
  endpoint: 'the policy of a VPC endpoint',
  target: 'its target',
  nobody: 'something that no witness names',
};

type Acceptance =
  | { readonly kind: 'none' }
  | { readonly kind: 'accepted'; readonly risk: AcceptedRisk }
  | { readonly kind: 'expired'; readonly risk: AcceptedRisk };

/** By the snapshot's own day, so that the same evidence is always judged the same. `expires` is the last day. */
function acceptanceOf(risks: readonly AcceptedRisk[], takenAt: string): Acceptance {
  const today = takenAt.slice(0, 10);
  const valid = risks.find(({ expires }) => DAY.test(expires) && today <= expires);
  if (valid !== undefined) return { kind: 'accepted', risk: valid };
  const [expired] = risks;
  return expired === undefined ? { kind: 'none' } : { kind: 'expired', risk: expired };
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function failing(
  what: string,
  { closedBy, acceptance }: { readonly closedBy: string; readonly acceptance: Acceptance },
): Decision {
  const fix = `Fix: ${closedBy.replace(/\.?$/, '.')}`;
  if (acceptance.kind === 'none') return { outcome: 'fail', because: `${what}. ${fix}` };
  const { reason, owner, expires } = acceptance.risk;
  if (acceptance.kind === 'expired') {
    const over = `${owner} accepted it until ${expires}, which is over, so it counts again`;
    return { outcome: 'fail', because: `${what}. ${over}. ${fix}` };
  }
  const accepted = `${owner} accepts it until ${expires}: ${reason.replace(/\.$/, '')}`;
  return { outcome: 'fail', because: `${what}. ${accepted}. ${fix}`, waiver: { reason, owner, expires } };
}

/** A leak that only the configuration shows is no pass, and where its owner accepts it, it is what was accepted. */
function undecided({ title, closedBy }: Words, seen: Attributed, acceptance: Acceptance): Decision {
  const { prediction, attribution } = seen;
  if (prediction.outcome === 'leaks' && acceptance.kind === 'accepted') {
    const leaks = `${title} gets bytes out, or in, by the configuration: ${prediction.because}. No witness could see it: ${attribution.because}`;
    return failing(leaks, { closedBy, acceptance });
  }
  return { outcome: 'unknown', because: `${title}: ${attribution.because}.` };
}

/** A technique that ordinary clients use: stopping it breaks what is allowed. */
function mustPass({ title, risk, closedBy }: Words, seen: Attributed): Decision {
  const { studio, control, attribution } = seen;
  if (attribution.status === 'open')
    return { outcome: 'pass', because: `${title} gets through, as it must: ${attribution.because}.` };
  const isTried = isConclusive(studio) && !neverConnected(studio);
  const isStopped = attribution.status !== 'unknown' || (isTried && control !== null && wasReached(control));
  if (!isStopped) return { outcome: 'unknown', because: `${title}: ${attribution.because}.` };
  const block = `${title} is stopped although its name is allowed (${inWords(studio)}): ${attribution.because}. It shows ${risk}`;
  return failing(block, { closedBy, acceptance: { kind: 'none' } });
}

const isConclusive = ({ result }: Observation): boolean => result.kind !== 'inconclusive';
