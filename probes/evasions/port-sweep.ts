import { markedText } from '../payloads/marked-payload';
import { tcpBytes } from './planned-sends';
import { senderPlan } from '../sender/sender-plan';
import { confirmed } from '../sender/sender-result';
import type { Technique } from '../technique';

/** Ports with a service behind them that somebody may once have needed. */
const PORTS = [
  21, 23, 25, 80, 110, 143, 389, 465, 993, 995, 1194, 1433, 1723, 3128, 3306, 3389, 5060, 5432, 6667, 8080,
  8888, 9418, 27017, 50000,
];

export const portSweep: Technique = {
  id: 'port-sweep',
  title: `bytes to ${PORTS.length} well-known ports of one listener`,
  risk: 'a port that was once opened for somebody is open for everybody',
  closedBy: 'Security groups and rules with the ports that are needed, and a default action that drops.',
  expect: 'denied',
  plan: ({ nonce, listener, timeoutMs }) =>
    senderPlan({
      timeoutMs,
      sends: PORTS.map((port) =>
        tcpBytes({
          to: listener,
          port,
          bytes: `${markedText(nonce)}\r\n`,
          send: { keep: 0 },
          judge: confirmed,
          label: String(port),
        }),
      ),
    }),
};
