/** Over the wire: the real SDK client against a server that answers BatchImportFindings as the API's reference says. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { evidenceFixture } from '../reports/evidence.fixture';
import { sendToSecurityHub } from './security-hub';

interface Sent {
  readonly path: string;
  readonly ids: readonly string[];
}

type Answer = (ids: readonly string[]) => { readonly status: number; readonly body: object };

const took: Answer = (ids) => ({ status: 200, body: { FailedCount: 0, SuccessCount: ids.length } });

let server: Server;
let sent: Sent[];
let answer: Answer;
const before = { ...process.env };

beforeEach(async () => {
  sent = [];
  answer = took;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { Findings }: { Findings: { Id: string }[] } = JSON.parse(Buffer.concat(chunks).toString());
      const ids = Findings.map(({ Id }) => Id);
      sent.push({ path: `${request.method} ${request.url}`, ids });
      const { status, body } = answer(ids);
      response.writeHead(status, {
        'content-type': 'application/json',
        'x-amzn-errortype': 'InvalidAccessException',
      });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'AK',
    AWS_SECRET_ACCESS_KEY: 'SK',
  });
});

afterEach(async () => {
  process.env = { ...before };
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const send = (evidence = evidenceFixture(), said: string[] = []) =>
  sendToSecurityHub({ evidence, profile: null, announce: (text) => said.push(text) });

test('all findings arrive in batches of at most 100, and it is said before', async () => {
  const { findings } = evidenceFixture();
  const many = Array.from({ length: 21 }, () => findings).flat();
  const said: string[] = [];
  expect(await send(evidenceFixture({ findings: many }), said)).toBe(many.length);
  expect(sent.map(({ path, ids }) => [path, ids.length])).toEqual([
    ['POST /findings/import', 100],
    ['POST /findings/import', 100],
    ['POST /findings/import', many.length - 200],
  ]);
  expect(said).toEqual([expect.stringContaining('securityhub:BatchImportFindings')]);
});

test('a busy Security Hub is asked again', async () => {
  let calls = 0;
  answer = (ids) => ((calls += 1) === 1 ? { status: 429, body: { Message: 'Too many' } } : took(ids));
  expect(await send()).toBe(evidenceFixture().findings.length);
  expect(sent).toHaveLength(2);
});

test('a finding that Security Hub refuses is named', async () => {
  answer = (ids) => ({
    status: 200,
    body: {
      FailedCount: 1,
      SuccessCount: ids.length - 1,
      FailedFindings: [{ Id: ids[0], ErrorCode: 'InvalidInput', ErrorMessage: 'Resource.Id is malformed' }],
    },
  });
  await expect(send()).rejects.toThrow(/took 10 of 11 findings; studio-egress\/.*Resource\.Id is malformed/);
});

test('a refused call, fewer findings taken than sent, and a target that is no account end in an error', async () => {
  answer = () => ({ status: 401, body: { Message: 'Account is not subscribed to AWS Security Hub' } });
  await expect(send()).rejects.toThrow('not subscribed');
  answer = () => ({ status: 200, body: { FailedCount: 0, SuccessCount: 1 } });
  await expect(send()).rejects.toThrow('took 1 of 11');
  const { run } = evidenceFixture();
  const calls = sent.length;
  for (const target of [
    { ...run.target, kind: 'lab' as const },
    { ...run.target, account: null },
  ])
    await expect(send(evidenceFixture({ run: { ...run, target } }))).rejects.toThrow('--send-security-hub');
  expect(sent).toHaveLength(calls);
});
