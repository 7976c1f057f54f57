import { markedRequest } from '../payloads/marked-payload';
import { tlsExchange } from './planned-sends';
import { PUBLIC_TARGETS } from './public-targets';
import { senderPlan } from '../sender/sender-plan';
import { httpAnswer, httpStatus, type Judge } from '../sender/sender-result';
import type { Technique } from '../technique';

const answered = httpAnswer((status) => status === 200);

/** A server that is busy or broken has not asked the endpoint's policy, and its refusal is none of the policy's. */
const judge: Judge = (report) => {
  const status = httpStatus(report.first);
  return status === 429 || (status !== null && status >= 500)
    ? { kind: 'inconclusive', detail: `S3 answered HTTP ${status}, which says nothing of any policy` }
    : answered(report);
};

/**
 * A gateway endpoint goes by S3's prefix list and never by the firewall; only its policy tells buckets apart (aws.md 6.16).
 * Path style, so that the name is the endpoint's own. Outside us-east-1 S3 points to the bucket's Region instead (301), which
 * says nothing of the policy.
 */
export const s3ForeignBucket: Technique = {
  id: 's3-foreign-bucket',
  title: "somebody else's bucket through S3's own name in the Region",
  risk: 'the S3 endpoint is a way to every bucket of the world, past the firewall',
  closedBy: "The gateway endpoint's policy: only the buckets that are needed, or aws:ResourceOrgID.",
  expect: 'denied',
  plan: ({ nonce, region, timeoutMs }) => {
    const name = `s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
    return senderPlan({
      timeoutMs,
      sends: PUBLIC_TARGETS.openBuckets.map((bucket) =>
        tlsExchange({
          to: name,
          port: 443,
          name,
          label: bucket,
          bytes: markedRequest({ nonce, host: name, target: `/${bucket}/?list-type=2&max-keys=1` }),
          judge,
        }),
      ),
    });
  },
};
