import { editFirewall, editStatus } from '../infra/mutants/firewall-changes';
import { referenceSnapshot } from '../infra/mutants/reference-snapshot';
import { buildStudio, startLabAccount, type LabAccount } from '../infra/snapshot/lab-account.fixture';
import type { Target } from '../infra/snapshot/snapshot';
import { awaitSettledFirewalls, notInForce, otherVersions } from './firewall-in-force';

test('a firewall that enforces what it says is in force; without a firewall there is nothing to wait for', () => {
  expect(notInForce(referenceSnapshot())).toBeNull();
});

test.each([
  [
    'provisioning',
    editStatus((status) => ({ ...status, Status: 'PROVISIONING' })),
    /Status of .* is PROVISIONING/,
  ],
  [
    'being changed',
    editStatus((status) => ({ ...status, ConfigurationSyncStateSummary: 'PENDING' })),
    /ConfigurationSyncStateSummary of .* is PENDING/,
  ],
  ['of unknown state', editFirewall(({ Firewall }) => ({ Firewall })), /FirewallStatus/],
] as const)('a firewall that is %s gets no probe', (_case, mutate, words) => {
  expect(notInForce(mutate(referenceSnapshot()))).toMatch(words);
});

/** Each zone enforces another version than the described one, if tokens say so. */
const otherToken = editStatus((status) => ({
  ...status,
  SyncStates: Object.fromEntries(
    Object.entries(status.SyncStates ?? {}).map(([zone, state]) => [
      zone,
      {
        ...state,
        Config: Object.fromEntries(
          Object.entries(state.Config ?? {}).map(([arn, one]) => [arn, { ...one, UpdateToken: 'other' }]),
        ),
      },
    ]),
  ),
}));

test('another token alone stops no probe, and is said', () => {
  const snapshot = otherToken(referenceSnapshot());
  expect(notInForce(snapshot)).toBeNull();
  expect(otherVersions(snapshot)[0]).toMatch(/the version of .* in force in .* is not the described one/);
  expect(otherVersions(referenceSnapshot())).toEqual([]);
});

test('a zone without a token is not known to be in force', () => {
  const snapshot = editStatus((status) => ({ ...status, SyncStates: undefined }))(referenceSnapshot());
  expect(notInForce(snapshot)).toMatch(/SyncStates/);
});

describe('over the wire', () => {
  let account: LabAccount;
  let target: Target;
  beforeAll(async () => {
    account = await startLabAccount();
    target = await buildStudio(account);
  });
  afterAll(async () => account.server.close());

  const wait = async (timeoutMs: number) => {
    const said: string[] = [];
    const startedAt = Date.now();
    await awaitSettledFirewalls({
      connection: account.connection,
      target,
      timeoutMs,
      pollMs: 20,
      onProgress: (text) => said.push(text),
      signal: new AbortController().signal,
    });
    return { said, tookMs: Date.now() - startedAt };
  };

  function setStatus(Status: 'READY' | 'PROVISIONING'): void {
    for (const [arn, stored] of account.state.firewalls)
      account.state.firewalls.set(arn, {
        ...stored,
        FirewallStatus: { ...stored.FirewallStatus, ConfigurationSyncStateSummary: 'IN_SYNC', Status },
      });
  }

  test('a settled firewall is not waited for, one that settles is, and never longer than the bound', async () => {
    setStatus('READY');
    expect((await wait(60_000)).said).toEqual([]);
    setStatus('PROVISIONING');
    setTimeout(() => setStatus('READY'), 200);
    const settled = await wait(60_000);
    expect(settled.said[0]).toMatch(/^waiting for the firewall: .* is PROVISIONING; at most \d+ s more$/);
    expect(settled.tookMs).toBeLessThan(20_000);
    setStatus('PROVISIONING');
    expect((await wait(150)).tookMs).toBeLessThan(10_000);
    setStatus('READY');
  });

  test('another token in a zone is waited for, too', async () => {
    const { firewallPolicies } = account.state;
    const [[arn, stored] = []] = firewallPolicies;
    if (arn === undefined || stored === undefined) throw new Error('the account has no policy');
    firewallPolicies.set(arn, { ...stored, UpdateToken: 'newer' });
    setTimeout(() => firewallPolicies.set(arn, stored), 200);
    const settled = await wait(60_000);
    expect(settled.said[0]).toMatch(
      /^waiting for the firewall: the version of .* is not the described one; /,
    );
    expect(settled.tookMs).toBeLessThan(20_000);
  });
});
