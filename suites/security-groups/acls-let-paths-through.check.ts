/**
 * Network ACLs neither break what Studio needs nor hold entries that never apply.
 *
 * What
 *   The ACLs of the subnets of Studio, NAT gateways, the firewall, interface endpoints and the mount targets of the home
 *   directories let through, in both directions and for the family that is used: TCP 443 to the internet along the route tables' way there (80 where the firewall and
 *   the Studio groups let it out), TCP 443 to the endpoints that the intent requires, NFS to the home directories, and
 *   TCP 8192-65535 between Studio subnets. Answers go to the port that the client chose: 32768-60999 from Studio,
 *   1024-65535 behind a NAT gateway. An entry that earlier entries of the other action match completely is a fail too.
 *   An owner may deny less than half of the internet, or single client ports, by entries of their own. Traffic within
 *   a subnet, DNS by the Amazon resolver, instance metadata and time do not meet ACLs; other VPCs are not looked at.
 *
 * Why
 *   ACLs keep no state: a rule for requests without one for the answers breaks every connection, and looks like a
 *   firewall that blocks. A deny behind an allow for the same traffic denies nothing, whatever its author believes.
 *
 * Fix
 *   AWS::EC2::NetworkAclEntry with `RuleAction: allow` and a `RuleNumber` before the entry that denies; for answers
 *   `Protocol: 6` and `PortRange` 1024-65535. A shadowed entry: a lower `RuleNumber`, or none at all.
 *   aws ec2 create-network-acl-entry --network-acl-id acl-… --rule-number … --protocol tcp --port-range From=…,To=… --rule-action allow …
 *   aws ec2 delete-network-acl-entry --network-acl-id acl-… --rule-number … --ingress
 *
 * References
 *   https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
 *   https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html
 *   https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-and-internet-access.html
 */
import { letsAllThrough, shadowedEntries } from '../../infra/model/acl-decision';
import type { Crossing, Refusal } from '../../infra/model/border-crossing';
import { refusalOf } from '../../infra/model/border-crossing';
import { formatAddress } from '../../infra/model/cidr';
import type { Known } from '../../infra/model/known';
import { ask } from '../../infra/model/known';
import type { AclEntry, Direction, NetworkAcl } from '../../infra/model/network-acl';
import type { GuardedSubnets } from '../../infra/model/guarded-subnet';
import { familiesOf, guardedSubnets } from '../../infra/model/guarded-subnet';
import { networkAclOf } from '../../infra/model/network-acl';
import { studioCrossings } from '../../infra/model/studio-crossings';
import type { Check } from '../check';
import type { Judgement } from '../evidence';

export default {
  id: 'security-groups/acls-let-paths-through',
  statement: 'Network ACLs neither break what Studio needs nor hold entries that never apply.',
  severity: 'medium',
  controls: [],
  judge({ snapshot, intent: { requiredEndpoints } }) {
    // Where every ACL lets everything through, what Studio needs is not asked for.
    let crossings: Known<readonly Crossing[]> | null = null;
    const needed = (): Known<readonly Crossing[]> =>
      (crossings ??= ask(() => studioCrossings(snapshot, requiredEndpoints)));
    return guardedSubnets(snapshot, requiredEndpoints).flatMap((guarded) => {
      const acl = ask(() => networkAclOf(guarded.acl));
      if (!acl.known) return [unknown(guarded, acl.because)];
      const open = familiesOf(guarded).every((family) => letsAllThrough(acl.value, family));
      return judged(guarded, acl.value, open ? { known: true, value: [] } : needed());
    });
  },
} satisfies Check;

function judged(
  guarded: GuardedSubnets,
  acl: NetworkAcl,
  crossings: Known<readonly Crossing[]>,
): readonly Judgement[] {
  const shadowed = (['ingress', 'egress'] as const).flatMap((direction) => shadowedFaults(acl, direction));
  if (!crossings.known) return [...shadowed, unknown(guarded, crossings.because)];
  const own = crossings.value.filter(({ subnetId }) => guarded.subnetIds.includes(subnetId));
  const refusals = own.flatMap((crossing) => refusalOf(acl, crossing) ?? []);
  const faults = [...shadowed, ...refusals.map((refusal) => refused(acl, refusal))];
  if (faults.length > 0) return faults;
  const subnets = guarded.subnetIds.join(', ');
  const what = own.length === 0 ? 'everything' : `all ${own.length} kinds of traffic that Studio needs there`;
  return [
    {
      outcome: 'pass',
      subject: acl.id,
      because: `${acl.id}, the network ACL of ${subnets}, lets ${what} through.`,
    },
  ];
}

function refused(acl: NetworkAcl, refusal: Refusal): Judgement {
  const { crossing, ports, peer, entry } = refusal;
  const { subnetId, direction, what, family, doubt } = crossing;
  const way = direction === 'ingress' ? 'into' : 'out of';
  const side = direction === 'ingress' ? 'from' : 'to';
  const rule = entry === null ? 'no rule matches' : `${entry.text} decides`;
  const range = ports.from === ports.to ? `${ports.from}` : `${ports.from}-${ports.to}`;
  const address = formatAddress(family, peer);
  const because = `${acl.id} does not let TCP ${range} ${side} ${address} ${way} ${subnetId} (${what}): ${rule}.`;
  if (doubt !== null)
    return {
      outcome: 'unknown',
      subject: acl.id,
      because: `${because} Whether that is needed is not known: ${doubt}.`,
    };
  const number = entry === null ? '' : ` below ${entry.number}`;
  const { from, to } = crossing.ports;
  const fix = `Fix: AWS::EC2::NetworkAclEntry RuleAction: allow, Protocol: 6, PortRange ${from}-${to}, Egress: ${direction === 'egress'}, with a RuleNumber${number} (aws ec2 create-network-acl-entry --network-acl-id ${acl.id} --${direction} --protocol tcp --port-range From=${from},To=${to} --rule-action allow …).`;
  return { outcome: 'fail', subject: acl.id, because: `${because} ${fix}` };
}

/** Entries that never decide, where one of the other action decides in their stead: a duplicate changes nothing. */
function shadowedFaults(acl: NetworkAcl, direction: Direction): readonly Judgement[] {
  return shadowedEntries(acl, direction).flatMap(({ entry, by }) => {
    const opposite = by.find(({ action }) => action !== entry.action);
    return opposite ? [shadowedFault(acl, { direction, entry, by: opposite })] : [];
  });
}

function shadowedFault(
  acl: NetworkAcl,
  shadow: { readonly direction: Direction; readonly entry: AclEntry; readonly by: AclEntry },
): Judgement {
  const { direction, entry, by } = shadow;
  const because = `In ${acl.id}, the ${direction} ${entry.text} never applies: earlier entries match all of it, among them ${by.text}. Fix: AWS::EC2::NetworkAclEntry with a RuleNumber below ${by.number}, or no such entry (aws ec2 delete-network-acl-entry --network-acl-id ${acl.id} --rule-number ${entry.number} --${direction}).`;
  return { outcome: 'fail', subject: acl.id, because };
}

function unknown({ aclId, subnetIds }: GuardedSubnets, because: string): Judgement {
  return {
    outcome: 'unknown',
    subject: aclId,
    because: `What ${aclId} lets into and out of ${subnetIds.join(', ')} is not known: ${because}.`,
  };
}
