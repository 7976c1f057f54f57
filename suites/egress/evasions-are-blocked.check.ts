/**
 * Each evasion technique is blocked, or accepted by name as a risk.
 *
 * What
 *   The battery sends from the probe host what a determined notebook would try (other ports and protocols, spoofed
 *   and malformed server names, tunnels, bytes before any rule can judge), and the same from outside the firewall.
 *   A finding per technique names who stopped it: the firewall by its own record, or the layer that by the
 *   configuration stops it while the target answers others. A large hello to an allowed name is of the battery
 *   too, and must get through. Each is judged again by `agreement/model-and-probes`.
 *
 * Why
 *   An allow list judges TLS names and HTTP hosts. A channel that carries neither, or a wrong one, is a way to
 *   carry data out, and a silent client proves nothing: bytes leave before a drop, targets die, and a block that
 *   nobody logs is seen by nobody.
 *
 * Fix
 *   What a finding names. In general strict order with a default drop that is logged
 *   (AWS::NetworkFirewall::FirewallPolicy StatefulEngineOptions.RuleOrder STRICT_ORDER, StatefulDefaultActions),
 *   rules for what the default leaves open, and a security group that lets only TCP 443 out
 *   (AWS::EC2::SecurityGroup SecurityGroupEgress). A risk that stays is accepted in the intent, `risks.accepted`,
 *   with technique, reason, owner and expiry: it is shown as waived.
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/suricata-rule-evaluation-order.html
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/stateful-rule-groups-domain-names.html
 */
import { NotKnown } from '../../infra/snapshot/snapshot';
import type { Check, CheckInput } from '../check';
import type { Judgement } from '../evidence';
import { judgedTechnique } from './technique-judgement';

export default {
  id: 'egress/evasions-are-blocked',
  statement: 'Each evasion technique is blocked, or accepted by name as a risk.',
  severity: 'high',
  controls: ['NIST-800-53r5:SC-7', 'NIST-800-53r5:SC-7(5)', 'NIST-800-53r5:SC-7(10)'],
  judge,
} satisfies Check;

function judge(input: CheckInput): Judgement[] {
  const { live } = input;
  if (live.status === 'not-run') throw new NotKnown(`No technique was sent: ${live.because}`);
  // Loaded late: every command asks each check for its statement, and only this one needs the battery.
  const { TECHNIQUES } =
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a module's own type
    require('../../probes/evasions/techniques') as typeof import('../../probes/evasions/techniques');
  const tried = new Set([
    ...live.observations.map(({ probe }) => probe),
    ...live.notSent.map(({ technique }) => technique),
  ]);
  if (!TECHNIQUES.some(({ id }) => tried.has(id)))
    throw new NotKnown('The evasion battery was not sent in this run.');
  return TECHNIQUES.map((technique) => judgedTechnique(input, live, technique));
}
