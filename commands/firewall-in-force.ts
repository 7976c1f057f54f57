/**
 * Whether the firewall enforces what its configuration says, before anything is sent through it: READY, IN_SYNC, and each
 * zone with the version that the API describes. While it is being changed, probes would show rules that nobody described.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsConnection } from '../infra/snapshot/clients';
import type { Firewall, Snapshot, Target } from '../infra/snapshot/snapshot';
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

/** Waits while a firewall is being changed, at most the bound; what is then so, the snapshot shows. */
export async function awaitSettledFirewalls(wait: FirewallWait): Promise<void> {
  const { connection, target, timeoutMs, pollMs, onProgress, signal } = wait;
  const { readSections } =
    require('../infra/snapshot/take-snapshot') as typeof import('../infra/snapshot/take-snapshot');
  const until = Date.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const { firewalls } = await readSections(connection, target, ['firewalls'], { signal });
    const changing =
      firewalls.status === 'read' ? firewalls.value.map(unsettled).find((why) => why !== null) : null;
    if (changing === null || changing === undefined || Date.now() >= until) return;
    const leftS = Math.ceil((until - Date.now()) / 1000);
    onProgress(`waiting for the firewall: ${changing}; at most ${leftS} s more`);
    await sleep(pollMs, undefined, { signal });
  }
}

/** A change that AWS is carrying out (API reference, `FirewallStatus`), or null. */
export function unsettled({ Firewall: firewall, FirewallStatus: status }: Firewall): string | null {
  const name = firewall?.FirewallName ?? 'the firewall';
  if (status?.Status === 'PROVISIONING') return `${name} is PROVISIONING`;
  const summary = status?.ConfigurationSyncStateSummary;
  if (summary === 'PENDING') return `the configuration of ${name} is PENDING`;
  return null;
}

/** Why probes would not show what the snapshot describes, or null. */
export function notInForce(snapshot: Snapshot): string | null {
  const { firewalls } = snapshot.sections;
  if (firewalls.status === 'unread' || firewalls.value.length === 0) return null;
  const file = checkFiles().find(({ id }) => id === 'firewall/is-ready');
  if (file === undefined) throw new Error('there is no check firewall/is-ready');
  const live = { status: 'not-run' as const, because: 'it is asked before any probe' };
  const found = judge(loadCheck(file), { snapshot, intent: derivedIntent(snapshot), live });
  const open = found.find(({ outcome }) => outcome === 'unknown');
  return open === undefined
    ? null
    : `The firewall was not known to enforce its configuration, so no probe was sent: ${open.because}`;
}
