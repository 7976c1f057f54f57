import { markerName } from '../dns-name';
import { markedRequest } from '../payloads/marked-payload';
import { curl } from './curl-client';
import { tlsExchange } from './planned-sends';
import { withClients } from './real-client';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

/** The baseline: what the list does not have. */
export const tlsDeniedName: Technique = {
  id: 'tls-denied-name',
  title: 'HTTPS to a name off the list',
  risk: 'the allow list does not hold even for ordinary HTTPS',
  closedBy: 'A domain list of type ALLOWLIST with target type TLS_SNI, in a policy that every path crosses.',
  expect: 'denied',
  plan: ({ nonce, deniedName, timeoutMs }) => {
    const name = markerName(nonce, deniedName);
    const plan = senderPlan({
      timeoutMs,
      sends: [tlsExchange({ to: deniedName, port: 443, name, bytes: markedRequest({ nonce, host: name }) })],
    });
    const clients = [curl({ to: deniedName, nonce, timeoutMs, scheme: 'https', name })];
    return withClients(plan, { clients, expect: 'denied' });
  },
};
