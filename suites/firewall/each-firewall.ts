/** What every check of a firewall does first: one judgement for each firewall of the VPC, or why there is none. */
import { ask } from '../../infra/model/known';
import { firewallsOfVpc } from '../../infra/model/firewall/subject';
import type { Firewall, Snapshot } from '../../infra/snapshot/snapshot';
import { returned } from '../../infra/snapshot/snapshot';
import type { Judgement } from '../evidence';

const MISSING =
  'the VPC has no Network Firewall, and Studio reaches the internet. Fix: add an AWS::NetworkFirewall::Firewall and lead the internet routes through its endpoint.';

/** Judges each firewall; what is not known about one leaves the others decided. */
export function eachFirewall(
  snapshot: Snapshot,
  judge: (firewall: Firewall, arn: string) => readonly Judgement[],
): Judgement[] {
  const subject = snapshot.target.vpcId;
  const found = firewallsOfVpc(snapshot);
  switch (found.kind) {
    case 'none needed':
      return [
        {
          outcome: 'not-applicable',
          subject,
          because: `${subject} has no Network Firewall, and no Studio subnet reaches the internet.`,
        },
      ];
    case 'missing':
      return [{ outcome: 'fail', subject, because: `As to ${subject}: ${MISSING}` }];
    case 'undecided':
      return [
        {
          outcome: 'unknown',
          subject,
          because: `${subject} has no Network Firewall, and whether Studio reaches the internet is not decided: ${found.because}.`,
        },
      ];
    case 'firewalls':
      return found.firewalls.flatMap((firewall) => {
        const arn = returned(firewall.Firewall?.FirewallArn, 'FirewallArn');
        const answer = ask(() => judge(firewall, arn));
        return answer.known
          ? answer.value
          : [{ outcome: 'unknown' as const, subject: arn, because: answer.because }];
      });
  }
  return found satisfies never;
}
