/**
 * The programs the lab is made of. Where the system has them all, they are used as they are; what is missing is
 * fetched once into a folder of the project, from which the sandbox lays it over /usr. The system is never touched.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, constants, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { fetchPackages, ToolsError } from './package-fetch';

export { ToolsError };

const run = promisify(execFile);

export interface LabTools {
  /** A folder whose `usr/` is to be laid over /usr, or null where the system has everything. */
  readonly usrOverlay: string | null;
  /** By program: its version as it says it itself, or `present` where the lab does not depend on the version. */
  readonly versions: Readonly<Record<string, string>>;
}

export interface EnsureToolsOptions {
  /** Folder of the project, owned by the caller, kept between runs. */
  readonly cacheDir: string;
  readonly onProgress?: (text: string) => void;
}

interface Tool {
  readonly name: string;
  /** Files below /usr that must all be there. */
  readonly files: readonly string[];
  readonly package: string;
}

const TOOLS: readonly Tool[] = [
  { name: 'suricata', files: ['bin/suricata'], package: 'suricata' },
  { name: 'nft', files: ['sbin/nft'], package: 'nftables' },
  { name: 'iptables', files: ['sbin/iptables-nft', 'sbin/iptables-legacy'], package: 'iptables' },
  { name: 'ip', files: ['sbin/ip'], package: 'iproute2' },
  { name: 'ping', files: ['bin/ping'], package: 'iputils-ping' },
  { name: 'wget', files: ['bin/wget'], package: 'wget' },
  { name: 'curl', files: ['bin/curl'], package: 'curl' },
  { name: 'git', files: ['bin/git', 'lib/git-core/git-remote-https'], package: 'git' },
  { name: 'pip', files: ['bin/python3', 'lib/python3/dist-packages/pip'], package: 'python3-pip' },
  { name: 'openssl', files: ['bin/openssl'], package: 'openssl' },
  { name: 'unshare', files: ['bin/unshare', 'bin/nsenter', 'bin/flock'], package: 'util-linux' },
];

/** The engine's version as AWS runs it: Network Firewall moved to Suricata 7.0 in November 2024 (facts: NFW developer guide, stateful-rule-groups-ips). */
const SURICATA = /\b7\.\d+\.\d+/;
const LOCK_TIMEOUT_MS = 600_000;
const OLD_ROOTFS_MS = 24 * 3_600_000;

interface Stamp {
  /** Folder below the cache folder. */
  readonly rootfs: string;
  readonly packages: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  /** What the packages were chosen against: the system's package state and the list of tools. */
  readonly system: string;
}

/**
 * Make the lab's programs available: at once when the system or the cache has them (a cached check is a few file
 * look-ups), else by fetching what is missing, which takes some seconds and says so through `onProgress`.
 * Safe to run many times at once. Throws ToolsError.
 */
export async function ensureTools({
  cacheDir,
  onProgress = () => {},
}: EnsureToolsOptions): Promise<LabTools> {
  const system = await systemMark();
  const cached = await readStamp(cacheDir, system);
  if (cached !== null) return cached;
  const missing = await missingTools();
  if (missing.length === 0) return { usrOverlay: null, versions: await readVersions(null) };
  await mkdir(cacheDir, { recursive: true }).catch((error: Error) => {
    throw new ToolsError(`cannot write the tool cache ${cacheDir}: ${error.message}`, { cause: error });
  });
  const lock = await takeLock(path.join(cacheDir, 'lock'), onProgress);
  try {
    return (await readStamp(cacheDir, system)) ?? (await fetchInto(cacheDir, missing, system, onProgress));
  } finally {
    await lock.release();
  }
}

async function fetchInto(
  cacheDir: string,
  missing: readonly Tool[],
  system: string,
  onProgress: (text: string) => void,
): Promise<LabTools> {
  await removeOld(cacheDir);
  const work = path.join(cacheDir, `fetch-${process.pid}`);
  await mkdir(work, { recursive: true });
  try {
    const packages = await fetchPackages({
      packages: [...new Set(missing.map((tool) => tool.package))],
      folder: work,
      onProgress,
    });
    const fetched = path.join(work, 'rootfs');
    const stillMissing = await missingTools(fetched);
    if (stillMissing.length > 0) {
      throw new ToolsError(
        `the packages fetched do not hold ${stillMissing.map((tool) => tool.name).join(', ')}`,
      );
    }
    const versions = await readVersions(fetched);
    const rootfs = `rootfs-${Date.now().toString(36)}-${process.pid}`;
    await rename(fetched, path.join(cacheDir, rootfs));
    const stamp: Stamp = { rootfs, packages, versions, system };
    await writeFile(path.join(work, 'stamp.json'), `${JSON.stringify(stamp, null, 2)}\n`);
    await rename(path.join(work, 'stamp.json'), path.join(cacheDir, 'stamp.json'));
    return { usrOverlay: path.join(cacheDir, rootfs), versions };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** What an earlier run left when it was killed, and trees that no run can still be using. Called under the lock. */
async function removeOld(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    const folder = path.join(cacheDir, name);
    const isOldTree = name.startsWith('rootfs-') && Date.now() - (await stat(folder)).mtimeMs > OLD_ROOTFS_MS;
    if (name.startsWith('fetch-') || isOldTree) await rm(folder, { recursive: true, force: true });
  }
}

async function readStamp(cacheDir: string, system: string): Promise<LabTools | null> {
  const text = await readFile(path.join(cacheDir, 'stamp.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  const stamp = parseStamp(text);
  if (stamp === null || stamp.system !== system) return null;
  const usrOverlay = path.join(cacheDir, path.basename(stamp.rootfs));
  return (await missingTools(usrOverlay)).length === 0 ? { usrOverlay, versions: stamp.versions } : null;
}

/** A stamp that was not written by this version is no stamp. */
function parseStamp(text: string): Pick<Stamp, 'rootfs' | 'system' | 'versions'> | null {
  try {
    const { rootfs, system, versions }: Partial<Record<keyof Stamp, unknown>> = Object(JSON.parse(text));
    if (typeof rootfs !== 'string' || typeof system !== 'string') return null;
    const named = Object.entries(Object(versions)).map(([name, version]) => [name, String(version)] as const);
    return { rootfs, system, versions: Object.fromEntries(named) };
  } catch {
    return null;
  }
}

/** Changes when packages are installed, upgraded or removed, so that libraries fetched beside them may no longer fit. */
async function systemMark(): Promise<string> {
  const status = await stat('/var/lib/dpkg/status').catch(() => null);
  const mark = JSON.stringify([status?.mtimeMs ?? null, status?.size ?? null, process.arch, TOOLS]);
  return createHash('sha256').update(mark).digest('hex').slice(0, 16);
}

async function missingTools(rootfs: string | null = null): Promise<Tool[]> {
  const roots = rootfs === null ? ['/usr'] : [path.join(rootfs, 'usr'), '/usr'];
  const there = async (file: string): Promise<boolean> => {
    for (const root of roots) {
      for (const place of [file, file.replace(/^sbin\//, 'bin/')]) {
        const found = await access(path.join(root, place), constants.R_OK).then(
          () => true,
          () => false,
        );
        if (found) return true;
      }
    }
    return false;
  };
  const missing: Tool[] = [];
  for (const tool of TOOLS) {
    const files = await Promise.all(tool.files.map(there));
    if (files.includes(false)) missing.push(tool);
  }
  const suricata = TOOLS[0];
  if (rootfs === null && suricata !== undefined && !missing.includes(suricata)) {
    const { stdout } = await run('/usr/bin/suricata', ['-V'], { timeout: 10_000 }).catch(() => ({
      stdout: '',
    }));
    if (!SURICATA.test(stdout)) missing.unshift(suricata);
  }
  return missing;
}

/** Run each program whose version matters, with the fetched libraries, which also shows that it starts. */
async function readVersions(rootfs: string | null): Promise<Record<string, string>> {
  const usr = rootfs === null ? '/usr' : path.join(rootfs, 'usr');
  const libraries = rootfs === null ? [] : await libraryFolders(usr);
  const versionOf = async (file: string, argument: string): Promise<string> => {
    const own = await access(path.join(usr, file)).then(
      () => true,
      () => false,
    );
    const program = path.join(own ? usr : '/usr', file);
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LD_LIBRARY_PATH: libraries.join(':') };
    const { stdout } = await run(program, [argument], { timeout: 10_000, env }).catch((error: Error) => {
      throw new ToolsError(`${program} does not start: ${error.message.trim()}`, { cause: error });
    });
    return /\d+(\.\d+)+/.exec(stdout)?.[0] ?? 'present';
  };
  const versions: Record<string, string> = Object.fromEntries(TOOLS.map((tool) => [tool.name, 'present']));
  for (const [name, file, argument] of [
    ['suricata', 'bin/suricata', '-V'],
    ['nft', 'sbin/nft', '--version'],
    ['iptables', 'sbin/iptables-nft', '--version'],
  ] as const) {
    versions[name] = await versionOf(file, argument);
  }
  if (!SURICATA.test(versions['suricata'] ?? '')) {
    throw new ToolsError(
      `Suricata ${versions['suricata']} is what this distribution has; the lab needs 7.x, the version AWS Network Firewall runs: ` +
        "install it from the distribution's backports or use a newer release (Debian 12 or 13, Ubuntu 24.04)",
    );
  }
  return versions;
}

async function libraryFolders(usr: string): Promise<string[]> {
  const names = await readdir(path.join(usr, 'lib')).catch(() => []);
  return ['lib', ...names.filter((name) => name.includes('-linux-gnu')).map((name) => `lib/${name}`)].map(
    (name) => path.join(usr, name),
  );
}

interface Lock {
  release(): Promise<void>;
}

/**
 * The kernel's own lock, held by a child that ends when its standard input does: it is given back however this
 * process ends, so there is no stale lock to judge.
 */
async function takeLock(file: string, onProgress: (text: string) => void): Promise<Lock> {
  const seconds = String(LOCK_TIMEOUT_MS / 1000);
  const child = spawn('flock', ['--exclusive', '--timeout', seconds, file, 'sh', '-c', 'echo held; cat']);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const note = setTimeout(() => onProgress('waiting for another run that is fetching the same tools'), 500);
  try {
    await held(child, file);
  } finally {
    clearTimeout(note);
  }
  return {
    release: async () => {
      child.stdin?.end();
      await ended;
    },
  };
}

function held(child: ChildProcess, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let words = '';
    const fail = (why: string, cause?: Error): void =>
      reject(new ToolsError(`cannot lock ${file}: ${why}`, { cause }));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      words += text;
    });
    child.once('error', (error) => fail(error.message, error));
    child.once('close', () =>
      fail(words.trim() || `another run holds it for more than ${LOCK_TIMEOUT_MS / 1000} s`),
    );
    child.stdout?.once('data', () => resolve());
  });
}
