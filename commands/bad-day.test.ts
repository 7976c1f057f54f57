/**
 * The real command on a bad day, configuration only: whatever the API does, the run ends in bounded time with exit code 2,
 * a report that names the operation and the error, and no pass that needed what was lost.
 */
import { DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { createServer, type Server } from 'node:net';
import type { Lab } from '../infra/lab/lab';
import type { Fault } from '../infra/lab/aws-api/faults';
import { cloudFormationClient } from '../infra/snapshot/clients';
import { asked, badDay, expectWhole, reached, reasonsOf, type BadDay } from './bad-day.fixture';
import { expectExit, labForTest } from './lab-run.fixture';

jest.setTimeout(150_000);

const WITHOUT_PROBES = ['--no-probes'];
/** Every one that needs neither an account's number nor a browser. */
const FORMATS = 'html,junit,sarif,ctrf,oscal,hdf,ocsf,markdown';
/** For a run in which each call fails at once, on a busy machine. */
const AT_ONCE_MS = 30_000;
/** For one call that is repeated to the end of its budget (60 s, READ_BOUNDS), with the rest of the run. */
const ONE_BUDGET_MS = 90_000;

let lab: Lab;
let silence: { readonly server: Server; readonly run: Promise<BadDay> };
beforeAll(async () => {
  lab = await labForTest({ network: false });
  const { server, endpoint } = await silentServer();
  // It takes a whole budget, so it begins now, beside the others.
  const run = badDay({ lab, argv: WITHOUT_PROBES, env: { AWS_ENDPOINT_URL: endpoint } });
  run.catch(() => {});
  silence = { server, run };
});
afterEach(() => lab.server.faults.clear());
afterAll(async () => {
  silence.server.close();
  await lab.close();
});

interface NotAnswered {
  readonly fault: Fault;
  readonly says: RegExp;
  readonly account: string | null;
}

const ACCOUNT = '123456789012';
const notAnswered: Readonly<Record<string, NotAnswered>> = {
  'credentials that have expired': {
    fault: { on: '*', kind: 'expired' },
    says: /cloudformation:DescribeStacks answered ExpiredToken .*; the credentials have expired: renew them/,
    account: null,
  },
  'no permission to describe the stack': {
    fault: { on: 'cloudformation:DescribeStacks', kind: 'access-denied' },
    says: /DescribeStacks answered AccessDenied .*; grant cloudformation:DescribeStacks to the caller/,
    account: ACCOUNT,
  },
  'throttling without end': {
    fault: { on: '*', kind: 'throttled' },
    says: /cloudformation:DescribeStacks answered Throttling \(Rate exceeded\)/,
    account: null,
  },
  'the page of a proxy in place of answers': {
    fault: { on: '*', kind: 'malformed', body: 'html' },
    says: /cloudformation:DescribeStacks answered|CloudFormation described 0 stacks/,
    account: null,
  },
  'a failing service': {
    fault: { on: 'cloudformation:*', kind: 'error', code: 'InternalFailure', status: 500 },
    says: /cloudformation:DescribeStacks answered InternalFailure/,
    account: ACCOUNT,
  },
};

test.each(Object.entries(notAnswered))('%s, before anything is known', async (_name, day) => {
  lab.server.faults.add(day.fault);
  const run = await badDay({ lab, argv: [...WITHOUT_PROBES, '--format', FORMATS] });
  expectWhole(run);
  expect(run.stderr).not.toMatch(/was not made/);
  expectExit(run, 2);
  expect(run.evidence.run.target).toMatchObject({
    kind: 'aws',
    account: day.account,
    stack: lab.stackName,
    vpcId: null,
  });
  expect(run.evidence.run.endedEarly).toMatch(day.says);
  expect(run.evidence.summary).toMatchObject({ pass: 0, fail: 0, unknown: run.evidence.plan.length });
  expect(run.stderr).toMatch(day.says);
  expect(run.htmlReport).toContain(lab.stackName);
  expect(run.ms).toBeLessThan(AT_ONCE_MS);
});

/** Takes connections and says nothing. */
async function silentServer(): Promise<{ readonly server: Server; readonly endpoint: string }> {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, endpoint: `http://127.0.0.1:${address.port}` };
}

test.each([1, 8, 20, 40])('credentials that expire after %i calls', async (after) => {
  lab.server.faults.add({ on: '*', kind: 'expired', after });
  const run = await badDay({ lab, argv: WITHOUT_PROBES });
  expectWhole(run);
  expectExit(run, 2);
  const reasons = reasonsOf(run);
  expect(reasons.filter((because) => !/Expired|unread|could not be read/.test(because))).toEqual([]);
  const unread = (run.evidence.run.reading ?? []).filter(({ status }) => status === 'unread');
  if (run.evidence.run.endedEarly === null) expect(unread.length).toBeGreaterThan(0);
  expect(run.ms).toBeLessThan(AT_ONCE_MS);
});

test('one service that sends everything away costs what rests on it, and nothing else', async () => {
  lab.server.faults.add({ on: 'network-firewall:*', kind: 'throttled' });
  const run = await badDay({ lab, argv: WITHOUT_PROBES });
  expectWhole(run);
  expectExit(run, 2);
  const outcomesOf = (area: string) => [
    ...new Set(
      run.evidence.findings.filter(({ check }) => check.startsWith(`${area}/`)).map(({ outcome }) => outcome),
    ),
  ];
  expect(outcomesOf('firewall')).toEqual(['unknown']);
  expect(outcomesOf('vpc-only')).toContain('pass');
  expect(reasonsOf(run).join('\n')).toMatch(/network-firewall:\w+.*(ThrottlingException|Rate exceeded)/);
  expect(run.ms).toBeLessThan(ONE_BUDGET_MS);
});

test('the domain deleted after it was found', async () => {
  const domains = [...lab.state.domains.entries()];
  try {
    const run = await badDay({
      lab,
      argv: WITHOUT_PROBES,
      meanwhile: async (signal) => {
        await reached(asked(lab, 'DescribeDomain'), { signal });
        lab.state.domains.clear();
      },
    });
    expectWhole(run);
    expectExit(run, 2);
    expect(run.evidence.run.endedEarly).toMatch(
      /^While it was read .*The domain \S+ .*is not there any more/,
    );
    expect(run.evidence.summary).toMatchObject({ pass: 0, fail: 0 });
  } finally {
    domains.forEach(([id, domain]) => lab.state.domains.set(id, domain));
  }
});

test.each(['nobody', 'silent'] as const)('an endpoint where %s answers: bounded, and said', async (who) => {
  const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
  const run = who === 'silent' ? await silence.run : await badDay({ lab, argv: WITHOUT_PROBES, env });
  expectWhole(run);
  expectExit(run, 2);
  expect(run.evidence.run.endedEarly).toMatch(
    who === 'silent' ? /DescribeStacks .*no answer within 60000 ms/ : /DescribeStacks .*ECONNREFUSED/,
  );
  expect(run.evidence.run.endedEarly).toMatch(/is the region right, and does this machine reach/);
  expect(run.ms).toBeLessThan(ONE_BUDGET_MS);
});

test('the stack deleted after it was found', async () => {
  const cloudFormation = await cloudFormationClient(lab.connection);
  try {
    const run = await badDay({
      lab,
      argv: WITHOUT_PROBES,
      meanwhile: async (signal) => {
        await reached(asked(lab, 'ListStackResources'), { signal });
        await cloudFormation.send(new DeleteStackCommand({ StackName: lab.stackName }));
      },
    });
    expectWhole(run);
    expectExit(run, 2);
    expect(run.evidence.run.endedEarly).toMatch(
      /While it was read the target changed: The stack \S+ is DELETE_/,
    );
    // Of a network that is half gone no violation is found.
    expect(run.evidence.summary).toMatchObject({ pass: 0, fail: 0 });
    expect(run.ms).toBeLessThan(ONE_BUDGET_MS);
  } finally {
    cloudFormation.destroy();
  }
});
