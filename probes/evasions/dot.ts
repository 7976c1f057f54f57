import { dnsOverStream, dnsQuery } from '../payloads/dns-query';
import { markerName } from '../dns-name';
import { tlsExchange } from './planned-sends';
import { PUBLIC_TARGETS } from './public-targets';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

/** RFC 7858, 3. */
export const dot: Technique = {
  id: 'dot',
  title: 'DNS over TLS to a public resolver',
  risk: "names are looked up past the VPC's resolver and its DNS Firewall, and data leaves as questions",
  closedBy: 'An allow list without the names of public resolvers, or no port 853.',
  expect: 'denied',
  plan: ({ nonce, deniedName, timeoutMs }) => {
    const { address, name } = PUBLIC_TARGETS.dnsOverTls;
    const bytes = dnsOverStream(dnsQuery(nonce, markerName(nonce, deniedName)));
    return senderPlan({ timeoutMs, sends: [tlsExchange({ to: address, port: 853, name, bytes })] });
  },
};
