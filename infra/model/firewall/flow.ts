/** A kind of flow from Studio to the internet, and which packets of it a rule matches. */
import type { Family } from '../cidr';
import type { Interval } from '../address-set';
import { HEADERLESS } from './domain-list';
import { PORTS } from './header-expression';
import type { NameContent, Rule, Transport } from './rule';
import type { StatelessRule } from './stateless';
import type { Answer } from './uncertain-set';
import { every, holds, holdsAll, some } from './uncertain-set';

/** A name that nobody lists: `.invalid` can never be registered (RFC 6761). */
export const UNLISTED_NAME = 'unlisted-zq7x.invalid';

export interface Flow {
  readonly family: Family;
  readonly transport: Transport;
  /** Suricata's word for the application protocol, or null for bytes that it knows no protocol in. */
  readonly application: string | null;
  /** The TLS server name or HTTP host; null where the flow carries none. */
  readonly name: string | null;
  /** An HTTP request without any header. */
  readonly headerless: boolean;
  readonly source: bigint;
  readonly destination: bigint;
  /** Destination port; null for transports without ports. */
  readonly port: bigint | null;
}

/** Which way a packet of the flow goes. */
export type Way = 'to-server' | 'to-client';

const ANY_PORT: readonly Interval[] = [PORTS];

/** Whether a rule's header and conditions match the packets that go this way, at whatever moment. */
export function matches(rule: Rule, flow: Flow, way: Way): Answer {
  if (way === 'to-server' ? !rule.toServer : !rule.toClient) return 'no';
  if (!rule.transports.includes(flow.transport)) return 'no';
  const header = rule.bothWays
    ? some([headerMatches(rule, flow, way), headerMatches(rule, flow, opposite(way))])
    : headerMatches(rule, flow, way);
  if (header === 'no') return 'no';
  return every([header, applicationMatches(rule, flow), namesMatch(rule, flow), openMatches(rule, flow)]);
}

/** The same for the stateless engine, which sees single packets. */
export function matchesStateless(rule: StatelessRule, flow: Flow, way: Way): Answer {
  return every([
    headerMatches(rule, flow, way),
    rule.transports[flow.transport],
    rule.flags ? 'maybe' : 'yes',
  ]);
}

const opposite = (way: Way): Way => (way === 'to-server' ? 'to-client' : 'to-server');

type Header = Pick<Rule, 'source' | 'sourcePorts' | 'destination' | 'destinationPorts'>;

function headerMatches(header: Header, flow: Flow, way: Way): Answer {
  const [client, server] =
    way === 'to-server' ? [header.source, header.destination] : [header.destination, header.source];
  const [clientPorts, serverPorts] =
    way === 'to-server'
      ? [header.sourcePorts, header.destinationPorts]
      : [header.destinationPorts, header.sourcePorts];
  // Most rules are about another destination; the rest is not asked then.
  const reaches = holds(server[flow.family], flow.destination);
  if (reaches === 'no') return 'no';
  const serverPort =
    flow.port === null ? portless(holdsAll(serverPorts, ANY_PORT)) : holds(serverPorts, flow.port);
  return every([
    holds(client[flow.family], flow.source),
    reaches,
    // The client chooses its port, and a NAT gateway another one.
    portless(holdsAll(clientPorts, ANY_PORT)),
    serverPort,
  ]);
}

/** What a port condition says about a packet of which the port is open, or that has none. */
const portless = (answer: Answer): Answer => (answer === 'no' ? 'maybe' : answer);

function applicationMatches(rule: Rule, flow: Flow): Answer {
  if (rule.application === null || rule.application === flow.application) return 'yes';
  // `http` is either version (Suricata user guide, "Rules Format").
  if (rule.application === 'http' && (flow.application === 'http1' || flow.application === 'http2'))
    return 'yes';
  if (rule.application === 'http1' && flow.application === 'http') return 'maybe';
  return 'no';
}

/** Whether what a rule says about names holds; `yes` for a rule that says nothing about them. */
export function namesMatch(rule: Rule, flow: Pick<Flow, 'name'>): Answer {
  return every(rule.names.map((content) => nameMatches(content, flow, rule.openConditions.length > 0)));
}

function nameMatches(content: NameContent, flow: Pick<Flow, 'name'>, narrowed: boolean): Answer {
  // What a negated condition says about a flow without the name is not documented.
  if (flow.name === null) return content.negated ? 'maybe' : 'no';
  const found = occurs(content, flow.name);
  // A position that is not evaluated can make a negated condition true all the same; so does stock Suricata where the text
  // also occurs before the end (measured).
  if (content.negated && found && (narrowed || occursEarlier(content, flow.name))) return 'maybe';
  return found === content.negated ? 'no' : 'yes';
}

/** What a condition is compared with. */
function subjectOf(content: NameContent, name: string): string {
  // A host is compared in lower case, a TLS server name as the client sends it (Suricata user guide, "http.host").
  const sent = content.nocase || content.application === 'http' ? name.toLowerCase() : name;
  return content.dotPrefix ? `.${sent}` : sent;
}

function occursEarlier(content: NameContent, name: string): boolean {
  if (!content.endsWith || content.startsWith) return false;
  const [subject, text] = [subjectOf(content, name), comparedText(content)];
  return subject.indexOf(text) + text.length < subject.length;
}

function occurs(content: NameContent, name: string): boolean {
  const text = comparedText(content);
  const subject = subjectOf(content, name);
  if (content.startsWith && content.endsWith) return subject === text;
  if (content.startsWith) return subject.startsWith(text);
  return content.endsWith ? subject.endsWith(text) : subject.includes(text);
}

/** A condition's text as it is compared; without `nocase`, upper case matches upper case only. */
export function comparedText({ nocase, text }: NameContent): string {
  return nocase ? text.toLowerCase() : text;
}

function openMatches(rule: Rule, flow: Flow): Answer {
  if (rule.openConditions.length === 0) return 'yes';
  // The one condition that is known: the generated HTTP drop rule needs a header, and this flow has some.
  const open = rule.openConditions.filter((condition) => condition !== HEADERLESS || flow.headerless);
  return open.length === 0 ? 'yes' : 'maybe';
}
