/** The whole network, raised for real: what the account says is what packets meet. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LabState } from '../state';
import type { HostCommandResult } from '../vantage';
import { tableNumber } from './names';
import type { FirewallEvent, LabNetwork } from './network';
import { ensureTools } from './packages';
import { raiseNetwork } from './raise';
import { addHost, ids, setAllowList, smallAccount } from './small-account';

jest.setTimeout(120_000);
const run = promisify(execFile);

let network: LabNetwork;
let events: FirewallEvent[];
beforeAll(async () => {
  const tools = await ensureTools({ cacheDir: join(__dirname, '../../../.cache/engine') });
  events = [];
  network = await raiseNetwork({
    state: smallAccount(),
    tools,
    onFirewallEvent: (event) => events.push(event),
  });
});
afterAll(async () => network.close());

const studio = async (script: string, timeoutMs = 10_000): Promise<HostCommandResult> =>
  network.run(ids.host, { script, timeoutMs });
const wget = (name: string): string => `wget -q --timeout=1 --tries=1 -O- https://${name}/`;
const changed = async (change: (state: LabState) => void): Promise<void> => {
  const state = smallAccount();
  change(state);
  await network.apply(state);
};
const restored = async (): Promise<void> => network.apply(smallAccount());

/** A command in one of the network's own namespaces, entered from outside by way of the engine's process. */
async function inNamespace(namespace: string, argv: readonly string[]): Promise<string> {
  const proc = `/proc/${network.engines()[0]?.pid}`;
  const enter = [
    `--user=${proc}/ns/user`,
    '--preserve-credentials',
    `--net=${proc}/root/run/netns/${namespace}`,
  ];
  return (await run('nsenter', [...enter, '--', ...argv])).stdout;
}

function setRoutes(state: LabState, tableId: string, target: { GatewayId?: string } | null): void {
  const table = state.routeTables.get(tableId);
  const added = target === null ? [] : [{ DestinationCidrBlock: '0.0.0.0/0', ...target }];
  state.routeTables.set(tableId, { ...table, Routes: [...(table?.Routes ?? []).slice(0, 1), ...added] });
}

/** When the flow of a record began, or for a record of a single packet, when the engine saw it. */
function begunOf(eve: FirewallEvent['eve']): number {
  const { netflow, timestamp } = eve;
  const hasStart = typeof netflow === 'object' && netflow !== null && 'start' in netflow;
  return Date.parse(String(hasStart ? netflow.start : timestamp));
}

/** Alerts for a name, once the engine has had time to write them: a median of half a millisecond. */
async function alertsFor(name: string): Promise<readonly FirewallEvent[]> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  return events.filter(({ eve }) => JSON.stringify(eve['tls'] ?? {}).includes(`"sni":"${name}"`));
}

test('the listed name answers, by way of NAT gateway, firewall and internet gateway', async () => {
  expect(await studio(wget('kaggle.com'))).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('kaggle.com'),
  });
  expect(network.witnesses()).toContainEqual(
    expect.objectContaining({
      kind: 'tls',
      name: 'kaggle.com',
      remote: expect.stringMatching(/^198\.51\.100\.10:/),
    }),
  );
  expect(network.unfaithful()).toEqual([]);
});

test("another name is blocked, and the engine's record says so in the words of the rule group", async () => {
  const name = 'n1.example.com';
  expect((await studio(wget(name))).exitCode).toBe(4);
  const [alert, ...more] = await alertsFor(name);
  expect(more).toEqual([]);
  expect(alert).toMatchObject({
    availabilityZone: 'us-east-1a',
    eve: {
      event_type: 'alert',
      src_ip: '10.2.2.10',
      alert: { action: 'blocked', signature: 'not matching any TLS allowlisted FQDNs' },
      verdict: { action: 'drop' },
    },
  });
  expect(network.witnesses().filter((witness) => witness.kind === 'tls' && witness.name === name)).toEqual(
    [],
  );
});

test('the kernel has the routes that the account has', async () => {
  const table = async (id: string): Promise<string[]> =>
    (await inNamespace(ids.vpc, ['ip', 'route', 'show', 'table', String(tableNumber(id))]))
      .split('\n')
      .map((line) => line.trim().replace(/ via \S+| table \d+| onlink/g, ''))
      .filter(Boolean)
      .sort();
  const none = 'blackhole default metric 4294967295';
  const local = 'throw 10.2.0.0/16 metric 10';
  expect(await table(ids.studioTable)).toEqual(
    [
      `default dev ${ids.natGateway} metric 10`,
      `192.0.2.0/25 dev ${ids.s3Endpoint} metric 20`,
      none,
      local,
    ].sort(),
  );
  expect(await table(ids.natTable)).toEqual(
    [none, `default dev ${ids.firewallEndpoint} metric 10`, local].sort(),
  );
  expect(await table(ids.firewallTable)).toEqual(
    [none, `default dev ${ids.gateway} metric 10`, local].sort(),
  );
  expect(await table(ids.edgeTable)).toEqual(
    [`10.2.2.0/24 dev ${ids.firewallEndpoint} metric 10`, none, local].sort(),
  );
});

test('security groups hold, and root on the host cannot see them, let alone change them', async () => {
  expect((await studio('ping -c1 -W2 203.0.113.40')).exitCode).toBe(0);
  expect((await studio('curl -sS -m1 telnet://203.0.113.40:22 </dev/null')).exitCode).toBe(28);
  expect((await studio('nft list ruleset')).stdout).toBe('');
  expect(await inNamespace(`hv-${ids.host}`, ['ip', '-br', 'link'])).toContain('host0');
});

test('endpoints and resolver answer inside the VPC, past the firewall', async () => {
  const begunAt = Date.now();
  expect((await studio('curl -sS -m3 https://sts.us-east-1.amazonaws.com')).stdout).toContain(
    'MissingAuthenticationToken',
  );
  expect((await studio('getent hosts sts.us-east-1.amazonaws.com')).stdout).toMatch(/^10\.2\.3\.50 /);
  expect((await studio('curl -sS -m3 https://bucket.s3.us-east-1.amazonaws.com')).exitCode).toBe(0);
  // The endpoint's group admits HTTPS only.
  expect((await studio('ping -c1 -W1 10.2.3.50')).exitCode).toBe(1);
  // Flow records are written when a flow has ended: those of earlier tests' flows still come in.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(events.filter(({ eve }) => begunOf(eve) >= begunAt)).toEqual([]);
});

test('the control host stands outside the firewall', async () => {
  const command = { script: wget('example.com'), timeoutMs: 5_000 };
  expect(await network.run(ids.controlHost, command)).toMatchObject({ exitCode: 0 });
  expect(network.reachable()).toEqual([ids.host, ids.controlHost]);
});

describe('a change of the account takes effect when apply has resolved', () => {
  afterEach(restored);

  test('allow list: a clone and an installation that were blocked go through', async () => {
    await changed((state) => setAllowList(state, ['.github.com', '.pypi.org', '.pythonhosted.org']));
    const clone =
      'git clone -q https://github.com/aws-samples/amazon-sagemaker-studio-vpc-networkfirewall.git /tmp/c && ls /tmp/c';
    expect(await studio(clone)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('README') });
    expect(await studio('python3 -m pip install -q -U scikit-learn')).toMatchObject({ exitCode: 0 });
    expect((await studio(wget('kaggle.com'))).exitCode).toBe(4);
  });

  test('edge route removed: an unlisted name answers and the log stays silent', async () => {
    await changed((state) => setRoutes(state, ids.edgeTable, null));
    expect((await studio(wget('n2.example.com'))).exitCode).toBe(0);
    expect(await alertsFor('n2.example.com')).toEqual([]);
    expect(network.unfaithful()).toEqual([]);
  });

  test('NAT subnet straight to the internet gateway: answers never pass the firewall in order', async () => {
    await changed((state) => setRoutes(state, ids.natTable, { GatewayId: ids.gateway }));
    expect((await studio(wget('kaggle.com'))).exitCode).toBe(4);
    expect((await studio('ping -c1 -W2 203.0.113.40')).exitCode).toBe(0);
  });

  test('Studio subnet straight to the internet gateway: without a public address nothing gets out', async () => {
    await changed((state) => setRoutes(state, ids.studioTable, { GatewayId: ids.gateway }));
    expect((await studio('ping -c1 -W1 203.0.113.40')).exitCode).toBe(1);
  });

  test('Studio subnet straight to the internet gateway with a public address: everything gets out', async () => {
    await changed((state) => {
      setRoutes(state, ids.studioTable, { GatewayId: ids.gateway });
      const eni = state.networkInterfaces.get(`eni-${ids.host}`);
      state.networkInterfaces.set(`eni-${ids.host}`, { ...eni, Association: { PublicIp: '198.51.100.77' } });
    });
    expect((await studio(wget('n3.example.com'))).exitCode).toBe(0);
    expect(await alertsFor('n3.example.com')).toEqual([]);
    expect(network.witnesses()).toContainEqual(
      expect.objectContaining({
        name: 'n3.example.com',
        remote: expect.stringMatching(/^198\.51\.100\.77:/),
      }),
    );
  });

  test('security group: what it no longer admits does not get through', async () => {
    await changed((state) => {
      const group = state.securityGroups.get(ids.studioGroup);
      state.securityGroups.set(ids.studioGroup, { ...group, IpPermissionsEgress: [] });
    });
    expect((await studio(wget('kaggle.com'))).exitCode).toBe(4);
    // AWS's resolver cannot be filtered by a security group.
    expect((await studio('getent hosts kaggle.com')).exitCode).toBe(0);
  });

  test('no route at all is silence', async () => {
    await changed((state) => setRoutes(state, ids.studioTable, null));
    const start = Date.now();
    expect((await studio('curl -sS -m1 https://203.0.113.40')).exitCode).toBe(28);
    expect(Date.now() - start).toBeGreaterThan(900);
  });

  test("a network ACL without the answers' ports stops them", async () => {
    await changed((state) => {
      const acl = state.networkAcls.get('acl-0a1');
      const Entries = (acl?.Entries ?? []).map((entry) =>
        entry.Egress === false && entry.RuleNumber === 100
          ? { ...entry, Protocol: '6', PortRange: { From: 443, To: 443 } }
          : entry,
      );
      state.networkAcls.set('acl-0a2', {
        ...acl,
        NetworkAclId: 'acl-0a2',
        IsDefault: false,
        Associations: [{ SubnetId: ids.studio }],
        Entries,
      });
    });
    expect((await studio(wget('kaggle.com'))).exitCode).toBe(4);
    // Inside the subnet the ACL does not stand, and the resolver is exempt.
    expect((await studio('curl -sS -m3 https://sts.us-east-1.amazonaws.com')).exitCode).toBe(0);
  });

  test('a new host is there, a stopped one is not', async () => {
    await changed((state) => addHost(state, 'i-0a2', '10.2.3.11'));
    // The group admits its own members, both ways where egress allows it.
    expect(
      (await network.run('i-0a2', { script: 'ping -c1 -W2 10.2.3.10', timeoutMs: 5_000 })).exitCode,
    ).toBe(0);
    await restored();
    expect(network.reachable()).toEqual([ids.host, ids.controlHost]);
    await expect(network.run('i-0a2', { script: 'true', timeoutMs: 1_000 })).rejects.toThrow(/is no host/);
  });

  test('a transit gateway is called unfaithful as long as it is there', async () => {
    await changed((state) => {
      const table = state.routeTables.get(ids.studioTable);
      const Routes = [
        ...(table?.Routes ?? []),
        { DestinationCidrBlock: '10.9.0.0/16', TransitGatewayId: 'tgw-0a1' },
      ];
      state.routeTables.set(ids.studioTable, { ...table, Routes });
    });
    expect(network.unfaithful()).toEqual([expect.stringContaining('tgw-0a1')]);
    await restored();
    expect(network.unfaithful()).toEqual([]);
  });

  test('an account that contradicts itself is refused, and called unfaithful until it does not', async () => {
    await expect(changed((state) => void state.subnets.delete(ids.studio))).rejects.toThrow(/subnet-0a3/);
    expect(network.unfaithful().join()).toContain("does not carry the account's last change");
    await restored();
    expect(network.unfaithful()).toEqual([]);
    expect((await studio(wget('kaggle.com'))).exitCode).toBe(0);
  });
});

describe('a command on a host', () => {
  test('is ended at its bound with all it started, whatever it traps', async () => {
    const start = Date.now();
    const result = await studio(
      'trap "" TERM INT HUP; echo started; setsid sleep 4716 & sleep 4716; sleep 4716',
      400,
    );
    expect(result).toMatchObject({ exitCode: null, stdout: 'started\n' });
    expect(Date.now() - start).toBeLessThan(2_000);
    expect((await run('ps', ['ax'])).stdout).not.toContain('sleep 4716');
  });

  test('cannot fill the memory of whoever asked', async () => {
    const { exitCode, stdout } = await studio('head -c 3000000 /dev/zero | tr "\\0" x');
    expect([exitCode, stdout.length]).toEqual([0, 65_536]);
  });

  test('writes to a machine of its own, and sees none of ours', async () => {
    const { stdout, exitCode } = await studio(
      'touch /etc/mine /root/mine && (touch /usr/bin/mine 2>/dev/null || :) && ls /root /run /tmp; env | cut -d= -f1 | sort | xargs',
    );
    expect(exitCode).toBe(0);
    expect(stdout).toBe('/root:\nmine\n\n/run:\ncommand\n\n/tmp:\nHOME LC_ALL PATH PWD\n');
    expect((await studio('cat /usr/bin/mine || cat /etc/mine || cat /root/mine')).exitCode).not.toBe(0);
    expect(existsSync('/usr/bin/mine')).toBe(false);
  });

  test('many at once do not disturb each other', async () => {
    const results = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => studio(`echo ${index} >/tmp/x; sleep 0.2; cat /tmp/x`)),
    );
    expect(results.map(({ stdout }) => stdout.trim())).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  });
});

test('an engine that dies stays dead, closes the way, and is said to be', async () => {
  const [engine] = network.engines();
  expect(engine?.running).toBe(true);
  process.kill(engine?.pid ?? 0, 'SIGKILL');
  while (network.engines()[0]?.running) await new Promise((resolve) => setTimeout(resolve, 5));
  expect((await studio(wget('kaggle.com'))).exitCode).toBe(4);
  await changed((state) => setAllowList(state, ['.example.com']));
  expect((await studio('ping -c1 -W1 203.0.113.40')).exitCode).toBe(1);
  expect(network.unfaithful()).toEqual([expect.stringContaining('has ended; everything is dropped there')]);
});

test('closing leaves no process, and nothing of it in the mounts', async () => {
  await network.close();
  const { stdout } = await run('ps', ['axo', 'ppid,args']);
  expect(
    stdout
      .split('\n')
      .filter((line) => /suricata|studio-egress-lab/.test(line) && line.includes(` ${process.pid} `)),
  ).toEqual([]);
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain('netns');
  expect(network.unfaithful()).toContain("the network's namespaces have ended");
  await expect(studio('true')).rejects.toThrow(/has ended/);
});
