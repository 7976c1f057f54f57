import { flowShape } from '../../infra/model/flow-shape';
import { markedBytes } from '../payloads/marked-payload';
import { HOSTS_ON_443 } from './public-targets';
import { orderBytes } from '../sender/sender-order';
import { senderPlan } from '../sender/sender-plan';
import { confirmed } from '../sender/sender-result';
import type { Technique } from '../technique';

const BYTES = 400;

export const finData: Technique = {
  id: 'fin-data',
  title: 'all data on the FIN',
  risk: 'bytes leave on a packet that ends the connection before any rule has judged it',
  closedBy: 'Strict order with aws:drop_established.',
  expect: 'denied',
  plan: ({ nonce, timeoutMs }) =>
    senderPlan({
      timeoutMs,
      sends: [
        {
          send: {
            op: 'segment',
            to: HOSTS_ON_443.finData,
            port: 443,
            data: orderBytes(markedBytes(nonce, BYTES)),
            flags: 'fin',
            fragment: 0,
            keep: 0,
          },
          shape: flowShape({ transport: 'tcp', port: 443, application: null, carriedBy: 'fin' }),
          judge: confirmed,
        },
      ],
    }),
};
