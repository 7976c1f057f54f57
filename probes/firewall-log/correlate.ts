/**
 * Which records belong to which probe. The NAT gateway rewrites source address and port, so the client's five-tuple
 * cannot be joined (aws.md 3.23, DERIVED: the published samples show the NAT gateway's address as src_ip; no promise about
 * ports). A nonce can: in the SNI or Host, in a DNS question, in an HTTP path. Then the name, then where the flow went.
 */
import type { ClientResult, FirewallRecord, TiedRecord } from '../probe';
import { markerName } from '../dns-name';
import { wentTo, type DirectedFlow } from '../flow-destination';
import { carriedIn, type Carried } from './record';

export interface ProbeTrace {
  readonly nonce: string;
  readonly names: readonly string[];
  /** What was sent; without it nothing is tied by its destination. */
  readonly flows?: readonly DirectedFlow[];
  /** Without a report of what was sent, a flow of unknown address may have gone anywhere. */
  readonly result?: Pick<ClientResult, 'kind'>;
  /** ISO 8601, by the vantage point's own clock. */
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** How far the clocks of host and firewall may be apart. */
const CLOCK_SKEW_MS = 5000;

/** The SNI that the firewall saw, or else the Host, in lower case: names do not differ by case. */
export function nameSeen({ sni, httpHost }: FirewallRecord): string | null {
  return (sni ?? httpHost)?.toLowerCase() ?? null;
}

/**
 * The records of each trace. A record is tied at most once, by the first of these that applies, and a duplicate delivery
 * of the same record counts once:
 *
 * - by nonce, whenever it came: its SNI or Host is exactly a marker name of the trace, or one of the trace's own names
 *   that begins with the nonce's label; or its DNS question or its HTTP path holds the nonce as a whole label or segment;
 * - by name and time: it has one of the trace's names within the trace's time, and no other trace has as good a claim;
 * - a record that carries the nonce of another run is nobody's here;
 * - by destination and time, of records that have no name: the trace sent such a flow there within its time, or may have,
 *   where its report was lost. An alert must have no other claimant. Flow records are dealt out among several, since connections of one run to one address take one
 *   way (aws.md 1.1: a route table looks at nothing else), and it is the way that a flow record shows.
 */
export function correlate(
  traces: readonly ProbeTrace[],
  records: readonly FirewallRecord[],
): readonly (readonly TiedRecord[])[] {
  const tied: TiedRecord[][] = traces.map(() => []);
  const nonces = traces.map(({ nonce }) => nonce);
  const markers = markersOf(traces);
  const shared: Shared[] = [];
  for (const record of distinct(records)) {
    const name = nameSeen(record);
    const carried = carriedIn(record);
    const marked = (name === null ? undefined : markers.get(name)) ?? carrier(nonces, carried);
    if (marked !== undefined) {
      tied[marked]?.push({ by: 'nonce', record });
      continue;
    }
    if (isAnothers(nonces, carried)) continue;
    const claims = claimants(traces, (trace) => hasClaim(trace, name, record));
    const [only] = claims;
    const by = name === null ? 'destination-and-time' : 'name-and-time';
    if (claims.length === 1 && only !== undefined) tied[only]?.push({ by, record });
    else if (record.eventType === 'netflow' && claims.length > 1) shared.push({ record, claims });
  }
  dealOut(traces, { tied, shared });
  return tied;
}

function distinct(records: readonly FirewallRecord[]): readonly FirewallRecord[] {
  return [...new Map(records.map((record) => [record.raw, record])).values()];
}

/** By name: marker connections' names, and names of a trace's own that carry its nonce as their first label. */
function markersOf(traces: readonly ProbeTrace[]): ReadonlyMap<string, number> {
  return new Map(
    traces.flatMap(({ nonce, names }, index) =>
      names.flatMap((name) => {
        const own = name.startsWith(`n${nonce}.`) ? [name.toLowerCase()] : [];
        return [markerName(nonce, name), ...own].map((marker) => [marker, index] as const);
      }),
    ),
  );
}

/** The trace whose nonce stands in the record's DNS question or HTTP path; undefined for none, or several. */
function carrier(nonces: readonly string[], { labels, segments }: Carried): number | undefined {
  const found = nonces.flatMap((nonce, index) =>
    labels.includes(`n${nonce}`) || segments.includes(nonce) ? [index] : [],
  );
  return found.length === 1 ? found[0] : undefined;
}

/** What a run makes of a nonce, here of 16 hexadecimal digits: a label, and a path. */
const NONCE_LABEL = /^n([0-9a-f]{16})$/;
const NONCE_SEGMENT = /^[0-9a-f]{16}$/;

/** Whether the record carries a nonce that no trace has: another run's, in the same network at the same time. */
function isAnothers(nonces: readonly string[], { labels, segments }: Carried): boolean {
  const ofLabels = labels.flatMap((label) => NONCE_LABEL.exec(label)?.[1] ?? []);
  const ofPath = segments.flatMap((segment, index) =>
    segments[index - 1] === 'studio-egress' && NONCE_SEGMENT.test(segment) ? [segment] : [],
  );
  return [...ofLabels, ...ofPath].some((nonce) => !nonces.includes(nonce));
}

function claimants(traces: readonly ProbeTrace[], claims: (trace: ProbeTrace) => boolean): readonly number[] {
  return traces.flatMap((trace, index) => (claims(trace) ? [index] : []));
}

/** Whose name it is decides alone: a record that names something else is not tied by where it went. */
function hasClaim(trace: ProbeTrace, name: string | null, record: FirewallRecord): boolean {
  const at = Date.parse(record.flowStartedAt ?? record.at);
  const inTime =
    at >= Date.parse(trace.startedAt) - CLOCK_SKEW_MS && at <= Date.parse(trace.finishedAt) + CLOCK_SKEW_MS;
  if (!inTime) return false;
  if (name !== null) return trace.names.includes(name);
  return claimedFlow(trace, record) !== undefined;
}

/** The flow of a trace that a record may be of; where its report was lost, one of unknown address may have gone anywhere. */
function claimedFlow({ result, flows }: ProbeTrace, record: FirewallRecord): DirectedFlow | undefined {
  const isLost = result?.kind === 'inconclusive';
  return (flows ?? [])
    .map((flow) => ({ ...flow, address: flow.address ?? (isLost ? record.destinationIp : null) }))
    .find((flow) => wentTo(flow, record) !== null);
}

interface Shared {
  readonly record: FirewallRecord;
  readonly claims: readonly number[];
}

/**
 * Each record, in the order in which their flows began, to the claimant that has fewest of the same flow and direction; of
 * those to the one whose time ends first, so that as many as can be have one. The order of arrival changes nothing.
 */
function dealOut(
  traces: readonly ProbeTrace[],
  { tied, shared }: { readonly tied: TiedRecord[][]; readonly shared: readonly Shared[] },
): void {
  const begun = ({ flowStartedAt, at, raw }: FirewallRecord): string => `${flowStartedAt ?? at} ${raw}`;
  const inOrder = [...shared].sort((a, b) => (begun(a.record) < begun(b.record) ? -1 : 1));
  for (const { record, claims } of inOrder) {
    const held = (index: number): number => {
      const flow = traces[index] === undefined ? undefined : claimedFlow(traces[index], record);
      if (flow === undefined) return 0;
      const direction = wentTo(flow, record);
      return (tied[index] ?? []).filter(
        ({ record: other }) => other.eventType === record.eventType && wentTo(flow, other) === direction,
      ).length;
    };
    const endsAt = (index: number): number => Date.parse(traces[index]?.finishedAt ?? '');
    const [chosen] = [...claims].sort((a, b) => held(a) - held(b) || endsAt(a) - endsAt(b) || a - b);
    if (chosen !== undefined) tied[chosen]?.push({ by: 'destination-and-time', record });
  }
}
