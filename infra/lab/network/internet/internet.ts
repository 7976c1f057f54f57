/**
 * The lab's internet: real servers for the names of the zone (HTTPS by SNI, HTTP, DNS, git, a package index, plain TCP
 * and UDP), in one process of its own, with a record of everything that arrived there.
 */
import type { LabState } from '../../state';
import type { InternetWitness } from '../network';
import type { Pki } from '../pki';
import { recentWitnesses } from '../recent-witnesses';
import type { Sandbox } from '../sandbox';
import { startServer, type ServerMessage } from '../server-process';
import { awsServiceAddresses } from '../aws-services/services-configuration';
import { INTERNET_ADDRESSES, INTERNET_RESOLVER } from './zone';

export interface Internet {
  /** Every address that answers. */
  readonly addresses: readonly string[];
  /** The name server for hosts on the internet. */
  readonly resolver: string;
  running(): boolean;
  witnesses(): readonly InternetWitness[];
  droppedWitnesses(): number;
  stop(): Promise<void>;
}

export interface StartInternetOptions {
  readonly sandbox: Sandbox;
  readonly namespace: string;
  /** Needed only once the process runs. */
  readonly pki: Pki | Promise<Pki>;
  /** Answered on: `internetAddresses(state)`. */
  readonly addresses: readonly string[];
}

const SOURCES = [
  'internet/server.ts',
  'internet/client-hello.ts',
  'internet/dns-message.ts',
  'internet/dns-server.ts',
  'internet/git.ts',
  'internet/listeners.ts',
  'internet/messages.ts',
  'internet/web.ts',
  'internet/wheel.ts',
  'internet/zone.ts',
];

/** Addresses of the internet's servers: those of the zone, and the public side of services with gateway endpoints. */
export function internetAddresses(state: LabState): readonly string[] {
  return [...new Set([...INTERNET_ADDRESSES, ...awsServiceAddresses(state).values()])];
}

/** Start the servers; resolves when all of them listen. They can be started before their addresses are there. */
export async function startInternet({
  sandbox,
  namespace,
  pki,
  addresses,
}: StartInternetOptions): Promise<Internet> {
  const witnesses = recentWitnesses();
  const server = await startServer({
    sandbox,
    namespace,
    sources: SOURCES,
    onMessage: (message) => witnesses.add(witnessOf(message)),
  });
  const { certPath, keyPath } = await pki;
  await server.ask({
    certPath,
    keyPath,
    folder: `${sandbox.dir}/internet`,
    // The resolver's address answers questions only.
    addresses: addresses.filter((address) => address !== INTERNET_RESOLVER),
  });
  return {
    addresses,
    resolver: INTERNET_RESOLVER,
    running: () => server.running(),
    witnesses: () => witnesses.all(),
    droppedWitnesses: () => witnesses.dropped(),
    stop: async () => server.stop(),
  };
}

/** A server's record of an arrival. */
export function witnessOf({ type, at, kind, local, remote, name }: ServerMessage): InternetWitness {
  const kinds = ['tcp', 'tls', 'http', 'dns', 'udp'] as const;
  const known = kinds.find((candidate) => candidate === kind);
  if (type !== 'witness' || known === undefined || typeof at !== 'string' || typeof local !== 'string') {
    throw new Error(`a server of the lab said ${JSON.stringify({ type, at, kind, local, remote, name })}`);
  }
  return { at, kind: known, local, remote: String(remote), name: typeof name === 'string' ? name : null };
}
