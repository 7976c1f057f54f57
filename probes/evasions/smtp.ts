import { markerName } from '../dns-name';
import { tcpBytes } from './planned-sends';
import { PUBLIC_TARGETS } from './public-targets';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

/** Submission, and 25, which AWS itself throttles for instances (EC2 guide, port 25 restriction; MEMORY). */
const PORTS = [587, 25];

export const smtp: Technique = {
  id: 'smtp',
  title: 'SMTP to a public mail server',
  risk: 'mail takes any data anywhere',
  closedBy: 'Strict order with aws:drop_established, or security groups without ports 25 and 587.',
  expect: 'denied',
  plan: ({ nonce, deniedName, timeoutMs }) =>
    senderPlan({
      timeoutMs,
      sends: PORTS.map((port) =>
        tcpBytes({
          to: PUBLIC_TARGETS.smtp,
          port,
          bytes: `EHLO ${markerName(nonce, deniedName)}\r\n`,
          send: { greeting: true },
          shape: { application: 'smtp', firstSpeaker: 'server' },
        }),
      ),
    }),
};
