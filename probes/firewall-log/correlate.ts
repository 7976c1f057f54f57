/**
 * Which records belong to which probe. The NAT gateway rewrites source address and port, so the client's five-tuple
 * cannot be joined; a nonce in the SNI of the probe's marker connection can (facts: AWS samples show the NAT gateway's
 * address as src_ip; no promise about ports).
 */
import { markerName } from '../dns-name';
import type { FirewallRecord, TiedRecord } from '../probe';

export interface ProbeTrace {
  readonly nonce: string;
  readonly names: readonly string[];
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
 * The records of each trace, in the order of the records: those whose SNI or Host is exactly one of the trace's marker
 * names, by nonce; those with one of its names within its time, by name and time, where no other trace has as good
 * a claim. A record is tied at most once; a duplicate delivery of the same record counts once.
 */
export function correlate(
  traces: readonly ProbeTrace[],
  records: readonly FirewallRecord[],
): readonly (readonly TiedRecord[])[] {
  const tied: TiedRecord[][] = traces.map(() => []);
  const markers = new Map(
    traces.flatMap((trace, index) =>
      trace.names.map((name) => [markerName(trace.nonce, name), index] as const),
    ),
  );
  const seen = new Set<string>();
  for (const record of records) {
    if (seen.has(record.raw)) continue;
    seen.add(record.raw);
    const name = nameSeen(record);
    if (name === null) continue;
    const marked = markers.get(name);
    if (marked !== undefined) {
      tied[marked]?.push({ by: 'nonce', record });
      continue;
    }
    const claims = traces.flatMap((trace, index) => (hasClaim(trace, name, record) ? [index] : []));
    const [only] = claims;
    if (claims.length === 1 && only !== undefined) tied[only]?.push({ by: 'name-and-time', record });
  }
  return tied;
}

function hasClaim(trace: ProbeTrace, name: string, record: FirewallRecord): boolean {
  const at = Date.parse(record.at);
  return (
    trace.names.includes(name) &&
    at >= Date.parse(trace.startedAt) - CLOCK_SKEW_MS &&
    at <= Date.parse(trace.finishedAt) + CLOCK_SKEW_MS
  );
}
