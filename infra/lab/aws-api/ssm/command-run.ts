/** How an invocation of Run Command goes from Pending to its end. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command, GetCommandInvocationResult } from '@aws-sdk/client-ssm';
import type { StoredCommand } from '../../state';
import type { HostCommand, HostCommandResult } from '../../vantage';
import type { LabContext } from '../handler';

/** Characters of output that GetCommandInvocation returns at most (API reference; aws.md 5.9). */
const STDOUT_CHARACTERS = 24_000;
const STDERR_CHARACTERS = 8_000;
/** What the agent puts at the end of an output that it cut (MEMORY: amazon-ssm-agent). */
const CUT_MARK = '---Output truncated---';
/** How often a host that SSM could not reach is tried again. */
const DELIVERY_POLL_MS = 50;

/** Of a command that the agent stopped at its bound (MEMORY: amazon-ssm-agent, CommandStoppedPreemptivelyExitCode). */
const STOPPED_EXIT_CODE = 137;

/** "If the response code is -1, then the command hasn't started running" (GetCommandInvocation, API reference). */
const NOT_STARTED = -1;

export function pending(command: Command, instanceId: string): GetCommandInvocationResult {
  return {
    CommandId: command.CommandId,
    InstanceId: instanceId,
    Comment: command.Comment,
    DocumentName: command.DocumentName,
    DocumentVersion: command.DocumentVersion,
    PluginName: 'aws:runShellScript',
    ResponseCode: NOT_STARTED,
    ExecutionStartDateTime: '',
    ExecutionElapsedTime: '',
    ExecutionEndDateTime: '',
    Status: 'Pending',
    StatusDetails: 'Pending',
    StandardOutputContent: '',
    StandardOutputUrl: '',
    StandardErrorContent: '',
    StandardErrorUrl: '',
  };
}

export function isFinished({ Status }: GetCommandInvocationResult): boolean {
  return Status !== 'Pending' && Status !== 'InProgress' && Status !== 'Delayed' && Status !== 'Cancelling';
}

export function cancelled(invocation: GetCommandInvocationResult, now: Date): GetCommandInvocationResult {
  return {
    ...invocation,
    Status: 'Cancelled',
    StatusDetails: 'Cancelled',
    ExecutionEndDateTime: now.toISOString(),
  };
}

export interface Run {
  readonly stored: StoredCommand;
  readonly instanceId: string;
  readonly script: HostCommand;
}

/**
 * Runs the script on the host and records how it went. Never rejects. A host that cannot be reached delays the command, which is not
 * started any more after TimeoutSeconds; one that is lost while the script runs leaves it InProgress. Both are
 * DeliveryTimedOut when the command expires (aws.md 5.6, 5.8; API reference, Command, ExpiresAfter).
 */
export async function runOn(context: LabContext, { stored, instanceId, script }: Run): Promise<void> {
  const { hosts, now, state } = context;
  const hostClock = (): Date =>
    new Date(now().getTime() + (state.managedInstances.get(instanceId)?.clockAheadMs ?? 0));
  const record = (change: Partial<GetCommandInvocationResult>) => {
    const invocation = stored.invocations.get(instanceId);
    // A cancelled invocation stays cancelled, however the script ends.
    if (invocation !== undefined && !isFinished(invocation))
      stored.invocations.set(instanceId, { ...invocation, ...change });
  };
  const isOver = (): boolean => {
    const invocation = stored.invocations.get(instanceId);
    return invocation === undefined || isFinished(invocation);
  };
  const { RequestedDateTime: requestedAt, TimeoutSeconds: deliverySeconds = 0 } = stored.command;
  const undelivered = (requestedAt?.getTime() ?? 0) + deliverySeconds * 1000;
  const isThere = (): boolean =>
    now().getTime() < undelivered && hosts()?.reachable().includes(instanceId) === true;
  while (!isOver() && !isThere()) {
    record({ Status: 'Delayed', StatusDetails: 'Delayed' });
    if (hasExpired(context, stored)) return record(EXPIRED);
    await sleep(DELIVERY_POLL_MS, undefined, { ref: false });
  }
  if (isOver()) return;
  const startedAt = hostClock();
  record({
    Status: 'InProgress',
    StatusDetails: 'InProgress',
    ExecutionStartDateTime: startedAt.toISOString(),
  });
  try {
    const reached = hosts();
    if (reached === null) throw new Error('the network is gone');
    const result = await reached.run(instanceId, script);
    record({ ...outcomeOf(result), ...times(startedAt, hostClock()) });
  } catch {
    // Nobody tells SSM that the host is lost.
    while (!isOver() && !hasExpired(context, stored))
      await sleep(DELIVERY_POLL_MS, undefined, { ref: false });
    record(EXPIRED);
  }
}

const EXPIRED = { Status: 'TimedOut', StatusDetails: 'DeliveryTimedOut' } as const;

const hasExpired = ({ now }: LabContext, { command }: StoredCommand): boolean =>
  now().getTime() >= (command.ExpiresAfter?.getTime() ?? 0);

function times(startedAt: Date, endedAt: Date): Partial<GetCommandInvocationResult> {
  const seconds = (endedAt.getTime() - startedAt.getTime()) / 1000;
  return { ExecutionEndDateTime: endedAt.toISOString(), ExecutionElapsedTime: `PT${seconds}S` };
}

const withoutEnd = (stdout: string): string =>
  stdout.length <= STDOUT_CHARACTERS
    ? stdout
    : stdout.slice(0, STDOUT_CHARACTERS - CUT_MARK.length) + CUT_MARK;

function outcomeOf({ exitCode, stdout, stderr }: HostCommandResult): Partial<GetCommandInvocationResult> {
  const code = exitCode ?? STOPPED_EXIT_CODE;
  // The agent says so at the end of the error output (MEMORY: amazon-ssm-agent, aws:runShellScript).
  const complaint =
    code === 0
      ? ''
      : `${stderr === '' || stderr.endsWith('\n') ? '' : '\n'}failed to run commands: exit status ${code}`;
  const output = {
    ResponseCode: code,
    StandardOutputContent: withoutEnd(stdout),
    StandardErrorContent: (stderr + complaint).slice(0, STDERR_CHARACTERS),
  };
  // Success is exit code 0 only; a script stopped at its bound is not Failed but TimedOut (aws.md 5.6, 5.7).
  if (exitCode === null) return { ...output, Status: 'TimedOut', StatusDetails: 'ExecutionTimedOut' };
  if (exitCode === 0) return { ...output, Status: 'Success', StatusDetails: 'Success' };
  return { ...output, Status: 'Failed', StatusDetails: 'Failed' };
}

/** The command as a whole, from its invocations: the worst of the finished ones once all are. */
export function summarized({ command, invocations }: StoredCommand): Command {
  const all = [...invocations.values()];
  const finished = all.filter(isFinished);
  const counts = {
    CompletedCount: finished.length,
    ErrorCount: all.filter(({ Status }) => Status === 'Failed' || Status === 'TimedOut').length,
    DeliveryTimedOutCount: all.filter(({ StatusDetails }) => StatusDetails === 'DeliveryTimedOut').length,
  };
  if (finished.length < all.length) {
    const status = all.some(({ Status }) => Status !== 'Pending') ? 'InProgress' : 'Pending';
    return { ...command, ...counts, Status: status, StatusDetails: status };
  }
  const worst = (['Failed', 'TimedOut', 'Cancelled'] as const).find((status) =>
    finished.some(({ Status }) => Status === status),
  );
  const status = worst ?? 'Success';
  return { ...command, ...counts, Status: status, StatusDetails: status };
}
