/** AWS's services inside the VPC, as one process: entry of the server that startAwsServices starts. */
import { readFileSync, writeFileSync } from 'node:fs';
import { serveDns, type DnsServer } from '../internet/dns-server';
import { serveHttp, serveHttps } from '../internet/listeners';
import { endpoint, serveRequests, witness } from '../internet/messages';
import { unsigned, type WebHandler } from '../internet/web';
import { resolve, resolverFor } from './resolver';
import type { ServicesConfiguration } from './services-configuration';

interface ServeMessage {
  readonly certPath: string;
  readonly keyPath: string;
  readonly configuration: ServicesConfiguration;
}

const resolvers = new Map<string, DnsServer>();
let current: ServicesConfiguration | null = null;

serveRequests(async (request) => {
  const { certPath, keyPath, configuration }: ServeMessage = JSON.parse(request);
  const first = current === null;
  current = configuration;
  if (first) {
    writeFileSync('/proc/sys/net/ipv4/ip_nonlocal_bind', '1');
    const credentials = { cert: readFileSync(certPath), key: readFileSync(keyPath) };
    await Promise.all([serveHttps(443, credentials, answerUnsigned), serveHttp(80, answerUnsigned)]);
  }
  await listenOn(new Set(configuration.resolvers.flatMap(({ addresses }) => addresses)));
});

/** Resolvers for exactly these addresses. */
async function listenOn(addresses: ReadonlySet<string>): Promise<void> {
  for (const [address, server] of resolvers) {
    if (addresses.has(address)) continue;
    server.close();
    resolvers.delete(address);
  }
  for (const address of addresses) {
    if (resolvers.has(address)) continue;
    const server = await serveDns(address, (question, asker) => {
      const vpc = current === null ? null : resolverFor(current, asker);
      return current === null || vpc === null ? { code: 'SERVFAIL' } : resolve(current, vpc, question);
    });
    resolvers.set(address, server);
  }
}

const answerUnsigned: WebHandler = (request, response) => {
  const { socket } = request;
  witness({
    kind: 'http',
    local: endpoint(socket.localAddress, socket.localPort),
    remote: endpoint(socket.remoteAddress, socket.remotePort),
    name: request.headers.host?.replace(/:\d+$/, '').toLowerCase() ?? null,
  });
  response.on('error', () => {});
  unsigned(response);
};
