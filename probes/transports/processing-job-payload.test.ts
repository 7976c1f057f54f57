import { randomBytes } from 'node:crypto';
import { jobBatches, jobCommand, jobRunMs, type JobScript } from './processing-job-payload';

const NONCE = '0'.repeat(32);
const script = (text: string, more: Partial<JobScript> = {}): JobScript => ({
  script: text,
  timeoutMs: 1000,
  delayMs: 0,
  ...more,
});
/** Text that cannot be packed smaller. */
const dense = (bytes: number): JobScript => script(randomBytes(bytes).toString('base64'));

test('a command keeps to the limits of AppSpecification, up to the largest that fits', () => {
  for (const bytes of [10, 18_000, 20_000, 30_000]) {
    const command = jobCommand([dense(bytes)], { nonce: NONCE });
    expect(command).not.toBeNull();
    for (const list of [command?.ContainerEntrypoint ?? [], command?.ContainerArguments ?? []]) {
      expect(list.length).toBeGreaterThanOrEqual(1);
      expect(list.length).toBeLessThanOrEqual(100);
      // Without a line break, as the pattern .* demands.
      for (const member of list) expect(member).toMatch(/^.{1,256}$/);
    }
  }
  expect(jobCommand([dense(60_000)], { nonce: NONCE })).toBeNull();
});

test('nothing of a script stands in the command as it is', () => {
  const { ContainerEntrypoint: entrypoint = [], ContainerArguments: given = [] } =
    jobCommand([script("'; reboot; '")], { nonce: NONCE }) ?? {};
  expect([...entrypoint.slice(4), ...given].every((piece) => /^[A-Za-z0-9+/=]+$/.test(piece))).toBe(true);
});

test('scripts travel in as few jobs as they fit into, in their order; one that fits into none is refused', () => {
  const asked = [dense(15_000), dense(15_000), dense(15_000)];
  const batches = jobBatches(asked, { nonce: NONCE });
  expect(batches.length).toBe(2);
  expect(batches.flat()).toEqual(asked);
  expect(() => jobBatches([dense(60_000)], { nonce: NONCE })).toThrow(RangeError);
});

test('the container may take as many rounds as its workers need, and the longest delay', () => {
  expect(jobRunMs([script('a')])).toBe(6000);
  expect(jobRunMs(Array.from({ length: 11 }, () => script('a')))).toBe(12_000);
  expect(jobRunMs([script('a'), script('b', { timeoutMs: 5000, delayMs: 2000 })])).toBe(12_000);
});

test('a nonce of another form is refused', () => {
  expect(() => jobCommand([script('a')], { nonce: 'x' })).toThrow(RangeError);
});
