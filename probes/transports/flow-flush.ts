/**
 * Flow flushes, only where the user asks for them: a firewall judges a connection by the rules of its beginning, so what was
 * allowed once goes on after a change of the rules (aws.md 2.7). A flush makes the firewall forget the flows of Studio's
 * addresses; what goes on is then judged anew, and may break.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NetworkFirewallClient } from '@aws-sdk/client-network-firewall';
import { CallFailed, failureInWords } from '../../infra/snapshot/call-failed';
import { networkFirewallClient, type AwsConnection } from '../../infra/snapshot/clients';
import { retrying } from '../../infra/snapshot/retry';
import { NotKnown, returned, type Snapshot } from '../../infra/snapshot/snapshot';
import type { FlowFlush } from '../probe';
import { plannedFlushes, type PlannedFlush } from './flow-flush-plan';

export interface FlowFlushOptions {
  readonly connection: AwsConnection;
  readonly snapshot: Snapshot;
  /** Of each flush, until AWS says that it has ended; how long that takes is not documented. */
  readonly timeoutMs: number;
  readonly pollMs: number;
  /** Told before anything is ordered. */
  readonly onAnnounce: (text: string) => void;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Flushes the flows of Studio's addresses at every endpoint of every firewall. What cannot be flushed is said; never throws but for the signal. */
export async function flushFlows(options: FlowFlushOptions): Promise<readonly FlowFlush[]> {
  const { connection, snapshot, onAnnounce, onProgress, signal } = options;
  let planned: readonly PlannedFlush[];
  try {
    planned = plannedFlushes(snapshot);
  } catch (error) {
    if (!(error instanceof NotKnown)) throw error;
    return [notFlushed({ firewallArn: 'not known', scope: null, sources: [] }, error.message)];
  }
  for (const { firewallArn, scope, sources } of planned)
    onAnnounce(
      `Flushing the flows of ${sources.join(', ')} at ${firewallArn}, ${scope}: connections that are open there are judged by the rules of now and may break.`,
    );
  const client = await networkFirewallClient(connection);
  try {
    onProgress(`waiting for ${planned.length} flow flushes`);
    return await Promise.all(planned.map(async (one) => flush(client, one, options)));
  } finally {
    client.destroy();
    signal.throwIfAborted();
  }
}

async function flush(
  client: NetworkFirewallClient,
  planned: PlannedFlush,
  { timeoutMs, pollMs, signal }: FlowFlushOptions,
): Promise<FlowFlush> {
  const { firewallArn, scope, sources, input } = planned;
  const {
    StartFlowFlushCommand,
  }: typeof import('@aws-sdk/client-network-firewall') = require('@aws-sdk/client-network-firewall');
  const until = Date.now() + timeoutMs;
  let flowOperationId: string | null = null;
  try {
    const started = await retrying(
      (abortSignal) => client.send(new StartFlowFlushCommand(input), { abortSignal }),
      { signal },
    );
    flowOperationId = returned(started.FlowOperationId, 'FlowOperationId');
    for (;;) {
      const { status, message } = await statusOf(client, { planned, flowOperationId, signal });
      const of = { firewallArn, scope, sources, flowOperationId, status };
      if (status === 'COMPLETED') return { ...of, because: null };
      if (status !== 'IN_PROGRESS') return { ...of, because: `AWS says ${status}: ${message}` };
      if (Date.now() >= until)
        return { ...of, because: `it was still IN_PROGRESS after ${Math.round(timeoutMs / 1000)} s` };
      await sleep(pollMs, undefined, { signal });
    }
  } catch (error) {
    const of = notFlushed({ firewallArn, scope, sources }, wordsOf(error, flowOperationId));
    return { ...of, flowOperationId };
  }
}

interface AskedStatus {
  readonly planned: PlannedFlush;
  readonly flowOperationId: string;
  readonly signal: AbortSignal;
}

async function statusOf(
  client: NetworkFirewallClient,
  { planned: { input }, flowOperationId, signal }: AskedStatus,
): Promise<{ readonly status: string; readonly message: string }> {
  const {
    DescribeFlowOperationCommand,
  }: typeof import('@aws-sdk/client-network-firewall') = require('@aws-sdk/client-network-firewall');
  const { FirewallArn, AvailabilityZone, VpcEndpointAssociationArn } = input;
  const command = new DescribeFlowOperationCommand({
    FirewallArn,
    ...(AvailabilityZone === undefined ? {} : { AvailabilityZone }),
    ...(VpcEndpointAssociationArn === undefined ? {} : { VpcEndpointAssociationArn }),
    FlowOperationId: flowOperationId,
  });
  const answer = await retrying((abortSignal) => client.send(command, { abortSignal }), { signal });
  const status = returned<string>(answer.FlowOperationStatus, 'FlowOperationStatus');
  return { status, message: answer.StatusMessage ?? 'no reason given' };
}

const notFlushed = (
  of: Pick<FlowFlush, 'firewallArn' | 'scope' | 'sources'>,
  because: string,
): FlowFlush => ({ ...of, flowOperationId: null, status: 'NOT_KNOWN', because });

function wordsOf(error: unknown, flowOperationId: string | null): string {
  const operation = flowOperationId === null ? 'StartFlowFlush' : 'DescribeFlowOperation';
  return failureInWords(new CallFailed(`network-firewall:${operation}`, error));
}
