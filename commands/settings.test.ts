/** Ordinary AWS settings, as a pipeline has them or forgets them: what cannot be asked is usage and says what to set. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { studioEgress } from './lab-run.fixture';

jest.setTimeout(60_000);

let folder: string;
/** Refuses everything as STS does. */
let refusing: Server;
let endpoint: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
  writeFileSync(
    join(folder, 'config'),
    [
      '[profile assumed]',
      'role_arn = arn:aws:iam::123456789012:role/verifier',
      'credential_source = Environment',
      'region = us-east-1',
    ].join('\n'),
  );
  refusing = createServer((_request, response) => {
    response.writeHead(403, { 'content-type': 'text/xml' });
    response.end(
      '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>',
    );
  });
  await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
  const address = refusing.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  endpoint = `http://127.0.0.1:${address.port}`;
});
afterAll(() => {
  refusing.close();
  rmSync(folder, { recursive: true, force: true });
});

const NOBODY = {
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
  AWS_PROFILE: '',
  AWS_CONFIG_FILE: '/nonexistent',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_REGION: 'us-east-1',
};
const SOMEBODY = { ...NOBODY, AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' };

test.each<[string, Readonly<Record<string, string>>, RegExp]>([
  [
    'a profile that nobody has',
    { ...NOBODY, AWS_PROFILE: 'nightly' },
    /No AWS credentials were found for the profile nightly: run .*set AWS_PROFILE/,
  ],
  [
    'no region',
    { ...SOMEBODY, AWS_REGION: '', AWS_DEFAULT_REGION: '' },
    /No AWS region is set: pass --region/,
  ],
  ['a region that is none', { ...SOMEBODY, AWS_REGION: 'Frankfurt' }, /"Frankfurt" is not an AWS region/],
  [
    'an endpoint without a scheme',
    { ...SOMEBODY, AWS_ENDPOINT_URL: 'localhost:4566' },
    /AWS_ENDPOINT_URL is "localhost:4566", which is not a URL/,
  ],
  [
    'an endpoint of one service that is none',
    { ...SOMEBODY, AWS_ENDPOINT_URL_SSM: 'ssm' },
    /AWS_ENDPOINT_URL_SSM is "ssm", which is not a URL/,
  ],
])('%s is usage', async (_name, env, says) => {
  const run = await studioEgress(['verify', '--stack', 'studio', '--out', join(folder, 'usage')], { env });
  expect(run.stderr).toMatch(says);
  expect(run.stderr).not.toMatch(/defect|\n\s+at /);
  expect(run.exitCode).toBe(3);
});

test('a role that AWS does not let the run assume is no usage error, and leaves its report', async () => {
  const out = join(folder, 'assumed');
  const run = await studioEgress(['verify', '--stack', 'studio', '--profile', 'assumed', '--out', out], {
    env: {
      ...SOMEBODY,
      AWS_CONFIG_FILE: join(folder, 'config'),
      AWS_ENDPOINT_URL: endpoint,
    },
  });
  expect(run.stderr).toMatch(/AWS did not give the credentials for the profile assumed \(.*AssumeRole/);
  expect(run.exitCode).toBe(2);
  const evidence = readFileSync(join(out, 'evidence.json'), 'utf8');
  expect(JSON.parse(evidence)).toMatchObject({
    run: { target: { kind: 'aws', region: 'us-east-1', stack: 'studio', vpcId: null } },
  });
});

test('one service at an endpoint of its own: the others are still asked where they are', async () => {
  const out = join(folder, 'ssm');
  const env = {
    ...SOMEBODY,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_CLOUDFORMATION: 'http://127.0.0.1:9',
  };
  const run = await studioEgress(['verify', '--stack', 'studio', '--out', out], { env });
  expect(run.stderr).toMatch(/cloudformation:DescribeStacks answered .*ECONNREFUSED/);
  expect(run.exitCode).toBe(2);
});

test.each(['SIGINT', 'SIGHUP'] as const)(
  '%s while nobody answers ends the run at once, with its report',
  async (name) => {
    const out = join(folder, name);
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    try {
      let pid = 0;
      const asked = new Promise<void>((resolve) => silent.once('request', () => resolve()));
      const finished = studioEgress(['verify', '--stack', 'studio', '--out', out], {
        env: { ...SOMEBODY, AWS_ENDPOINT_URL: `http://127.0.0.1:${address.port}` },
        onStart: (started) => (pid = started),
      });
      await Promise.race([asked, finished]);
      const since = performance.now();
      process.kill(pid, name);
      const run = await finished;
      expect(performance.now() - since).toBeLessThan(10_000);
      expect(run.exitCode).toBe(2);
      expect(JSON.parse(readFileSync(join(out, 'evidence.json'), 'utf8'))).toMatchObject({
        run: { endedEarly: 'The run was interrupted.', target: { stack: 'studio', vpcId: null } },
      });
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  },
);

test('bare Jest leaves the same report, and fails', async () => {
  const out = join(folder, 'jest');
  const run = await studioEgress([], {
    program: ['npx', 'jest', '--selectProjects', 'compliance'],
    env: {
      ...SOMEBODY,
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      STUDIO_EGRESS_STACK: 'studio',
      STUDIO_EGRESS_OUT: out,
    },
  });
  expect(run.stderr).toMatch(
    /Could not be verified: The target could not be looked up: cloudformation:DescribeStacks/,
  );
  expect(run.exitCode).toBe(1);
  const evidence = readFileSync(join(out, 'evidence.json'), 'utf8');
  expect(JSON.parse(evidence)).toMatchObject({
    run: { target: { vpcId: null } },
    summary: { pass: 0, fail: 0 },
  });
});
