import { markerName } from '../dns-name';
import { helloTo } from './planned-sends';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

/** 22 and 53 because engines and rules expect other protocols there. */
const PORTS = [8443, 22, 53];

export const tlsOddPort: Technique = {
  id: 'tls-odd-port',
  title: 'TLS to a name off the list on other ports than 443',
  risk: 'rules are bound to ports, and TLS is not',
  closedBy: 'Rules on the protocol instead of the port, and ports that nobody needs closed.',
  expect: 'denied',
  plan: ({ nonce, deniedName, listener, timeoutMs }) => {
    const names = [markerName(nonce, deniedName)];
    return senderPlan({
      timeoutMs,
      sends: PORTS.map((port) => helloTo({ to: listener, port, nonce, names })),
    });
  },
};
