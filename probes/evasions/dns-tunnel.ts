import { dnsAnswer, dnsQuery } from '../payloads/dns-query';
import { markerName } from '../dns-name';
import type { ClientResult } from '../probe';
import { udpBytes } from './planned-sends';
import { senderPlan } from '../sender/sender-plan';
import { succeeded, type Judge } from '../sender/sender-result';
import type { Technique } from '../technique';

/** Room for the question and the authority's SOA record. */
const KEEP_BYTES = 480;
const CODES: Readonly<Record<number, string>> = {
  0: 'NOERROR',
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  5: 'REFUSED',
};

/**
 * Whether the question left the VPC, from the answer alone. A zone's own SOA record, or an address of exactly the name
 * that was asked for, comes from the zone's servers; DNS Firewall's NXDOMAIN and NODATA have neither (MEMORY: its documents do
 * not show the messages). An alias is what its OVERRIDE answers and what a zone with a wildcard does. Where it cannot be told,
 * the query log and the server can.
 */
export function tunnelJudge(nonce: string, name: string): Judge {
  return ({ end, first }): ClientResult | null => {
    if (end === 'unresolved') return { kind: 'inconclusive', detail: 'the host has no name server' };
    if (end === 'silent') return { kind: 'timed-out', stage: 'dns', detail: 'the resolver does not answer' };
    const answer = dnsAnswer(first, nonce, name);
    if (answer === null) return null;
    const code = CODES[answer.code] ?? `code ${answer.code}`;
    const outside = answer.zone !== null && answer.zone !== '' && name.endsWith(`.${answer.zone}`);
    if (
      (answer.code === 0 && answer.ownAnswers.includes(1)) ||
      (outside && (answer.code === 0 || answer.code === 3))
    ) {
      return succeeded(`the resolver asked outside and answered ${code}`);
    }
    // The root's own word of a name is one from outside, too.
    const isEmpty = answer.answers === 0 && answer.zone !== '';
    if (!answer.whole || !isEmpty || (answer.code !== 0 && answer.code !== 3)) {
      return {
        kind: 'inconclusive',
        detail: `the resolver answered ${code}${answer.whole ? '' : ', cut'}; whether it asked outside is not told`,
      };
    }
    return {
      kind: 'dns-failed',
      detail: `the resolver answered ${code} with nothing of the zone's own, as a block does`,
    };
  };
}

/** The one way out that never crosses the firewall (aws.md 1.27, 6.6). */
export const dnsTunnel: Technique = {
  id: 'dns-tunnel',
  title: "data as a DNS question, through the VPC's own resolver",
  risk: 'the resolver carries data out in names, and back in answers, past every firewall rule',
  closedBy: "Route 53 Resolver DNS Firewall with an allow list; nothing in the network's routes does.",
  expect: 'denied',
  plan: ({ nonce, deniedName, timeoutMs }) => {
    const name = markerName(nonce, deniedName);
    return senderPlan({
      timeoutMs,
      sends: [
        udpBytes({
          to: 'resolver',
          port: 53,
          bytes: dnsQuery(nonce, name),
          keep: KEEP_BYTES,
          shape: { application: 'dns', name },
          judge: tunnelJudge(nonce, name),
        }),
      ],
    });
  },
};
