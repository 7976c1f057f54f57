import { spawnSync } from 'node:child_process';
import type { CommandOutput } from '../probe';
import type { Send } from '../sender/sender-order';
import type { Technique, TechniqueContext, TechniquePlan } from '../technique';
import { TECHNIQUES } from './techniques';

const NONCE = '0123456789abcdef';
const CONTEXT: TechniqueContext = {
  nonce: NONCE,
  timeoutMs: 8000,
  allowedName: 'www.kaggle.com',
  deniedName: 'example.com',
  listener: 'portquiz.net',
  ipv6: true,
  neighbours: ['10.2.1.5', '10.2.2.5', '10.3.0.5', '10.4.0.5', '10.5.0.5', '10.6.0.5', '10.7.0.5'],
  region: 'eu-west-1',
};

/** The catalogue's, its combined rows taken apart. */
const IDS = [
  'cloud-suffix',
  'dns-direct',
  'dns-tunnel',
  'doh',
  'domain-fronting',
  'dot',
  'east-west',
  'ech',
  'endless-hello',
  'established-flow',
  'fin-data',
  'ftp',
  'handshake-ack-data',
  'hello-fragments',
  'hello-post-quantum',
  'hello-split',
  'host-spoof',
  'http-connect',
  'http-denied-host',
  'http-no-headers',
  'icmp-payload',
  'ip-protocols',
  'ipv6-direct',
  'ntp',
  'plain-on-443',
  'port-sweep',
  'quic',
  'raw-tcp',
  'rst-data',
  's3-foreign-bucket',
  'server-first',
  'smb',
  'smtp',
  'sni-list',
  'sni-nul',
  'sni-spoof',
  'ssh-git',
  'suffix-confusion',
  'syn-data',
  'tls-denied-name',
  'tls-ip-as-sni',
  'tls-no-sni',
  'tls-odd-port',
  'udp-fragments',
];

const applicable = (
  context: Partial<TechniqueContext> = {},
): readonly (readonly [Technique, TechniquePlan])[] =>
  TECHNIQUES.flatMap((technique) => {
    const plan = technique.plan({ ...CONTEXT, ...context });
    return 'script' in plan ? [[technique, plan] as const] : [];
  });
const CASES = applicable().map(([technique, plan]) => [technique.id, plan] as const);

function sendsOf(plan: TechniquePlan): readonly Send[] {
  const [, text = ''] = /"\$SENDER" '([^']*)'/.exec(plan.script) ?? [];
  const order: { readonly timeoutMs: number; readonly sends: readonly Send[] } = JSON.parse(text);
  expect(order.timeoutMs).toBe(CONTEXT.timeoutMs);
  return order.sends;
}

const output = (stdout: string, exitCode: number | null = 0): CommandOutput => ({
  exitCode,
  stdout,
  stderr: '',
  startedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: '2026-01-01T00:00:01.000Z',
});

test('every technique of the catalogue, once', () => {
  expect(TECHNIQUES.map(({ id }) => id).sort()).toEqual(IDS);
  expect(TECHNIQUES.filter(({ expect: outcome }) => outcome === 'allowed').map(({ id }) => id)).toEqual([
    'hello-post-quantum',
  ]);
});

test('each says what it shows, and what would close it', () => {
  for (const { id, title, risk, closedBy } of TECHNIQUES) {
    expect([id, title]).toEqual([id, expect.stringMatching(/^[\x20-\x7e]{5,100}$/)]);
    expect([id, risk]).toEqual([id, expect.stringMatching(/^([A-Z]{2}|[^A-Z]).{20,160}[^.]$/)]);
    expect([id, closedBy]).toEqual([id, expect.stringMatching(/^.{20,200}\.$/)]);
  }
});

test('what does not apply says why', () => {
  const left = (context: Partial<TechniqueContext>) => {
    const ids = new Set(applicable(context).map(([{ id }]) => id));
    return IDS.filter((id) => !ids.has(id));
  };
  expect(left({})).toEqual(['established-flow']);
  expect(left({ ipv6: false, neighbours: [] })).toEqual(['east-west', 'established-flow', 'ipv6-direct']);
  expect(left({ allowedName: null })).toEqual([
    'domain-fronting',
    'ech',
    'established-flow',
    'hello-post-quantum',
    'host-spoof',
    'sni-list',
    'sni-nul',
    'sni-spoof',
  ]);
});

test.each(CASES)('%s sends the flows that it plans', (_id, plan) => {
  const sends = sendsOf(plan);
  expect(plan.flows.map(({ to }) => to)).toEqual(sends.map(({ to }) => to));
  const numbers = { tcp: 6, tls: 6, syn: 6, segment: 6, udp: 17, 'udp-fragments': 17, icmp: 1 };
  for (const [index, send] of sends.entries()) {
    const shape = plan.flows[index]?.shape;
    expect(shape?.port).toBe('port' in send ? send.port : null);
    expect(shape?.protocolNumber).toBe(send.op === 'protocol' ? send.number : numbers[send.op]);
    expect(shape?.hello === null).toBe(!['tls', 'quic'].includes(shape?.application ?? ''));
    if (send.op === 'tls') expect(shape?.name).toBe(send.name);
  }
});

/** All that a send gives to the network, as text in which the nonce can be found. */
function payload(send: Send): string {
  const parts = send.op === 'tcp' ? send.chunks.map(([data]) => data) : [send.data];
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part, 'base64')));
  return `${send.op === 'tls' ? send.name : ''} ${bytes.toString('latin1')} ${bytes.toString('hex')}`.toLowerCase();
}

test.each(CASES.filter(([id]) => id !== 'server-first'))(
  '%s carries its nonce in all that it sends',
  (_id, plan) => {
    for (const send of sendsOf(plan)) expect(payload(send)).toContain(NONCE);
  },
);

test.each(CASES)(
  '%s is a script that both shells can read, without the other vantage point’s nonce',
  (id, plan) => {
    for (const shell of ['/bin/sh', '/bin/bash'])
      expect(spawnSync(shell, ['-n', '-c', plan.script], { encoding: 'utf8' }).stderr).toBe('');
    const other = TECHNIQUES.find((technique) => technique.id === id)?.plan({
      ...CONTEXT,
      nonce: 'fedcba9876543210',
    });
    expect(
      other !== undefined &&
        'script' in other &&
        sendsOf(other).some((send) => payload(send).includes(NONCE)),
    ).toBe(false);
  },
);

const line = (reports: readonly unknown[]): string => `${JSON.stringify(reports)}\n`;

/** What a host says that has none of the plan's clients. */
const missing = ({ script }: TechniquePlan): string =>
  [...new Set(script.match(/client [a-z-]+ missing/g))].map((said) => `${said}\n`).join('');
const silent = ['silent', null, 0, null, 0, 0, 0, ''];

test.each(CASES)(
  '%s has not got through when nothing comes back, and cannot say without a report',
  (_id, plan) => {
    const reports = plan.flows.map(() => silent);
    const said = (...sends: readonly unknown[]) => plan.parse(output(line(sends) + missing(plan))).kind;
    expect(said(...reports)).toBe('timed-out');
    expect(said(...reports.map(() => ['reset', 5, 99, 0, 0, 0, 0, '']))).toBe('reset');
    for (const broken of [
      output(''),
      output(line(reports), 124),
      output(line([...reports, silent])),
      output(line([])),
    ])
      expect(plan.parse(broken).kind).toBe('inconclusive');
    expect(said(...reports.with(0, ['failed', null, 0, null, 0, 0, 0, '']))).toBe('inconclusive');
  },
);

test.each(CASES)('%s prints no more than it may, with every answer as long as it is kept', (_id, plan) => {
  const reports = sendsOf(plan).map(({ keep }) => [
    'answered',
    1234,
    600,
    600,
    0,
    1400,
    0,
    'A'.repeat(Math.ceil(keep / 3) * 4),
  ]);
  // Longer than any of `client curl 28 000 100000 12.345678 12.345678 reset`.
  const said = missing(plan).replaceAll('missing', 'm'.repeat(50));
  const printed = line(reports) + said;
  expect(printed.length).toBeLessThanOrEqual(1000);
  expect(printed.trimEnd().split('\n').length).toBeLessThanOrEqual(3);
  expect(plan.parse(output(printed)).kind).not.toBe('timed-out');
});

test('a busy S3 is no refusal of an endpoint’s policy', () => {
  const [, plan] = CASES.find(([id]) => id === 's3-foreign-bucket') ?? [];
  const kind = (status: string) => {
    const first = Buffer.from(`HTTP/1.1 ${status}\r\n`).toString('base64');
    const reports = plan?.flows.map(() => ['answered', 5, 600, 600, 0, 4000, 300, first]) ?? [];
    return plan?.parse(output(line(reports))).kind;
  };
  expect(kind('200 OK')).toBe('succeeded');
  expect(['403 Forbidden', '301 Moved Permanently'].map(kind)).toEqual(Array(2).fill('rejected-by-target'));
  expect(['503 Slow Down', '500 Internal', '429 Too Many'].map(kind)).toEqual(Array(3).fill('inconclusive'));
});

test('a request inside TLS that is confirmed to its last byte got through, though nobody answers it', () => {
  for (const [id, plan] of CASES.filter(([name]) =>
    ['domain-fronting', 'tls-denied-name', 'dot'].includes(name),
  )) {
    const of = (acknowledged: number) =>
      plan.parse(output(line([['silent', 5, 900, acknowledged, 0, 0, 0, '']]) + missing(plan)));
    expect([id, of(900).kind, of(517).kind]).toEqual([id, 'succeeded', 'timed-out']);
  }
  // Of a technique that must get through, that is not enough.
  const [, hello] = CASES.find(([id]) => id === 'hello-post-quantum') ?? [];
  const said = line([['silent', 5, 2300, 2300, 0, 0, 0, '']]);
  expect(hello?.parse(output(said + (hello === undefined ? '' : missing(hello)))).kind).toBe('timed-out');
});
