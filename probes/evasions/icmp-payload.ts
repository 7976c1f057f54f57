import { ping } from './client-programs';
import { echoTo } from './planned-sends';
import { PUBLIC_TARGETS } from './public-targets';
import { withClients } from './real-client';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

export const icmpPayload: Technique = {
  id: 'icmp-payload',
  title: 'ping with a payload of our own',
  risk: 'ICMP carries data both ways, and a NAT gateway forwards it',
  closedBy: 'Strict order with aws:drop_established, or security groups without ICMP.',
  expect: 'denied',
  plan: ({ nonce, deniedName, timeoutMs }) => {
    const resolver = PUBLIC_TARGETS.resolvers[1];
    const plan = senderPlan({ timeoutMs, sends: [deniedName, resolver].map((to) => echoTo(to, nonce)) });
    return withClients(plan, { clients: [ping({ to: resolver, nonce, timeoutMs })], expect: 'denied' });
  },
};
