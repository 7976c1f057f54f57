/**
 * Whether the firewall enforces what its configuration says, before anything is sent through it: READY, IN_SYNC, and each
 * zone with the version that the API describes. While it is being changed, probes would show rules that nobody described.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsConnection } from '../infra/snapshot/clients';
import type { Firewall, Sections, Snapshot, Target } from '../infra/snapshot/snapshot';
import { derivedIntent } from '../suites/derived-intent';
import { judge } from '../suites/judge';
import { checkFiles, loadCheck } from '../suites/registry';

export interface FirewallWait {
  readonly connection: AwsConnection;
  readonly target: Target;
  /** For how long a firewall that is being changed is waited for. */
  readonly timeoutMs: number;
  readonly pollMs: number;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

/** A change reaches every zone in seconds (MEMORY); if tokens differ for longer, they are not what we take them for. */
const LONGEST_TOKEN_WAIT_MS = 120_000;

/**
 * Waits while a firewall is being changed, at most the bound, and for its tokens to be the described ones, at most two minutes
 * of it; what is then so, the snapshot shows.
 */
export async function awaitSettledFirewalls(wait: FirewallWait): Promise<void> {
  const { timeoutMs, pollMs, onProgress, signal } = wait;
  const startedAt = Date.now();
  for (;;) {
    signal.throwIfAborted();
    const { changing, otherToken } = await stateOf(wait);
    const longestMs = changing === null ? Math.min(timeoutMs, LONGEST_TOKEN_WAIT_MS) : timeoutMs;
    const why = changing ?? otherToken;
    const leftMs = startedAt + longestMs - Date.now();
    if (why === null || leftMs <= 0) return;
    onProgress(`waiting for the firewall: ${why}; at most ${Math.ceil(leftMs / 1000)} s more`);
    await sleep(pollMs, undefined, { signal });
  }
}

interface FirewallsState {
  /** What AWS says is being carried out, or null. */
  readonly changing: string | null;
  /** What is in force by another token than the described one, or null. */
  readonly otherToken: string | null;
}

async function stateOf({ connection, target, signal }: FirewallWait): Promise<FirewallsState> {
  const { readSections } =
    require('../infra/snapshot/take-snapshot') as typeof import('../infra/snapshot/take-snapshot');
  const sections = await readSections(connection, target, ['firewalls', ...DESCRIBED], { signal });
  const firewalls = sections.firewalls.status === 'read' ? sections.firewalls.value : [];
  const tokens = describedTokens(sections);
  return {
    changing: firewalls.map(unsettled).find((why) => why !== null) ?? null,
    otherToken: firewalls.map((one) => otherTokenIn(one, tokens)).find((why) => why !== null) ?? null,
  };
}

/** The sections whose objects have the tokens. */
const DESCRIBED = ['firewallPolicies', 'ruleGroups'] as const;

type Tokens = ReadonlyMap<string | undefined, string | undefined>;

function describedTokens({
  firewallPolicies,
  ruleGroups,
}: Pick<Sections, (typeof DESCRIBED)[number]>): Tokens {
  return new Map([
    ...(firewallPolicies.status === 'read' ? firewallPolicies.value : []).map(
      ({ FirewallPolicyResponse: policy, UpdateToken }) => [policy?.FirewallPolicyArn, UpdateToken] as const,
    ),
    ...(ruleGroups.status === 'read' ? ruleGroups.value : []).map(
      ({ RuleGroupResponse: group, UpdateToken }) => [group?.RuleGroupArn, UpdateToken] as const,
    ),
  ]);
}

function otherTokenIn({ FirewallStatus: status }: Firewall, tokens: Tokens): string | null {
  for (const [zone, { Config: config = {} }] of Object.entries(status?.SyncStates ?? {}))
    for (const [arn, { UpdateToken: inForce }] of Object.entries(config)) {
      const described = tokens.get(arn);
      if (described !== undefined && inForce !== undefined && inForce !== described)
        return `the version of ${arn} in force in ${zone} is not the described one`;
    }
  return null;
}

/** A change that AWS is carrying out (API reference, `FirewallStatus`), or null. */
export function unsettled({ Firewall: firewall, FirewallStatus: status }: Firewall): string | null {
  const name = firewall?.FirewallName ?? 'the firewall';
  if (status?.Status === 'PROVISIONING') return `${name} is PROVISIONING`;
  const summary = status?.ConfigurationSyncStateSummary;
  if (summary === 'PENDING') return `the configuration of ${name} is PENDING`;
  return null;
}

/**
 * Why probes would not show what the snapshot describes, or null. That every object is IN_SYNC is AWS's own word; that its
 * token is the described one is DERIVED (aws.md 2.31), so another token alone stops no probe: {@link otherVersions}.
 */
export function notInForce(snapshot: Snapshot): string | null {
  const [open] = openIn(ofDescribedVersions(snapshot));
  return open === undefined
    ? null
    : `The firewall was not known to enforce its configuration, so no probe was sent: ${open}`;
}

/** What enforces another version than the described one by its token, as sentences: no pass of a probe rests on it. */
export function otherVersions(snapshot: Snapshot): readonly string[] {
  const others = openIn(ofDescribedVersions(snapshot));
  return openIn(snapshot).filter((because) => !others.includes(because));
}

/** What the check of it leaves open. */
function openIn(snapshot: Snapshot): readonly string[] {
  const { firewalls } = snapshot.sections;
  if (firewalls.status === 'unread' || firewalls.value.length === 0) return [];
  const file = checkFiles().find(({ id }) => id === 'firewall/is-ready');
  if (file === undefined) throw new Error('there is no check firewall/is-ready');
  const live = { status: 'not-run' as const, because: 'it is asked before any probe' };
  return judge(loadCheck(file), { snapshot, intent: derivedIntent(snapshot), live })
    .filter(({ outcome }) => outcome === 'unknown')
    .map(({ because }) => because);
}

/** The same, if every object in force had the token of its description. */
function ofDescribedVersions(snapshot: Snapshot): Snapshot {
  const { firewalls } = snapshot.sections;
  if (firewalls.status === 'unread') return snapshot;
  const tokens = describedTokens(snapshot.sections);
  const value = firewalls.value.map((firewall) => withTokens(firewall, tokens));
  return { ...snapshot, sections: { ...snapshot.sections, firewalls: { ...firewalls, value } } };
}

function withTokens(firewall: Firewall, tokens: Tokens): Firewall {
  const { FirewallStatus: status } = firewall;
  if (status?.SyncStates === undefined) return firewall;
  const zones = Object.entries(status.SyncStates).map(([zone, state]) => {
    const config = Object.entries(state.Config ?? {}).map(([arn, one]) => {
      const token = tokens.get(arn);
      return [arn, token === undefined ? one : { ...one, UpdateToken: token }] as const;
    });
    return [zone, state.Config === undefined ? state : { ...state, Config: Object.fromEntries(config) }];
  });
  const SyncStates: NonNullable<typeof status.SyncStates> = Object.fromEntries(zones);
  return { ...firewall, FirewallStatus: { ...status, SyncStates } };
}
