import { markedText } from '../payloads/marked-payload';
import { tcpBytes } from './planned-sends';
import { HOSTS_ON_443 } from './public-targets';
import { senderPlan } from '../sender/sender-plan';
import { confirmed } from '../sender/sender-result';
import { sshOpening } from '../payloads/ssh-opening';
import type { Technique } from '../technique';

export const plainOn443: Technique = {
  id: 'plain-on-443',
  title: 'ssh and plain bytes on port 443',
  risk: 'an open port 443 is open for everything, not for TLS alone',
  closedBy: 'Strict order with aws:drop_established, or a drop of TCP 443 that is not TLS.',
  expect: 'denied',
  plan: ({ nonce, timeoutMs }) =>
    senderPlan({
      timeoutMs,
      sends: [
        tcpBytes({
          to: HOSTS_ON_443.plainBytes,
          port: 443,
          bytes: `${markedText(nonce)}\r\n`,
          judge: confirmed,
          label: 'bytes',
        }),
        tcpBytes({
          to: HOSTS_ON_443.sshOpening,
          port: 443,
          bytes: sshOpening(nonce),
          shape: { application: 'ssh' },
          label: 'ssh',
        }),
      ],
    }),
};
