/** AWS's services inside the VPC, as one process: entry of the server that startAwsServices starts. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { anyProtocol } from '../internet/any-protocol';
import { serveDns, type DnsServer } from '../internet/dns-server';
import { serveTcp } from '../internet/listeners';
import { endsOf, serveRequests, witness, type Ends } from '../internet/messages';
import { accessDenied, bucketOf, keyOf, unsignedS3Answer, type S3Answer } from '../internet/public-buckets';
import { hostName, sendS3, unsigned, type WebHandler } from '../internet/unsigned';
import { INTERNET_RESOLVER } from '../internet/zone';
import { startForwarder, type Forwarder } from './forwarder';
import { ASK_OUTSIDE, inBlock, resolve, resolverFor } from './resolver';
import { unsignedThroughEndpoint } from './s3-endpoint-policy';
import type { ServicesConfiguration } from './services-configuration';

interface ServeMessage {
  readonly certPath: string;
  readonly keyPath: string;
  readonly configuration: ServicesConfiguration;
}

const resolvers = new Map<string, DnsServer>();
let current: ServicesConfiguration | null = null;
let forwarder: Forwarder | null = null;

serveRequests(async (request) => {
  const { certPath, keyPath, configuration }: ServeMessage = JSON.parse(request);
  const first = current === null;
  current = configuration;
  if (first) {
    writeFileSync('/proc/sys/net/ipv4/ip_nonlocal_bind', '1');
    const credentials = { cert: readFileSync(certPath), key: readFileSync(keyPath) };
    const serve = anyProtocol({ credentials, handler: answerUnsigned, manner: 'strict' });
    await Promise.all([serveTcp(443, serve), serveTcp(80, serve)]);
  }
  forwarder ??= startForwarder(INTERNET_RESOLVER);
  await listenOn(new Set(configuration.resolvers.flatMap(({ addresses }) => addresses)), forwarder);
});

/** Resolvers for exactly these addresses. */
async function listenOn(addresses: ReadonlySet<string>, outside: Forwarder): Promise<void> {
  for (const [address, server] of resolvers) {
    if (addresses.has(address)) continue;
    server.close();
    resolvers.delete(address);
  }
  for (const address of addresses) {
    if (resolvers.has(address)) continue;
    const server = await serveDns(address, (question, asker) => {
      const vpc = current === null ? null : resolverFor(current, asker);
      if (current === null || vpc === null) return { code: 'SERVFAIL' };
      const answer = resolve(current, vpc, question);
      return answer === ASK_OUTSIDE ? outside.ask(question) : answer;
    });
    resolvers.set(address, server);
  }
}

const answerUnsigned: WebHandler = (request, response) => {
  const ends = endsOf(request.socket);
  const host = hostName(request);
  witness({ kind: 'http', ...ends, name: host });
  response.on('error', () => {});
  const answer = host === null ? null : s3Answer(request, host, ends);
  if (answer === null) unsigned(response);
  else sendS3(response, answer);
};

/** S3's answer to a request that nobody signed, by way of the endpoint that it came through; null for other services. */
function s3Answer(request: IncomingMessage, host: string, { local, remote }: Ends): S3Answer | null {
  const named = { host, pathname: (request.url ?? '/').split('?')[0] ?? '/' };
  const bucket = bucketOf(named);
  if (bucket === null) return null;
  const key = keyOf(named);
  const asked = {
    action: key === '' ? 's3:ListBucket' : 's3:GetObject',
    resource: `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`,
  } as const;
  const address = (end: string): string => end.slice(0, end.lastIndexOf(':'));
  const near = (current?.s3Endpoints ?? []).filter(({ cidrs }) =>
    cidrs.some((cidr) => inBlock(address(remote), cidr)),
  );
  const own = near.filter(({ addresses }) => addresses?.includes(address(local)) === true);
  const through = own.length > 0 ? own : near.filter(({ addresses }) => addresses === null);
  const decisions = new Set(
    through.map(({ policy }) => (policy === null ? 'undecided' : unsignedThroughEndpoint(policy, asked))),
  );
  if (decisions.size === 1 && decisions.has('denied')) return accessDenied;
  if (decisions.size === 1 && decisions.has('allowed')) return unsignedS3Answer(bucket, key);
  // More than one endpoint that disagree, or a policy beyond this: neither a passage nor a block.
  return { status: 501, body: '<Error><Code>NotImplemented</Code><Message>not evaluated</Message></Error>' };
}
