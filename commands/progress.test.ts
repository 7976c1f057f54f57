import { PassThrough } from 'node:stream';
import { newProgress } from './progress';

function recorded(isTTY: boolean, columns = 60, plainLineMs = 60_000) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns });
  let clock = 0;
  const progress = newProgress({ stream, now: () => (clock += 500), refreshMs: 60_000, plainLineMs });
  const text = (): string => String(stream.read() ?? '');
  return { progress, text };
}

test('off a terminal each stage is one plain line with its elapsed time', async () => {
  const { progress, text } = recorded(false);
  const value = await progress.stage('snapshot', async (note) => {
    note('reading');
    note('32 sections read');
    return 7;
  });
  expect(value).toBe(7);
  expect(text()).toMatch(/^ +\d\.\d s {2}snapshot {2}32 sections read\n$/);
});

test('off a terminal a stage that goes on says now and then how it is', async () => {
  const { progress, text } = recorded(false, 60, 5);
  let said = '';
  await progress.stage('probes', async (note) => {
    note('waiting');
    for (let tries = 0; tries < 400 && said.split('waiting').length < 3; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      said += text();
    }
  });
  expect(said.split('\n').length).toBeGreaterThan(2);
});

test('a stage that fails says so and lets the error through', async () => {
  const { progress, text } = recorded(false);
  await expect(progress.stage('lab', () => Promise.reject(new Error('no engine\nat x')))).rejects.toThrow(
    'no engine',
  );
  expect(text()).toContain('failed: no engine\n');
});

test('on a terminal the line is rewritten in place and cut to its width', async () => {
  const { progress, text } = recorded(true);
  await progress.stage('probes', async (note) => note('x'.repeat(200)));
  const [running = ''] = text()
    .split('\r\u001b[K')
    .filter((part) => part.includes('xx'));
  expect(running.length).toBeLessThanOrEqual(59);
});

test('a terminal that does not know its width gets the whole line', async () => {
  const { progress, text } = recorded(true, 0);
  const note = 'reading what is deployed in the VPC';
  await progress.stage('snapshot', async (say) => say(note));
  expect(text()).toMatch(new RegExp(`\\r\u001b\\[K +1\\.0 s  snapshot  ${note}`));
});
