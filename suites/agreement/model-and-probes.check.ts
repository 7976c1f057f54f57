/**
 * For every probe, what the configuration implies and what the network does agree.
 *
 * What
 *   Of each probe and technique that was sent, the model predicts from the snapshot alone whether it gets through,
 *   and else which layer stops it and whether the firewall logs it. The probes say what happened. Both arguments
 *   stand in the finding. Where the model leaves it open, since AWS does not document what decides, or where
 *   nobody could have seen the difference, there is nothing to compare: not applicable, and why. Where a section
 *   was not read, the target was dead or the log is late, it is unknown.
 *
 * Why
 *   The two share no code. Where they agree, each has been checked by the other. Where they differ, the network is
 *   not what its configuration says (a route, a rule or a firewall that is not in force, somebody's change since
 *   the snapshot), or this tool misunderstands it: either way every other finding is in doubt until it is
 *   explained.
 *
 * Fix
 *   Read the two arguments. Verify again if something was being changed; look at the resource that the prediction
 *   names, and at the firewall's SyncStates (aws network-firewall describe-firewall --firewall-arn …). If the
 *   model is wrong, report it.
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-policy-processing.html
 *   https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
 */
import type { Prediction } from '../../infra/model/prediction';
import { NotKnown, sectionValue, type SectionName } from '../../infra/snapshot/snapshot';
import type { Check, CheckInput } from '../check';
import { attributed, evidenceOf, type Attributed } from '../egress/attributed';
import { showsOneDirection } from '../egress/seen';
import type { Judgement } from '../evidence';

export default {
  id: 'agreement/model-and-probes',
  statement: 'For every probe, what the configuration implies and what the network does agree.',
  severity: 'high',
  controls: ['NIST-800-53r5:CA-7', 'NIST-800-53r5:SI-4'],
  judge,
} satisfies Check;

/** What the predictions rest on: without one of them, an undecided prediction says nothing of AWS. */
const NEEDED: readonly SectionName[] = [
  'instances',
  'vpc',
  'subnets',
  'routeTables',
  'networkAcls',
  'securityGroups',
  'networkInterfaces',
  'natGateways',
  'vpcEndpoints',
  'managedPrefixLists',
  'firewalls',
  'firewallPolicies',
  'ruleGroups',
  'resolverFirewall',
];

function judge(input: CheckInput): Judgement[] {
  const { live, snapshot } = input;
  if (live.status === 'not-run') throw new NotKnown(`No probe was sent: ${live.because}`);
  const inside = live.observations.filter(({ vantage, flows }) => vantage === 'studio' && flows.length > 0);
  if (inside.length === 0) throw new NotKnown('Of no probe is it known what it sent.');
  const unread = NEEDED.find((name) => snapshot.sections[name].status === 'unread');
  return inside.map((studio) => {
    const seen = attributed(input, live, studio);
    if (seen.prediction.outcome === 'undecided' && unread !== undefined)
      return { ...unreadSection(input, unread), subject: studio.probe };
    return { subject: studio.probe, ...evidenceOf(seen), ...decide(seen, live.log.status === 'complete') };
  });
}

type Decision = Pick<Judgement, 'outcome' | 'because'>;

/** In the words of the section itself, which name the permission. */
function unreadSection({ snapshot }: CheckInput, name: SectionName): Decision {
  try {
    sectionValue(snapshot, name);
    throw new Error(`${name} was read after all`);
  } catch (error) {
    if (error instanceof NotKnown) return { outcome: 'unknown', because: error.message };
    throw error;
  }
}

function decide(seen: Attributed, isLogComplete: boolean): Decision {
  const { studio, prediction, attribution } = seen;
  const both = `By the configuration, \`${studio.title}\` ${predictedWords(prediction)}: ${prediction.because}. From ${studio.host} it ${OBSERVED[attribution.status]}: ${attribution.because}.`;
  const because = (verdict: string): string => `${verdict} ${both}`;
  if (studio.result.kind === 'inconclusive' && attribution.status === 'unknown')
    return { outcome: 'unknown', because: because('Nothing was observed.') };
  // Which names and addresses it went to is lost with the client's words, and the prediction may rest on them.
  if (studio.result.kind === 'inconclusive' && prediction.outcome === 'undecided')
    return {
      outcome: 'unknown',
      because: because(`What the client saw is not known (${studio.result.detail}).`),
    };
  if (prediction.outcome === 'undecided')
    return { outcome: 'not-applicable', because: because('The model leaves it open.') };
  if (attribution.status === 'unknown') {
    const isUnseen = attribution.by !== 'target' && prediction.outcome !== 'open' && isLogComplete;
    return isUnseen
      ? { outcome: 'not-applicable', because: because('From here nobody could see the difference.') }
      : { outcome: 'unknown', because: because('The observation does not tell.') };
  }
  const difference = differenceOf(seen);
  if (difference === null) return { outcome: 'pass', because: because('Model and network agree.') };
  if (difference === 'unseen')
    return { outcome: 'not-applicable', because: because('From here nobody could see the difference.') };
  return { outcome: 'fail', because: `${because(difference)} ${FIX}` };
}

const FIX =
  'Fix: find out which of the two is wrong before anything else in this report is believed; verify again if something was being changed.';

const OBSERVED = {
  open: 'got through',
  leaked: 'got bytes through, one way',
  blocked: 'was stopped',
  unknown: 'ended so that nobody can tell who stopped it',
} as const;

function predictedWords(prediction: Prediction): string {
  switch (prediction.outcome) {
    case 'open':
      return 'gets through';
    case 'leaks':
      return `gets bytes out, or in, before it is stopped (${prediction.by})`;
    case 'blocked':
      return `is stopped (${prediction.by})`;
    case 'undecided':
      return 'may or may not get through';
  }
  return prediction satisfies never;
}

/** In words, the loudest first; null where both say the same; `unseen` where only another vantage point would tell. */
function differenceOf({ studio, control, prediction, blockers, attribution }: Attributed): string | null {
  const { status, by, logged } = attribution;
  const isThrough = status === 'open' || status === 'leaked';
  if (isThrough && prediction.outcome === 'blocked')
    return status === 'open' ? 'OPEN BUT PREDICTED CLOSED.' : 'LEAKED BUT PREDICTED CLOSED.';
  if (status === 'open') return prediction.outcome === 'open' ? null : 'OPEN BUT PREDICTED TO LEAK ONLY.';
  if (status === 'leaked') {
    // Of a flow that shows one direction alone, open and leaking look the same.
    const alike = prediction.outcome === 'leaks' || studio.flows.some(showsOneDirection);
    return alike ? null : 'ANSWERED NOTHING BUT PREDICTED OPEN.';
  }
  if (prediction.outcome === 'open') return 'CLOSED BUT PREDICTED OPEN.';
  if (prediction.outcome === 'leaks') {
    const isWatched = studio.arrivals !== null && (control?.arrivals ?? []).length > 0;
    const isOutward = studio.flows.every(({ shape }) => shape.firstSpeaker === 'client');
    return isWatched && isOutward ? 'KEPT IN BUT PREDICTED TO LEAK.' : 'unseen';
  }
  if (prediction.outcome !== 'blocked') return null;
  if (by === 'endpoint') return null;
  if (by !== null && by !== prediction.by && !blockers.some((one) => one === by))
    return `STOPPED BY ANOTHER (${by}).`;
  if (by !== 'firewall' || prediction.by !== 'firewall' || logged === null) return null;
  if (logged && prediction.logged === false) return 'ON RECORD BUT PREDICTED UNLOGGED.';
  return !logged && prediction.logged === true ? 'PREDICTED ON RECORD BUT UNLOGGED.' : null;
}
