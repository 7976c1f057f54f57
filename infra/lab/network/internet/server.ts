/** The internet, as one process: entry of the server that startInternet starts. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { ANY_PORT, PATIENT_SSH_PORT, SINK_PORT } from './any-port';
import { anyProtocol } from './any-protocol';
import { ntpAnswer, quicAnswer } from './datagrams';
import { serveDns, serveDnsStream, type Answerer } from './dns-server';
import { ftpServer, serveLines, smtpServer, sshServer } from './line-protocols';
import { serveLineProtocol, servePatiently, serveSink, serveTcp, serveUdp } from './listeners';
import { serveRequests } from './messages';
import { webHandler } from './web';
import { ANY_PORT_ADDRESS, INTERNET_RESOLVER, lookUp, PUBLIC_RESOLVERS, SSH_ON_443_ADDRESS } from './zone';

interface ServeMessage {
  readonly certPath: string;
  readonly keyPath: string;
  readonly folder: string;
  readonly addresses: readonly string[];
}

/** On every address, whatever is spoken there: web servers, SMB, and ports without a meaning. */
const ANY_PROTOCOL_PORTS = [80, 445, 8443, 9000, 9443, ANY_PORT];
/** A client that speaks first does so within a round trip or two. */
const PATIENCE_MS = 300;

const answer: Answerer = ({ name }) => {
  const address = lookUp(name);
  return address === null ? { code: 'NXDOMAIN' } : { code: 'NOERROR', addresses: [address] };
};

serveRequests(async (request) => {
  const { certPath, keyPath, folder, addresses }: ServeMessage = JSON.parse(request);
  // Addresses are given to this namespace while its servers start; neither waits for the other.
  writeFileSync('/proc/sys/net/ipv4/ip_nonlocal_bind', '1');
  mkdirSync(folder, { recursive: true });
  const credentials = { cert: readFileSync(certPath), key: readFileSync(keyPath) };
  const common = { credentials, handler: webHandler({ folder, answer }), manner: 'lenient' } as const;
  const serve = anyProtocol(common);
  const dnsOverTls = anyProtocol({
    ...common,
    insideTls: (socket, ends) => serveDnsStream(socket, ends, answer),
  });
  const { greeting } = sshServer();
  await Promise.all([
    ...ANY_PROTOCOL_PORTS.map(async (port) => serveTcp(port, serve)),
    serveTcp(443, (socket, ends) =>
      ends.local === `${SSH_ON_443_ADDRESS}:443` ? serveLines(socket, sshServer()) : serve(socket, ends),
    ),
    serveTcp(853, dnsOverTls),
    serveLineProtocol(21, ftpServer),
    serveLineProtocol(22, sshServer),
    serveLineProtocol(25, smtpServer),
    serveLineProtocol(587, smtpServer),
    servePatiently(PATIENT_SSH_PORT, serve, { greeting, patienceMs: PATIENCE_MS }),
    serveSink(SINK_PORT),
    ...[INTERNET_RESOLVER, ...PUBLIC_RESOLVERS].map(async (address) => serveDns(address, answer)),
    ...addresses.flatMap((address) => [
      serveUdp(123, address, ntpAnswer),
      serveUdp(443, address, quicAnswer),
      serveUdp(9000, address, (datagram) => datagram),
    ]),
    serveUdp(ANY_PORT, ANY_PORT_ADDRESS, (datagram) => datagram),
  ]);
});
