import { markedText } from '../payloads/marked-payload';
import { curl } from './curl-client';
import { tcpBytes } from './planned-sends';
import { PUBLIC_TARGETS } from './public-targets';
import { withClients } from './real-client';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

export const ftp: Technique = {
  id: 'ftp',
  title: 'FTP to a public server',
  risk: 'files go out by a protocol that no allow list looks at',
  closedBy: 'Strict order with aws:drop_established, or security groups without port 21.',
  expect: 'denied',
  plan: ({ nonce, timeoutMs }) => {
    const to = PUBLIC_TARGETS.ftp;
    const plan = senderPlan({
      timeoutMs,
      sends: [
        tcpBytes({
          to,
          port: 21,
          bytes: `NOOP ${markedText(nonce)}\r\n`,
          send: { greeting: true },
          shape: { application: 'ftp', firstSpeaker: 'server' },
        }),
      ],
    });
    const clients = [curl({ to, nonce, timeoutMs, scheme: 'ftp', name: to })];
    return withClients(plan, { clients, expect: 'denied' });
  },
};
