import { createHash } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import { GetBucketPolicyCommand } from '@aws-sdk/client-s3';
import { ListFirewallRulesCommand } from '@aws-sdk/client-route53resolver';
import { ListDomainsCommand } from '@aws-sdk/client-sagemaker';
import { openCalls, type Calls } from './calls';
import type { ApiCall, ApiResponse } from './snapshot';

let server: Server | null = null;
let calls: Calls | null = null;

afterEach(() => {
  calls?.close();
  server?.closeAllConnections();
  server?.close();
});

async function callsTo(listener: RequestListener, budgetMs = 4_000): Promise<Calls> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const address = started.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const credentials = { accessKeyId: 'LAB', secretAccessKey: 'lab' };
  calls = openCalls(
    { region: 'us-east-1', endpoint: `http://127.0.0.1:${port}`, credentials },
    { bounds: { retries: 0, firstDelayMs: 1, maxDelayMs: 1, budgetMs } },
  );
  return calls;
}

const sha256 = (body: string | Buffer) => createHash('sha256').update(body).digest('hex');

/** What is recorded of one call that is answered with this body and these headers. */
async function responsesOf(
  { body, headers }: { readonly body: string; readonly headers: Readonly<Record<string, string>> },
  ask: (calls: Calls) => Promise<unknown>,
): Promise<readonly ApiResponse[] | undefined> {
  const opened = await callsTo((_, response) => response.writeHead(200, headers).end(body));
  const record: ApiCall[] = [];
  await ask(opened.recorded(record));
  return record[0]?.responses;
}

test('the id that EC2 gave, and the hash of the XML that it sent', async () => {
  const body = '<DescribeSubnetsResponse><subnetSet/></DescribeSubnetsResponse>';
  const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': 'id-of-ec2' };
  const responses = await responsesOf({ body, headers }, ({ ask }) => ask('ec2', DescribeSubnetsCommand, {}));
  expect(responses).toEqual([{ requestId: 'id-of-ec2', sha256: sha256(body) }]);
});

test('a client from before schemas is watched like the others', async () => {
  const body = '{ "FirewallRules": [] }\n';
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'id-of-resolver' };
  const responses = await responsesOf({ body, headers }, ({ pages }) =>
    pages(
      'route53resolver',
      ListFirewallRulesCommand,
      { FirewallRuleGroupId: 'g' },
      (page) => page.FirewallRules,
    ),
  );
  expect(responses).toEqual([{ requestId: 'id-of-resolver', sha256: sha256(body) }]);
});

test('S3 has two ids; a payload that is the whole body is hashed as it is', async () => {
  const body = '{"Statement":[]}';
  const headers = { 'x-amz-request-id': 'S3ID', 'x-amz-id-2': 'host=' };
  const responses = await responsesOf({ body, headers }, ({ ask }) =>
    ask('s3', GetBucketPolicyCommand, { Bucket: 'logs' }),
  );
  expect(responses).toEqual([{ requestId: 'S3ID host=', sha256: sha256(body) }]);
});

test('an answer without an id has none', async () => {
  const body = '{"Domains":[]}';
  const responses = await responsesOf({ body, headers: {} }, ({ ask }) =>
    ask('sagemaker', ListDomainsCommand, {}),
  );
  expect(responses).toEqual([{ requestId: null, sha256: sha256(body) }]);
});

test('calls beside each other have each the hash of their own page', async () => {
  const bodyOf = (index: number) => JSON.stringify({ Domains: [{ DomainId: `d-${index}` }] });
  let count = 0;
  const opened = await callsTo((_, response) => {
    const index = count++;
    const send = () => response.writeHead(200, { 'x-amzn-requestid': String(index) }).end(bodyOf(index));
    setTimeout(send, (index % 3) * 5);
  });
  const record: ApiCall[] = [];
  const { ask } = opened.recorded(record);
  await Promise.all(Array.from({ length: 9 }, () => ask('sagemaker', ListDomainsCommand, {})));
  const responses = record.flatMap((call) => call.responses ?? []);
  expect(new Set(responses.map(({ requestId }) => requestId)).size).toBe(9);
  for (const { requestId, sha256: hash } of responses) expect(hash).toBe(sha256(bodyOf(Number(requestId))));
});

test('a body that never ends is given up, and no memory is filled with it', async () => {
  const opened = await callsTo((_, response) => {
    response.writeHead(200);
    const chunk = Buffer.alloc(1024 * 1024);
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  });
  await expect(opened.ask('sagemaker', ListDomainsCommand, {})).rejects.toMatchObject({
    code: 'BodyTooLong',
  });
});

test('a body that stops in the middle ends with the budget of the call', async () => {
  const opened = await callsTo((_, response) => void response.writeHead(200).write('{"Domains":['), 300);
  await expect(opened.ask('sagemaker', ListDomainsCommand, {})).rejects.toMatchObject({ code: 'OutOfTime' });
});
