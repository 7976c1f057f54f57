import { markedText } from '../payloads/marked-payload';
import { echoTo, tcpBytes } from './planned-sends';
import { senderPlan } from '../sender/sender-plan';
import { confirmed } from '../sender/sender-result';
import type { Technique } from '../technique';

const PORTS = [22, 443];
/** More would not fit into a technique's output. */
const MAX_NEIGHBOURS = 6;

/** A refusal is a neighbour's answer, too, or a firewall's reject: it stays a refusal, for the check to judge. */
export const eastWest: Technique = {
  id: 'east-west',
  title: 'ping, ssh and bytes on 443 to neighbours in the VPC and its peers',
  risk: 'a notebook reaches other workloads that have ways out of their own',
  closedBy: 'Security groups that name what may talk to what, and network ACLs between subnets.',
  expect: 'denied',
  plan: ({ nonce, neighbours, timeoutMs }) => {
    if (neighbours === null) return { notKnown: 'the interfaces of other subnets were not read' };
    if (neighbours.length === 0) return { notApplicable: 'no other subnet or peer has an address to try' };
    return senderPlan({
      timeoutMs,
      sends: neighbours
        .slice(0, MAX_NEIGHBOURS)
        .flatMap((to) => [
          echoTo(to, nonce),
          ...PORTS.map((port) =>
            tcpBytes({ to, port, bytes: `${markedText(nonce)}\r\n`, send: { keep: 0 }, judge: confirmed }),
          ),
        ]),
    });
  },
};
