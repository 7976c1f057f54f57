/** Names that a declared intent denies, and that the firewall's rules let through all the same. */
import { namePassage } from '../../infra/model/firewall/name-passage';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import { probeOf } from '../../probes/catalogue';
import type { Judgement } from '../evidence';
import type { Intent } from '../intent';

const FIX =
  'Fix: AWS::NetworkFirewall::RuleGroup RulesSourceList.Targets without it (aws network-firewall update-rule-group --rule-group-arn … --update-token … --rule-group file://rule-group.json), or another intent.';

/**
 * A judgement for each denied destination that the rules allow, or that they may. A destination of several names is
 * denied when one of them is. Nothing for destinations that are derived: they are made of the very rules.
 */
export function allowedDenials(snapshot: Snapshot, intent: Intent): readonly Judgement[] {
  if (intent.source !== 'declared' || intent.derivedSections.includes('destinations')) return [];
  const denied = intent.destinations.filter(({ expect }) => expect === 'denied');
  return denied.flatMap(({ probe }) => judged(snapshot, probe));
}

function judged(snapshot: Snapshot, probe: string): readonly Judgement[] {
  const subject = `${snapshot.target.vpcId} ${probe}`;
  const names = namesOf(probe);
  if (names.length === 0)
    return [
      { outcome: 'unknown', subject, because: `The intent denies ${probe}, and there is no such probe.` },
    ];
  const passages = names.map((name) => ({ name, passage: namePassage(snapshot, name) }));
  if (passages.some(({ passage }) => passage.kind === 'blocked' || passage.kind === 'no firewall')) return [];
  const open = passages.flatMap(({ passage }) => (passage.kind === 'undecided' ? [passage.because] : []));
  const text = names.join(' and ');
  if (open[0] !== undefined) {
    const because = `The intent denies ${text}, and whether the firewall passes it is not known: ${open[0]}.`;
    return [{ outcome: 'unknown', subject, because }];
  }
  const rules = passages.flatMap(({ passage }) => (passage.kind === 'passed' ? [passage.by] : []));
  const because = `The intent denies ${text}, and the firewall passes it: ${[...new Set(rules)].join('; ')}. ${FIX}`;
  return [{ outcome: 'fail', subject, because }];
}

/** The names that a probe needs; none for an id that is no probe's. */
function namesOf(id: string): readonly string[] {
  try {
    return probeOf(id).names;
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}
