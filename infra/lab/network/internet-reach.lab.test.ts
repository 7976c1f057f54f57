/** The internet as the lab's hosts meet it: from outside everything answers, from inside what the account lets through. */
import { join } from 'node:path';
import type { LabState } from '../state';
import type { LabNetwork } from './network';
import { ensureTools } from './packages';
import { raiseNetwork } from './raise';
import { ids, setAllowList, smallAccount } from './small-account';

jest.setTimeout(120_000);

let network: LabNetwork;
beforeAll(async () => {
  const tools = await ensureTools({ cacheDir: join(__dirname, '../../../.cache/engine') });
  network = await raiseNetwork({ state: account(), tools, onFirewallEvent: () => {} });
});
afterAll(async () => network?.close());

/** The small account, with an S3 endpoint's policy and a security group that lets everything out. */
function account(policy: object = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }): LabState {
  const state = smallAccount();
  setAllowList(state, ['.kaggle.com', '.amazonaws.com']);
  const endpoint = state.vpcEndpoints.get(ids.s3Endpoint);
  state.vpcEndpoints.set(ids.s3Endpoint, {
    ...endpoint,
    PolicyDocument: JSON.stringify({ Statement: [policy] }),
  });
  const group = state.securityGroups.get(ids.studioGroup);
  state.securityGroups.set(ids.studioGroup, {
    ...group,
    IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
  });
  return state;
}

const run = async (host: string, script: string): Promise<string> =>
  (await network.run(host, { script, timeoutMs: 10_000 })).stdout.trim();
const studio = async (script: string): Promise<string> => run(ids.host, script);
const control = async (script: string): Promise<string> => run(ids.controlHost, script);
const arrivalsOf = async (nonce: string): Promise<readonly string[]> =>
  (await network.arrivals()).records
    .filter((record) => record.nonce === nonce)
    .map(({ protocol, remote, local }) => `${protocol} ${remote.split(':')[0]} ${local}`);
const raw = (nonce: string, port: number): string => `python3 - <<'END'
import socket
s = socket.create_connection(("portquiz.net", ${port}), timeout=2); s.settimeout(1)
s.sendall(b"studio-egress:${nonce}")
try: print(s.recv(100).decode())
except OSError as error: print(type(error).__name__)
END`;

test('raw bytes on any port get out of either side, and are on record with the address they came from', async () => {
  const [inside, outside] = ['0000000000000a01', '0000000000000a02'];
  expect(await studio(raw(inside, 4711))).toBe(`studio-egress:${inside}`);
  expect(await control(raw(outside, 4711))).toBe(`studio-egress:${outside}`);
  expect(await arrivalsOf(inside)).toEqual(['tcp 198.51.100.10 203.0.113.60:4711']);
  expect(await arrivalsOf(outside)).toEqual(['tcp 192.0.2.200 203.0.113.60:4711']);
});

test('a hello that the firewall drops has not arrived, and it is known not to have', async () => {
  const nonce = '0000000000000a03';
  const hello = `curl -s -m 1 -o /dev/null -w "%{http_code}" --resolve n${nonce}.example.com:443:203.0.113.40 https://n${nonce}.example.com/`;
  expect(await studio(hello)).toBe('000');
  expect(await arrivalsOf(nonce)).toEqual([]);
  expect(await control(hello)).toBe('200');
  expect(await arrivalsOf(nonce)).toEqual(['tcp 192.0.2.200 203.0.113.40:443']);
  expect((await network.arrivals()).dropped).toBe(0);
});

test("a name that is asked for by way of the VPC's resolver reaches the internet, past the firewall", async () => {
  const nonce = '0000000000000a04';
  expect(await studio(`getent hosts n${nonce}.example.net`)).toMatch(/^203\.0\.113\.42 /);
  expect(await arrivalsOf(nonce)).toEqual(['udp 192.0.2.201 203.0.113.53:53']);
  // Also one that does not exist, and none that is the VPC's own.
  await studio('getent hosts n0000000000000a05.nowhere.invalid');
  await studio(
    'getent hosts n0000000000000a06.ec2.internal; getent hosts n0000000000000a06.s3.us-east-1.amazonaws.com',
  );
  expect(await arrivalsOf('0000000000000a05')).toEqual(['udp 192.0.2.201 203.0.113.53:53']);
  expect(await arrivalsOf('0000000000000a06')).toEqual([]);
});

test("DNS Firewall keeps a name from leaving: the resolver's refusal is no forwarding", async () => {
  const state = account();
  state.firewallDomainLists.set('dl', { list: { Id: 'dl' }, domains: ['*'] });
  state.firewallRuleGroups.set('rg', {
    group: { Id: 'rg' },
    rules: [
      { Name: 'all', Priority: 1, Action: 'BLOCK', BlockResponse: 'NXDOMAIN', FirewallDomainListId: 'dl' },
    ],
  });
  state.firewallRuleGroupAssociations.set('as', { VpcId: ids.vpc, Priority: 101, FirewallRuleGroupId: 'rg' });
  await network.apply(state);
  expect(await studio('getent hosts n0000000000000a07.example.net')).toBe('');
  expect(await arrivalsOf('0000000000000a07')).toEqual([]);
  await network.apply(account());
});

test('a foreign bucket is reached through the S3 endpoint as far as its policy goes, and from outside always', async () => {
  const object =
    'curl -s -m 3 -o /dev/null -w "%{http_code} %{remote_ip}" https://s3.us-east-1.amazonaws.com/noaa-ghcn-pds/x';
  expect(await studio(object)).toBe('200 192.0.2.2');
  const own = { Effect: 'Allow', Principal: '*', Action: '*', Resource: 'arn:aws:s3:::mine/*' };
  await network.apply(account(own));
  expect(await studio(object)).toBe('403 192.0.2.2');
  await network.apply(
    account({ ...own, Condition: { Bool: { 'aws:SecureTransport': 'true' } }, Resource: '*' }),
  );
  expect(await studio(object)).toBe('501 192.0.2.2');
  await network.apply(account());
  expect(await control(object)).toBe('200 203.0.113.90');
});

test('every name that techniques go to is found from inside and outside', async () => {
  const names = [
    'portquiz.net',
    'one.one.one.one',
    'dns.google',
    'cloudflare-dns.com',
    'time.cloudflare.com',
  ];
  const others = ['smtp.gmail.com', 'ftp.gnu.org', 'ssh.github.com', 'cloudflare-quic.com', 'n1.github.io'];
  const all = [...names, ...others];
  const script = all.map((name) => `getent ahostsv4 ${name} | awk '{print $1; exit}'`).join('; ');
  const found = (await studio(script)).split('\n');
  expect(found).toEqual((await control(script)).split('\n'));
  expect(found).toHaveLength(all.length);
});
