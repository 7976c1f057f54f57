import * as fc from 'fast-check';
import { flowShape } from '../infra/model/flow-shape';
import { readBattery } from './battery-report';
import type { BatteryItem } from './battery-script';
import type { CommandOutput } from './probe';

const NONCE = 'ba77e4f00d000000';
const frame = (kind: string, value: string, nonce = NONCE): string =>
  `@studio-egress ${nonce} ${kind} ${value}\n`;

const items: readonly BatteryItem[] = ['first', 'second', 'third'].map((id) => {
  const plan: BatteryItem['plan'] = {
    flows: [{ shape: flowShape({ transport: 'tcp', port: 443, application: null }), to: `${id}.example` }],
    script: '',
    parse: ({ exitCode, stdout }) => ({ kind: 'succeeded', detail: `${exitCode} ${stdout}` }),
  };
  const technique = { id, title: id, risk: '', closedBy: '', expect: 'denied', plan: () => plan } as const;
  return { technique, plan, nonce: '0123456789abcdef' };
});

function block(id: string, ...lines: readonly string[]): string {
  const length = lines.reduce((sum, line) => sum + line.length, 0);
  const quoted = lines.map((line) => `| ${line}\n`).join('');
  return frame('technique', id) + quoted + frame('ran', `${id} 0 1700000000123 1700000001456 ${length}`);
}

const FULL =
  frame('begin', '3') +
  frame('address', 'first.example=203.0.113.1') +
  frame('address', 'second.example=') +
  frame('address', 'third.example=203.0.113.3') +
  block('first', '[["silent"]]') +
  block('second', 'two', 'lines') +
  block('third') +
  frame('end', '0');

const output = (stdout: string, exitCode: number | null = 0): CommandOutput => ({
  exitCode,
  stdout,
  stderr: '',
  startedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: '2026-01-01T00:00:09.000Z',
});
const read = (stdout: string, exitCode: number | null = 0) =>
  readBattery(output(stdout, exitCode), items, NONCE);
const kinds = (stdout: string) => [...read(stdout).values()].map(({ result }) => result.kind);

test('each technique has its own output, its times, and the addresses that it was sent to', () => {
  const report = read(FULL);
  expect([...report.keys()]).toEqual(['first', 'second', 'third']);
  expect(report.get('first')).toEqual({
    result: { kind: 'succeeded', detail: '0 [["silent"]]\n' },
    startedAt: '2023-11-14T22:13:20.123Z',
    finishedAt: '2023-11-14T22:13:21.456Z',
    output: {
      exitCode: 0,
      stdout: '[["silent"]]\n',
      stderr: '',
      startedAt: '2023-11-14T22:13:20.123Z',
      finishedAt: '2023-11-14T22:13:21.456Z',
    },
    flows: [{ shape: items[0]?.plan.flows[0]?.shape, address: '203.0.113.1' }],
  });
  expect(report.get('second')?.output.stdout).toBe('two\nlines\n');
  expect(report.get('second')?.flows[0]?.address).toBeNull();
  expect(report.get('third')?.result.detail).toBe('0 ');
});

test('a report cut anywhere has for each technique the result it has whole, or none', () => {
  const whole = read(FULL);
  fc.assert(
    fc.property(fc.nat(FULL.length), fc.nat(FULL.length), (one, other) => {
      // At its end, as SSM cuts; and in its middle, as nobody should.
      for (const stdout of [
        FULL.slice(0, one),
        FULL.slice(0, Math.min(one, other)) + FULL.slice(Math.max(one, other)),
      ]) {
        for (const [id, { result, output: own }] of read(stdout)) {
          if (result.kind === 'inconclusive') expect(own.exitCode).toBeNull();
          else expect(result).toEqual(whole.get(id)?.result);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('lines that somebody else adds never make another result', () => {
  const foreign = fc.oneof(
    fc.constantFrom(...FULL.split('\n')),
    fc.constant(frame('ran', 'first 0 1700000000123 1700000001456 0').trim()),
    fc.constant(frame('ran', 'third 9 1700000000123 1700000001456 0').trim()),
    fc.constant(frame('technique', 'third').trim()),
    fc.constant(frame('ran', 'third 0 1 1 1', 'someoneelses').trim()),
    fc.string({ unit: 'binary', maxLength: 30 }),
  );
  const lines = FULL.trimEnd().split('\n');
  fc.assert(
    fc.property(foreign, fc.nat(lines.length), (line, at) => {
      const whole = read(FULL);
      for (const [id, { result }] of read([...lines.slice(0, at), line, ...lines.slice(at)].join('\n'))) {
        if (result.kind !== 'inconclusive') expect(result).toEqual(whole.get(id)?.result);
      }
    }),
    { numRuns: 500 },
  );
});

test('what is missing says why', () => {
  const reason = (stdout: string, exitCode: number | null) =>
    read(stdout, exitCode).get('third')?.result.detail;
  expect(reason('', 127)).toBe("the battery's script did not begin (exit 127)");
  expect(reason(frame('begin', '3'), null)).toBe(
    "the battery's report ends before this technique (its bound ended it)",
  );
  expect(reason(frame('begin', '3') + frame('missing', 'python3'), 0)).toBe('the host has no python3');
  expect(reason(frame('begin', '3', 'another0nonce'), 0)).toMatch(/^the battery's script did not/);
  const broken = FULL.replace('1700000001456 0\n', '0 0\n');
  expect(reason(broken, 0)).toMatch(/does not add up/);
});

test('a report that does not say where a technique went is cut, and what it says of it counts for nothing', () => {
  const cut = FULL.replace(frame('address', 'first.example=203.0.113.1'), '');
  const known = new Map([['first.example', '203.0.113.9']]);
  const first = readBattery(output(cut), items, NONCE, known).get('first');
  expect(first).toMatchObject({
    result: { kind: 'inconclusive', detail: expect.stringContaining('first.example') },
    flows: [{ address: '203.0.113.9' }],
  });
  expect(kinds(cut)).toEqual(['inconclusive', 'succeeded', 'succeeded']);
  // Without any report, the flows are where they would have gone.
  const none = readBattery(output('', null), items, NONCE, known);
  expect([...none.values()].map(({ flows }) => flows[0]?.address)).toEqual(['203.0.113.9', null, null]);
});

test('two reports of one technique are none', () => {
  expect(kinds(FULL + block('first', 'another'))).toEqual(['inconclusive', 'succeeded', 'succeeded']);
});

test('a technique whose runner was lost has no result', () => {
  const lost = FULL.replace('ran second 0 1700000000123 1700000001456 8', 'ran second  8');
  expect(kinds(lost)).toEqual(['succeeded', 'inconclusive', 'succeeded']);
});
