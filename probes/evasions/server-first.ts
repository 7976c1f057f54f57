import { tcpBytes } from './planned-sends';
import { HOSTS_ON_443, PUBLIC_TARGETS } from './public-targets';
import { senderPlan } from '../sender/sender-plan';
import { greeted } from '../sender/sender-result';
import type { Technique } from '../technique';

/** The client says nothing, so only the server's bytes cross; they cannot carry a nonce of ours. */
const SERVERS = [
  { to: HOSTS_ON_443.serverFirst, port: 443, application: 'ssh' },
  { to: PUBLIC_TARGETS.sshGreeting, port: 22, application: 'ssh' },
  { to: PUBLIC_TARGETS.smtpGreeting, port: 587, application: 'smtp' },
] as const;

export const serverFirst: Technique = {
  id: 'server-first',
  title: 'a server that speaks before the client does',
  risk: 'whoever runs a server can push bytes in before a rule for the client side has anything to judge',
  closedBy:
    'aws:drop_established in both directions (a drop rule for established flows to the client), or closed ports.',
  expect: 'denied',
  plan: ({ timeoutMs }) =>
    senderPlan({
      timeoutMs,
      sends: SERVERS.map(({ to, port, application }) =>
        tcpBytes({
          to,
          port,
          bytes: '',
          send: { chunks: [], greeting: true },
          shape: { application, firstSpeaker: 'server' },
          judge: greeted,
        }),
      ),
    }),
};
