/**
 * Scripts by SSM Run Command (`AWS-RunShellScript`), on a host that SSM manages.
 *
 * Delivery and verdict are apart: a command that SSM could not deliver, or whose output is lost, is a TransportError; a
 * script that ran into its bound comes back without an exit code. SSM is eventually consistent: right after SendCommand
 * the invocation may not exist yet, or its plugin may not (facts: AWS SDK issues boto3#2701 and others), which is polled.
 */
import type { GetCommandInvocationResult, SSMClient } from '@aws-sdk/client-ssm';
import pRetry, { AbortError } from 'p-retry';
import { isTransient, ssmClient, type AwsConnection } from '../../infra/snapshot/clients';
import type { CommandOutput } from '../probe';
import { TransportError, type Delivered, type RunOptions, type Transport } from './transport';

export interface SsmTransportOptions {
  readonly connection: AwsConnection;
  readonly instanceId: string;
  /** How long SSM may take to hand the command to the agent; AWS's least is 30 s. */
  readonly deliveryTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

const INVOCATION_NOT_YET: readonly string[] = ['InvocationDoesNotExist', 'InvalidPluginName'];
const UNFINISHED: readonly string[] = ['Pending', 'InProgress', 'Delayed', 'Cancelling'];
const FIRST_POLL_MS = 50;
const SLOWEST_POLL_MS = 2000;
const MIN_DELIVERY_SECONDS = 30;
const COMMENT = 'studio-egress-verifier probe';

export async function ssmTransport(options: SsmTransportOptions): Promise<Transport> {
  const client = await ssmClient(options.connection);
  const running = new Set<string>();
  return {
    host: `ssm:${options.instanceId}`,
    run: (script, bounds) => runCommand({ client, running, options, script, bounds }),
    close: async () => {
      await Promise.allSettled([...running].map((commandId) => cancel(client, commandId)));
      client.destroy();
    },
  };
}

interface Running {
  readonly client: SSMClient;
  readonly running: Set<string>;
  readonly options: SsmTransportOptions;
  readonly script: string;
  readonly bounds: RunOptions;
}

async function runCommand(context: Running): Promise<Delivered> {
  const { client, running, options, script, bounds } = context;
  const { SendCommandCommand } = require('@aws-sdk/client-ssm') as typeof import('@aws-sdk/client-ssm');
  const deliverySeconds = Math.max(MIN_DELIVERY_SECONDS, Math.ceil((options.deliveryTimeoutMs ?? 0) / 1000));
  const executionSeconds = Math.max(1, Math.ceil(bounds.timeoutMs / 1000));
  let attempts = 0;
  const command = new SendCommandCommand({
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: [options.instanceId],
    Comment: COMMENT,
    TimeoutSeconds: deliverySeconds,
    Parameters: { commands: script.split('\n'), executionTimeout: [String(executionSeconds)] },
  });
  // Sent again only when SSM itself was busy: then no command was made.
  const sent = await retrying({ ...context, retries: 5 }, async () => {
    attempts += 1;
    return client.send(command);
  });
  const commandId = sent.Command?.CommandId;
  if (commandId === undefined) throw new TransportError('SSM accepted the command but gave it no id');
  running.add(commandId);
  const startedAt = new Date().toISOString();
  const bound = { commandId, timeoutMs: (deliverySeconds + executionSeconds + 10) * 1000 };
  const invocation = await awaitInvocation(context, bound, () => (attempts += 1));
  running.delete(commandId);
  return { output: outputOf(invocation, startedAt), deliveryAttempts: attempts };
}

interface Bound {
  readonly commandId: string;
  readonly timeoutMs: number;
}

/** Polls the invocation's state until it is final. The bound covers delivery, the script's own bound and some slack. */
async function awaitInvocation(
  context: Running,
  { commandId, timeoutMs }: Bound,
  onPoll: () => void,
): Promise<GetCommandInvocationResult> {
  const { GetCommandInvocationCommand } =
    require('@aws-sdk/client-ssm') as typeof import('@aws-sdk/client-ssm');
  const { client, options } = context;
  const query = new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: options.instanceId });
  return pRetry(
    async () => {
      onPoll();
      const invocation = await client.send(query).catch((error: unknown) => {
        if (isTransient(error) || INVOCATION_NOT_YET.includes(nameOf(error))) throw new StillRunning();
        throw new AbortError(new TransportError(`${commandId}: ${messageOf(error)}`, { cause: error }));
      });
      if (UNFINISHED.includes(invocation.Status ?? 'Pending')) throw new StillRunning();
      return invocation;
    },
    {
      retries: Number.MAX_SAFE_INTEGER,
      maxRetryTime: timeoutMs,
      minTimeout: FIRST_POLL_MS,
      maxTimeout: SLOWEST_POLL_MS,
      factor: 1.4,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
  ).catch((error: unknown) => {
    if (error instanceof StillRunning) {
      throw new TransportError(`${commandId} was not finished within ${Math.round(timeoutMs / 1000)} s`);
    }
    throw error;
  });
}

class StillRunning extends Error {}

/** What an ended invocation means: an answer, or a transport that failed. */
function outputOf(invocation: GetCommandInvocationResult, startedAt: string): CommandOutput {
  const details = invocation.StatusDetails ?? invocation.Status ?? 'no status';
  const ran = invocation.Status === 'Success' || invocation.Status === 'Failed';
  const bounded =
    details === 'ExecutionTimedOut' || (invocation.Status === 'TimedOut' && details === 'TimedOut');
  if (!ran && !bounded) throw new TransportError(`SSM did not run the command: ${details}`);
  const code = invocation.ResponseCode;
  if (ran && (code === undefined || code < 0)) {
    throw new TransportError(`SSM lost the command's exit code (${details})`);
  }
  return {
    exitCode: ran ? (code ?? null) : null,
    stdout: invocation.StandardOutputContent ?? '',
    stderr: invocation.StandardErrorContent ?? '',
    startedAt: timeOf(invocation.ExecutionStartDateTime) ?? startedAt,
    finishedAt: timeOf(invocation.ExecutionEndDateTime) ?? new Date().toISOString(),
  };
}

function timeOf(text: string | undefined): string | null {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

async function cancel(client: SSMClient, commandId: string): Promise<void> {
  const { CancelCommandCommand } = require('@aws-sdk/client-ssm') as typeof import('@aws-sdk/client-ssm');
  await client.send(new CancelCommandCommand({ CommandId: commandId }));
}

async function retrying<T>(
  { options, retries }: { readonly options: SsmTransportOptions; readonly retries: number },
  call: () => Promise<T>,
): Promise<T> {
  return pRetry(call, {
    retries,
    minTimeout: 200,
    maxTimeout: 5000,
    shouldRetry: ({ error }) => isTransient(error),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  }).catch((error: unknown) => {
    throw new TransportError(`SendCommand to ${options.instanceId}: ${messageOf(error)}`, { cause: error });
  });
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');
const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
