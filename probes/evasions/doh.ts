import { dnsQuery } from '../payloads/dns-query';
import { markerName } from '../dns-name';
import { markedRequest } from '../payloads/marked-payload';
import { curl } from './curl-client';
import { tlsExchange } from './planned-sends';
import { PUBLIC_TARGETS } from './public-targets';
import { withClients } from './real-client';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

/** RFC 8484, 4.1: the sender asks by POST, curl by GET. */
export const doh: Technique = {
  id: 'doh',
  title: 'DNS over HTTPS to a public resolver',
  risk: "names are looked up past the VPC's resolver and its DNS Firewall, and data leaves as questions",
  closedBy: 'An allow list without the names of public resolvers.',
  expect: 'denied',
  plan: ({ nonce, deniedName, timeoutMs }) => {
    const { address, name } = PUBLIC_TARGETS.dnsOverHttps;
    const question = dnsQuery(nonce, markerName(nonce, deniedName));
    const bytes = markedRequest({
      nonce,
      host: name,
      method: 'POST',
      target: '/dns-query',
      headers: ['Connection: close', 'Content-Type: application/dns-message'],
      body: question,
    });
    const plan = senderPlan({ timeoutMs, sends: [tlsExchange({ to: address, port: 443, name, bytes })] });
    const target = `/dns-query?dns=${question.toString('base64url')}`;
    const clients = [curl({ to: address, nonce, timeoutMs, scheme: 'https', name, target })];
    return withClients(plan, { clients, expect: 'denied' });
  },
};
