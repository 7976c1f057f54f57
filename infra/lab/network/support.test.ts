import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureTools } from './packages';
import { findNetworkSupport } from './support';

const run = promisify(execFile);
const projectRoot = join(__dirname, '../../..');

test('this machine can carry the network, with and without the tools at hand', async () => {
  const tools = await ensureTools({ cacheDir: join(projectRoot, '.cache/engine') });
  const how = expect.stringMatching(/^(user-namespace|root)$/);
  expect(await findNetworkSupport()).toEqual({ status: 'supported', how });
  expect(await findNetworkSupport({ tools })).toEqual({ status: 'supported', how });
}, 120_000);

const withoutPowers = 'setpriv --bounding-set -all --inh-caps -all --ambient-caps -all';

/** A command of Node's where the kernel allows no further user namespaces, with or without privileges of its own. */
async function withoutUserNamespaces(restrict: string, argv: readonly string[]): Promise<string> {
  const script = `echo 0 >/proc/sys/user/max_user_namespaces; exec ${restrict} "$0" "$@"`;
  const namespace = ['--user', '--map-root-user', '--', '/bin/sh', '-c', script, process.execPath];
  const { stdout } = await run('unshare', [...namespace, ...argv], {
    cwd: projectRoot,
    env: { ...process.env, TSX_DISABLE_CACHE: '1' },
  });
  return stdout;
}

const program = `require('./infra/lab/network/support.ts').findNetworkSupport()
  .then((support) => console.log(JSON.stringify(support)));`;
const findSupport = ['--require', 'tsx/cjs', '--eval', program];

test('root carries it without user namespaces', async () => {
  const stdout = await withoutUserNamespaces('', findSupport);
  expect(JSON.parse(stdout)).toEqual({ status: 'supported', how: 'root' });
}, 20_000);

const wayOut =
  /user\.max_user_namespaces is 0: allow user namespaces with `sudo sysctl user\.max_user_namespaces=\d+`, or run as root$/;

test('where neither is possible, the answer names the setting and the way out', async () => {
  const stdout = await withoutUserNamespaces(withoutPowers, findSupport);
  expect(JSON.parse(stdout)).toEqual({ status: 'unsupported', missing: [expect.stringMatching(wayOut)] });
}, 20_000);

test('the configuration is judged there all the same, and what probes would show is unknown', async () => {
  const out = mkdtempSync(join(tmpdir(), 'unsupported-'));
  try {
    const verify = ['bin/studio-egress.js', 'verify', '--suite', 'egress,dns', '--out', out];
    const failed: unknown = await withoutUserNamespaces(withoutPowers, verify).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ code: 2 });
    const { findings }: { findings: { check: string; outcome: string; because: string }[] } = JSON.parse(
      readFileSync(join(out, 'evidence.json'), 'utf8'),
    );
    const live = findings.filter(({ check }) => check.startsWith('egress/'));
    const configured = findings.filter(({ check }) => check.startsWith('dns/'));
    expect(live.map(({ outcome }) => outcome)).toEqual(live.map(() => 'unknown'));
    for (const { because } of live) expect(because).toMatch(wayOut);
    expect([...new Set(configured.map(({ outcome }) => outcome))]).toEqual(['pass']);
    expect(live.length).toBeGreaterThan(0);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}, 60_000);
