import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const STACK_ID =
  'arn:aws:cloudformation:eu-west-1:123456789012:stack/studio/00000000-0000-0000-0000-000000000000';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'studio-egress-make-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs a target with a stand-in for the AWS CLI, which writes down its arguments and answers describe-stacks. */
function make(
  words: readonly string[],
  protection = 'None',
): { status: number | null; stderr: string; calls: string[][] } {
  const record = join(folder, 'calls');
  const cli = join(folder, 'aws');
  writeFileSync(
    cli,
    `#!/bin/sh
{ for word in "$@"; do printf '%s\\t' "$word"; done; printf '\\n'; } >> '${record}'
if [ "$2" = describe-stacks ]; then printf '%s\\t%s\\n' '${STACK_ID}' '${protection}'; fi
`,
  );
  chmodSync(cli, 0o755);
  const run = spawnSync('make', ['--no-print-directory', '-f', 'infra/stack/deploy.mk', ...words], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 20_000,
    env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
  });
  const calls = existsSync(record)
    ? readFileSync(record, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('\t').slice(0, -1))
    : [];
  return { status: run.status, stderr: run.stderr, calls };
}

test('deploy creates or updates the recommended stack and prints its outputs', () => {
  const { status, calls } = make(['deploy', 'STACK=studio', 'REGION=eu-west-1']);
  expect(status).toBe(0);
  expect(calls[0]?.join(' ')).toBe(
    'cloudformation deploy --region eu-west-1 --stack-name studio --template-file infra/stack/studio-firewall.yaml ' +
      '--capabilities CAPABILITY_IAM --no-fail-on-empty-changeset',
  );
  expect(calls[1]).toEqual(expect.arrayContaining(['describe-stacks', 'studio']));
  expect(calls).toHaveLength(2);
});

test('deploy takes another template and parameters, and runs nothing that stands in them', () => {
  const { calls } = make([
    'deploy',
    'STACK=studio',
    'REGION=eu-west-1',
    'TEMPLATE=infra/stack/as-published.yaml',
    "PARAMETERS=ProjectName=a DomainName=$$(touch${IFS}'" + join(folder, 'ran') + "');x",
  ]);
  expect(calls[0]).toContain('infra/stack/as-published.yaml');
  expect(calls[0]?.slice(-3)).toEqual([
    '--parameter-overrides',
    'ProjectName=a',
    `DomainName=$(touch'${join(folder, 'ran')}');x`,
  ]);
  expect(existsSync(join(folder, 'ran'))).toBe(false);
});

test.each(['deploy', 'unprotect', 'delete'])(
  '%s without a stack or a region says what to give and calls nothing',
  (target) => {
    for (const words of [[target], [target, 'STACK=studio'], [target, 'REGION=eu-west-1']]) {
      const { status, stderr, calls } = make(words);
      expect(status).not.toBe(0);
      expect(stderr).toContain(`make ${target} STACK=name REGION=region`);
      expect(calls).toEqual([]);
    }
  },
);

test('a protected stack is not deleted; the message names the way', () => {
  const { status, stderr, calls } = make(['delete', 'STACK=studio', 'REGION=eu-west-1'], 'true');
  expect(status).not.toBe(0);
  expect(stderr).toContain('make unprotect STACK=studio REGION=eu-west-1');
  expect(calls.map((call) => call[1])).toEqual(['describe-stacks']);
});

test('unprotect changes the one parameter', () => {
  const { calls } = make(['unprotect', 'STACK=studio', 'REGION=eu-west-1']);
  expect(calls).toHaveLength(1);
  expect(calls[0]?.slice(-2)).toEqual(['--parameter-overrides', 'Protection=false']);
});

test.each(['None', 'false'])(
  'with Protection %s delete waits for the end and lists what was retained',
  (protection) => {
    const { status, calls } = make(['delete', 'STACK=studio', 'REGION=eu-west-1'], protection);
    expect(status).toBe(0);
    expect(calls.map((call) => call[1])).toEqual([
      'describe-stacks',
      'delete-stack',
      'wait',
      'list-stack-resources',
    ]);
    for (const call of calls.slice(1)) expect(call).toContain(STACK_ID);
  },
);
