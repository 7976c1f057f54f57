import { markedText } from '../payloads/marked-payload';
import { tcpBytes } from './planned-sends';
import { senderPlan } from '../sender/sender-plan';
import { confirmed } from '../sender/sender-result';
import type { Technique } from '../technique';

const PORTS = [9000, 40443];

export const rawTcp: Technique = {
  id: 'raw-tcp',
  title: 'plain bytes by TCP to high ports',
  risk: 'what is neither TLS nor HTTP meets no rule, and the default lets it go',
  closedBy: 'Strict order with aws:drop_established, or security groups with the ports that are needed.',
  expect: 'denied',
  plan: ({ nonce, listener, timeoutMs }) =>
    senderPlan({
      timeoutMs,
      sends: PORTS.map((port) =>
        tcpBytes({ to: listener, port, bytes: `${markedText(nonce)}\r\n`, judge: confirmed }),
      ),
    }),
};
