/**
 * A command's invocation on one host: polled until it is final, then read. The SDK's own waiter gives up after 100 s and
 * takes a failed script for an error. SSM is eventually consistent: right after SendCommand the invocation may not exist
 * yet (SSM API reference, GetCommandInvocation; boto3 issue 2701), or its plugin may not (REPORT: grapl PR 902).
 */
import type { GetCommandInvocationResult, SSMClient } from '@aws-sdk/client-ssm';
import pRetry, { AbortError } from 'p-retry';
import { CallFailed, failureInWords } from '../../infra/snapshot/call-failed';
import { isTransient } from '../../infra/snapshot/clients';
import type { CommandOutput } from '../probe';
import { TransportError } from './transport';

const NOT_YET: readonly string[] = ['InvocationDoesNotExist', 'InvalidPluginName'];
const UNFINISHED: readonly string[] = ['Pending', 'InProgress', 'Delayed', 'Cancelling'];
const FIRST_POLL_MS = 50;
const SLOWEST_POLL_MS = 1000;

export interface InvocationWait {
  readonly client: SSMClient;
  readonly commandId: string;
  readonly instanceId: string;
  /** Of the whole wait: delivery, the script's own bound and some slack. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onPoll: () => void;
}

/** The invocation once it is final. Throws a TransportError when it is not in time, or when the wait is ended. */
export async function awaitInvocation(wait: InvocationWait): Promise<GetCommandInvocationResult> {
  const { commandId, timeoutMs, signal } = wait;
  try {
    return await pRetry(() => finalInvocation(wait), {
      retries: Infinity,
      maxRetryTime: timeoutMs,
      minTimeout: FIRST_POLL_MS,
      maxTimeout: SLOWEST_POLL_MS,
      factor: 1.4,
      signal,
    });
  } catch (error) {
    if (error instanceof TransportError) throw error;
    const seconds = Math.round(timeoutMs / 1000);
    const because = signal.aborted ? 'was given up: the run ended' : `was not finished within ${seconds} s`;
    throw new TransportError(`the command ${commandId} ${because}, as far as ssm:GetCommandInvocation says`, {
      cause: error,
    });
  }
}

class StillRunning extends Error {}

async function finalInvocation({
  client,
  commandId,
  instanceId,
  signal,
  onPoll,
}: InvocationWait): Promise<GetCommandInvocationResult> {
  const {
    GetCommandInvocationCommand,
  }: typeof import('@aws-sdk/client-ssm') = require('@aws-sdk/client-ssm');
  onPoll();
  const query = new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: instanceId });
  const invocation = await client.send(query, { abortSignal: signal }).catch((error: unknown) => {
    const name = error instanceof Error ? error.name : '';
    if (signal.aborted || isTransient(error) || NOT_YET.includes(name)) throw new StillRunning();
    const failed = new CallFailed('ssm:GetCommandInvocation', error);
    throw new AbortError(
      new TransportError(`${failureInWords(failed)} (of the command ${commandId})`, { cause: error }),
    );
  });
  // Without a status it is final too: nothing says that there will ever be one.
  if (invocation.Status !== undefined && UNFINISHED.includes(invocation.Status)) throw new StillRunning();
  return invocation;
}

/**
 * "The first 24,000 characters" of the output (GetCommandInvocation; aws.md 5.9). The agent's own mark of a cut: MEMORY. Output
 * to S3 or CloudWatch Logs would be whole, but needs a bucket or a log group, and the host a way and a permission to it.
 */
const MAX_STDOUT_CHARACTERS = 24_000;
const CUT_MARK = '---Output truncated---';

/** Whether the output may lack its end: where that cannot be told, it may. */
const isCut = (stdout: string): boolean =>
  stdout.length >= MAX_STDOUT_CHARACTERS || stdout.trimEnd().endsWith(CUT_MARK);

/** In whose hands a command ended that never ran (SSM user guide, monitor-commands; facts: aws.md 5.6, 5.7). */
const NOT_RUN: Readonly<Record<string, string>> = {
  // Also of an invocation that was InProgress when its command expired (SSM API reference, Command, ExpiresAfter).
  DeliveryTimedOut:
    'the agent did not take it in time, or was lost with it; is the host up, and does its agent reach SSM?',
  Undeliverable: 'SSM could not hand it to the host, which is gone or does not answer',
  Terminated: 'the command was ended before its turn came',
  InvalidPlatform: "the host's platform runs no shell scripts",
  AccessDenied: 'the agent was not allowed to take it; check its instance profile',
  Cancelled: 'somebody cancelled it',
};

/** When a command was sent and when its result had come, by SSM's clock, in milliseconds since the epoch. */
export interface CommandWindow {
  readonly sentMs: number;
  readonly returnedMs: number;
}

/**
 * What a final invocation means: an answer, or a transport that failed. `StatusDetails` tells them apart (SSM user guide,
 * monitor-commands): Undeliverable, Terminated and AccessDenied are `Failed` too, and DeliveryTimedOut is `TimedOut`.
 */
export function commandOutput(invocation: GetCommandInvocationResult, window: CommandWindow): CommandOutput {
  const { StatusDetails: details = invocation.Status ?? 'no status', ResponseCode: code } = invocation;
  const ran = details === 'Success' || details === 'Failed';
  if (!ran && details !== 'ExecutionTimedOut') {
    const because = NOT_RUN[details];
    throw new TransportError(
      `ssm:GetCommandInvocation says that the command did not run: ${details}${because === undefined ? '' : ` (${because})`}`,
    );
  }
  // "If the response code is -1, then the command hasn't started running" (GetCommandInvocation).
  if (code === undefined || code < 0) {
    throw new TransportError(`ssm:GetCommandInvocation does not tell the command's exit code (${details})`);
  }
  if (isCut(invocation.StandardOutputContent ?? ''))
    throw new TransportError("SSM cut the command's output at 24,000 characters; half a result is none");
  return {
    exitCode: ran ? code : null,
    stdout: invocation.StandardOutputContent ?? '',
    stderr: invocation.StandardErrorContent ?? '',
    ...timesOf(invocation, window),
  };
}

/** How far the host's clock may be from SSM's before its times are not used; correlate.ts allows for as much. */
const CLOCK_SKEW_MS = 5000;

/**
 * When the script ran. The agent writes the two times of an invocation, by the host's clock (MEMORY: amazon-ssm-agent); where that
 * cannot be right, the times by SSM's own clock stand, between which it ran: the firewall's records have AWS's time, too.
 */
function timesOf(
  { ExecutionStartDateTime: start, ExecutionEndDateTime: end }: GetCommandInvocationResult,
  { sentMs, returnedMs }: CommandWindow,
): Pick<CommandOutput, 'startedAt' | 'finishedAt'> {
  const [startMs, endMs] = [Date.parse(start ?? ''), Date.parse(end ?? '')];
  // False also where a time is none.
  const isPlausible =
    startMs >= sentMs - CLOCK_SKEW_MS && endMs >= startMs && endMs <= returnedMs + CLOCK_SKEW_MS;
  const [from, to] = isPlausible ? [startMs, endMs] : [sentMs, returnedMs];
  return { startedAt: new Date(from).toISOString(), finishedAt: new Date(to).toISOString() };
}
