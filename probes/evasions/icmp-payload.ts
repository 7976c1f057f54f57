import { echoTo } from './planned-sends';
import { PUBLIC_TARGETS } from './public-targets';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

export const icmpPayload: Technique = {
  id: 'icmp-payload',
  title: 'ping with a payload of our own',
  risk: 'ICMP carries data both ways, and a NAT gateway forwards it',
  closedBy: 'Strict order with aws:drop_established, or security groups without ICMP.',
  expect: 'denied',
  plan: ({ nonce, deniedName, timeoutMs }) =>
    senderPlan({
      timeoutMs,
      sends: [deniedName, PUBLIC_TARGETS.resolvers[1]].map((to) => echoTo(to, nonce)),
    }),
};
