/** The lab's hosts: what SSM's agent would run on an instance runs here, in the instance's network namespace. */
import { mkdir, writeFile } from 'node:fs/promises';
import { posix } from 'node:path';
import type { HostCommand, HostCommandResult, Hosts } from '../vantage';
import { hostScript, unmade } from './host-script';
import type { HostPlan } from './plan';
import { collect, type Sandbox } from './sandbox';
import type { SandboxProcess } from './sandbox-process';

export interface HostsOptions {
  readonly sandbox: Sandbox;
  /** The certificate authority that hosts trust, PEM text. */
  readonly authority: string;
}

export interface LabHosts extends Hosts {
  /** Say which hosts there are now; commands that run already are not touched. */
  update(hosts: readonly HostPlan[]): Promise<void>;
}

/** Per stream, as a bound on what a wild command can make the verifier hold. */
const maxOutputBytes = 64 * 1024;
const lingerMs = 2_000;

interface Host {
  readonly plan: HostPlan;
  /** The folder with its files for /etc. */
  readonly etc: string;
}

/** No hosts yet; `update` names them. */
export async function noHosts({ sandbox, authority }: HostsOptions): Promise<LabHosts> {
  const own = posix.join(sandbox.dir, 'host');
  await mkdir(sandbox.hostPath(own), { recursive: true });
  let hosts = new Map<string, Host>();
  let written = 0;
  // Files that a running command may be reading are never written again: what changes gets a new folder.
  const made = async (plan: HostPlan): Promise<Host> => {
    const before = hosts.get(plan.instanceId);
    if (before && JSON.stringify(before.plan) === JSON.stringify(plan)) return before;
    const etc = posix.join(sandbox.dir, 'etc', `${plan.instanceId}-${written++}`);
    await writeEtc(sandbox.hostPath(etc), plan, authority);
    return { plan, etc };
  };
  return {
    reachable: () => [...hosts.keys()],
    update: async (plans) => {
      const next = await Promise.all(plans.map(made));
      hosts = new Map(next.map((host) => [host.plan.instanceId, host]));
    },
    run: async (instanceId, command) => {
      const host = hosts.get(instanceId);
      if (!host) {
        const others = [...hosts.keys()].join(', ') || 'none';
        throw new Error(`${instanceId} is no host of the lab's network; it has ${others}`);
      }
      const ownNamespaces = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--'];
      const argv = [...ownNamespaces, '/bin/sh', '-c', hostScript, 'host', own, host.etc];
      return bounded(sandbox.spawn(argv, { namespace: host.plan.namespace }), command);
    },
  };
}

/** Files that stand for the machine's own: none of its name servers, certificates, proxies may colour a result. */
async function writeEtc(
  folder: string,
  { nameServers, searchDomains }: HostPlan,
  authority: string,
): Promise<void> {
  const resolv = [
    ...(searchDomains.length > 0 ? [`search ${searchDomains.join(' ')}`] : []),
    ...nameServers.map((server) => `nameserver ${server}`),
    'options timeout:2 attempts:2',
    '',
  ];
  const files: Readonly<Record<string, string>> = {
    'resolv.conf': resolv.join('\n'),
    hosts: '127.0.0.1 localhost\n',
    'nsswitch.conf': 'hosts: files dns\n',
    'ssl/certs/ca-certificates.crt': authority,
    gitconfig: '',
    wgetrc: '',
    // Debian marks its Python as not to be installed into; the images that Studio hosts run do not.
    'pip.conf': '[install]\nbreak-system-packages = true\n',
  };
  await mkdir(posix.join(folder, 'ssl/certs'), { recursive: true });
  await Promise.all(
    Object.entries(files).map(async ([name, text]) => writeFile(posix.join(folder, name), text)),
  );
}

async function bounded(host: SandboxProcess, command: HostCommand): Promise<HostCommandResult> {
  const { script, timeoutMs, signal } = command;
  const limit = command.maxOutputBytes ?? maxOutputBytes;
  const stdout = collect(host.stdout, limit);
  const stderr = collect(host.stderr, limit);
  host.stdin.end(script);
  let expired = false;
  let timer: NodeJS.Timeout | undefined;
  const lost = new Promise<null>((resolve) => {
    const expire = (): void => {
      clearTimeout(timer);
      expired = true;
      // The command's namespace dies with it, so that nothing the script started outlives it, whatever it traps.
      host.kill();
      timer = setTimeout(resolve, lingerMs, null);
    };
    timer = setTimeout(expire, timeoutMs);
    if (signal?.aborted === true) expire();
    else signal?.addEventListener('abort', expire, { once: true });
  });
  const end = await Promise.race([host.ended, lost]);
  clearTimeout(timer);
  if (expired || end === null) return { exitCode: null, stdout: stdout(), stderr: stderr() };
  if (end.exitCode === null) throw new Error(`the host's command ${end.how}, from outside: ${stderr()}`);
  // Not the script's own failing, so it must not look like a client's.
  if (end.exitCode === unmade.exitCode && stderr().includes(unmade.words)) throw new Error(stderr().trim());
  return { exitCode: end.exitCode, stdout: stdout(), stderr: stderr() };
}
