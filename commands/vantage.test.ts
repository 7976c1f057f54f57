/** From where a run asks: a host or a processing job, with the same verdicts; and what of either is left when it is ended. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab } from '../infra/lab/lab';
import { interruptedRun } from './interrupted-run.fixture';
import { expectExit, labForTest, RECOMMENDED_INTENT, studioEgress, verifyLab } from './lab-run.fixture';

jest.setTimeout(180_000);

const JOB_IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/probes:1';
const BY_JOB = ['--vantage', 'processing-job', '--job-image', JOB_IMAGE];

let lab: Lab;
beforeAll(async () => (lab = await labForTest()));
afterAll(async () => lab.close());

test('a processing job comes to the verdicts of the probe host', async () => {
  const argv = ['--intent', RECOMMENDED_INTENT];
  const host = await verifyLab({ lab, argv: [...argv, '--flush-flows'] });
  const job = await verifyLab({ lab, argv: [...argv, ...BY_JOB] });
  const verdicts = ({ evidence }: typeof host) =>
    evidence.findings.map(({ check, subject, outcome }) => `${check} ${subject}: ${outcome}`).sort();
  expect(verdicts(job)).toEqual(verdicts(host));
  for (const run of [host, job]) expectExit(run, 0);
  expect([host.evidence.run.vantage, job.evidence.run.vantage]).toEqual(['probe-host', 'processing-job']);
  expect(host.evidence.run.flowFlushes).toEqual([
    expect.objectContaining({ scope: 'us-east-1a', status: 'COMPLETED', because: null }),
  ]);
  expect(host.stderr).toMatch(/Flushing the flows of \S+.* connections that are open .* may break/);
  expect(job.evidence.run.flowFlushes).toBeUndefined();
  expect(lab.state.flowOperations.size).toBe(1);
  expect(job.stderr).toMatch(/Starting processing jobs studio-egress-\S+-1 .* one ml\.t3\.medium/);
  expect(
    [...lab.state.processingJobs.values()].map(({ description }) => description.ProcessingJobStatus),
  ).toEqual(expect.arrayContaining([expect.stringMatching(/^(Completed|Stopped)$/)]));
  expect(lab.state.processingJobs.size).toBe(2);
});

test('the probe host that the intent names is asked, and no other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vantage-'));
  try {
    const intent = join(folder, 'intent.yaml');
    writeFileSync(intent, `${readFileSync(RECOMMENDED_INTENT, 'utf8')}\nprobeHost: i-0fffffffffffffff0\n`);
    const sent = lab.state.commands.size;
    const run = await verifyLab({ lab, argv: ['--intent', intent, '--suite', 'egress'] });
    expectExit(run, 2);
    expect(run.outcomes('egress/denied-are-blocked')).toEqual(['unknown']);
    expect(run.of('egress/denied-are-blocked')[0]?.because).toContain(
      'The intent names i-0fffffffffffffff0 as probe host',
    );
    expect(lab.state.commands.size).toBe(sent);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('Ctrl-C stops the processing job', async () => {
  const before = lab.state.processingJobs.size;
  const running = () =>
    [...lab.state.processingJobs.values()].filter(
      ({ description }) =>
        description.ProcessingJobStatus === 'InProgress' && description.ProcessingStartTime !== undefined,
    );
  expect(await interruptedRun({ lab, argv: BY_JOB, until: () => running().length > 0 })).toBe(2);
  expect(lab.state.processingJobs.size).toBe(before + 1);
  expect(running()).toEqual([]);
});

test('Ctrl-C cancels the commands', async () => {
  const running = () =>
    [...lab.state.commands.values()].flatMap(({ invocations }) =>
      [...invocations.values()].filter(({ Status }) => Status === 'InProgress' || Status === 'Pending'),
    );
  expect(await interruptedRun({ lab, argv: [], until: () => running().length > 5 })).toBe(2);
  expect(running()).toEqual([]);
});

test.each([
  [['--stack', 'x', '--vantage', 'processing-job'], 'needs --job-image'],
  [['--vantage', 'job'], 'did you mean probe-host?'],
  [['--job-image', JOB_IMAGE], 'belong to --vantage processing-job'],
  [['--vantage', 'processing-job', '--job-image', 'ubuntu'], 'is not the address of an image in ECR'],
  [['--vantage', 'processing-job', '--job-role', 'me'], 'is not the ARN of an IAM role'],
])('%j is refused before anything is started', async (argv, words) => {
  const run = await studioEgress(['verify', ...argv]);
  expect(run.exitCode).toBe(3);
  expect(run.stderr).toContain(words);
});
