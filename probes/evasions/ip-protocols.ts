import { flowShape } from '../../infra/model/flow-shape';
import { markedBytes } from '../payloads/marked-payload';
import { orderBytes } from '../sender/sender-order';
import { senderPlan } from '../sender/sender-plan';
import { bytesBack, oneWay } from '../sender/sender-result';
import type { Technique } from '../technique';

/** GRE, ESP and SCTP by their IANA numbers. A NAT gateway carries none of them (aws.md 1.23). */
const PROTOCOLS = [
  { number: 47, name: 'GRE' },
  { number: 50, name: 'ESP' },
  { number: 132, name: 'SCTP' },
] as const;

const BYTES = 64;
/** GRE's own header, for IPv4 inside (RFC 2784, 2). */
const GRE_HEADER = Buffer.from([0, 0, 0x08, 0]);

export const ipProtocols: Technique = {
  id: 'ip-protocols',
  title: 'IP protocols that are neither TCP, UDP nor ICMP',
  risk: 'rules are written per protocol, and tunnels have protocols of their own',
  closedBy: 'A NAT gateway carries none; else a stateless default action that drops, or a drop rule for ip.',
  expect: 'denied',
  plan: ({ nonce, listener, timeoutMs }) => {
    const text = markedBytes(nonce, BYTES);
    return senderPlan({
      timeoutMs,
      sends: PROTOCOLS.map(({ number, name }) => ({
        send: {
          op: 'protocol',
          to: listener,
          number,
          data: orderBytes(number === 47 ? Buffer.concat([GRE_HEADER, text]) : text),
          keep: 0,
        },
        shape: flowShape({ transport: 'other', protocolNumber: number, port: null, application: null }),
        label: name,
        judge: (report) => bytesBack(report) ?? oneWay(report),
      })),
    });
  },
};
