import { markedPath } from '../payloads/marked-payload';
import { tcpBytes } from './planned-sends';
import { PUBLIC_TARGETS } from './public-targets';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

/** The drop rule that AWS generates for HTTP needs a header to match on (aws.md 2.16; lab.md 3). */
export const httpNoHeaders: Technique = {
  id: 'http-no-headers',
  title: 'HTTP/1.0 without any header',
  risk: 'the generated rules for HTTP match on headers and pass by a request that has none',
  closedBy: 'Strict order with aws:drop_established, or no port 80.',
  expect: 'denied',
  plan: ({ nonce, timeoutMs }) =>
    senderPlan({
      timeoutMs,
      sends: [
        tcpBytes({
          to: PUBLIC_TARGETS.http,
          port: 80,
          bytes: `GET ${markedPath(nonce)} HTTP/1.0\r\n\r\n`,
          shape: { application: 'http', headerless: true },
        }),
      ],
    }),
};
