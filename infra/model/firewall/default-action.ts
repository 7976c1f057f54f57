/** Which packets the stateful default actions of a strict-order policy drop or record. */
import type { ConcreteFlow } from './concrete-flow';
import type { EnforcedPolicy } from './firewall-policy';
import type { Packet } from './flow-packets';
import type { Answer } from './uncertain-set';
import { some } from './uncertain-set';

/**
 * Whether the drop default and any alert default meet a packet that no rule decided.
 *
 * Facts: aws.md 2.8 (API reference, `StatefulDefaultActions`), 2.10 and the developer guide, suricata-rule-evaluation-order:
 * drop all is every packet; drop established is what clients send in established TCP connections (what servers send is
 * passed) and every packet of connectionless protocols; the application-layer variants also let the parts of a
 * ClientHello through until the server name is there, and of an HTTP request until the host is. The bidirectional one
 * drops what servers send first as well, the other does not (aws.md 2.8, what's new of June 2026). What the variants do
 * with bytes in which no protocol is recognized, and with UDP, ICMP and others, is not documented. 3.3: a default drop is
 * on record only beside an alert default.
 */
export function defaultAnswers(
  policy: Pick<EnforcedPolicy, 'defaultActions'>,
  packet: Packet,
  flow: ConcreteFlow,
): { readonly drop: Answer; readonly alert: Answer } {
  const of = (prefix: string): Answer =>
    some(
      policy.defaultActions
        .filter((action) => action.startsWith(prefix))
        .map((action) => familyAnswer(action.slice(prefix.length), packet, flow)),
    );
  return { drop: of('aws:drop_'), alert: of('aws:alert_') };
}

function familyAnswer(family: string, packet: Packet, { shape }: ConcreteFlow): Answer {
  if (family === 'strict') return 'yes';
  const isTcp = shape.transport === 'tcp';
  const isOut = packet.way === 'to-server';
  if (family === 'established') {
    if (!isTcp) return 'yes';
    return isOut ? (packet.established ?? 'maybe') : 'no';
  }
  if (!isTcp) return 'maybe';
  if (packet.established === 'no') return 'no';
  if (!isOut) {
    // That it also stops packets that carry nothing, the guide says of some (window updates, keep-alives).
    const bothWays = packet.payload ? 'yes' : 'maybe';
    return family === 'established_app_layer' ? bothWays : 'no';
  }
  if (isWaitedFor(packet, shape.application)) return 'no';
  return shape.application === null || packet.recognized !== 'yes' ? 'maybe' : 'yes';
}

/** A part of a ClientHello or of a request before what names the server is there. */
function isWaitedFor({ name }: Packet, application: string | null): boolean {
  return name === 'none yet' && (application === 'tls' || application === 'http');
}
