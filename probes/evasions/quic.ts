import { markerName } from '../dns-name';
import { markedText } from '../payloads/marked-payload';
import { curl } from './curl-client';
import { udpBytes } from './planned-sends';
import { PUBLIC_TARGETS } from './public-targets';
import { quicInitial } from '../payloads/quic-initial';
import { withClients } from './real-client';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

/**
 * The Initial of our own making decides on most hosts: curl as Amazon Linux 2023 and Debian 12 build it has no HTTP/3, and nothing
 * else there has; Debian 13's may have it (both MEMORY). The nonce is inside, encrypted with keys that anybody can derive, and once more in clear behind the packet,
 * where a server ignores it.
 */
export const quic: Technique = {
  id: 'quic',
  title: 'HTTP/3: QUIC on UDP 443',
  risk: 'UDP does not meet the rules for TLS',
  closedBy: 'Strict order with aws:drop_established, a drop rule for QUIC, or security groups without UDP.',
  expect: 'denied',
  plan: ({ nonce, timeoutMs }) => {
    const to = PUBLIC_TARGETS.quic;
    const name = markerName(nonce, to);
    const plan = senderPlan({
      timeoutMs,
      sends: [
        udpBytes({
          to,
          port: 443,
          bytes: Buffer.concat([quicInitial({ nonce, name }), Buffer.from(markedText(nonce))]),
          shape: { application: 'quic', name, hello: 'whole' },
        }),
      ],
    });
    const clients = [curl({ to, nonce, timeoutMs, scheme: 'http3', name })];
    return withClients(plan, { clients, expect: 'denied' });
  },
};
