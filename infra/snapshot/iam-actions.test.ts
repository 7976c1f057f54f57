import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { actionOf, NEEDS_NO_PERMISSION, PERMISSIONS } from './iam-actions';
import { buildStudio, startLabAccount } from './lab-account.fixture';
import { takeSnapshot } from './take-snapshot';
import { findTarget } from './target';

const ROOT = join(__dirname, '..', '..');
const load = createRequire(__filename);

/** The prefix of the IAM actions, where the client's package is not called by it. */
const SERVICES: Readonly<Record<string, string>> = { 'cloudwatch-logs': 'logs' };

/** `ec2:DescribeVpcs`: every operation of the SDK that a file of ours names. */
function operationsNamed(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  const clients = new Set([...text.matchAll(/@aws-sdk\/client-([a-z0-9-]+)/g)].map(([, name = '']) => name));
  const words = new Set([...text.matchAll(/\b([A-Z]\w*)Command\b/g)].map(([, name = '']) => name));
  return [...clients].flatMap((client) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a module, of which only the names are asked for
    const exported = load(`@aws-sdk/client-${client}`) as Readonly<Record<string, unknown>>;
    return [...words]
      .filter((word) => `${word}Command` in exported)
      .map((word) => `${SERVICES[client] ?? client}:${word}`);
  });
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(name))
    .map((name) => join(ROOT, folder, name));
}

const called = new Set(
  ['infra/snapshot', 'probes', 'commands'].flatMap((folder) => sourceFiles(folder).flatMap(operationsNamed)),
);
const listed = new Set(PERMISSIONS.flatMap(({ operation }) => operation ?? []));

test('the files are found, and the operations in them', () => {
  expect(called.size).toBeGreaterThan(50);
  for (const one of ['ec2:DescribeVpcs', 's3:GetBucketAcl', 'ssm:SendCommand', 'logs:FilterLogEvents'])
    expect([...called]).toContain(one);
});

test('no call without an action: every operation that the product can call is permitted', () => {
  const without = [...called].filter((one) => !listed.has(one) && !NEEDS_NO_PERMISSION.includes(one));
  expect(without).toEqual([]);
});

test('no action without a call: every permission is one of an operation that the product can call', () => {
  // What belongs to a purpose that nothing is written for yet is no action too many: no policy is made with it.
  const purposes = new Set(
    PERMISSIONS.filter(({ operation }) => operation !== null && called.has(operation)).map(
      ({ purpose }) => purpose,
    ),
  );
  const unused = PERMISSIONS.filter(
    ({ operation, purpose }) => operation !== null && purposes.has(purpose) && !called.has(operation),
  );
  expect(unused.map(({ operation }) => operation)).toEqual([]);
});

test('no action stands twice for one purpose and scope', () => {
  const all = PERMISSIONS.map(({ action, purpose, scope }) => `${action} ${purpose} ${scope}`);
  expect(all).toHaveLength(new Set(all).size);
});

test('what a whole reading calls over the wire is permitted as reading, whatever names the target', async () => {
  const account = await startLabAccount();
  try {
    const studio = await buildStudio(account);
    for (const selector of [{ vpcId: studio.vpcId }, { domainId: studio.domainId ?? '' }])
      await findTarget(account.connection, selector);
    await takeSnapshot(account.connection, studio);
    const ofReading = PERMISSIONS.filter(({ purpose }) => purpose === 'reading').map(({ action }) => action);
    const calls = new Set(
      account.server.calls.map(({ service, operation }) => actionOf(`${service}:${operation}`)),
    );
    expect(calls.size).toBeGreaterThan(30);
    expect(
      [...calls].filter((one) => !ofReading.includes(one) && !NEEDS_NO_PERMISSION.includes(one)),
    ).toEqual([]);
  } finally {
    await account.server.close();
  }
});

test('reading permits nothing but reading', () => {
  const reading = PERMISSIONS.filter(({ purpose }) => purpose === 'reading' || purpose.startsWith('log'));
  for (const { action } of reading)
    expect(action).toMatch(/:(Describe|Get|List|Search|Filter)[A-Z]|^kms:Decrypt$/);
});
