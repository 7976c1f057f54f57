import { flowShape } from '../../infra/model/flow-shape';
import { markerName } from '../dns-name';
import { HOSTS_ON_443 } from './public-targets';
import { orderBytes } from '../sender/sender-order';
import { senderPlan } from '../sender/sender-plan';
import { clientHello } from '../payloads/tls-hello';
import type { Technique } from '../technique';

const FRAGMENT_BYTES = 96;

/** Fragments of TCP never reach a rule (aws.md 2.3); where they get through, the traffic does not cross the firewall. */
export const helloFragments: Technique = {
  id: 'hello-fragments',
  title: 'a hello to a name off the list, in IP fragments',
  risk: 'the name is split over fragments, and an engine that does not put them together sees none',
  closedBy: 'Network Firewall itself: it drops fragments of everything but UDP, whatever the policy says.',
  expect: 'denied',
  plan: ({ nonce, deniedName, timeoutMs }) => {
    const name = markerName(nonce, deniedName);
    return senderPlan({
      timeoutMs,
      sends: [
        {
          send: {
            op: 'segment',
            to: HOSTS_ON_443.helloFragments,
            port: 443,
            data: orderBytes(clientHello({ nonce, names: [name] })),
            flags: 'push',
            fragment: FRAGMENT_BYTES,
            keep: 16,
          },
          shape: flowShape({
            transport: 'tcp',
            port: 443,
            application: 'tls',
            name,
            fragmented: true,
            hello: 'fragments',
          }),
        },
      ],
    });
  },
};
