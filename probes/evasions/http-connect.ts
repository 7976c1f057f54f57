import { markerName } from '../dns-name';
import { markedRequest } from '../payloads/marked-payload';
import { tcpBytes, tlsExchange } from './planned-sends';
import { senderPlan } from '../sender/sender-plan';
import { allConfirmed, httpAnswer } from '../sender/sender-result';
import type { Technique } from '../technique';

/** RFC 9110, 9.3.6; RFC 6455, 4.1. */
export const httpConnect: Technique = {
  id: 'http-connect',
  title: 'a proxy request under an allowed Host, and a websocket through an allowed name',
  risk: 'a connection that the list takes for ordinary HTTP is a tunnel to anywhere',
  closedBy:
    'No port 80 and a drop of the CONNECT method; for websockets nothing but TLS inspection and the choice of names.',
  expect: 'denied',
  plan: ({ nonce, allowedName, deniedName, timeoutMs }) => {
    const denied = markerName(nonce, deniedName);
    const target = `${denied}:443`;
    const host = allowedName ?? target;
    const proxied = tcpBytes({
      to: deniedName,
      port: 80,
      label: 'CONNECT',
      bytes: markedRequest({ nonce, host, method: 'CONNECT', target, headers: [] }),
      // The request's own target is the host, whatever the header says (RFC 9112, 3.2.2); the engine sees it so, too
      // (policy.md: CONNECT with an allowed Host is stopped as unlisted).
      shape: { application: 'http', name: denied },
    });
    const headers = [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${Buffer.from(nonce.padEnd(16, '0').slice(0, 16)).toString('base64')}`,
    ];
    const websocket = (name: string) =>
      tlsExchange({
        to: name,
        port: 443,
        name,
        label: 'websocket',
        bytes: markedRequest({ nonce, host: name, headers }),
        judge: (report) => httpAnswer((status) => status === 101)(report) ?? allConfirmed(report),
      });
    return senderPlan({
      timeoutMs,
      sends: [proxied, ...(allowedName === null ? [] : [websocket(allowedName)])],
    });
  },
};
