/**
 * Where the differential test runs: lanes of client, firewall endpoint and far end in one sandbox, each with a real
 * engine of the policy under trial. Lanes work at the same time, since most of a trial is waiting for silence.
 */
import path from 'node:path';
import type { LabState } from '../lab/state';
import { ensureTools } from '../lab/network/packages';
import { openSandbox, type Sandbox } from '../lab/network/sandbox';
import type { SandboxProcess } from '../lab/network/sandbox-process';
import { startEngine, type Engine } from '../lab/network/suricata/engine';
import type { EveRecord } from '../lab/network/suricata/eve';
import { compileFirewall } from '../lab/network/suricata/firewall-rules';
import { STATELESS_PASS_MARK } from '../lab/network/suricata/stateless';
import { CLIENT_SCRIPT, type ClientSight, type WireFlow } from './differential-client.fixture';
import { farEndScript } from './differential-far-end.fixture';

/** In the VPC, and outside its prefix. */
export const CLIENTS = ['10.2.3.10', '10.9.0.10'] as const;
export const DESTINATIONS = ['203.0.113.10', '203.0.113.40', '203.0.113.140', '198.51.100.20'] as const;

/** What there was to see of a batch. */
export interface Sighting {
  readonly sights: readonly ClientSight[];
  /** Bytes of the clients' payload at the far end, by `protocol key source destination port`. */
  readonly arrived: Readonly<Record<string, number>>;
  /** The engine's alert records. */
  readonly alerts: readonly EveRecord[];
}

export interface Trial {
  readonly firewallArn: string;
  readonly account: LabState;
  readonly flows: readonly WireFlow[];
  /** How long all flows must be silent before what has not been answered is blocked. */
  readonly silenceMs: number;
}

export type TrialResult =
  | { readonly kind: 'seen'; readonly sighting: Sighting }
  /** The lab does not carry this policy as AWS would, and says why. */
  | { readonly kind: 'not carried'; readonly because: string };

export interface Lane {
  /** A number that no earlier batch of this lane had. */
  nextBatch(): number;
  run(trial: Trial): Promise<TrialResult>;
}

export interface DifferentialNetwork {
  readonly lanes: readonly Lane[];
  close(): Promise<void>;
}

const timeoutMs = 20_000;

/** Raise it. Rejects where this machine gives no namespaces or has no engine: nothing can be compared then. */
export async function raiseDifferentialNetwork(laneCount: number): Promise<DifferentialNetwork> {
  const tools = await ensureTools({ cacheDir: path.join(__dirname, '../../.cache/engine') });
  const sandbox = await openSandbox(tools);
  try {
    const lanes = await Promise.all(
      Array.from({ length: laneCount }, async (_, index) => openLane(sandbox, index)),
    );
    return { lanes, close: async () => sandbox.close() };
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}

async function openLane(sandbox: Sandbox, index: number): Promise<Lane> {
  const wired = await sandbox.exec(['sh', '-ec', wiring(index)], { timeoutMs });
  if (wired.exitCode !== 0) throw new Error(wired.stderr);
  const python = async (name: string, script: string): Promise<Talk> =>
    talkTo(sandbox.spawn(['python3', '-I', '-S', '-c', script], { namespace: `${name}${index}` }));
  const [client, farEnd] = await Promise.all([
    python('client', CLIENT_SCRIPT),
    python('far', farEndScript(DESTINATIONS)),
  ]);
  let [count, batches] = [0, 0];
  return {
    nextBatch: () => batches++,
    run: async (trial) =>
      runTrial({ sandbox, namespace: `fw${index}`, dir: `${sandbox.dir}/lane-${index}-${count++}` }, trial, {
        client,
        farEnd,
      }),
  };
}

interface Place {
  readonly sandbox: Sandbox;
  readonly namespace: string;
  readonly dir: string;
}

async function runTrial(
  { sandbox, namespace, dir }: Place,
  { account, firewallArn, flows, silenceMs }: Trial,
  { client, farEnd }: { readonly client: Talk; readonly farEnd: Talk },
): Promise<TrialResult> {
  const compiled = compileFirewall(account, firewallArn);
  if (compiled.unfaithful.length > 0)
    return { kind: 'not carried', because: compiled.unfaithful[0] ?? 'no reason given' };
  const alerts: EveRecord[] = [];
  const onEve = (record: EveRecord): void => {
    if (record['event_type'] === 'alert') alerts.push(record);
  };
  const start = async (): Promise<Engine> => startEngine({ sandbox, namespace, dir, compiled, onEve });
  // Once in some thousands of starts Suricata 7.0.10 dies of a fault of its own.
  const engine = await start().catch(start);
  try {
    const [refused] = engine.problems();
    if (refused !== undefined) return { kind: 'not carried', because: refused };
    const loaded = await sandbox.exec(['nft', '-f', '-'], {
      namespace,
      stdin: compiled.statelessNft,
      timeoutMs,
    });
    if (loaded.exitCode !== 0) throw new Error(loaded.stderr);
    await farEnd('forget');
    const sights: readonly ClientSight[] = JSON.parse(await client(JSON.stringify({ silenceMs, flows })));
    const arrived: Readonly<Record<string, number>> = JSON.parse(await farEnd('report'));
    if (!engine.running()) throw new Error('the engine has ended');
    // Its records are whole once it has ended.
    await engine.stop();
    const [broken] = engine.problems();
    if (broken !== undefined) throw new Error(broken);
    return { kind: 'seen', sighting: { sights, arrived, alerts } };
  } finally {
    await engine.stop();
    await sandbox.exec(['rm', '-rf', dir], { timeoutMs });
  }
}

/** Say a line, get the line that answers it. */
type Talk = (line: string) => Promise<string>;

async function talkTo(child: SandboxProcess): Promise<Talk> {
  let words = '';
  let rest = '';
  const waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-4096);
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) waiting.shift()?.resolve(line);
  });
  void child.ended.then(({ how }) => {
    for (const { reject } of waiting) reject(new Error(`${how}: ${words}`));
  });
  const next = async (): Promise<string> =>
    new Promise((resolve, reject) => {
      if (!child.running()) return reject(new Error(`an end of the network has ended: ${words}`));
      const timer = setTimeout(
        () => reject(new Error(`an end of the network said nothing for ${timeoutMs} ms: ${words}`)),
        timeoutMs,
      );
      const settled = (): void => clearTimeout(timer);
      waiting.push({
        resolve: (line) => (settled(), resolve(line)),
        reject: (error) => (settled(), reject(error)),
      });
    });
  await next();
  return async (line) => {
    const answer = next();
    child.stdin.write(`${line}\n`);
    return answer;
  };
}

function wiring(index: number): string {
  const [client, fw, far] = [`client${index}`, `fw${index}`, `far${index}`];
  const [home, abroad] = CLIENTS;
  return `
    for name in ${client} ${fw} ${far}; do ip netns add $name; ip -n $name link set lo up; done
    ip link add eth0 netns ${client} type veth peer name inside netns ${fw}
    ip link add eth0 netns ${far} type veth peer name outside netns ${fw}
    ip -n ${client} address add ${home}/24 dev eth0; ip -n ${client} link set eth0 up
    ip -n ${client} address add ${abroad}/32 dev eth0
    ip -n ${fw} address add 10.2.3.1/24 dev inside; ip -n ${fw} link set inside up
    ip -n ${fw} address add 192.0.2.1/24 dev outside; ip -n ${fw} link set outside up
    ip -n ${far} address add 192.0.2.2/24 dev eth0; ip -n ${far} link set eth0 up
    ip -n ${client} route add default via 10.2.3.1
    ip -n ${fw} route add ${abroad}/32 dev inside
    ip -n ${far} route add default via 192.0.2.1
    ip -n ${fw} route add default via 192.0.2.2
    ${DESTINATIONS.map((address) => `ip -n ${far} route add local ${address}/32 dev lo table local`).join('\n')}
    ip netns exec ${fw} sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0
    ip netns exec ${far} sysctl -qw net.ipv4.icmp_ratelimit=0
    ip netns exec ${client} iptables-nft -A OUTPUT -p tcp --tcp-flags RST RST --sport 60000:65535 -m mark ! --mark 7 -j DROP
    ip netns exec ${fw} iptables-nft -A FORWARD -m mark --mark ${STATELESS_PASS_MARK} -j ACCEPT
    ip netns exec ${fw} iptables-nft -A FORWARD -j NFQUEUE --queue-num 0`;
}
