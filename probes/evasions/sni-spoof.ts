import { markerName } from '../dns-name';
import { markedRequest } from '../payloads/marked-payload';
import { tlsExchange } from './planned-sends';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

/** Domain lists look at the name and never at the address (developer guide, stateful-rule-groups-domain-names; aws.md 6.1). */
export const sniSpoof: Technique = {
  id: 'sni-spoof',
  title: 'an allowed server name to a server that does not have it',
  risk: 'whoever runs a server can receive anything, as long as the client says an allowed name',
  closedBy:
    'TLS inspection with certificate checks, or rules that also name the allowed destination addresses.',
  expect: 'denied',
  plan: ({ nonce, allowedName, deniedName, timeoutMs }) => {
    if (allowedName === null) return { notApplicable: 'no name is allowed that could be claimed' };
    const bytes = markedRequest({ nonce, host: markerName(nonce, deniedName) });
    return senderPlan({
      timeoutMs,
      sends: [tlsExchange({ to: deniedName, port: 443, name: allowedName, bytes })],
    });
  },
};
