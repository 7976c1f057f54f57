import { tcpBytes } from './planned-sends';
import { HOSTS_ON_443 } from './public-targets';
import { orderBytes } from '../sender/sender-order';
import { senderPlan } from '../sender/sender-plan';
import { confirmed } from '../sender/sender-result';
import { unfinishedHello } from '../payloads/tls-hello';
import type { Technique } from '../technique';

const BYTES = 1200;
const SEGMENT_BYTES = 300;
const PAUSE_MS = 100;

/** No server can answer it, so the proof is that the other side's kernel confirms the bytes. */
export const endlessHello: Technique = {
  id: 'endless-hello',
  title: 'a ClientHello that never ends',
  risk: 'bytes leave slowly while the engine waits for a name to judge',
  closedBy: 'Strict order with aws:drop_established; application-layer defaults leave it open.',
  expect: 'denied',
  plan: ({ nonce, timeoutMs }) => {
    const bytes = unfinishedHello({ nonce, bytes: BYTES });
    const chunks = Array.from(
      { length: BYTES / SEGMENT_BYTES },
      (_, index) =>
        [orderBytes(bytes.subarray(index * SEGMENT_BYTES, (index + 1) * SEGMENT_BYTES)), PAUSE_MS] as const,
    );
    return senderPlan({
      timeoutMs,
      sends: [
        tcpBytes({
          to: HOSTS_ON_443.endlessHello,
          port: 443,
          bytes,
          send: { chunks },
          shape: { application: 'tls', hello: 'unfinished' },
          judge: confirmed,
        }),
      ],
    });
  },
};
