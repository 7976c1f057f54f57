/**
 * Stateful default actions of a strict-order policy as rules that come after all others. Pure.
 *
 * Facts (aws.md 2.8-2.10, NFW developer guide, suricata-rule-evaluation-order): valid in strict order only, at most one
 * drop; drop_established lets the TCP handshake through, drops what else is in established TCP connections, and all UDP
 * and ICMP, unless a rule passes it; drop_strict drops every packet that no rule passes. A default drop is logged only
 * beside the alert action of its family (aws.md 3.3), as signature "aws:alert_established action" or "aws:alert_strict
 * action", severity 3, rev 0 (aws.md 3.19). DERIVED: protocols other than TCP, UDP and ICMP are dropped like UDP.
 * REPORT: signature id 4 for TCP and 2 for everything else under drop_established, 2 under drop_strict, from published
 * log records.
 *
 * The rules carry a flow keyword even where they match everything: without one Suricata takes a rule for IP-only and
 * asks it once per flow and direction, so that a pass for the SYN alone would let the whole connection through.
 */
import { parseRules, type Rule } from './rule-text';

export interface DefaultActionRule {
  readonly rule: Rule;
  /** Signature id in the records of AWS. */
  readonly signatureId: number;
}

/** An action, or a pair, that AWS would refuse or whose effect the lab cannot give exactly. */
export interface DefaultActions {
  readonly rules: readonly DefaultActionRule[];
  readonly unfaithful: readonly string[];
}

const FAMILIES = ['strict', 'established', 'established_app_layer', 'established_app_layer_to_server'];

/** The rules for a policy's StatefulDefaultActions; none for none, where unmatched traffic passes. */
export function defaultActionRules(actions: readonly string[]): DefaultActions {
  const drops = namesOf(actions, 'aws:drop_');
  const alerts = namesOf(actions, 'aws:alert_');
  const unknown = actions.filter((action) => !FAMILIES.includes(action.replace(/^aws:(drop|alert)_/, '')));
  if (unknown.length > 0 || drops.length > 1) {
    return {
      rules: dropRules('strict', true),
      unfaithful: [`the stateful default actions ${actions.join(', ')} are not understood`],
    };
  }
  const unfaithful = [...drops, ...alerts]
    .filter((family) => family.includes('app_layer'))
    .map(
      (family) =>
        `the stateful default actions include aws:*_${family}, and how much of a connection AWS lets through before it decides is not documented`,
    );
  const drop = drops[0];
  const rules = drop === undefined ? [] : dropRules(drop, alerts.includes(drop));
  // An alert action without a drop of its own family only logs.
  const onlyAlerts = alerts.filter((family) => family !== drop).flatMap((family) => alertRules(family));
  return { rules: [...rules, ...onlyAlerts], unfaithful: [...new Set(unfaithful)] };
}

function namesOf(actions: readonly string[], prefix: string): string[] {
  return actions.filter((action) => action.startsWith(prefix)).map((action) => action.slice(prefix.length));
}

function dropRules(family: string, logged: boolean): DefaultActionRule[] {
  return matches(family).map(({ match, signatureId }) => toRule('drop', family, match, signatureId, logged));
}

function alertRules(family: string): DefaultActionRule[] {
  return matches(family).map(({ match, signatureId }) => toRule('alert', family, match, signatureId, true));
}

interface Match {
  readonly match: string;
  readonly signatureId: number;
}

function matches(family: string): Match[] {
  if (family === 'strict') return [{ match: 'ip any any -> any any (flow:stateless;', signatureId: 2 }];
  return [
    { match: 'tcp any any -> any any (flow:established;', signatureId: 4 },
    { match: 'udp any any -> any any (flow:stateless;', signatureId: 2 },
    { match: 'icmp any any -> any any (flow:stateless;', signatureId: 2 },
    {
      match: 'ip any any -> any any (flow:stateless; ip_proto:!6; ip_proto:!17; ip_proto:!1;',
      signatureId: 2,
    },
  ];
}

function toRule(
  action: string,
  family: string,
  match: string,
  signatureId: number,
  logged: boolean,
): DefaultActionRule {
  const log = logged ? '' : ' noalert;';
  // Among drops the lowest priority, so that a rule's own record of the same packet is written before this one.
  const text = `${action} ${match} msg:"aws:alert_${family} action";${log} priority:255; sid:${signatureId};)`;
  const [rule] = parseRules(text);
  if (rule === undefined) throw new Error(`not a rule: ${text}`);
  return { rule, signatureId };
}
