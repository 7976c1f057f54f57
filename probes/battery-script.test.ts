/** The battery's script, run by the shells that hosts have, with techniques and name servers of our own. */
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
import { flowShape } from '../infra/model/flow-shape';
import { batteryAddresses, readBattery } from './battery-report';
import { batteryBatches, batteryScript, batteryTimeoutMs, type BatteryItem } from './battery-script';

const NONCE = 'ba77e4f00d000000';
let dir: string;
let bin: string;
let temporary: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'battery-'));
  [bin, temporary] = [join(dir, 'bin'), join(dir, 'tmp')];
  mkdirSync(bin);
  mkdirSync(temporary);
  program(
    'getent',
    'case $2 in gone.example) exit 2;; inside.*) echo "10.1.2.3 STREAM";; sink.*) echo "127.0.0.1 STREAM";; *) echo "203.0.113.20    STREAM $2";; esac',
  );
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function program(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

/** A technique that runs this script; its result is what it printed. */
function item(id: string, script: string, ...to: readonly string[]): BatteryItem {
  const shape = flowShape({ transport: 'tcp', port: 443, application: null });
  const plan: BatteryItem['plan'] = {
    flows: to.map((name) => ({ shape, to: name })),
    script,
    parse: ({ exitCode, stdout }) => ({ kind: 'succeeded', detail: `${exitCode} ${stdout.trim()}` }),
  };
  const technique: BatteryItem['technique'] = {
    id,
    title: id,
    risk: 'none',
    closedBy: 'Nothing.',
    expect: 'denied',
    plan: () => plan,
  };
  return { technique, plan, nonce: '0123456789abcdef' };
}

const environment = () => ({ PATH: `${bin}:/usr/bin:/bin`, TMPDIR: temporary });
const options = { nonce: NONCE, timeoutMs: 1000 };

function run(
  items: readonly BatteryItem[],
  shell = '/bin/sh',
  addresses: ReadonlyMap<string, string> = new Map(),
) {
  const { status, stdout, stderr } = spawnSync(
    shell,
    ['-c', batteryScript(items, { ...options, addresses })],
    {
      env: environment(),
      encoding: 'utf8',
      timeout: 30_000,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const times = { startedAt: '2026-01-01T00:00:00.000Z', finishedAt: '2026-01-01T00:00:09.000Z' };
  const report = readBattery({ exitCode: status, stdout, stderr, ...times }, items, NONCE);
  return { stdout, stderr, report, result: (id: string) => report.get(id)?.result };
}

test.each(['/bin/sh', '/bin/bash'])(
  '%s runs all at once, each in a folder of its own, and nothing stays',
  (shell) => {
    const startedAt = Date.now();
    const { report, stderr } = run(
      [
        item(
          'one',
          'test "$PWD" = "$dir" && test -f "$SENDER" && ls -A; sleep 0.5; echo "it\'s \\one"',
          'kaggle.com',
        ),
        item(
          'other',
          'sleep 0.5; echo other >&2; exit 3',
          'gone.example',
          '192.0.2.1',
          '2001:db8::1',
          'resolver',
        ),
      ],
      shell,
    );
    expect(stderr).toBe('');
    expect(Date.now() - startedAt).toBeLessThan(5000);
    expect(report.get('one')).toMatchObject({
      result: { kind: 'succeeded', detail: "0 it's \\one" },
      flows: [{ address: '203.0.113.20' }],
    });
    expect(report.get('other')?.result.detail).toBe('3 other');
    const [gone, ipv4, ipv6] = report.get('other')?.flows.map(({ address }) => address) ?? [];
    expect([gone, ipv4, ipv6]).toEqual([null, '192.0.2.1', '2001:db8::1']);
    const { startedAt: began = '', finishedAt: ended = '' } = report.get('one') ?? {};
    expect(Math.abs(Date.parse(began) - startedAt)).toBeLessThan(5000);
    expect(Date.parse(ended) - Date.parse(began)).toBeGreaterThanOrEqual(500);
    expect(readdirSync(temporary)).toEqual([]);
  },
);

test('the sender finds the addresses that the report names', () => {
  const { result } = run([
    item('one', 'cat "${SENDER%/*}/addresses"; python3 -m py_compile "$SENDER"', 'kaggle.com'),
  ]);
  expect(result('one')).toEqual({ kind: 'succeeded', detail: '0 kaggle.com=203.0.113.20' });
});

test('a name that the host cannot look up is tried where it leads elsewhere, and the report says so', () => {
  const items = [item('one', 'cat "${SENDER%/*}/addresses"', 'gone.example', 'kaggle.com')];
  const addresses = new Map([
    ['gone.example', '203.0.113.99'],
    ['kaggle.com', '203.0.113.98'],
  ]);
  const { report, stdout } = run(items, '/bin/sh', addresses);
  expect(report.get('one')?.result.detail).toBe(
    'gone.example has no public address here, so it was sent to the one that it has elsewhere; 0 gone.example=203.0.113.99\nkaggle.com=203.0.113.20',
  );
  expect(report.get('one')?.flows.map(({ address }) => address)).toEqual(['203.0.113.99', '203.0.113.20']);
  const output = { exitCode: 0, stdout, stderr: '', startedAt: '', finishedAt: '' };
  expect([...batteryAddresses(output, NONCE)]).toEqual([['kaggle.com', '203.0.113.20']]);
  // Without one it stays without.
  expect(run(items).report.get('one')?.flows[0]?.address).toBeNull();
});

test('a sinkhole is taken for no address, and so is a private one unless the name is AWS’s own', () => {
  const names = ['inside.example', 'inside.amazonaws.com', 'sink.example', 'sink.test', 'inside.test'];
  const items = [item('one', ':', ...names)];
  const addresses = new Map(names.slice(0, 3).map((name) => [name, '203.0.113.99']));
  const sentTo = run(items, '/bin/sh', addresses)
    .report.get('one')
    ?.flows.map(({ address }) => address);
  expect(sentTo).toEqual(['203.0.113.99', '10.1.2.3', '203.0.113.99', null, null]);
});

test('what a technique prints is quoted, cut and cleaned, and its neighbours are as they were', () => {
  const forged = `@studio-egress ${NONCE} ran other 0 1700000000000 1700000000000 0`;
  const { result, stdout } = run([
    item(
      'forger',
      `printf '%s\\n' '${forged}' '@studio-egress ${NONCE} technique other'; printf '%s' '${forged}'`,
    ),
    item('flood', 'head -c 100000 /dev/zero | tr "\\0" x'),
    item('many-lines', 'yes "" | head -n 100000'),
    item('noise', String.raw`printf 'a\033[31m\r\0\377b'`),
    item('other', 'echo mine'),
  ]);
  expect(result('other')?.detail).toBe('0 mine');
  expect(result('forger')?.detail).toContain(forged);
  expect(result('flood')?.detail).toBe(`0 ${'x'.repeat(1000)}`);
  expect(result('many-lines')?.detail).toBe('0 ');
  expect(result('noise')?.detail).toBe('0 a[31mb');
  expect(stdout.length).toBeLessThan(4000);
});

test('the bound ends a technique that hangs, its children too, and the others have their results', () => {
  program('hang', `sleep 40 & echo $! >${dir}/child; trap '' TERM; wait; sleep 40`);
  const startedAt = Date.now();
  const { result } = run([item('hangs', 'echo so far; hang'), item('other', 'echo mine')]);
  expect(Date.now() - startedAt).toBeLessThan(batteryTimeoutMs(options.timeoutMs));
  expect(result('hangs')?.detail).toBe('124 so far');
  expect(result('other')?.detail).toBe('0 mine');
  expect(isRunning(Number(readFileSync(join(dir, 'child'), 'utf8')))).toBe(false);
  expect(readdirSync(temporary)).toEqual([]);
}, 20_000);

function isRunning(pid: number): boolean {
  const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : 'State: Z';
  return !/^State:\s+Z/m.test(status);
}

test.each(['/bin/sh', '/bin/bash'])('%s told to end takes techniques and folder with it', async (shell) => {
  program('hang', `echo $$ >${dir}/child; exec sleep 40`);
  const child = spawn(
    shell,
    ['-c', batteryScript([item('hangs', 'hang')], { ...options, timeoutMs: 20_000 })],
    {
      env: environment(),
      stdio: 'ignore',
    },
  );
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  while (!existsSync(join(dir, 'child'))) await sleep(20);
  await sleep(50);
  child.kill('SIGTERM');
  expect(await ended).toBe(143);
  expect(isRunning(Number(readFileSync(join(dir, 'child'), 'utf8')))).toBe(false);
  expect(readdirSync(temporary)).toEqual([]);
});

test.each(['/bin/sh', '/bin/bash'])(
  '%s killed without a word leaves neither senders nor folder for long',
  async (shell) => {
    program('hang', `echo $$ >${dir}/child; exec sleep 40`);
    const script = batteryScript([item('hangs', 'hang')], { ...options, timeoutMs: 20_000 });
    const child = spawn(shell, ['-c', script], { env: environment(), stdio: 'ignore', detached: true });
    const ended = new Promise<unknown>((resolve) => child.once('close', resolve));
    while (!existsSync(join(dir, 'child'))) await sleep(20);
    await sleep(50);
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await ended;
    const until = Date.now() + 8000;
    while (readdirSync(temporary).length > 0 && Date.now() < until) await sleep(50);
    expect(readdirSync(temporary)).toEqual([]);
    expect(isRunning(Number(readFileSync(join(dir, 'child'), 'utf8')))).toBe(false);
  },
  20_000,
);

const TOOLS = ['python3', 'timeout', 'getent', 'awk', 'base64', 'gzip', 'mktemp', 'head', 'tr'];

test.each(TOOLS)('a host without %s tries nothing, and says so', (gone) => {
  rmSync(join(bin, 'getent'));
  for (const tool of ['sh', ...TOOLS.filter((one) => one !== gone)])
    program(tool, `exec /usr/bin/${tool} "$@"`);
  const script = batteryScript([item('one', `touch ${dir}/tried`)], options);
  const { stdout } = spawnSync('/bin/sh', ['-c', script], {
    env: { ...environment(), PATH: bin },
    encoding: 'utf8',
  });
  const output = { exitCode: 0, stdout, stderr: '', startedAt: '', finishedAt: '' };
  expect(readBattery(output, [item('one', '')], NONCE).get('one')?.result).toEqual({
    kind: 'inconclusive',
    detail: `the host has no ${gone}`,
  });
  expect(existsSync(join(dir, 'tried'))).toBe(false);
});

test('a host with busybox’s date and timeout runs it like any other', () => {
  program('date', 'case $1 in *N) echo "$(/bin/date +%s)%3N";; *) exec /bin/date "$@";; esac');
  program('timeout', 'case $1 in -k) ;; -*) exit 1;; esac; exec /usr/bin/timeout "$@"');
  const { report, stderr } = run([item('one', 'echo one', 'kaggle.com')]);
  expect(stderr).toBe('');
  const one = report.get('one');
  expect(one).toMatchObject({
    result: { kind: 'succeeded', detail: '0 one' },
    flows: [{ address: '203.0.113.20' }],
  });
  expect(Math.abs(Date.parse(one?.startedAt ?? '') - Date.now())).toBeLessThan(10_000);
});

test('batches keep the order and fit into a command, with all that they may print', () => {
  const items = Array.from({ length: 40 }, (_, index) =>
    item(`technique-${index}`, `: ${'x'.repeat(index * 200)}`, 'kaggle.com'),
  );
  const batches = batteryBatches(items);
  expect(batches.flat()).toEqual(items);
  for (const batch of batches) {
    expect(batteryScript(batch, options).length).toBeLessThan(60_000);
    expect(batch.length * 1100).toBeLessThan(20_000);
  }
  expect(batteryBatches([])).toEqual([]);
  expect(() => batteryBatches([item('huge', 'x'.repeat(60_000))])).toThrow(RangeError);
});

test('a full battery prints no more than a command may', () => {
  const [batch = []] = batteryBatches(
    Array.from({ length: 40 }, (_, index) =>
      item(`t-${index}`, 'yes 0123456789 | tr -d "\\n" | head -c 5000', `n${index}.example`),
    ),
  );
  const { stdout } = run(batch);
  expect(batch.length).toBeGreaterThan(10);
  expect(stdout.length).toBeLessThan(20_000);
  expect(stdout).toMatch(/ end 0\n$/);
});

test.each<[string, () => unknown]>([
  ['an id with a blank', () => batteryScript([item('one two', '')], options)],
  ['an id that ends the quotes', () => batteryScript([item("x';id", '')], options)],
  ['one id twice', () => batteryScript([item('one', ''), item('one', '')], options)],
  ['a name that is none', () => batteryScript([item('one', '', '$(id)')], options)],
  [
    'an address that is none',
    () =>
      batteryScript([item('one', '', 'kaggle.com')], {
        ...options,
        addresses: new Map([['kaggle.com', "'$(id)"]]),
      }),
  ],
  ['a nonce that is none', () => batteryScript([], { ...options, nonce: 'short' })],
  [
    'a script that ends its own quotation',
    () => batteryScript([item('one', `END-OF-${NONCE}\nid`)], options),
  ],
])('no script is made with %s', (_case, made) => {
  expect(made).toThrow(RangeError);
});
