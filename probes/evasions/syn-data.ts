import { flowShape } from '../../infra/model/flow-shape';
import { markedBytes } from '../payloads/marked-payload';
import { HOSTS_ON_443 } from './public-targets';
import { orderBytes } from '../sender/sender-order';
import { senderPlan } from '../sender/sender-plan';
import { succeeded, type Judge } from '../sender/sender-result';
import type { Technique } from '../technique';

const BYTES = 200;

/** Only a server that takes data before the handshake says that it came (RFC 7413); to others it may have come unseen. */
const judge: Judge = ({ end, connectMs, acknowledged, sent }) => {
  if ((acknowledged ?? 0) > 0) return succeeded(`${acknowledged} of ${sent} bytes on the SYN were confirmed`);
  if (connectMs === null || end !== 'silent') return null;
  return {
    kind: 'timed-out',
    stage: 'unknown',
    detail: `sent ${sent} bytes one way; the SYN was answered, of its data nobody tells`,
  };
};

export const synData: Technique = {
  id: 'syn-data',
  title: 'data on the SYN',
  risk: 'bytes leave before any rule can judge the connection',
  closedBy: 'A drop rule for SYNs with payload (flags:S; dsize:>0), or a port that no security group opens.',
  expect: 'denied',
  plan: ({ nonce, timeoutMs }) =>
    senderPlan({
      timeoutMs,
      sends: [
        {
          send: {
            op: 'syn',
            to: HOSTS_ON_443.synData,
            port: 443,
            data: orderBytes(markedBytes(nonce, BYTES)),
            keep: 0,
          },
          shape: flowShape({ transport: 'tcp', port: 443, application: null, carriedBy: 'syn' }),
          judge,
        },
      ],
    }),
};
