/**
 * What the firewall policies of the two stacks let through, technique by technique: seen by the client, and by a witness on
 * the wire on either side. The recommended policy's rules were chosen by this table (docs/stack.md).
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createStack, openLabAccount } from '../lab/cloudformation/lab-account.fixture';
import type { EveRecord } from '../lab/network/suricata/eve';
import type { LabState } from '../lab/state';
import { FIREWALL_ARN, raiseTestNetwork, type TestNetwork } from '../lab/network/suricata/test-network';

/**
 * through: the client has an answer; blocked: not a byte of payload passed; up, down: payload passed one way only; opened:
 * a connection, and no payload.
 */
type Outcome = 'through' | 'blocked' | 'up' | 'down';

interface Row {
  readonly published: Outcome;
  readonly recommended: Outcome;
  /** Where the recommended stack lets payload out one way. */
  readonly mostBytesUp?: number;
}

const row = (published: Outcome, recommended: Outcome, mostBytesUp?: number): Row => ({
  published,
  recommended,
  ...(mostBytesUp === undefined ? {} : { mostBytesUp }),
});

const TABLE: Readonly<Record<string, Row>> = {
  // Allowed clients.
  https: row('through', 'through'),
  'https, upper case': row('through', 'through'),
  'https, hello of 2.3 kB in two segments': row('through', 'through'),
  'https, the second 0.3 s later': row('through', 'through'),
  'https, hello of 3.9 kB': row('through', 'through'),
  'https, segments of 40 B': row('through', 'through'),
  'https, segments of 1 B': row('through', 'through'),
  'https, records of 40 B': row('through', 'through'),
  // Names.
  'other name': row('blocked', 'blocked'),
  'other name, segments of 1 B': row('up', 'up', 600),
  'other name, two segments': row('up', 'up', 1400),
  'no name': row('blocked', 'blocked'),
  'other name listed first': row('blocked', 'blocked'),
  'allowed name listed first': row('through', 'through'),
  'allowed name to a NUL': row('through', 'through'),
  'allowed name elsewhere': row('through', 'through'),
  'allowed name on 9443': row('through', 'blocked'),
  // HTTP and other protocols.
  http: row('through', 'blocked'),
  'http, other name': row('blocked', 'blocked'),
  'http without headers': row('through', 'blocked'),
  'http on 443': row('through', 'blocked'),
  'server first': row('through', 'blocked'),
  ssh: row('through', 'blocked'),
  'raw on 9000': row('through', 'blocked'),
  'raw, 1 B': row('through', 'blocked'),
  'raw, 600 B': row('through', 'blocked'),
  // What looks like TLS for a while.
  'first byte of TLS, then raw': row('through', 'blocked'),
  'first bytes of TLS, one by one': row('through', 'up', 5),
  'TLS application data': row('through', 'blocked'),
  'TLS ServerHello': row('through', 'blocked'),
  'hello of a version that TLS has not': row('through', 'up', 60),
  'half a hello': row('through', 'up', 60),
  'half a hello, then application data': row('through', 'up', 4096),
  'hello that announces 16 kB': row('up', 'blocked'),
  'hello that announces 3.9 kB': row('up', 'up', 4096),
  // Packets that carry payload beside the stream.
  'payload on the SYN': row('up', 'blocked'),
  'payload on the RST': row('up', 'blocked'),
  'payload on the FIN': row('up', 'blocked'),
  'payload on the SYN-ACK': row('up', 'blocked'),
  'handshake alone': row('blocked', 'blocked'),
  // Not TCP.
  ping: row('through', 'blocked'),
  udp: row('through', 'blocked'),
  'udp on 443': row('through', 'blocked'),
  'udp in fragments': row('up', 'blocked'),
  GRE: row('up', 'blocked'),
  SCTP: row('up', 'blocked'),
};
/** Nothing of them is dropped by a rule: no payload, or gone before the stateful engine, which alone writes records. */
const WITHOUT_RECORD = ['handshake alone', 'udp in fragments'];

interface Tried {
  readonly technique: string;
  readonly answered: boolean;
  /** Payload bytes that arrived outside, and at the client. */
  readonly up: number;
  readonly down: number;
  /** Ports of the client; an IP protocol as a negative number. */
  readonly keys: readonly number[];
}

const TIMEOUT_MS = 90_000;
/** Records are written after their packets. */
const RECORD_TIMEOUT_MS = 3_000;
/** A network behind the internet's, where servers can do what those of the lab do not; gone with the script's mounts. */
const FAR_SIDE = `
  ip -n internet link delete far-side 2>/dev/null
  set -e
  ip netns add far
  ip -n internet link add far-side type veth peer name eth0 netns far
  ip -n internet address add 192.0.3.1/24 dev far-side; ip -n internet link set far-side up
  ip -n far address add 192.0.3.2/24 dev eth0; ip -n far link set eth0 up; ip -n far link set lo up
  ip -n far route add default via 192.0.3.1
  ip -n far route add local 198.51.100.0/24 dev lo table local
  ip -n internet route replace 198.51.100.0/24 via 192.0.3.2
  ip -n internet route replace 198.51.101.0/24 via 192.0.3.2
  ip netns exec internet sysctl -qw net.ipv4.ip_forward=1
`;
const PROGRAM = ['policy-far-side.py', 'policy-techniques.py'];

let network: TestNetwork;
beforeAll(async () => {
  network = await raiseTestNetwork();
}, TIMEOUT_MS);
afterAll(async () => network?.close());

/** The account after a deployment, its firewall under the name that the test network asks for. */
async function deployed(
  template: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<LabState> {
  const account = await openLabAccount();
  try {
    const text = readFileSync(path.join(__dirname, template), 'utf8');
    await createStack(account, 'studio', { template: text, parameters });
    const [firewall] = account.state.firewalls.values();
    if (firewall === undefined) throw new Error(`${template} has no firewall`);
    account.state.firewalls.set(FIREWALL_ARN, firewall);
    return account.state;
  } finally {
    await account.close();
  }
}

/** Every technique once, from client ports of its own. */
async function everything(firstPort: number): Promise<readonly Tried[]> {
  const program = PROGRAM.map((name) => readFileSync(path.join(__dirname, name), 'utf8')).join('\n');
  const { exitCode, stdout, stderr } = await network.client(
    `rm -f /run/netns/far\n(${FAR_SIDE})\nFIRST_PORT=${firstPort} python3 - <<'END'\n${program}\nEND`,
  );
  if (exitCode !== 0) throw new Error(stderr);
  const tried: readonly Tried[] = JSON.parse(stdout);
  return tried;
}

function outcomeOf({ answered, up, down }: Tried): Outcome {
  if (answered) return 'through';
  if (up > 0) return 'up';
  return down > 0 ? 'down' : 'blocked';
}

const dropped = (record: EveRecord): boolean =>
  record['event_type'] === 'alert' && JSON.stringify(record['verdict'] ?? {}).includes('"action":"drop"');

const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'ICMP', 47: 'GRE', 132: 'SCTP' };

/** Whether a drop of it is on record. */
function recorded({ keys }: Tried): boolean {
  return network
    .records()
    .some(
      (record) =>
        dropped(record) &&
        keys.some((key) =>
          key < 0
            ? [PROTOCOLS[-key], `${-key}`.padStart(3, '0')].includes(String(record['proto']))
            : record['src_port'] === key || record['dest_port'] === key,
        ),
    );
}

async function allRecorded(tried: readonly Tried[]): Promise<readonly string[]> {
  const deadline = Date.now() + RECORD_TIMEOUT_MS;
  for (;;) {
    const missing = tried.filter((one) => !recorded(one)).map(({ technique }) => technique);
    if (missing.length === 0 || Date.now() > deadline) return missing;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test(
  'the policy as published: what the blog leaves open',
  async () => {
    await network.use(await deployed('as-published.yaml'));
    const tried = await everything(20_000);
    const expected = Object.entries(TABLE).map(([technique, { published }]) => [technique, published]);
    expect(tried.map((one) => [one.technique, outcomeOf(one)])).toEqual(expected);
  },
  TIMEOUT_MS,
);

test(
  'the recommended policy: allowed clients work, all else is blocked and on record, what leaks is bounded',
  async () => {
    const { unfaithful } = await network.use(await deployed('studio-firewall.yaml'));
    expect(unfaithful).toEqual([]);
    const tried = await everything(21_000);
    const expected = Object.entries(TABLE).map(([technique, each]) => [technique, each.recommended]);
    expect(tried.map((one) => [one.technique, outcomeOf(one)])).toEqual(expected);
    for (const { technique, up, down } of tried) {
      const { recommended, mostBytesUp } = TABLE[technique] ?? row('blocked', 'blocked');
      if (recommended !== 'up') continue;
      expect({ technique, tooMuch: up > (mostBytesUp ?? 0), down }).toEqual({
        technique,
        tooMuch: false,
        down: 0,
      });
    }
    const blocked = tried.filter(
      (one) => outcomeOf(one) === 'blocked' && !WITHOUT_RECORD.includes(one.technique),
    );
    expect(await allRecorded(blocked)).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  'what the recommended policy stops, its own rules stop: without its default actions the table is the same',
  async () => {
    const state = await deployed('studio-firewall.yaml');
    for (const { FirewallPolicy: policy } of state.firewallPolicies.values())
      policy.StatefulDefaultActions = [];
    await network.use(state);
    const tried = await everything(22_000);
    const expected = Object.entries(TABLE).map(([technique, each]) => [technique, each.recommended]);
    expect(tried.map((one) => [one.technique, outcomeOf(one)])).toEqual(expected);
  },
  TIMEOUT_MS,
);

const CLIENTS: Readonly<Record<string, string>> = {
  curl: 'curl -sS -o /dev/null -m 10 https://kaggle.com',
  wget: 'wget -q -O /dev/null --timeout=10 --tries=1 https://www.kaggle.com',
  git: 'timeout 10 git ls-remote https://github.com/aws-samples/amazon-sagemaker-studio-vpc-networkfirewall.git',
  pip: 'timeout 20 pip download --no-cache-dir --no-deps --disable-pip-version-check --dest /run/wheels scikit-learn',
};

test(
  'curl, wget, git and pip reach what is allowed, and nothing of them is on record',
  async () => {
    const AllowedDomains = '.kaggle.com,.github.com,.pypi.org,.pythonhosted.org';
    await network.use(await deployed('studio-firewall.yaml', { AllowedDomains }));
    const hosts =
      '203.0.113.10 www.kaggle.com\\n203.0.113.30 pypi.org\\n203.0.113.31 files.pythonhosted.org\\n';
    const results: [string, number, string][] = [];
    for (const [name, command] of Object.entries(CLIENTS)) {
      const { exitCode, stderr } = await network.client(`printf '${hosts}' >>/etc/hosts\n${command}`);
      results.push([name, exitCode, exitCode === 0 ? '' : stderr]);
    }
    expect(results).toEqual(Object.keys(CLIENTS).map((name) => [name, 0, '']));
    expect(network.records().filter(dropped)).toEqual([]);
  },
  TIMEOUT_MS,
);
