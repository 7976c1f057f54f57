import { markerName } from '../dns-name';
import { markedText } from '../payloads/marked-payload';
import { udpBytes } from './planned-sends';
import { PUBLIC_TARGETS } from './public-targets';
import { quicInitial } from '../payloads/quic-initial';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

/**
 * Of our own making only: curl as Amazon Linux and Debian build it has no HTTP/3, and no other client of a plain host does (MEMORY).
 * The nonce is inside, encrypted with keys that anybody can derive, and once more in clear behind the packet,
 * where a server ignores it.
 */
export const quic: Technique = {
  id: 'quic',
  title: 'HTTP/3: QUIC on UDP 443',
  risk: 'UDP does not meet the rules for TLS',
  closedBy: 'Strict order with aws:drop_established, a drop rule for QUIC, or security groups without UDP.',
  expect: 'denied',
  plan: ({ nonce, timeoutMs }) => {
    const name = markerName(nonce, PUBLIC_TARGETS.quic);
    return senderPlan({
      timeoutMs,
      sends: [
        udpBytes({
          to: PUBLIC_TARGETS.quic,
          port: 443,
          bytes: Buffer.concat([quicInitial({ nonce, name }), Buffer.from(markedText(nonce))]),
          shape: { application: 'quic', name, hello: 'whole' },
        }),
      ],
    });
  },
};
