/** What the probes' scripts say on hosts that lack a program, or have another by the same name. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probeOf } from './catalogue';
import type { Probe } from './probe';
import { probeScript, sentinelScript } from './script';
import { NONCE } from './script-output.fixture';
import { readScript } from './script-report';
import { wgetProbe } from './wget';

let dir: string;
let bin: string;
let temporary: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'programs-'));
  [bin, temporary] = [join(dir, 'bin'), join(dir, 'tmp')];
  mkdirSync(bin);
  mkdirSync(temporary);
  program('getent', 'echo "203.0.113.20    STREAM $2"');
  program('curl', `echo '*   Trying 203.0.113.20:443...' >&2; exit 28`);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function program(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

function run(script: string, path = `${bin}:/usr/bin:/bin`) {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script], {
    env: { PATH: path, TMPDIR: temporary },
    encoding: 'utf8',
    timeout: 20_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { exitCode: status, stdout, stderr, startedAt: '', finishedAt: '' };
  return { output, stderr, report: readScript({ stdout }) };
}

const step = {
  names: ['github.com'],
  command: "sh -c 'echo page >page'",
  product: 'test -s page',
  tools: ['sh'],
};
const parameters = { nonce: NONCE, timeoutMs: 1000, marker: true };

/** The search path of a host that has these programs beside those of the test, and no others. */
function only(...tools: readonly string[]): string {
  for (const tool of tools) program(tool, `exec $(PATH=/usr/bin:/bin command -v ${tool}) "$@"`);
  return bin;
}

const ORDINARY = ['sh', 'mktemp', 'rm', 'awk', 'tail', 'sed', 'test', 'true', 'sleep', 'cat'];
const BUSYBOX_TIMEOUT = `case $1 in -k) exec /usr/bin/timeout "$@";; -*) exit 1;; esac; exec /usr/bin/timeout "$@"`;

test('a timeout that knows no --foreground does without: names are looked up and markers sent', () => {
  program('timeout', BUSYBOX_TIMEOUT);
  const { report, stderr } = run(probeScript(step, parameters));
  expect(stderr).toBe('');
  expect([...report.addresses]).toEqual([['github.com', '203.0.113.20']]);
  expect(report.markers.get('github.com')).toEqual({ exitCode: 28, reached: 'nothing' });
  expect(report.clientExit).toBe(0);
});

test.each(['probe', 'sentinel'])(
  'a host with neither curl nor openssl sends no marker, and says so: %s',
  (kind) => {
    rmSync(join(bin, 'curl'));
    const path = only(...ORDINARY, 'timeout');
    const script =
      kind === 'probe'
        ? probeScript(step, parameters)
        : sentinelScript({ nonce: NONCE, names: ['github.com'], timeoutMs: 1000 });
    const { report } = run(script, path);
    expect(report.markers.get('github.com')).toEqual({ exitCode: 127, reached: 'unsent' });
    expect(report.complete).toBe(true);
  },
);

test('busybox’s wget is not taken for the one whose words are known', () => {
  program(
    'wget',
    'echo "wget: unrecognized option" >&2; echo "Don\'t validate the server\'s certificate" >&2; exit 1',
  );
  const probe = wgetProbe({ id: 'wget-kaggle', name: 'kaggle.com', path: '' });
  expect(probe.parse(run(probe.script(parameters)).output)).toEqual({
    kind: 'inconclusive',
    detail: 'the host has no GNU-wget',
  });
});

test.each<[string, Probe, readonly string[]]>([
  ['wget', wgetProbe({ id: 'w', name: 'kaggle.com', path: '' }), ['wget', 'timeout', 'getent']],
  ['git clone', probeOf('git-clone-github'), ['git', 'timeout', 'getent']],
  ['pip install', probeOf('pip-install-pypi'), ['python3', 'timeout', 'getent']],
])('%s on a host without a program that it needs is inconclusive, and names it', (_case, probe, needed) => {
  for (const gone of needed) {
    for (const tool of needed) rmSync(join(bin, tool), { force: true });
    for (const tool of needed.filter((one) => one !== gone)) program(tool, 'echo GNU Wget; exit 0');
    const { output } = run(probe.script(parameters), only(...ORDINARY));
    expect(probe.parse(output)).toEqual({ kind: 'inconclusive', detail: `the host has no ${gone}` });
  }
});
