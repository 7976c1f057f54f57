import { curl } from './curl-client';
import { helloTo } from './planned-sends';
import { withClients } from './real-client';
import { senderPlan } from '../sender/sender-plan';
import { serverHello } from '../sender/sender-result';
import type { Technique } from '../technique';

/** One segment's worth on an internet path; the rest follows in a second one. */
const FIRST_SEGMENT_BYTES = 1400;

/** A false block, and often one that is not logged (aws.md 6.10, with its reports). */
export const helloPostQuantum: Technique = {
  id: 'hello-post-quantum',
  title: 'a post-quantum hello of 2.3 kB to an allowed name',
  risk: 'today’s clients are blocked at allowed names, in silence',
  closedBy:
    'Application-layer default actions instead of aws:drop_established, or rules that pass the first packet of a hello.',
  expect: 'allowed',
  plan: ({ nonce, allowedName, timeoutMs }) => {
    if (allowedName === null) return { notApplicable: 'no name is allowed that must work' };
    const plan = senderPlan({
      timeoutMs,
      sends: [
        helloTo({
          to: allowedName,
          port: 443,
          nonce,
          names: [allowedName],
          postQuantum: true,
          cut: { bytes: FIRST_SEGMENT_BYTES, pauseMs: 0, once: true },
          shape: { hello: 'two-segments' },
          judge: serverHello,
        }),
      ],
    });
    // With the groups that the host's own OpenSSL offers.
    const clients = [curl({ to: allowedName, nonce, timeoutMs, scheme: 'https', name: allowedName })];
    return withClients(plan, { clients, expect: 'allowed' });
  },
};
