/**
 * Stateful default actions of a strict-order policy as rules that come after all others. Pure.
 *
 * Facts (aws.md 2.8-2.10, NFW developer guide, suricata-rule-evaluation-order): valid in strict order only, at most one
 * drop; drop_established lets the TCP handshake through, drops what clients send in established TCP connections (what
 * servers send comes in; REPORT: public copies of the guide's current text, which aws.md 2.10 shortens), and all UDP and
 * ICMP, unless a rule passes it; drop_strict drops every packet that no rule passes. A default drop is logged only
 * beside the alert action of its family (aws.md 3.3), as signature "aws:alert_established action" or "aws:alert_strict
 * action", severity 3, rev 0 (aws.md 3.19). DERIVED: protocols other than TCP, UDP and ICMP are dropped like UDP.
 * REPORT: signature id 4 for TCP and 2 for everything else under drop_established, 2 under drop_strict, from published
 * log records; DERIVED: the same ids and the same form of name for the application-layer family.
 *
 * The application-layer family: what of it is documented, and what is assumed here, is in docs/decisions/0011.
 *
 * The rules carry a flow keyword even where they match everything: without one Suricata takes a rule for IP-only and
 * asks it once per flow and direction, so that a pass for the SYN alone would let the whole connection through. Only the
 * rule for other protocols must not: measured, Suricata 7.0.10 has no flows for GRE and its like, and no flow keyword holds.
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
  /**
   * The application-layer action that looks at client packets only, where that is the drop: it is exact for packets that
   * the policy's own rules leave to it as its documents say (own-drops.ts). Null without one.
   */
  readonly serverDirected: string | null;
}

const SERVER_DIRECTED = 'established_app_layer_to_server';
const BOTH_WAYS = 'established_app_layer';
const FAMILIES = ['strict', 'established', BOTH_WAYS, SERVER_DIRECTED];

/** The rules for a policy's StatefulDefaultActions; none for none, where unmatched traffic passes. */
export function defaultActionRules(actions: readonly string[]): DefaultActions {
  const drops = namesOf(actions, 'aws:drop_');
  const alerts = namesOf(actions, 'aws:alert_');
  const unknown = actions.filter((action) => !FAMILIES.includes(action.replace(/^aws:(drop|alert)_/, '')));
  if (unknown.length > 0 || drops.length > 1) {
    return {
      rules: dropRules('strict', true),
      unfaithful: [`the stateful default actions ${actions.join(', ')} are not understood`],
      serverDirected: null,
    };
  }
  const drop = drops[0];
  const rules = drop === undefined ? [] : dropRules(drop, alerts.includes(drop));
  // An alert action without a drop of its own family only logs.
  const others = alerts.filter((family) => family !== drop);
  return {
    rules: [...rules, ...others.flatMap((family) => alertRules(family))],
    unfaithful: doubts({ drop, alerts: others }),
    serverDirected: drop === SERVER_DIRECTED ? `aws:drop_${SERVER_DIRECTED}` : null,
  };
}

interface Chosen {
  readonly drop: string | undefined;
  /** Alert actions of another family than the drop. */
  readonly alerts: readonly string[];
}

/** What stays open whatever the policy's own rules are. */
function doubts({ drop, alerts }: Chosen): string[] {
  const both =
    drop === BOTH_WAYS
      ? [
          `the stateful default action aws:drop_${BOTH_WAYS} also drops packets of the server, and which of those that carry nothing is not documented`,
        ]
      : [];
  const logged = alerts
    .filter((family) => family === BOTH_WAYS || family === SERVER_DIRECTED)
    .map(
      (family) =>
        `the stateful default action aws:alert_${family} stands without its drop, and which packets it logs is not documented`,
    );
  return [...both, ...logged];
}

function namesOf(actions: readonly string[], prefix: string): string[] {
  return actions.filter((action) => action.startsWith(prefix)).map((action) => action.slice(prefix.length));
}

function dropRules(family: string, logged: boolean): DefaultActionRule[] {
  return matches(family).map((match) => toRule({ action: 'drop', family, logged, ...match }));
}

function alertRules(family: string): DefaultActionRule[] {
  return matches(family).map((match) => toRule({ action: 'alert', family, logged: true, ...match }));
}

interface Match {
  readonly match: string;
  readonly signatureId: number;
}

function matches(family: string): Match[] {
  const withoutFlow = {
    match: 'ip any any -> any any (ip_proto:!6; ip_proto:!17; ip_proto:!1;',
    signatureId: 2,
  };
  if (family === 'strict')
    return [{ match: 'ip any any -> any any (flow:stateless;', signatureId: 2 }, withoutFlow];
  return [
    ...connections(family).map((match) => ({ match, signatureId: 4 })),
    { match: 'udp any any -> any any (flow:stateless;', signatureId: 2 },
    { match: 'icmp any any -> any any (flow:stateless;', signatureId: 2 },
    withoutFlow,
  ];
}

/**
 * Established TCP connections. The application-layer actions wait for the name of a TLS hello or an HTTP request that
 * comes in pieces, and then judge it (same page of the guide); a first piece too short to be told apart is let wait too
 * (assumed).
 */
function connections(family: string): string[] {
  if (family === 'established') return ['tcp any any -> any any (flow:established,to_server;'];
  const client = [
    'tls any any -> any any (flow:established,to_server; ssl_state:client_hello;',
    'http any any -> any any (flow:established,to_server; http.header_names; content:"|0d 0a|"; startswith;',
    'tcp any any -> any any (flow:established,to_server; app-layer-protocol:!tls; app-layer-protocol:!http;',
  ];
  return family === BOTH_WAYS
    ? [...client, 'tcp any any -> any any (flow:established,to_client; dsize:>0;']
    : client;
}

interface RuleOptions extends Match {
  readonly action: string;
  readonly family: string;
  readonly logged: boolean;
}

function toRule({ action, family, match, signatureId, logged }: RuleOptions): DefaultActionRule {
  const log = logged ? '' : ' noalert;';
  // Among drops the lowest priority, so that a rule's own record of the same packet is written before this one.
  const text = `${action} ${match} msg:"aws:alert_${family} action";${log} priority:255; sid:${signatureId};)`;
  const [rule] = parseRules(text);
  if (rule === undefined) throw new Error(`not a rule: ${text}`);
  return { rule, signatureId };
}
