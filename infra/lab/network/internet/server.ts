/** The internet, as one process: entry of the server that startInternet starts. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { serveDns } from './dns-server';
import { quicAnswer, serveEcho, serveHttp, serveHttps, serveUdp } from './listeners';
import { serveRequests } from './messages';
import { webHandler } from './web';
import { INTERNET_RESOLVER, lookUp } from './zone';

interface ServeMessage {
  readonly certPath: string;
  readonly keyPath: string;
  readonly folder: string;
  readonly addresses: readonly string[];
}

serveRequests(async (request) => {
  const { certPath, keyPath, folder, addresses }: ServeMessage = JSON.parse(request);
  // Addresses are given to this namespace while its servers start; neither waits for the other.
  writeFileSync('/proc/sys/net/ipv4/ip_nonlocal_bind', '1');
  mkdirSync(folder, { recursive: true });
  const credentials = { cert: readFileSync(certPath), key: readFileSync(keyPath) };
  const handler = webHandler({ folder });
  await Promise.all([
    serveHttps(443, credentials, handler),
    serveHttps(9443, credentials, handler),
    serveHttp(80, handler),
    serveEcho(22, 'SSH-2.0-OpenSSH_9.2p1 lab\r\n'),
    serveEcho(8443, ''),
    serveEcho(9000, ''),
    serveDns(INTERNET_RESOLVER, ({ name }) => {
      const address = lookUp(name);
      return address === null ? { code: 'NXDOMAIN' } : { code: 'NOERROR', addresses: [address] };
    }),
    ...addresses.flatMap((address) => [
      serveUdp(443, address, quicAnswer),
      serveUdp(9000, address, (datagram) => datagram),
    ]),
  ]);
});
