import { DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import { ListDomainsCommand } from '@aws-sdk/client-sagemaker';
import * as fc from 'fast-check';
import type { Handler } from '../lab/aws-api/handler';
import { startApiServer, type ApiServer } from '../lab/aws-api/server';
import { newLabState } from '../lab/state';
import { CallFailed } from './call-failed';
import { openCalls, type CallsOptions } from './calls';
import { newLimit } from './limit';
import type { ApiCall } from './snapshot';

let server: ApiServer | null = null;

afterEach(async () => {
  await server?.close();
  server = null;
});

/** Calls to an endpoint that answers one operation as told. */
async function callsTo(handler: Handler, options: CallsOptions = {}) {
  const context = { state: newLabState(), hosts: () => null, now: () => new Date(0) };
  server = await startApiServer({ context, handlers: [handler] });
  const credentials = { accessKeyId: 'LAB', secretAccessKey: 'lab' };
  return openCalls(
    { region: 'us-east-1', endpoint: server.endpoint, credentials },
    { bounds: { retries: 1, firstDelayMs: 1, maxDelayMs: 1, budgetMs: 5_000 }, ...options },
  );
}

async function failureOf(call: Promise<unknown>): Promise<CallFailed> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof CallFailed) return error;
  throw new Error(`expected the call to fail, not ${String(error)}`);
}

const listDomains = (run: (token: unknown) => object): Handler => ({
  service: 'sagemaker',
  operation: 'ListDomains',
  run: async (input) => run(new Map<string, unknown>(Object.entries(input ?? {})).get('NextToken')),
});

test('an answer without the list it must have is a failure, not an empty list', async () => {
  const calls = await callsTo(listDomains(() => ({})));
  const failure = await failureOf(calls.pages('sagemaker', ListDomainsCommand, {}, (page) => page.Domains));
  expect(failure).toMatchObject({
    operation: 'sagemaker:ListDomains',
    code: 'NotReturned',
    missingPermission: null,
  });
  calls.close();
});

test('an XML answer without its list is a failure too, an empty list is none', async () => {
  let output: object = {};
  const calls = await callsTo({ service: 'ec2', operation: 'DescribeSubnets', run: async () => output });
  const read = () => calls.pages('ec2', DescribeSubnetsCommand, {}, (page) => page.Subnets);
  expect((await failureOf(read())).code).toBe('NotReturned');
  output = { Subnets: [] };
  expect(await read()).toEqual([]);
  calls.close();
});

test('a service that gives the same page token again does not keep the reader for ever', async () => {
  const calls = await callsTo(listDomains(() => ({ Domains: [], NextToken: 'again' })));
  const failure = await failureOf(calls.pages('sagemaker', ListDomainsCommand, {}, (page) => page.Domains));
  expect(failure.message).toMatch(/never comes to its last page/);
  calls.close();
});

test('an empty page in between is not the end', async () => {
  const domain = (DomainId: string) => ({ DomainId, DomainArn: 'arn', Status: 'InService' });
  const pages = new Map<unknown, object>([
    [undefined, { Domains: [domain('d-1')], NextToken: 'second' }],
    ['second', { Domains: [], NextToken: 'third' }],
    ['third', { Domains: [domain('d-2')] }],
  ]);
  const calls = await callsTo(listDomains((token) => pages.get(token) ?? {}));
  const record: ApiCall[] = [];
  const domains = await calls
    .recorded(record)
    .pages('sagemaker', ListDomainsCommand, { MaxResults: 7 }, (page) => page.Domains);
  expect(domains.map(({ DomainId }) => DomainId)).toEqual(['d-1', 'd-2']);
  const call = { operation: 'sagemaker:ListDomains', parameters: { MaxResults: 7 }, pages: 3 };
  expect(record).toEqual([{ ...call, responses: Array(3).fill(expect.anything()) }]);
  calls.close();
});

test('an operation that the service does not know is asked once', async () => {
  const calls = await callsTo(listDomains(() => ({})));
  const failure = await failureOf(calls.ask('ec2', DescribeSubnetsCommand, {}));
  expect(failure).toMatchObject({ operation: 'ec2:DescribeSubnets', code: 'NotImplemented' });
  expect(server?.calls).toHaveLength(1);
  calls.close();
});

test('the action that AWS names as denied is the missing permission, whatever was called', async () => {
  const calls = await callsTo(listDomains(() => ({ Domains: [] })));
  server?.faults.add({
    on: 'sagemaker:ListDomains',
    kind: 'error',
    code: 'AccessDeniedException',
    status: 400,
    message: 'User: x is not authorized to perform: kms:Decrypt on resource: y',
  });
  expect((await failureOf(calls.ask('sagemaker', ListDomainsCommand, {}))).missingPermission).toBe(
    'kms:Decrypt',
  );
  calls.close();
});

test('no more calls are under way than allowed, and all of them are made', async () => {
  let underWay = 0;
  let most = 0;
  let allowedAreThere = (): void => {};
  // The first calls wait for as many as are allowed: a busy machine must not let them pass one by one.
  const together = new Promise<void>((resolve) => (allowedAreThere = resolve));
  const calls = await callsTo(
    {
      service: 'sagemaker',
      operation: 'ListDomains',
      run: async () => {
        most = Math.max(most, ++underWay);
        if (most >= 3) allowedAreThere();
        await together;
        await new Promise((resolve) => setTimeout(resolve, 5));
        underWay -= 1;
        return { Domains: [] };
      },
    },
    { concurrency: 3 },
  );
  await Promise.all(Array.from({ length: 12 }, () => calls.ask('sagemaker', ListDomainsCommand, {})));
  expect(most).toBe(3);
  expect(server?.calls).toHaveLength(12);
  calls.close();
});

test('a limit never lets in more than its number, in order, also past failures', async () => {
  const work = fc.array(fc.record({ turns: fc.nat(4), fails: fc.boolean() }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), work, async (atOnce, pieces) => {
      const limited = newLimit(atOnce);
      const started: number[] = [];
      let inside = 0;
      const results = await Promise.allSettled(
        pieces.map(({ turns, fails }, index) =>
          limited(async () => {
            started.push(index);
            inside += 1;
            expect(inside).toBeLessThanOrEqual(atOnce);
            for (let turn = 0; turn < turns; turn++) await Promise.resolve();
            inside -= 1;
            if (fails) throw new Error('as asked');
          }),
        ),
      );
      expect(started).toEqual(pieces.map((_, index) => index));
      expect(results.map(({ status }) => status === 'rejected')).toEqual(pieces.map(({ fails }) => fails));
    }),
    { numRuns: 60 },
  );
});
