/** The clients' commands run by a real shell, with programs that print what the real ones did. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { ClientResult, CommandOutput } from '../probe';
import type { Technique, TechniquePlan } from '../technique';
import { flowShape } from '../../infra/model/flow-shape';
import { CLIENT_CASES, type ClientCase, type ClientId } from './client-programs.fixture';
import { curl } from './curl-client';
import { CURL_CASES } from './curl-client.fixture';
import { dig, gitOverSsh, openssl, ping, ssh } from './client-programs';
import { withClients, type RealClient } from './real-client';

const AT = { to: 'example.com', nonce: '0123456789abcdef', timeoutMs: 2000 };
const NAME = 'n0123456789abcdef.example.com';
const CLIENTS: Readonly<Record<ClientId, RealClient>> = {
  https: curl({ ...AT, scheme: 'https', name: NAME }),
  http3: curl({ ...AT, scheme: 'http3', name: NAME }),
  http: curl({ ...AT, scheme: 'http', name: NAME }),
  ftp: curl({ ...AT, scheme: 'ftp', name: NAME }),
  openssl: openssl(AT),
  ssh: ssh(AT),
  git: gitOverSsh(AT),
  ping: ping(AT),
  'dig-udp': dig({ ...AT, over: 'udp', name: NAME }),
  'dig-tcp': dig({ ...AT, over: 'tcp', name: NAME }),
};
const SILENT: ClientResult = { kind: 'timed-out', stage: 'tcp', detail: 'no answer to the SYN' };
/** Of several, the last to count. */
const NOWHERE: ClientResult = { kind: 'dns-failed', detail: 'the name has no address here' };
const THROUGH: ClientResult = { kind: 'succeeded', detail: '7 bytes came back for 100' };

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'clients-'));
  mkdirSync(join(dir, 'bin'));
  for (const tool of ['sh', 'awk', 'cat', 'timeout', 'env'])
    symlinkSync(`/usr/bin/${tool}`, join(dir, 'bin', tool));
  addresses('example.com=192.0.2.7\n');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const addresses = (text: string): void => writeFileSync(join(dir, 'addresses'), text);

/** A program that prints this, and keeps what it was called with. */
function program(name: string, { exitCode, stdout = '', stderr = '' }: Partial<ClientCase>): void {
  for (const [stream, text] of Object.entries({ stdout, stderr }))
    writeFileSync(join(dir, `${name}.${stream}`), text);
  const at = join(dir, name);
  const lines = [
    '#!/bin/sh',
    `echo "$*" >${at}.called`,
    `cat ${at}.stdout`,
    `cat ${at}.stderr >&2`,
    `exit ${exitCode}`,
  ];
  writeFileSync(join(dir, 'bin', name), `${lines.join('\n')}\n`);
  chmodSync(join(dir, 'bin', name), 0o755);
}

function planOf(
  clients: readonly RealClient[],
  sender: ClientResult = SILENT,
  expected: Technique['expect'] = 'denied',
): TechniquePlan {
  const flow = { shape: flowShape({ transport: 'tcp', port: 443, application: null }), to: AT.to };
  const plan: TechniquePlan = {
    flows: [flow],
    script: "exec sh -c 'echo sender; exit 3'",
    parse: ({ stdout, exitCode }) =>
      stdout.trim() === 'sender' && exitCode === 3 ? sender : { kind: 'inconclusive', detail: 'no sender' },
  };
  return withClients(plan, { clients, expect: expected });
}

function run(plan: TechniquePlan): CommandOutput {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', plan.script], {
    cwd: dir,
    env: { PATH: join(dir, 'bin'), SENDER: join(dir, 'sender.py'), LC_ALL: 'C' },
    encoding: 'utf8',
    timeout: 10_000,
  });
  return { ...said(stdout), exitCode: status, stderr };
}

const said = (stdout: string): CommandOutput => ({
  exitCode: 3,
  stdout,
  stderr: '',
  startedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: '2026-01-01T00:00:01.000Z',
});

test.each([...CURL_CASES, ...CLIENT_CASES].map((one) => [`${one.client}, ${one.title}`, one] as const))(
  '%s',
  (_title, one) => {
    const client = CLIENTS[one.client];
    program(client.program, one);
    const plan = planOf([client], NOWHERE);
    const output = run(plan);
    expect(output.stderr).toBe('');
    expect(output.stdout).toMatch(/^sender\nclient [a-z-]+ \d+( [a-z0-9. -]*)?\n$/);
    const { kind, detail } = plan.parse(output);
    // Without a say of the client's, the sender decides alone, and it is said why.
    expect(kind).toBe(one.kind === 'no-say' ? 'dns-failed' : one.kind);
    if (one.kind === 'no-say')
      expect(detail).toMatch(
        /^the name has no address here \(.*(cannot do it here|does not say why|got no answer)/,
      );
  },
);

test('a client that the host does not have leaves it to the sender, which is said', () => {
  for (const client of Object.values(CLIENTS)) {
    const plan = planOf([client]);
    expect(plan.parse(run(plan))).toEqual({
      ...SILENT,
      detail: `no answer to the SYN (the host has no ${client.program})`,
    });
    const through = planOf([client], THROUGH);
    expect(through.parse(run(through)).kind).toBe('succeeded');
  }
});

test('clients go to the address that the sender goes to, and nowhere without one', () => {
  const called = (name: string): string =>
    spawnSync('cat', [join(dir, `${name}.called`)], { encoding: 'utf8' }).stdout.trim();
  program('curl', { exitCode: 28 });
  run(planOf([CLIENTS.https]));
  expect(called('curl')).toContain(`--resolve ${NAME}:443:192.0.2.7 `);
  program('git', { exitCode: 0 });
  run(planOf([CLIENTS.git]));
  expect(called('git')).toBe('ls-remote git@example.com:n0123456789abcdef/none');
  program('ping', { exitCode: 0 });
  for (const none of ['example.com=\n', 'example.com=$(id)\n', 'example.com=::1\n', '']) {
    addresses(none);
    const plan = planOf([CLIENTS.ping]);
    expect(plan.parse(run(plan)).detail).toMatch(/\(ping was given no IPv4 address\)$/);
  }
  expect(called('ping')).toBe('');
});

test('whoever gets through counts where nobody may, and whoever does not where all must', () => {
  const line = (of: string) => said(`client curl ${of}\nsender\n`);
  const through = line('0 200 5 0.1 0.2');
  const silent = line('28 000 0 0.000000 0.000000');
  const kind = (output: CommandOutput, sender: ClientResult, expected: Technique['expect']) =>
    planOf([CLIENTS.https], sender, expected).parse(output).kind;
  expect(kind(through, SILENT, 'denied')).toBe('succeeded');
  expect(kind(silent, THROUGH, 'denied')).toBe('succeeded');
  expect(kind(silent, SILENT, 'denied')).toBe('timed-out');
  expect(kind(through, SILENT, 'allowed')).toBe('timed-out');
  expect(kind(silent, THROUGH, 'allowed')).toBe('timed-out');
  expect(kind(through, THROUGH, 'allowed')).toBe('succeeded');
  expect(kind(line('missing'), THROUGH, 'allowed')).toBe('succeeded');
});

test.each([
  ['lost', 'sender\n'],
  ['cut', 'sender\nclient cu'],
  ['said twice', 'sender\nclient curl missing\nclient curl missing\n'],
  ['of another form', 'sender\nclient curl 0 200 <b>\n'],
  ['of another client', 'sender\nclient dig-udp missing\n'],
])('a line that is %s is never taken for a block', (_title, stdout) => {
  expect(planOf([CLIENTS.https]).parse(said(stdout)).kind).toBe('inconclusive');
});

test('whatever a host prints, it never throws', () => {
  const words = fc.array(
    fc.constantFrom('client', 'curl', '0', '000', '28', '1.5', 'reset', '-', 'missing', '\n'),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        words.map((all) => all.join(' ')),
        fc.string({ unit: 'binary' }),
      ),
      (text) => {
        for (const client of Object.values(CLIENTS)) {
          const { detail } = planOf([client]).parse(said(text));
          expect(detail).toMatch(/^[^\n]{1,300}$/);
        }
      },
    ),
  );
});

test.each<[string, () => unknown]>([
  ['a target that no flow has', () => planOf([ssh({ ...AT, to: 'other.example' })])],
  ['a name that is none', () => curl({ ...AT, scheme: 'https', name: '$(id)' })],
  ['a path that ends its quotes', () => curl({ ...AT, scheme: 'https', name: NAME, target: "/'$(id)" })],
  ['a reader that ends its quotes', () => planOf([{ ...CLIENTS.ping, reader: "'; id" }])],
])('no command is made with %s', (_title, made) => {
  expect(made).toThrow(RangeError);
});
