import { markerName } from '../dns-name';
import { markedRequest } from '../payloads/marked-payload';
import { curl } from './curl-client';
import { tcpBytes } from './planned-sends';
import { withClients } from './real-client';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

export const httpDeniedHost: Technique = {
  id: 'http-denied-host',
  title: 'plain HTTP to a host off the list',
  risk: 'the list covers TLS only, and plain HTTP goes anywhere',
  closedBy: 'Target type HTTP_HOST in the domain list, or no port 80 at all.',
  expect: 'denied',
  plan: ({ nonce, deniedName, timeoutMs }) => {
    const host = markerName(nonce, deniedName);
    const plan = senderPlan({
      timeoutMs,
      sends: [
        tcpBytes({
          to: deniedName,
          port: 80,
          bytes: markedRequest({ nonce, host }),
          shape: { application: 'http', name: host },
        }),
      ],
    });
    const clients = [curl({ to: deniedName, nonce, timeoutMs, scheme: 'http', name: host })];
    return withClients(plan, { clients, expect: 'denied' });
  },
};
