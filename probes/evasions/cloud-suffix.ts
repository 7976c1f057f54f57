import { markedRequest } from '../payloads/marked-payload';
import { curl } from './curl-client';
import { tlsExchange } from './planned-sends';
import { withClients } from './real-client';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

/**
 * Names that whoever rents them controls. S3 of another Region is in no gateway endpoint's prefix list, so it goes by the
 * firewall (aws.md 6.16, DERIVED); its buckets' names and GitHub's pages resolve whether they exist or not (MEMORY).
 */
export const cloudSuffix: Technique = {
  id: 'cloud-suffix',
  title: 'names of other tenants under the suffixes of large providers',
  risk: 'an allowed provider suffix allows every tenant of the provider',
  closedBy: "Whole names instead of suffixes in the list, and endpoints for AWS's own services.",
  expect: 'denied',
  plan: ({ nonce, region, timeoutMs }) => {
    const elsewhere = otherRegion(region);
    const pages = `n${nonce}.github.io`;
    const names = [`n${nonce}.s3.${elsewhere}`, pages];
    const plan = senderPlan({
      timeoutMs,
      sends: names.map((name) =>
        tlsExchange({ to: name, port: 443, name, bytes: markedRequest({ nonce, host: name }) }),
      ),
    });
    const clients = [curl({ to: pages, nonce, timeoutMs, scheme: 'https', name: pages })];
    return withClients(plan, { clients, expect: 'denied' });
  },
};

/** Another Region with AWS's suffix there; the China Regions are a world of their own. */
function otherRegion(region: string): string {
  if (region.startsWith('cn-'))
    return `${region === 'cn-north-1' ? 'cn-northwest-1' : 'cn-north-1'}.amazonaws.com.cn`;
  return `${region === 'eu-central-1' ? 'us-west-2' : 'eu-central-1'}.amazonaws.com`;
}
