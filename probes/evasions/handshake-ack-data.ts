import { markedBytes } from '../payloads/marked-payload';
import { tcpBytes } from './planned-sends';
import { HOSTS_ON_443 } from './public-targets';
import { senderPlan } from '../sender/sender-plan';
import { confirmed } from '../sender/sender-result';
import type { Technique } from '../technique';

const BYTES = 400;

export const handshakeAckData: Technique = {
  id: 'handshake-ack-data',
  title: "data on the handshake's last ACK",
  risk: 'bytes leave on the packet that makes the connection, before it counts as established',
  closedBy: 'Strict order with aws:drop_established.',
  expect: 'denied',
  plan: ({ nonce, timeoutMs }) =>
    senderPlan({
      timeoutMs,
      sends: [
        tcpBytes({
          to: HOSTS_ON_443.handshakeAckData,
          port: 443,
          bytes: markedBytes(nonce, BYTES),
          send: { early: true },
          shape: { carriedBy: 'handshake-ack' },
          judge: confirmed,
        }),
      ],
    }),
};
