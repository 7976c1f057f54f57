/**
 * Every technique of the battery, sent by the real sender through a real engine to real servers: with nothing in its way
 * each gets through, with everything in its way none does. What the servers saw arrive is the witness for both.
 */
import { randomBytes } from 'node:crypto';
import {
  firewallAccount,
  raiseTestNetwork,
  strictPolicy,
  type TestNetwork,
} from '../infra/lab/network/suricata/test-network';
import { INTERNET_RESOLVER, lookUp } from '../infra/lab/network/internet/zone';
import { batteryBatches, batteryScript, type BatteryItem } from './battery-script';
import { readBattery, type BatteryResult } from './battery-report';
import { TECHNIQUES } from './evasions/techniques';

const TIMEOUT_MS = 60_000;
const TECHNIQUE_TIMEOUT_MS = 4000;
/** A host beyond the firewall stands for a neighbour. */
const NEIGHBOUR = '192.0.2.2';

let network: TestNetwork;
beforeAll(async () => {
  network = await raiseTestNetwork();
}, TIMEOUT_MS);
afterAll(async () => network?.close());

const newNonce = (): string => randomBytes(8).toString('hex');

function battery(): readonly BatteryItem[] {
  return TECHNIQUES.flatMap((technique) => {
    const nonce = newNonce();
    const plan = technique.plan({
      nonce,
      timeoutMs: TECHNIQUE_TIMEOUT_MS,
      allowedName: 'kaggle.com',
      deniedName: 'example.com',
      listener: 'portquiz.net',
      ipv6: false,
      neighbours: [NEIGHBOUR],
      region: 'us-east-1',
    });
    return 'script' in plan ? [{ technique, plan, nonce }] : [];
  });
}

interface Seen extends BatteryResult {
  readonly id: string;
  /** Protocols by which bytes with the technique's nonce came to a server. */
  readonly arrived: readonly string[];
}

async function send(items: readonly BatteryItem[]): Promise<readonly Seen[]> {
  const batches = batteryBatches(items).map(async (batch) => {
    const nonce = newNonce();
    const startedAt = new Date().toISOString();
    const script = batteryScript(batch, { nonce, timeoutMs: TECHNIQUE_TIMEOUT_MS });
    const ran = await network.client(`${names(batch)}\n${script}`);
    expect(ran.stderr).toBe('');
    const output = { ...ran, startedAt, finishedAt: new Date().toISOString() };
    return [...readBattery(output, batch, nonce)];
  });
  const results = new Map((await Promise.all(batches)).flat());
  const { records, dropped } = await network.arrivals();
  expect(dropped).toBe(0);
  return items.flatMap(({ technique: { id }, nonce }) => {
    const result = results.get(id);
    const arrived = records.filter((record) => record.nonce === nonce).map(({ protocol }) => protocol);
    return result === undefined ? [] : [{ ...result, id, arrived: [...new Set(arrived)].sort() }];
  });
}

/** The client's names, made up ones too, from a file of this command's own; its resolver is the internet's. */
function names(items: readonly BatteryItem[]): string {
  const asked = new Set(items.flatMap(({ plan }) => plan.flows.map(({ to }) => to)));
  const lines = [...asked].flatMap((name) => {
    const address = lookUp(name);
    return address === null ? [] : [`${address} ${name}`];
  });
  return `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} >/run/hosts-$$; mount --bind /run/hosts-$$ /etc/hosts
    echo nameserver ${INTERNET_RESOLVER} >/run/resolv-$$; mount --bind /run/resolv-$$ /etc/resolv.conf`;
}

const idsOf = (seen: readonly Seen[], which: (one: Seen) => boolean): readonly string[] =>
  seen.filter(which).map(({ id }) => id);

/** A status, bytes that were read, an echo. */
const CLIENT_THROUGH = /^client (curl 0 [2-5]\d\d|openssl 0 [1-9]|ping 0 1 1$)/m;

test(
  'with nothing in its way, each technique gets through, and what it sent arrives',
  async () => {
    await network.use(firewallAccount({}));
    const seen = await send(battery());
    expect(seen.length).toBe(TECHNIQUES.length - 2);
    const others = seen
      .filter(({ result }) => result.kind !== 'succeeded')
      .map(({ id, result }) => [id, result]);
    expect(others).toEqual([
      // Nobody answers these: that they arrived is for the server to say, below.
      ['syn-data', { kind: 'timed-out', stage: 'unknown', detail: expect.stringContaining('one way') }],
      ['rst-data', { kind: 'timed-out', stage: 'unknown', detail: expect.stringContaining('one way') }],
      // Network Firewall, and so the lab, drops fragments of TCP whatever the policy says (aws.md 2.3).
      [
        'hello-fragments',
        { kind: 'timed-out', stage: 'tls', detail: expect.stringContaining('0 came back') },
      ],
    ]);
    // Of the clients that every host of the lab has; its ssh server waits for ever before its key.
    expect(idsOf(seen, ({ output }) => CLIENT_THROUGH.test(output.stdout)).toSorted()).toEqual([
      'cloud-suffix',
      'doh',
      'ftp',
      'hello-post-quantum',
      'http-denied-host',
      'icmp-payload',
      'tls-denied-name',
      'tls-no-sni',
    ]);
    // A server that speaks first has no nonce to say.
    expect(idsOf(seen, ({ arrived }) => arrived.length === 0)).toEqual(['server-first', 'hello-fragments']);
    expect(seen.find(({ id }) => id === 'ip-protocols')?.arrived).toEqual(['132', '47', '50']);
    expect(seen.find(({ id }) => id === 'icmp-payload')?.arrived).toEqual(['icmp']);
    expect(seen.find(({ id }) => id === 'quic')?.arrived).toEqual(['udp']);
    for (const { flows } of seen) expect(flows.map(({ address }) => address)).not.toContain(null);
  },
  TIMEOUT_MS,
);

test(
  'with everything in its way, none does',
  async () => {
    await network.use(firewallAccount({ policy: strictPolicy('aws:drop_strict') }));
    const seen = await send(battery());
    const kinds = new Set(seen.map(({ result }) => result.kind));
    expect([seen.length, ...kinds]).toEqual([TECHNIQUES.length - 2, 'timed-out']);
    expect(idsOf(seen, ({ output }) => CLIENT_THROUGH.test(output.stdout))).toEqual([]);
    // An engine that judges the whole lets the first fragments out before it has it (lab.md 6).
    expect(idsOf(seen, ({ arrived }) => arrived.length > 0)).toEqual(['udp-fragments']);
  },
  TIMEOUT_MS,
);
