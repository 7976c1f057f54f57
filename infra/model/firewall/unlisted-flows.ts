/**
 * The kinds of flow that no allow rule names, as a finite list that stands for all of them: addresses and ports are
 * divided where some rule divides them, application protocols are those that some rule knows, and a few more.
 */
import type { AddressSet, Interval } from '../address-set';
import { compare, subtract } from '../address-set';
import type { Family } from '../cidr';
import { FAMILIES, formatAddress } from '../cidr';
import { NotKnown } from '../../snapshot/snapshot';
import { globalAddresses } from '../global-address';
import type { EnforcedPolicy } from './firewall-policy';
import type { Flow } from './flow';
import { UNLISTED_NAME } from './flow';
import { PORTS } from './header-expression';
import { overmatchedName, sparedNames } from './name-overmatch';
import type { Rule, Transport } from './rule';
import { APPLICATIONS } from './rule-meaning';
import type { UncertainSet } from './uncertain-set';
import { holds } from './uncertain-set';

/** Addresses that the firewall sees as the source of Studio's flows. */
export type Sources = Readonly<Record<Family, AddressSet>>;

/** Where flows start, and what of the address space is not the internet but the VPC itself. */
export interface Ends {
  readonly sources: Sources;
  readonly inside: Sources;
}

/** Work beyond this, in comparisons of an address class with a set, is not done; the question is then undecided. */
const MOST_COMPARISONS = 5_000_000;

/** One flow of each kind. */
export function unlistedFlows(policy: EnforcedPolicy, ends: Ends): readonly Flow[] {
  return flowsOf(kindsOf(policy.rules), policy, ends);
}

/** One flow for a name to each class of destinations and ports. */
export function namedFlows(
  policy: EnforcedPolicy,
  ends: Ends,
  { application, name }: { readonly application: string; readonly name: string },
): readonly Flow[] {
  return flowsOf([{ transport: 'tcp', application, name, headerless: false }], policy, ends);
}

/** One source address for each way in which the rules tell them apart. */
export function sourceClasses(policy: EnforcedPolicy, family: Family, within: AddressSet): readonly bigint[] {
  return representatives(within, addressSets(policy, family), []);
}

function addressSets(policy: EnforcedPolicy, family: Family): readonly UncertainSet[] {
  const headers = [...policy.rules, ...policy.stateless.rules];
  return distinctSets(headers.flatMap((rule) => [rule.source[family], rule.destination[family]]));
}

function flowsOf(kinds: readonly Kind[], policy: EnforcedPolicy, { sources, inside }: Ends): readonly Flow[] {
  const headers = [...policy.rules, ...policy.stateless.rules];
  const ports = representatives(
    [PORTS],
    distinctSets(headers.flatMap((rule) => [rule.sourcePorts, rule.destinationPorts])),
    PREFERRED_PORTS,
  );
  return FAMILIES.flatMap((family) => {
    if (sources[family].length === 0) return [];
    const sets = addressSets(policy, family);
    const from = representatives(sources[family], sets, []);
    const to = representatives(subtract(globalAddresses(family), inside[family]), sets, []);
    return kinds.flatMap((kind) =>
      from.flatMap((source) =>
        to.flatMap((destination) =>
          (kind.transport === 'tcp' || kind.transport === 'udp' ? ports : [null]).map((port) => ({
            ...kind,
            family,
            source,
            destination,
            port,
          })),
        ),
      ),
    );
  });
}

/** A flow in words: `TLS to 1.0.0.0 port 443 for a name that is not listed`. */
export function flowText(flow: Flow): string {
  const port = flow.port === null ? '' : ` port ${flow.port}`;
  return `${applicationText(flow)} to ${formatAddress(flow.family, flow.destination)}${port}`;
}

function applicationText({ transport, application, name, headerless }: Flow): string {
  const carrier =
    transport === 'other' ? 'an IP protocol other than TCP, UDP and ICMP' : transport.toUpperCase();
  if (application === null)
    return transport === 'tcp' || transport === 'udp'
      ? `${carrier} without a known application protocol`
      : carrier;
  const word = `${application.toUpperCase()} over ${carrier}`;
  if (headerless) return `${word} without any header`;
  if (application !== 'tls' && application !== 'http') return word;
  if (name === null) return `${word} without a name`;
  return name === UNLISTED_NAME ? `${word} for a name that is not listed` : `${word} for ${name}`;
}

type Kind = Pick<Flow, 'transport' | 'application' | 'name' | 'headerless'>;

const PREFERRED_PORTS: readonly bigint[] = [443n, 22n, 80n, 53n, 8443n];
/** What is tried whatever the rules know. */
const ALWAYS_TRIED = ['ssh', 'dns', 'quic'];

function kindsOf(rules: readonly Rule[]): readonly Kind[] {
  const plain = (transport: Transport, application: string | null): Kind => ({
    transport,
    application,
    name: null,
    headerless: false,
  });
  const open = [...rules.flatMap((rule) => overmatchedName(rule) ?? []), ...sparedNames(rules)];
  const names = [UNLISTED_NAME, ...new Set(open)];
  const named = ['tls', 'http'].flatMap((application): readonly Kind[] => [
    ...names.map((name) => ({ ...plain('tcp', application), name })),
    plain('tcp', application),
  ]);
  const known = new Set([...ALWAYS_TRIED, ...rules.flatMap(({ application }) => application ?? [])]);
  const others = [...known]
    .filter((application) => application !== 'tls' && application !== 'http')
    .flatMap((application) =>
      (APPLICATIONS[application] ?? ['tcp', 'udp']).map((transport) => plain(transport, application)),
    );
  return [
    plain('tcp', null),
    plain('udp', null),
    plain('icmp', null),
    plain('other', null),
    ...named,
    { ...plain('tcp', 'http'), headerless: true },
    ...others,
  ];
}

function distinctSets(sets: readonly UncertainSet[]): readonly UncertainSet[] {
  const text = (set: UncertainSet): string =>
    [set.sure, set.possible]
      .map((part) => part.map(({ first, last }) => `${first}-${last}`).join())
      .join('|');
  return [...new Map(sets.map((set) => [text(set), set])).values()];
}

/** One value for each way in which the sets tell values apart, a preferred one where there is one. */
function representatives(
  within: readonly Interval[],
  sets: readonly UncertainSet[],
  preferred: readonly bigint[],
): readonly bigint[] {
  const edges = new Set<bigint>();
  for (const { sure, possible } of sets) {
    for (const { first, last } of [...sure, ...possible]) edges.add(first).add(last + 1n);
  }
  const sorted = [...edges].sort(compare);
  const candidates = [
    ...preferred.filter((value) => within.some(({ first, last }) => first <= value && value <= last)),
    ...within.flatMap(({ first, last }) => [first, ...sorted.filter((edge) => edge > first && edge <= last)]),
  ];
  if (candidates.length * (sets.length + 1) > MOST_COMPARISONS)
    throw new NotKnown('the rules divide addresses or ports into more classes than are tried');
  const bySignature = new Map<string, bigint>();
  for (const value of candidates) {
    const signature = sets.map((set) => holds(set, value)).join();
    if (!bySignature.has(signature)) bySignature.set(signature, value);
  }
  return [...bySignature.values()];
}
