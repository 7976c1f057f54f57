/** The scripts, run by the shells that hosts have, with clients of our own in the PATH. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { PROBES, probeOf } from './catalogue';
import { checkedName, checkedNonce, markerName } from './dns-name';
import { probeScript, sentinelScript, type ClientStep } from './script';
import { NONCE } from './script-output.fixture';
import { readScript, type Reached } from './script-report';

let dir: string;
let bin: string;
let temporary: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'script-'));
  [bin, temporary] = [join(dir, 'bin'), join(dir, 'tmp')];
  mkdirSync(bin);
  mkdirSync(temporary);
  program('getent', 'echo "203.0.113.20    STREAM $2"');
  program('curl', `echo "$@" >>${dir}/curl.calls; echo '*   Trying 203.0.113.20:443...' >&2; exit 28`);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function program(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

const environment = () => ({ PATH: `${bin}:/usr/bin:/bin`, TMPDIR: temporary });

function run(script: string, shell = '/bin/sh') {
  const { status, stdout, stderr } = spawnSync(shell, ['-c', script], {
    env: environment(),
    encoding: 'utf8',
    timeout: 20_000,
    // With a socket as its input, bash takes itself for a remote shell and reads its start-up files.
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { exitCode: status, stdout, stderr, report: readScript({ stdout }) };
}

const step = (shellCommand: string, product = 'test -s page'): ClientStep => ({
  names: ['github.com'],
  command: `sh -c '${shellCommand.replaceAll("'", String.raw`'\''`)}'`,
  product,
  tools: ['sh'],
});
const parameters = { nonce: NONCE, timeoutMs: 1000, marker: true };

test.each(['/bin/sh', '/bin/bash'])('%s reports a client that works, and nothing stays', (shell) => {
  const { report, exitCode, stderr } = run(
    probeScript(step(`echo "it's done"; echo page >page`), parameters),
    shell,
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(report).toMatchObject({
    clientExit: 0,
    productThere: true,
    missingTool: null,
    clientText: "it's done",
    complete: true,
  });
  expect([...report.addresses]).toEqual([['github.com', '203.0.113.20']]);
  expect(readdirSync(temporary)).toEqual([]);
});

test('a client that fails leaves its exit code and its words, and no product', () => {
  const { report } = run(probeScript(step('echo no >&2; exit 4'), parameters));
  expect(report).toMatchObject({ clientExit: 4, productThere: false, clientText: 'no', complete: true });
});

test('a product of before or of elsewhere does not count', () => {
  const { report } = run(probeScript(step('exit 1', 'true'), parameters));
  expect(report).toMatchObject({ clientExit: 1, productThere: false });
});

test('the bound ends a client that hangs, its children too', () => {
  program('hang', `echo hanging; sleep 30 & echo $! >${dir}/child; trap '' TERM; wait; sleep 30`);
  const startedAt = Date.now();
  const { report } = run(probeScript({ ...step(''), command: 'hang' }, parameters));
  expect(Date.now() - startedAt).toBeLessThan(5000);
  expect(report).toMatchObject({ clientExit: 137, clientText: 'hanging', complete: true });
  expect(isRunning(Number(readFileSync(join(dir, 'child'), 'utf8')))).toBe(false);
  expect(readdirSync(temporary)).toEqual([]);
});

function isRunning(pid: number): boolean {
  const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : 'State: Z';
  return !/^State:\s+Z/m.test(status);
}

test('a missing tool is reported and nothing is tried', () => {
  const { report } = run(probeScript({ ...step('true'), tools: ['sh', 'no-such-client'] }, parameters));
  expect(report).toMatchObject({ missingTool: 'no-such-client', clientExit: null, complete: false });
  expect(existsSync(join(dir, 'curl.calls'))).toBe(false);
});

test('a client that prints frames of ours, whole or in the middle of a line, is only quoted', () => {
  const forged = `@studio-egress ${NONCE} client 0`;
  const { report } = run(probeScript(step(`printf '%s\\n%s' '${forged}' '${forged}'; exit 4`), parameters));
  expect(report).toMatchObject({ clientExit: 4, clientText: `${forged}\n${forged}` });
});

test('long output is cut at its beginning, and the frames survive', () => {
  const { report, stdout } = run(
    probeScript(step('yes "" | head -n 100000; echo the end; exit 1'), parameters),
  );
  expect(report).toMatchObject({ clientExit: 1, complete: true });
  expect(report.clientText).toMatch(/the end$/);
  // What SSM hands over of a command's output (GetCommandInvocation, API reference).
  expect(stdout.length).toBeLessThan(24_000);
});

test('the marker connects to the name’s address with a server name that holds the nonce', () => {
  run(probeScript(step('true'), parameters));
  const marker = `n${NONCE}.github.com`;
  expect(readFileSync(join(dir, 'curl.calls'), 'utf8').trim().split('\n')).toEqual([
    expect.stringContaining(`--max-time 1 --resolve ${marker}:443:203.0.113.20 https://${marker}/`),
  ]);
});

test('a control run sends no marker', () => {
  const { report } = run(probeScript(step('true'), { ...parameters, marker: false }));
  expect(existsSync(join(dir, 'curl.calls'))).toBe(false);
  expect(report.markers.size).toBe(0);
  expect(report.addresses.get('github.com')).toBe('203.0.113.20');
});

const TRACES: readonly (readonly [string, string, number, Reached])[] = [
  ['a completed handshake', '* Connected to x\n* TLSv1.3 (OUT), TLS handshake, Finished (20):', 0, 'tls'],
  ['a silent server', '* Connected to x (1.2.3.4) port 443 (#0)\n* ALPN: offers h2,http/1.1', 28, 'tcp'],
  ['a newer curl and a silent server', '*   Trying 1.2.3.4:443...\n* ALPN: curl offers h2', 28, 'tcp'],
  ['a reset', '* Connected to x\n* Recv failure: Connection reset by peer', 35, 'tcp'],
  ['no answer to SYN', '*   Trying 1.2.3.4:443...\n* Connection timed out', 28, 'nothing'],
  [
    'a refusal',
    '*   Trying 1.2.3.4:443...\n* connect to 1.2.3.4 port 443 failed: Connection refused',
    7,
    'refused',
  ],
  [
    'no route',
    '*   Trying 1.2.3.4:443...\n* Immediate connect fail: Network is unreachable',
    7,
    'unreachable',
  ],
  ['words not known', 'curl: option --resolve: is unknown', 2, 'unknown'],
];

test.each(TRACES)('the marker tells how far it came: %s', (_case, trace, exit, reached) => {
  writeFileSync(join(dir, 'trace'), trace);
  program('curl', `cat ${dir}/trace >&2; exit ${exit}`);
  const { report } = run(probeScript(step('true'), parameters));
  expect(report.markers.get('github.com')).toEqual({ exitCode: exit, reached });
});

test('a name without an address has no marker', () => {
  program('getent', 'exit 2');
  const { report } = run(probeScript(step('true'), parameters));
  expect(report.addresses.get('github.com')).toBeNull();
  expect(report.markers.get('github.com')?.reached).toBe('unresolved');
});

test('told to end, the script takes its client and its folder with it', async () => {
  program('hang', `echo $$ >${dir}/child; exec sleep 30`);
  const child = spawn('/bin/sh', ['-c', probeScript(step('hang'), { ...parameters, timeoutMs: 20_000 })], {
    env: environment(),
    stdio: 'ignore',
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  while (!existsSync(join(dir, 'child'))) await sleep(20);
  await sleep(50);
  child.kill('SIGTERM');
  expect(await ended).toBe(143);
  expect(isRunning(Number(readFileSync(join(dir, 'child'), 'utf8')))).toBe(false);
  expect(readdirSync(temporary)).toEqual([]);
});

test('a script whose reader is gone leaves no folder', async () => {
  const child = spawn('/bin/sh', ['-c', probeScript(step('sleep 0.3'), parameters)], { env: environment() });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdout.destroy();
  await ended;
  expect(readdirSync(temporary)).toEqual([]);
});

test('a sentinel connects under every name it is given, at once', () => {
  const { report, exitCode } = run(
    sentinelScript({ nonce: NONCE, names: ['example.com', 'github.com'], timeoutMs: 1000 }),
  );
  expect(exitCode).toBe(0);
  expect([...report.markers.keys()].sort()).toEqual(['example.com', 'github.com']);
  expect(report.complete).toBe(true);
});

test('every probe of the catalogue is a script that both shells can read', () => {
  for (const probe of PROBES) {
    const script = probe.script(parameters);
    for (const shell of ['/bin/sh', '/bin/bash'])
      expect(spawnSync(shell, ['-n', '-c', script], { encoding: 'utf8' }).stderr).toBe('');
  }
});

test('only plain DNS names come into a script', () => {
  for (const name of ['kaggle.com', 'a-b.c1.example', 'xn--bcher-kva.example'])
    expect(checkedName(name)).toBe(name);
  for (const name of [
    'com',
    '-a.com',
    'a-.com',
    'A.com',
    'a..com',
    'a.com.',
    'a_b.com',
    '$(id).com',
    `${'a'.repeat(64)}.com`,
  ])
    expect(() => checkedName(name)).toThrow(RangeError);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const name = `${text}.com`;
      try {
        expect(checkedName(name)).toMatch(/^[a-z0-9.-]+$/);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});

test('a marker of the longest name is still a name', () => {
  const name = Array.from({ length: 60 }, () => 'abc')
    .join('.')
    .slice(0, 219);
  const marker = markerName(checkedNonce('n'.repeat(32)), checkedName(name));
  expect(marker.length).toBeLessThanOrEqual(253);
  expect(() => checkedName(`${name}.abc`)).toThrow(RangeError);
});

test.each(['short', 'UPPERCASE1', 'with space', 'a'.repeat(33), "';rm -rf /"])('no nonce: %s', (nonce) => {
  expect(() => probeScript(step('true'), { ...parameters, nonce })).toThrow(RangeError);
  expect(() => sentinelScript({ nonce, names: ['example.com'], timeoutMs: 1 })).toThrow(RangeError);
});

test('a probe is found by its id, and any DNS name has a wget of its own', () => {
  for (const probe of PROBES) expect(probeOf(probe.id)).toBe(probe);
  expect(probeOf('wget-docs.python.org')).toMatchObject({
    id: 'wget-docs.python.org',
    title: 'wget https://docs.python.org',
    names: ['docs.python.org'],
  });
  for (const id of ['wget-', 'wget-a;b.com', 'nmap', 'wget-.kaggle.com'])
    expect(() => probeOf(id)).toThrow(RangeError);
});
