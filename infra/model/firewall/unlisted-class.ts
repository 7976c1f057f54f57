/** The class of flows that an unlisted flow stands for, in words, and the Suricata rule that would stop it. */
import type { Interval } from '../address-set';
import { compare } from '../address-set';
import { formatAddress } from '../cidr';
import type { EnforcedPolicy } from './firewall-policy';
import type { Flow } from './flow';
import { UNLISTED_NAME } from './flow';
import { PORTS } from './header-expression';
import { holds } from './uncertain-set';

export interface UnlistedClass {
  /** `TCP port 22 to anywhere`. */
  readonly text: string;
  /** A rule that drops the class and no listed name with it; null where none does. */
  readonly rule: string | null;
}

/** Ports that a text names one by one or as ranges before it counts them. */
const MOST_RANGES = 6;
/** A signature id that AWS leaves to its users (Suricata user guide, "Meta Keywords": local rules from 1000000 on). */
const SID = 1_000_001;

/**
 * The class of the first of the flows that get through: of its kind, the ports that the rules do not tell from those that
 * get through, and where to.
 */
export function unlistedClass(
  policy: EnforcedPolicy,
  flow: Flow,
  {
    through,
    tried,
    by,
  }: { readonly through: readonly Flow[]; readonly tried: readonly Flow[]; readonly by: string },
): UnlistedClass {
  const alike = (flows: readonly Flow[]): readonly Flow[] =>
    flows.filter((one) => kindOf(one) === kindOf(flow));
  const open = alike(through);
  const sameWay = open.filter(({ destination }) => destination === flow.destination);
  const ports =
    flow.port === null
      ? null
      : portsOf(
          policy,
          sameWay.flatMap(({ port }) => port ?? []),
        );
  const reached = new Set(open.map(({ destination }) => destination));
  const anywhere = alike(tried).every(({ destination }) => reached.has(destination));
  const where = anywhere ? 'anywhere' : `${formatAddress(flow.family, flow.destination)} and what is like it`;
  const portText =
    ports === null ? '' : isEvery(ports) ? ' on every port' : ` port ${rangesText(ports, '-')}`;
  return {
    text: `${kindText(flow)}${portText} to ${where}`,
    rule: isStopped(policy, flow, by) ? ruleText(flow, ports, isPassing(policy, by)) : null,
  };
}

/**
 * Whether a rule for the class alone can stop it: not what the stateless engine passes, and not names of a pass rule that
 * means others as well.
 */
function isStopped(policy: EnforcedPolicy, { application }: Flow, by: string): boolean {
  const past = by === STATELESS_DEFAULT || policy.stateless.rules.some(({ label }) => label === by);
  return !past && !(isPassing(policy, by) && (application === 'tls' || application === 'http'));
}

const isPassing = (policy: EnforcedPolicy, by: string): boolean =>
  policy.rules.some(({ action, label }) => action === 'pass' && label === by);

const STATELESS_DEFAULT = 'StatelessDefaultActions';

const kindOf = ({ family, transport, application, name, headerless }: Flow): string =>
  [family, transport, application, name, headerless].join();

function kindText({ transport, application, name, headerless }: Flow): string {
  if (application === null)
    return transport === 'other' ? 'Every other IP protocol' : transport.toUpperCase();
  const word = application.toUpperCase();
  if (headerless) return `${word} without headers`;
  if (name === null) return word;
  return `${word} for ${name === UNLISTED_NAME ? 'an unlisted name' : name}`;
}

/** All ports that no rule tells from one of these. */
function portsOf(policy: EnforcedPolicy, ports: readonly bigint[]): readonly Interval[] {
  const headers = [...policy.rules, ...policy.stateless.rules];
  const sets = headers.flatMap((rule) => [rule.sourcePorts, rule.destinationPorts]);
  const signature = (port: bigint): string => sets.map((set) => holds(set, port)).join();
  const wanted = new Set(ports.map(signature));
  const edges = new Set<bigint>([PORTS.first]);
  for (const { sure, possible } of sets) {
    for (const { first, last } of [...sure, ...possible]) edges.add(first).add(last + 1n);
  }
  const starts = [...edges].filter((edge) => edge <= PORTS.last).sort(compare);
  const found: { first: bigint; last: bigint }[] = [];
  for (const [index, first] of starts.entries()) {
    if (!wanted.has(signature(first))) continue;
    const last = (starts[index + 1] ?? PORTS.last + 1n) - 1n;
    const previous = found.at(-1);
    if (previous?.last === first - 1n) previous.last = last;
    else found.push({ first, last });
  }
  return found;
}

const isEvery = ([only]: readonly Interval[]): boolean =>
  only?.first === PORTS.first && only.last === PORTS.last;

function rangesText(ranges: readonly Interval[], between: string): string {
  const texts = ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}${between}${last}`));
  const more = texts.length - MOST_RANGES;
  return more > 0 ? `${texts.slice(0, MOST_RANGES).join(', ')} and ${more} more` : texts.join(', ');
}

/**
 * Suricata's words (user guide, "Rules Format"); that a drop of TLS waits for the hello is aws.md 2.13. Before a pass rule
 * it meets the SYN; where nothing passes it leaves handshakes alone, which listed names need.
 */
function ruleText(flow: Flow, ports: readonly Interval[] | null, beforePass: boolean): string {
  const { transport, application } = flow;
  const protocol = application ?? (transport === 'other' ? 'ip' : transport);
  const port =
    ports === null || isEvery(ports) || ports.length > MOST_RANGES
      ? 'any'
      : bracketed(ports.map(({ first, last }) => (first === last ? `${first}` : `${first}:${last}`)));
  const established = transport === 'tcp' && (application !== null || !beforePass);
  const state = established ? 'flow:to_server, established' : 'flow:to_server';
  const options = [
    `msg:"unlisted ${kindText(flow)}"`,
    ...(application === 'tls' ? ['ssl_state:client_hello'] : []),
    // Packets of other protocols belong to no flow.
    ...(transport === 'other' ? ['ip_proto:!6', 'ip_proto:!17', 'ip_proto:!1'] : [state]),
    `sid:${SID}`,
    'rev:1',
  ];
  return `drop ${protocol} $HOME_NET any -> $EXTERNAL_NET ${port} (${options.join('; ')};)`;
}

const bracketed = (items: readonly string[]): string =>
  items.length === 1 ? (items[0] ?? 'any') : `[${items.join(',')}]`;
