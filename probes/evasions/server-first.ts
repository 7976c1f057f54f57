import { tcpBytes } from './planned-sends';
import { PUBLIC_TARGETS } from './public-targets';
import { senderPlan } from '../sender/sender-plan';
import { greeted } from '../sender/sender-result';
import type { Technique } from '../technique';

/** The client says nothing, so only the server's bytes cross; they cannot carry a nonce of ours. */
const SERVERS = [
  { to: PUBLIC_TARGETS.sshOn443, port: 443, application: 'ssh' },
  { to: PUBLIC_TARGETS.ssh, port: 22, application: 'ssh' },
  { to: PUBLIC_TARGETS.smtp, port: 587, application: 'smtp' },
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
