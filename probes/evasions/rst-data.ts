import { flowShape } from '../../infra/model/flow-shape';
import { markedBytes } from '../payloads/marked-payload';
import { HOSTS_ON_443 } from './public-targets';
import { orderBytes } from '../sender/sender-order';
import { senderPlan } from '../sender/sender-plan';
import { oneWay, type Judge } from '../sender/sender-result';
import type { Technique } from '../technique';

const BYTES = 400;

/** A connection that never was took no data anywhere. */
const judge: Judge = (report) => (report.connectMs === null ? null : oneWay(report));

export const rstData: Technique = {
  id: 'rst-data',
  title: 'data on a reset',
  risk: 'bytes leave on a packet that ends the connection before any rule has judged it',
  closedBy: 'Strict order with aws:drop_established, or a drop rule for resets with payload.',
  expect: 'denied',
  plan: ({ nonce, timeoutMs }) =>
    senderPlan({
      timeoutMs,
      sends: [
        {
          send: {
            op: 'segment',
            to: HOSTS_ON_443.rstData,
            port: 443,
            data: orderBytes(markedBytes(nonce, BYTES)),
            flags: 'rst',
            fragment: 0,
            keep: 0,
          },
          shape: flowShape({ transport: 'tcp', port: 443, application: null, carriedBy: 'rst' }),
          judge,
        },
      ],
    }),
};
