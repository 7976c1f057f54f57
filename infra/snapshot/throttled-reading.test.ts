/** A reading of an account whose services allow only so many calls: slower, complete, and never a storm of calls. */
import { buildStudio, startLabAccount, type LabAccount } from './lab-account.fixture';
import { sectionValue, type Target } from './snapshot';
import { SECTION_NAMES, takeSnapshot } from './take-snapshot';

const PROFILES = 80;
const BOUNDS = { retries: 5, firstDelayMs: 60, maxDelayMs: 240, budgetMs: 20_000 };

let account: LabAccount;
let target: Target;

beforeAll(async () => {
  account = await startLabAccount({ pageSize: 100 });
  target = await buildStudio(account);
  const DomainId = target.domainId ?? '';
  const { userProfiles } = account.state;
  userProfiles.clear();
  for (let n = 0; n < PROFILES; n++)
    userProfiles.set(`${DomainId}/user-${n}`, {
      DomainId,
      UserProfileName: `user-${n}`,
      Status: 'InService',
    });
});
afterAll(async () => account.server.close());
afterEach(() => account.server.faults.clear());

/** Whether the service has had enough calls by now: a bucket that fills again with time, as AWS's do. */
function rateLimit({
  burst,
  perSecond,
}: {
  readonly burst: number;
  readonly perSecond: number;
}): () => boolean {
  let tokens = burst;
  let lastMs = performance.now();
  return () => {
    const nowMs = performance.now();
    tokens = Math.min(burst, tokens + ((nowMs - lastMs) * perSecond) / 1000);
    lastMs = nowMs;
    if (tokens < 1) return true;
    tokens -= 1;
    return false;
  };
}

const callsOf = (operation: string, before: number) =>
  account.server.calls.slice(before).filter((call) => call.operation === operation);

test('a service that allows forty calls a second is read in full, at about its own rate', async () => {
  account.server.faults.add({
    on: 'sagemaker:*',
    kind: 'throttled',
    when: rateLimit({ burst: 5, perSecond: 40 }),
  });
  const before = account.server.calls.length;
  const snapshot = await takeSnapshot(account.connection, target, { bounds: BOUNDS });
  expect(sectionValue(snapshot, 'userProfiles')).toHaveLength(PROFILES);
  expect(SECTION_NAMES.filter((name) => snapshot.sections[name].status === 'unread')).toEqual([]);
  const sentAway = callsOf('DescribeUserProfile', before).filter(({ error }) => error !== null);
  // A wait that is longer than a call's share of the rate lets the next ones through at once.
  expect(sentAway.length).toBeLessThan(PROFILES);
}, 60_000);

test('a service that throttles for ever is left alone after a few calls, and what it did not say is unread', async () => {
  account.server.faults.add({ on: 'sagemaker:DescribeUserProfile', kind: 'throttled' });
  const before = account.server.calls.length;
  const snapshot = await takeSnapshot(account.connection, target, { bounds: BOUNDS });
  expect(snapshot.sections.userProfiles).toMatchObject({
    status: 'unread',
    operation: 'sagemaker:DescribeUserProfile',
    error: 'ThrottlingException',
  });
  const unread = SECTION_NAMES.filter((name) => snapshot.sections[name].status === 'unread');
  expect(unread.toSorted()).toEqual(['executionRoles', 'userProfiles']);
  // Without an end of the section's own, each of the eighty would be tried six times.
  expect(callsOf('DescribeUserProfile', before).length).toBeLessThan(PROFILES);
}, 60_000);

test('a section that is denied asks for nothing more', async () => {
  account.server.faults.add({ on: 'sagemaker:DescribeUserProfile', kind: 'access-denied' });
  const before = account.server.calls.length;
  const snapshot = await takeSnapshot(account.connection, target, { bounds: BOUNDS });
  expect(snapshot.sections.userProfiles).toMatchObject({
    status: 'unread',
    missingPermission: 'sagemaker:DescribeUserProfile',
  });
  expect(callsOf('DescribeUserProfile', before).length).toBeLessThanOrEqual(12);
});

test('every service throttling for ever ends within the time for the whole reading, with everything named', async () => {
  account.server.faults.add({ on: '*', kind: 'throttled' });
  const startedMs = performance.now();
  const snapshot = await takeSnapshot(account.connection, target, { budgetMs: 1_500 });
  expect(performance.now() - startedMs).toBeLessThan(4_000);
  for (const name of SECTION_NAMES)
    expect(snapshot.sections[name]).toMatchObject({
      status: 'unread',
      operation: expect.stringMatching(/^[a-z0-9-]+:[A-Z]/),
    });
}, 60_000);
