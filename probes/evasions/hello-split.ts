import { markerName } from '../dns-name';
import { helloTo } from './planned-sends';
import { HOSTS_ON_443 } from './public-targets';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

export const helloSplit: Technique = {
  id: 'hello-split',
  title: 'a hello to a name off the list, cut into segments',
  risk: 'the name is split over packets, and an engine that does not put them together sees none',
  closedBy: 'An engine that reassembles, as Suricata does, and a default action for what it cannot read.',
  expect: 'denied',
  plan: ({ nonce, deniedName, timeoutMs }) => {
    const names = [markerName(nonce, deniedName)];
    const hello = { to: HOSTS_ON_443.helloSplit, port: 443, nonce, names };
    return senderPlan({
      timeoutMs,
      sends: [
        helloTo({
          ...hello,
          label: 'small segments',
          cut: { bytes: 40, pauseMs: 10, once: false },
          shape: { hello: 'small-segments' },
        }),
        helloTo({
          ...hello,
          label: 'two segments',
          // Within the server name's extension, which stands early in the hello.
          cut: { bytes: 120, pauseMs: 30, once: true },
          shape: { hello: 'two-segments' },
        }),
      ],
    });
  },
};
