/** A command on a host is root there and hostile: what it can and cannot do beyond the host. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { HostCommandResult } from '../vantage';
import { noHosts, type LabHosts } from './hosts';
import { ensureTools } from './packages';
import { openSandbox, type Sandbox } from './sandbox';

jest.setTimeout(120_000);

/** Two namespaces with a link, so that there is something to change and somewhere to go. */
const wiring = `
  for name in host other; do ip netns add $name; ip -n $name link set lo up; done
  ip link add eth0 netns host type veth peer name eth0 netns other
  ip -n host address add 10.0.0.1/24 dev eth0
  ip -n other address add 10.0.0.2/24 dev eth0
  ip -n host link set eth0 up; ip -n other link set eth0 up
  echo secret >/run/lab/secret`;
const plan = { instanceId: 'i-0a1', namespace: 'host', nameServers: ['10.0.0.2'], searchDomains: [] };

let sandbox: Sandbox;
let hosts: LabHosts;
let usrOverlay: string | null;
beforeAll(async () => {
  ({ usrOverlay } = await ensureTools({ cacheDir: join(__dirname, '../../../.cache/engine') }));
  sandbox = await openSandbox({ usrOverlay });
  const { stderr } = await sandbox.exec(['/bin/sh', '-es'], { stdin: wiring, timeoutMs: 10_000 });
  expect(stderr).toBe('');
  hosts = await noHosts({ sandbox, authority: 'the authority\n' });
  await hosts.update([plan]);
});
afterAll(async () => sandbox.close());

const host = async (script: string): Promise<HostCommandResult> =>
  hosts.run('i-0a1', { script, timeoutMs: 10_000 });

const elsewhere = '[ "$(readlink $pid/ns/mnt)" != "$(readlink /proc/self/ns/mnt)" ]';

/** Scripts that say `out` when they work. The last five fail whatever powers a host has; the others worked before they were taken. */
const waysOut: Readonly<Record<string, string>> = {
  'unmounting what hides the files of the lab': 'umount -l /run; [ -e /run/lab/secret ] && echo out',
  'mounting the machine writable': 'mount -o remount,bind,rw / && echo out',
  'the files of the process that made the host': 'ls /proc/1/root/ && echo out',
  'the memory of the process that made the host': 'true <>/proc/1/mem && echo out',
  'a route of its own': 'ip route add 192.0.2.0/24 dev eth0 && echo out',
  'an address of its own': 'ip address add 10.0.0.7/24 dev eth0 && echo out',
  'a link of its own': 'ip link add name more type veth && echo out',
  'a packet filter of its own': 'iptables -P OUTPUT DROP && echo out; nft add table ip mine && echo out',
  "the settings of the host's network": 'true >>/proc/sys/net/ipv4/ip_forward && echo out',
  "the machine's settings": 'true >>/proc/sys/kernel/core_pattern && echo out',
  "the machine's disks": 'for d in /dev/*; do [ -b "$d" ] && echo out; done; mknod /tmp/d b 7 0 && echo out',
  'an own user namespace, to unmount': 'unshare --user --mount umount -l /run && echo out',
  'an own user namespace, to mount': 'unshare --user --mount mount -o remount,bind,rw / && echo out',
  'an own user namespace, for a route': 'unshare --user ip route add 192.0.2.0/24 dev eth0 && echo out',
  'another network namespace': 'nsenter --net=/run/netns/other true && echo out',
  'the namespaces of other processes': `for pid in /proc/[0-9]*; do nsenter --mount=$pid/ns/mnt true && ${elsewhere} && echo out; done`,
};

test.each(Object.entries(waysOut))('no way out: %s', async (_name, script) => {
  const { exitCode, stdout, stderr } = await host(`${script}; echo tried`);
  expect([exitCode, stdout.endsWith('tried\n')]).toEqual([0, true]);
  expect(stdout).not.toContain('out\n');
  expect(stderr).not.toContain('host could not be made');
});

test('its powers are those over its own files, processes and users, and raw sockets', async () => {
  const { stdout } = await host('grep -E "Cap(Inh|Prm|Eff|Bnd|Amb)" /proc/self/status');
  const names = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'];
  // chown 0, dac_override 1, fowner 3, fsetid 4, kill 5, setgid 6, setuid 7, net_bind_service 10, net_raw 13
  const own = [0, 1, 3, 4, 5, 6, 7, 10, 13].reduce((bits, bit) => bits | (1 << bit), 0);
  expect(stdout.match(/[0-9a-f]{16}/g)?.map((bits) => Number.parseInt(bits, 16))).toEqual([
    0,
    own,
    own,
    own,
    0,
  ]);
  expect(stdout.match(/Cap\w+/g)).toEqual(names);
});

test('what probes need works: raw sockets, low ports, own files, plain devices', async () => {
  const result = await host(`set -e
    ping -c1 -W2 10.0.0.2 >/dev/null
    echo text >/etc/mine; chmod 600 /etc/mine; chown 0:0 /etc/mine; cat /etc/mine
    head -c 4 /dev/urandom | wc -c; cat </dev/null; echo gone >/dev/null; echo through | cat /dev/stdin
    cat /etc/resolv.conf | head -n 1; mktemp -d >/dev/null`);
  expect(result).toEqual({ exitCode: 0, stdout: 'text\n4\nthrough\nnameserver 10.0.0.2\n', stderr: '' });
});

test('a host that cannot be made is an error, not a failing of the command', async () => {
  const lost = { ...plan, instanceId: 'i-0a2', namespace: 'other' };
  await hosts.update([plan, lost]);
  await sandbox.exec(['mkdir', '-p', '/run/lab/host/gone'], { timeoutMs: 5_000 });
  await sandbox.exec(['mount', '--bind', '/proc/self/ns', '/run/lab/host'], { timeoutMs: 5_000 });
  await expect(host('echo never')).rejects.toThrow(/the host could not be made/);
  await sandbox.exec(['umount', '/run/lab/host'], { timeoutMs: 5_000 });
  expect(await host('exit 125')).toMatchObject({ exitCode: 125 });
});

test('an ordinary user who runs the verifier has hosts that are no less shut, and that work', async () => {
  const script = `${Object.values(waysOut).join('\n')}
ping -c1 -W2 10.0.0.2 >/dev/null && touch /etc/mine && echo works; echo tried`;
  const program = `
    const { openSandbox } = require('./infra/lab/network/sandbox.ts');
    const { noHosts } = require('./infra/lab/network/hosts.ts');
    const [usrOverlay, wiring, plan, script] = JSON.parse(process.argv[1]);
    openSandbox({ usrOverlay }).then(async (sandbox) => {
      const made = await sandbox.exec(['/bin/sh', '-es'], { stdin: wiring, timeoutMs: 10000 });
      const hosts = await noHosts({ sandbox, authority: 'the authority' });
      await hosts.update([plan]);
      const result = await hosts.run(plan.instanceId, { script, timeoutMs: 20000 });
      await sandbox.close();
      console.log(JSON.stringify({ made: made.exitCode, ...result, uid: process.getuid() }));
    });`;
  const node = [process.execPath, '--require', 'tsx/cjs', '--eval', program];
  const argv = [...node, JSON.stringify([usrOverlay, wiring, plan, script])];
  const asNobody = ['--reuid=nobody', '--regid=nogroup', '--clear-groups', '--'];
  const { stdout } = await promisify(execFile)(
    process.getuid?.() === 0 ? 'setpriv' : 'env',
    process.getuid?.() === 0 ? [...asNobody, ...argv] : argv,
    { cwd: join(__dirname, '../../..'), env: { ...process.env, TSX_DISABLE_CACHE: '1' } },
  );
  const result: unknown = JSON.parse(stdout);
  expect(result).toMatchObject({ made: 0, exitCode: 0, stdout: expect.stringMatching(/works\ntried\n$/) });
  expect(result).toMatchObject({ stdout: expect.not.stringMatching(/^out$/m), uid: expect.any(Number) });
  expect(result).not.toMatchObject({ uid: 0 });
});
