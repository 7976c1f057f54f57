import { helloTo } from './planned-sends';
import { HOSTS_ON_443 } from './public-targets';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

/** RFC 6066, 3 forbids it; an address for documentation (RFC 5737), since no rule should know any. */
const LITERAL = '198.51.100.80';

export const tlsIpAsSni: Technique = {
  id: 'tls-ip-as-sni',
  title: 'TLS with an IP address as its server name',
  risk: 'a server name that is none slips past the list',
  closedBy: 'A default action that drops what no rule passes (aws:drop_established).',
  expect: 'denied',
  plan: ({ nonce, timeoutMs }) =>
    senderPlan({
      timeoutMs,
      sends: [helloTo({ to: HOSTS_ON_443.tlsIpAsSni, port: 443, nonce, names: [LITERAL] })],
    }),
};
