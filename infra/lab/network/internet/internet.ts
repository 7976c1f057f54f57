/**
 * The lab's internet: real servers for the names of the zone, in one process of its own, with a record of everything
 * that arrived there; and a sniffer beside them for what no server sees.
 */
import type { LabState } from '../../state';
import { awsServiceAddresses } from '../aws-services/services-configuration';
import type { InternetArrivals, InternetWitness } from '../network';
import type { Pki } from '../pki';
import { recentWitnesses } from '../recent-witnesses';
import type { Sandbox } from '../sandbox';
import { startServer, type ServerMessage } from '../server-process';
import { anyPortRuleset, REWRITTEN_PORTS } from './any-port';
import { arrivalRecord } from './arrivals';
import { arrivalOf, startSniffer } from './sniffer';
import { ANY_PORT_ADDRESS, INTERNET_ADDRESSES, INTERNET_RESOLVER } from './zone';

export interface Internet {
  /** Every address that answers. */
  readonly addresses: readonly string[];
  /** The name server for hosts on the internet. */
  readonly resolver: string;
  running(): boolean;
  witnesses(): readonly InternetWitness[];
  droppedWitnesses(): number;
  /** What arrived with a nonce, up to the call. Rejects when servers or sniffer have ended. */
  arrivals(): Promise<InternetArrivals>;
  stop(): Promise<void>;
}

export interface StartInternetOptions {
  readonly sandbox: Sandbox;
  /** Its nftables ruleset is this room's to load. */
  readonly namespace: string;
  /** Needed only once the process runs. */
  readonly pki: Pki | Promise<Pki>;
  /** Answered on: `internetAddresses(state)`. */
  readonly addresses: readonly string[];
}

/** What any server of HTTPS and names is made of. */
export const SERVER_SOURCES = [
  'internet/any-protocol.ts',
  'internet/client-hello.ts',
  'internet/datagrams.ts',
  'internet/dns-message.ts',
  'internet/dns-server.ts',
  'internet/first-bytes.ts',
  'internet/line-protocols.ts',
  'internet/listeners.ts',
  'internet/messages.ts',
  'internet/nonce.ts',
  'internet/public-buckets.ts',
  'internet/unsigned.ts',
  'internet/zone.ts',
];
const SOURCES = [
  'internet/server.ts',
  'internet/any-port.ts',
  'internet/doh.ts',
  'internet/git.ts',
  'internet/web.ts',
  'internet/wheel.ts',
  ...SERVER_SOURCES,
];
const RULESET_TIMEOUT_MS = 10_000;

/** Addresses of the internet's servers: those of the zone, and the public side of services with gateway endpoints. */
export function internetAddresses(state: LabState): readonly string[] {
  return [...new Set([...INTERNET_ADDRESSES, ...awsServiceAddresses(state).values()])];
}

/** Start servers and sniffer; resolves when all of them listen. They can be started before their addresses are there. */
export async function startInternet({
  sandbox,
  namespace,
  pki,
  addresses,
}: StartInternetOptions): Promise<Internet> {
  const witnesses = recentWitnesses();
  const arrivals = arrivalRecord({ rewrittenPorts: REWRITTEN_PORTS });
  const starting = [
    startServer({
      sandbox,
      namespace,
      sources: SOURCES,
      onMessage: (message) => {
        if (message.type === 'arrival') arrivals.add(arrivalOf(message));
        else witnesses.add(witnessOf(message));
      },
    }),
    startSniffer({
      sandbox,
      namespace,
      redirected: [ANY_PORT_ADDRESS],
      onMessage: (message) => {
        if (message.type === 'arrival') arrivals.add(message.arrival);
        else if (message.type === 'redirected') arrivals.redirected(message);
        else arrivals.lost(message.count);
      },
    }),
    openEveryPort(sandbox, namespace),
  ] as const;
  // Settled first: nothing may still be starting when a failure tears the sandbox down.
  await Promise.allSettled(starting);
  const [server, sniffer] = await Promise.all(starting);
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
    running: () => server.running() && sniffer.running(),
    witnesses: () =>
      witnesses.all().map((witness) => ({
        ...witness,
        local: arrivals.realLocal({ ...witness, protocol: witness.kind === 'udp' ? 'udp' : 'tcp' }),
      })),
    droppedWitnesses: () => witnesses.dropped(),
    arrivals: async () => {
      await Promise.all([server.ask({}), sniffer.ask({})]);
      return arrivals.all();
    },
    stop: async () => {
      await Promise.all([server.stop(), sniffer.stop()]);
    },
  };
}

async function openEveryPort(sandbox: Sandbox, namespace: string): Promise<void> {
  const { exitCode, stderr } = await sandbox.exec(['nft', '-f', '-'], {
    namespace,
    stdin: anyPortRuleset(),
    timeoutMs: RULESET_TIMEOUT_MS,
  });
  if (exitCode !== 0) throw new Error(`the internet's ports could not be opened: ${stderr.trim()}`);
}

/** A server's record of an arrival. */
export function witnessOf({ type, at, kind, local, remote, name, bytes }: ServerMessage): InternetWitness {
  const kinds = ['tcp', 'payload', 'tls', 'http', 'dns', 'udp'] as const;
  const known = kinds.find((candidate) => candidate === kind);
  if (type !== 'witness' || known === undefined || typeof at !== 'string' || typeof local !== 'string') {
    throw new Error(`a server of the lab said ${JSON.stringify({ type, at, kind, local, remote, name })}`);
  }
  return {
    at,
    kind: known,
    local,
    remote: String(remote),
    name: typeof name === 'string' ? name : null,
    ...(typeof bytes === 'number' ? { bytes } : {}),
  };
}
