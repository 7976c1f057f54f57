/**
 * Fetching distribution packages without root and without touching the system: apt with folders of its own and
 * the machine's own sources, verified by apt's own signatures, unpacked by dpkg into a folder (facts: apt.conf(5),
 * apt-get(8); measured on Debian 12 as root and as an ordinary user).
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  AptSourcesError,
  formatSources,
  parseDeb822,
  parseOneLine,
  toolSources,
  type AptSource,
  type Distribution,
} from './apt-sources';

const run = promisify(execFile);

/** What failed while the tools were made ready, and what the reader can do about it. */
export class ToolsError extends Error {
  override readonly name = 'ToolsError';
}

const UPDATE_TIMEOUT_MS = 180_000;
const DOWNLOAD_TIMEOUT_MS = 300_000;
const UNPACK_TIMEOUT_MS = 60_000;

export interface FetchOptions {
  readonly packages: readonly string[];
  /** An empty folder to work in; the unpacked tree is `<folder>/rootfs`, everything else in it is working space. */
  readonly folder: string;
  readonly onProgress: (text: string) => void;
}

/** Download the packages and what they need that this machine lacks, and unpack them. Returns the package files' names. */
export async function fetchPackages({
  packages,
  folder,
  onProgress,
}: FetchOptions): Promise<readonly string[]> {
  const distribution = await readDistribution();
  const config = await writeAptConfiguration(folder, await machineSources(distribution));
  const apt = async (argv: readonly string[], timeoutMs: number): Promise<string> => {
    const { stdout, stderr } = await run('apt-get', ['-q', '-c', config, ...argv], {
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: 16 * 1024 * 1024,
      env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    });
    return stdout + stderr;
  };
  onProgress(`reading the package lists of ${distribution.id} ${distribution.codename}`);
  // A source that cannot be reached need not matter: whether the packages are to be had is decided below.
  const update = await apt(['update'], UPDATE_TIMEOUT_MS).catch(outputOf);
  onProgress(`downloading ${packages.join(', ')} and what they need`);
  try {
    const argv = ['-y', '--no-install-recommends', '--download-only', 'install', ...packages];
    await apt(argv, DOWNLOAD_TIMEOUT_MS);
  } catch (error) {
    throw new ToolsError(
      `apt could not fetch ${packages.join(', ')} for ${distribution.id} ${distribution.codename}:\n` +
        `${lastLines(update)}\n${lastLines(outputOf(error))}\n` +
        'Check that the package mirror of this machine can be reached, or install these packages yourself.',
      { cause: error },
    );
  }
  const archives = path.join(folder, 'archives');
  const files = (await readdir(archives)).filter((name) => name.endsWith('.deb')).sort();
  if (files.length === 0) {
    throw new ToolsError(
      `apt downloaded nothing for ${packages.join(', ')}: it takes them for installed, but their programs are missing. ` +
        `Repair them with: apt-get install --reinstall ${packages.join(' ')}`,
    );
  }
  onProgress(`unpacking ${files.length} packages`);
  await unpack(
    files.map((name) => path.join(archives, name)),
    path.join(folder, 'rootfs'),
  );
  return files;
}

async function readDistribution(): Promise<Distribution> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const field = (name: string): string => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  const distribution = { id: field('ID'), codename: field('VERSION_CODENAME') };
  if (!['debian', 'ubuntu'].includes(distribution.id) || distribution.codename === '') {
    throw new ToolsError(
      `the lab's tools are fetched on Debian and Ubuntu only, and this is ${field('PRETTY_NAME') || 'neither'}: ` +
        'install Suricata 7, nftables, iptables (nft), iproute2, util-linux, git, curl, wget, python3 with pip, openssl and ping',
    );
  }
  return distribution;
}

async function machineSources(distribution: Distribution): Promise<AptSource[]> {
  const parts = '/etc/apt/sources.list.d';
  const inParts = await readdir(parts).catch(() => []);
  const files = [
    '/etc/apt/sources.list',
    ...inParts.toSorted((one, other) => one.localeCompare(other)).map((name) => path.join(parts, name)),
  ];
  const sources: AptSource[] = [];
  for (const file of files) {
    if (!/\.(list|sources)$/.test(file)) continue;
    const text = await readFile(file, 'utf8').catch(() => '');
    sources.push(...(file.endsWith('.sources') ? parseDeb822(text, file) : parseOneLine(text, file)));
  }
  try {
    return toolSources(sources, distribution);
  } catch (error) {
    if (!(error instanceof AptSourcesError)) throw error;
    throw new ToolsError(`${error.message}: add it to ${parts}, or install the lab's tools yourself`, {
      cause: error,
    });
  }
}

/** Write apt's configuration, sources and folders; returns the configuration's path. */
async function writeAptConfiguration(folder: string, sources: readonly AptSource[]): Promise<string> {
  for (const name of ['sources', 'preferences', 'lists/partial', 'archives/partial', 'cache']) {
    await mkdir(path.join(folder, name), { recursive: true });
  }
  await writeFile(path.join(folder, 'sources', 'machine.sources'), formatSources(sources));
  // Debian 12's own Suricata is 6.0; nothing else is to come from backports.
  const pin = (name: string): string =>
    `Package: ${name}\nPin: release n=bookworm-backports\nPin-Priority: 990\n`;
  await writeFile(path.join(folder, 'preferences', 'suricata'), [pin('suricata'), pin('libhtp2')].join('\n'));
  const at = (name: string): string => JSON.stringify(path.join(folder, name));
  const config = path.join(folder, 'apt.conf');
  await writeFile(
    config,
    [
      // The machine's hooks (cache cleaning, desktop notifications) are for changes of the system: none happens here.
      ...['Pre-Invoke', 'Post-Invoke', 'Post-Invoke-Success'].map((hook) => `#clear APT::Update::${hook};`),
      ...['Pre-Invoke', 'Post-Invoke', 'Pre-Install-Pkgs'].map((hook) => `#clear DPkg::${hook};`),
      'Dir::Etc::SourceList "/dev/null";',
      `Dir::Etc::SourceParts ${at('sources')};`,
      'Dir::Etc::Preferences "/dev/null";',
      `Dir::Etc::PreferencesParts ${at('preferences')};`,
      `Dir::State ${at('cache')};`,
      `Dir::State::Lists ${at('lists')};`,
      'Dir::State::status "/var/lib/dpkg/status";',
      `Dir::Cache ${at('cache')};`,
      `Dir::Cache::archives ${at('archives')};`,
      'Dir::Log "/dev/null";',
      'Debug::NoLocking "true";',
      'APT::Sandbox::User "";',
      'APT::Keep-Downloaded-Packages "true";',
      'APT::Get::AllowUnauthenticated "false";',
      'Acquire::AllowInsecureRepositories "false";',
      'Acquire::Languages "none";',
      'Acquire::Retries "2";',
      'Acquire::http::Timeout "30";',
      'Acquire::https::Timeout "30";',
      '',
    ].join('\n'),
  );
  return config;
}

async function unpack(archives: readonly string[], rootfs: string): Promise<void> {
  await mkdir(path.join(rootfs, 'usr'), { recursive: true });
  for (const archive of archives) {
    await run('dpkg', ['-x', archive, rootfs], { timeout: UNPACK_TIMEOUT_MS, killSignal: 'SIGKILL' });
  }
  // Packages of before the merged /usr still ship /bin, /sbin and /lib; only usr/ is laid over the system's.
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    const old = path.join(rootfs, name);
    await cp(old, path.join(rootfs, 'usr', name), { recursive: true, verbatimSymlinks: true }).catch(
      ignoreMissing,
    );
    await rm(old, { recursive: true, force: true });
  }
}

/** By its code alone: under Jest, Node's own errors are of another realm's Error class. */
function ignoreMissing(error: unknown): void {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  if (code !== 'ENOENT') throw error;
}

/** What a program that failed had said, or why it was ended. */
function outputOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('killed' in error && error.killed === true) return `E: ended after its time limit: ${error.message}`;
  const said = ['stdout', 'stderr'].map((name) =>
    String(Object.getOwnPropertyDescriptor(error, name)?.value ?? ''),
  );
  return said.join('').trim() || `E: ${error.message}`;
}

const lastLines = (text: string): string =>
  text
    .trim()
    .split('\n')
    .filter((line) => /^[EW]:|^Err/.test(line))
    .slice(-8)
    .join('\n');
