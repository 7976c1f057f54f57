import { execFile } from 'node:child_process';
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

/** What the answer is where the kernel allows no further user namespaces, with or without privileges of its own. */
async function supportWithoutUserNamespaces(restrict: string): Promise<string> {
  const program = `require('./infra/lab/network/support.ts').findNetworkSupport()
    .then((support) => console.log(JSON.stringify(support)));`;
  const script = `echo 0 >/proc/sys/user/max_user_namespaces; exec ${restrict} "$0" --require tsx/cjs --eval "$1"`;
  const argv = ['--user', '--map-root-user', '--', '/bin/sh', '-c', script, process.execPath, program];
  const { stdout } = await run('unshare', argv, {
    cwd: projectRoot,
    env: { ...process.env, TSX_DISABLE_CACHE: '1' },
  });
  return stdout;
}

test('root carries it without user namespaces', async () => {
  expect(JSON.parse(await supportWithoutUserNamespaces(''))).toEqual({ status: 'supported', how: 'root' });
}, 20_000);

test('where neither is possible, the answer names the setting and the way out', async () => {
  const stdout = await supportWithoutUserNamespaces(
    'setpriv --bounding-set -all --inh-caps -all --ambient-caps -all',
  );
  expect(JSON.parse(stdout)).toEqual({
    status: 'unsupported',
    missing: [
      expect.stringMatching(
        /Operation not permitted; user\.max_user_namespaces is 0: allow user namespaces with `sudo sysctl user\.max_user_namespaces=\d+`, or run as root$/,
      ),
    ],
  });
}, 20_000);
