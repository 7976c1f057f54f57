import { flowShape, type FlowShape } from '../../infra/model/flow-shape';
import { dnsQuery } from '../payloads/dns-query';
import { markerName } from '../dns-name';
import { markedBytes } from '../payloads/marked-payload';
import { PUBLIC_TARGETS } from './public-targets';
import { orderBytes } from '../sender/sender-order';
import { senderPlan, type PlannedSend } from '../sender/sender-plan';
import type { Technique } from '../technique';

interface Fragmented {
  readonly to: string;
  readonly port: number;
  readonly bytes: Buffer;
  readonly fragment: number;
  readonly application: FlowShape['application'];
}

const fragmented = ({ to, port, bytes, fragment, application }: Fragmented): PlannedSend => ({
  send: { op: 'udp-fragments', to, port, data: orderBytes(bytes), fragment, keep: 16 },
  shape: flowShape({ transport: 'udp', port, application, fragmented: true }),
});

/** The stateless engine has an action of its own for UDP fragments, and what it passes is never logged (aws.md 2.3, 6.13). */
export const udpFragments: Technique = {
  id: 'udp-fragments',
  title: 'UDP in IP fragments',
  risk: 'fragments take another default action than whole packets, and none of them is logged',
  closedBy: 'StatelessFragmentDefaultActions aws:drop or aws:forward_to_sfe.',
  expect: 'denied',
  plan: ({ nonce, listener, deniedName, timeoutMs }) =>
    senderPlan({
      timeoutMs,
      sends: [
        fragmented({
          to: listener,
          port: 40_000,
          bytes: markedBytes(nonce, 600),
          fragment: 256,
          application: null,
        }),
        fragmented({
          to: PUBLIC_TARGETS.resolverOfFragments,
          port: 53,
          bytes: dnsQuery(nonce, markerName(nonce, deniedName)),
          fragment: 24,
          application: 'dns',
        }),
      ],
    }),
};
