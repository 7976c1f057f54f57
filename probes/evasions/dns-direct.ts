import { dnsAnswer, dnsOverStream, dnsQuery } from '../payloads/dns-query';
import { markerName } from '../dns-name';
import { dig } from './client-programs';
import { tcpBytes, udpBytes } from './planned-sends';
import { PUBLIC_TARGETS } from './public-targets';
import { withClients } from './real-client';
import { senderPlan } from '../sender/sender-plan';
import { allConfirmed, succeeded } from '../sender/sender-result';
import type { Technique } from '../technique';

/** As much as has the question; the records do not matter here. */
const KEEP_BYTES = 180;

export const dnsDirect: Technique = {
  id: 'dns-direct',
  title: 'plain DNS to public resolvers',
  risk: "names are looked up past the VPC's resolver and its DNS Firewall, and data leaves as questions",
  closedBy: 'Strict order with aws:drop_established, or security groups without port 53 to the internet.',
  expect: 'denied',
  plan: ({ nonce, deniedName, timeoutMs }) => {
    const name = markerName(nonce, deniedName);
    const query = dnsQuery(nonce, name);
    const judged = (message: Buffer) =>
      dnsAnswer(message, nonce, name) === null ? null : succeeded('the resolver answered the question');
    const [first] = PUBLIC_TARGETS.resolvers;
    const overUdp = PUBLIC_TARGETS.resolvers.map((to) =>
      udpBytes({
        to,
        port: 53,
        bytes: query,
        keep: KEEP_BYTES,
        label: `UDP to ${to}`,
        shape: { application: 'dns' },
        judge: (report) => judged(report.first),
      }),
    );
    const overTcp = tcpBytes({
      to: first,
      port: 53,
      bytes: dnsOverStream(query),
      send: { keep: KEEP_BYTES },
      label: `TCP to ${first}`,
      shape: { application: 'dns' },
      judge: (report) => judged(report.first.subarray(2)) ?? allConfirmed(report),
    });
    const clients = (['udp', 'tcp'] as const).map((over) => dig({ to: first, timeoutMs, over, name }));
    return withClients(senderPlan({ timeoutMs, sends: [...overUdp, overTcp] }), {
      clients,
      expect: 'denied',
    });
  },
};
