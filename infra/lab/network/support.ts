/** Whether this machine can carry the lab's network: tried for real, so that the answer names what is missing. */
import { readFile } from 'node:fs/promises';
import { settingsScript, queueScript } from './namespace-settings';
import type { NetworkSupport } from './network';
import type { LabTools } from './packages';
import { openSandbox, SandboxError, type Sandbox } from './sandbox';

const timeoutMs = 10_000;

export interface NetworkSupportOptions {
  /** The lab's programs, once they are there; without them nftables and the engine's queue are not tried. */
  readonly tools?: LabTools;
}

/**
 * Open a sandbox, make two namespaces with a link, and, with tools, rules and a queue; takes about 100 ms and leaves
 * nothing. Never rejects: what goes wrong is what is missing.
 */
export async function findNetworkSupport({ tools }: NetworkSupportOptions = {}): Promise<NetworkSupport> {
  if (process.platform !== 'linux') {
    return {
      status: 'unsupported',
      missing: [`Linux: this is ${process.platform}, which has no network namespaces`],
    };
  }
  let sandbox: Sandbox;
  try {
    sandbox = await openSandbox({ usrOverlay: tools?.usrOverlay ?? null });
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    return { status: 'unsupported', missing: [`${error.message}; ${await namespaceAdvice()}`] };
  }
  try {
    const missing = await missingParts(sandbox, tools !== undefined);
    if (missing.length > 0) return { status: 'unsupported', missing };
    return { status: 'supported', how: sandbox.how };
  } finally {
    await sandbox.close();
  }
}

interface Trial {
  readonly script: string;
  /** What is missing when the script fails, and what to do. */
  readonly advice: string;
}

const trials: readonly Trial[] = [
  {
    script: `ip -batch - <<'END'
netns add try-a
netns add try-b
link add try0 netns try-a type veth peer name try1 netns try-b
END`,
    advice: 'network namespaces with veth links: load the kernel module veth (`modprobe veth`)',
  },
  {
    script: `nsenter --net=/run/netns/try-a /bin/sh -e <<'END'
${settingsScript({ forwards: true })}
END`,
    advice:
      'kernel settings per network namespace: /proc/sys/net must be writable, which some containers forbid',
  },
];

const trialsWithTools: readonly Trial[] = [
  {
    script: `nsenter --net=/run/netns/try-a nft 'add table ip try
add chain ip try nat { type nat hook postrouting priority srcnat; }
add rule ip try nat ct state new snat to 192.0.2.1'`,
    advice: 'nftables with connection tracking: load the kernel modules nf_tables and nft_nat',
  },
  {
    script: `nsenter --net=/run/netns/try-b /bin/sh -e <<'END'
${queueScript}
END`,
    advice:
      'a netfilter queue for the firewall engine: load the kernel module nfnetlink_queue, with nft_queue or xt_NFQUEUE',
  },
];

/** What the first trial that fails shows to be missing; what comes after it would fail for the same reason. */
async function missingParts(sandbox: Sandbox, withTools: boolean): Promise<readonly string[]> {
  const all = [...trials, ...(withTools ? trialsWithTools : [])];
  const stdin = all.map(({ script }) => `echo trial\n${script}\n`).join('');
  const { exitCode, stdout, stderr } = await sandbox.exec(['/bin/sh', '-e', '-s'], { stdin, timeoutMs });
  if (exitCode === 0) return [];
  const begun = stdout.split('\n').filter((line) => line === 'trial').length;
  return [`${all[begun - 1]?.advice ?? 'a shell that runs there'} (${stderr.trim()})`];
}

/** Distributions restrict namespaces for ordinary users each in their own way. */
async function namespaceAdvice(): Promise<string> {
  const settings = [
    { file: 'kernel/apparmor_restrict_unprivileged_userns', closed: '1', open: '0' },
    { file: 'kernel/unprivileged_userns_clone', closed: '0', open: '1' },
    { file: 'user/max_user_namespaces', closed: '0', open: '15000' },
  ];
  for (const { file, closed, open } of settings) {
    const value = await readFile(`/proc/sys/${file}`, 'utf8').catch(() => null);
    if (value?.trim() === closed) {
      const name = file.replace('/', '.');
      return `${name} is ${closed}: allow user namespaces with \`sudo sysctl ${name}=${open}\`, or run as root`;
    }
  }
  return 'run as root, or in a container with --privileged, since this machine lets ordinary users make no namespaces';
}
