import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { referenceSnapshot } from '../infra/mutants/reference-snapshot';
import { studioEgress } from './lab-run.fixture';

interface Printed {
  readonly Statement: readonly { readonly Action: readonly string[]; readonly Resource: readonly string[] }[];
}

const printed = (stdout: string): Printed => JSON.parse(stdout);
const actions = (stdout: string) => printed(stdout).Statement.flatMap(({ Action }) => Action);

test('without a target the policy for any is printed, for probes from hosts; with another vantage for that', async () => {
  const host = await studioEgress(['permissions']);
  expect(host.exitCode).toBe(0);
  expect(actions(host.stdout)).toContain('ssm:SendCommand');
  const none = await studioEgress(['permissions', '--vantage', 'none', '--also', 'signing']);
  expect(actions(none.stdout)).toContain('kms:Sign');
  expect(actions(none.stdout)).not.toContain('ssm:SendCommand');
});

test('a snapshot limits it to the resources in it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'studio-egress-permissions-'));
  try {
    const file = join(folder, 'snapshot.json');
    // The reference's ids say what they are; a file's must be AWS's.
    writeFileSync(
      file,
      JSON.stringify(referenceSnapshot()).replaceAll('vpc-studio', 'vpc-0123456789abcdef0'),
    );
    const { stdout, exitCode } = await studioEgress(['permissions', '--snapshot', file]);
    expect(exitCode).toBe(0);
    const resources = printed(stdout).Statement.flatMap(({ Resource }) => Resource);
    expect(resources).toContain('arn:aws:iam::111122223333:role/studio-execution');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  [['--stack', 'a', '--vpc-id', 'vpc-0123456789abcdef0'], 'exclude each other'],
  [['--vantage', 'probehost'], 'did you mean probe-host?'],
  [['--job-role', 'arn:aws:iam::123456789012:role/jobs'], 'belongs to --vantage processing-job'],
  [['--vantage', 'processing-job', '--job-role', 'jobs'], 'is not the ARN of an IAM role'],
  [['--also', 'sign'], 'did you mean signing?'],
])('%j is refused: %s', async (argv, message) => {
  const { exitCode, stderr } = await studioEgress(['permissions', ...argv]);
  expect(exitCode).toBe(3);
  expect(stderr).toContain(message);
});
