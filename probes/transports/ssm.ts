/**
 * Scripts by SSM Run Command (`AWS-RunShellScript`), on a host that SSM manages.
 *
 * Delivery and verdict are apart: a command that SSM could not deliver, or whose output is lost, is a TransportError; a
 * script that ran into its bound comes back without an exit code.
 */
import { setMaxListeners } from 'node:events';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { CallFailed, failureInWords } from '../../infra/snapshot/call-failed';
import { ssmClient, type AwsConnection } from '../../infra/snapshot/clients';
import { retrying } from '../../infra/snapshot/retry';
import { awaitInvocation, commandOutput } from './ssm-invocation';
import { TransportError, type Delivered, type RunOptions, type Transport } from './transport';

export interface SsmTransportOptions {
  readonly connection: AwsConnection;
  readonly instanceId: string;
  /**
   * How long SSM may take to hand the command to the agent; AWS's least is 30 s. An agent runs five commands at a time
   * (amazon-ssm-agent README, CommandWorkersLimit; MEMORY), the others wait for delivery.
   */
  readonly deliveryTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** SendCommand's TimeoutSeconds (SSM API reference): at least 30. */
const MIN_DELIVERY_SECONDS = 30;
export const COMMENT = 'studio-egress-verifier probe';
/** Beyond delivery and execution: until SSM has the result. */
const RESULT_SLACK_MS = 10_000;
/** How long `close` waits for its commands to be cancelled. */
const CLOSING_MS = 5000;

export async function ssmTransport(options: SsmTransportOptions): Promise<Transport> {
  const client = await ssmClient(options.connection);
  const closing = new AbortController();
  const signal =
    options.signal === undefined ? closing.signal : AbortSignal.any([closing.signal, options.signal]);
  // Each command listens to it, and there may be many; Node would take that for a leak and say so.
  setMaxListeners(0, signal);
  const running = new Set<Promise<Delivered>>();
  return {
    host: `ssm:${options.instanceId}`,
    run: async (script, bounds) => {
      const run = runCommand({ client, options, script, bounds, signal });
      running.add(run);
      return run.finally(() => running.delete(run));
    },
    close: async () => {
      closing.abort();
      await within(CLOSING_MS, Promise.allSettled(running));
      client.destroy();
    },
  };
}

interface Running {
  readonly client: SSMClient;
  readonly options: SsmTransportOptions;
  readonly script: string;
  readonly bounds: RunOptions;
  readonly signal: AbortSignal;
}

async function runCommand({ client, options, script, bounds, signal }: Running): Promise<Delivered> {
  const deliverySeconds = Math.max(MIN_DELIVERY_SECONDS, Math.ceil((options.deliveryTimeoutMs ?? 0) / 1000));
  const executionSeconds = Math.max(1, Math.ceil(bounds.timeoutMs / 1000));
  const { instanceId } = options;
  if (signal.aborted) throw new TransportError(`the command for ${instanceId} was not sent: the run ended`);
  let attempts = 0;
  const sendingAt = performance.now();
  const { commandId, sentMs } = await send({
    client,
    instanceId,
    script,
    deliverySeconds,
    executionSeconds,
    onAttempt: () => (attempts += 1),
  });
  try {
    const invocation = await awaitInvocation({
      client,
      commandId,
      instanceId,
      timeoutMs: (deliverySeconds + executionSeconds) * 1000 + RESULT_SLACK_MS,
      signal,
      onPoll: () => (attempts += 1),
    });
    const window = { sentMs, returnedMs: sentMs + Math.ceil(performance.now() - sendingAt) };
    return { output: commandOutput(invocation, window), deliveryAttempts: attempts };
  } catch (error) {
    // Whatever it was, nobody will ask for the result any more.
    await cancel(client, commandId);
    throw error;
  }
}

interface Sending {
  readonly client: SSMClient;
  readonly instanceId: string;
  readonly script: string;
  readonly deliverySeconds: number;
  readonly executionSeconds: number;
  readonly onAttempt: () => void;
}

interface Sent {
  readonly commandId: string;
  /** By SSM's clock, in milliseconds since the epoch; by this machine's where SSM does not say. */
  readonly sentMs: number;
}

/** Sends the command. Not ended by a signal: a command whose id is lost could not be cancelled. */
async function send({ client, instanceId, script, ...seconds }: Sending): Promise<Sent> {
  const { SendCommandCommand }: typeof import('@aws-sdk/client-ssm') = require('@aws-sdk/client-ssm');
  const parameters = {
    commands: script.split('\n'),
    executionTimeout: [String(seconds.executionSeconds)],
  };
  const command = new SendCommandCommand({
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: [instanceId],
    Comment: COMMENT,
    TimeoutSeconds: seconds.deliverySeconds,
    Parameters: parameters,
  });
  // When an answer was lost on its way, the script may run twice; its result is read once.
  const sent = await retrying(async (abortSignal) => {
    seconds.onAttempt();
    return client.send(command, { abortSignal });
  }).catch((error: unknown) => {
    const failed = failureInWords(new CallFailed('ssm:SendCommand', error));
    const bytes = Buffer.byteLength(JSON.stringify(parameters));
    throw new TransportError(`${failed} (to ${instanceId}${meaning(error, bytes)})`, { cause: error });
  });
  const { CommandId: commandId, RequestedDateTime: sentAt } = sent.Command ?? {};
  if (commandId === undefined)
    throw new TransportError('ssm:SendCommand accepted the command but gave it no CommandId');
  return { commandId, sentMs: sentAt?.getTime() ?? Date.now() };
}

/** What is behind a refused SendCommand (SSM API reference, SendCommand, "Errors"); empty where AWS's words say it. */
function meaning(error: unknown, parameterBytes: number): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'InvalidInstanceId')
    return ': its agent does not run or is not registered, or the caller may not reach it';
  if (name === 'MaxDocumentSizeExceeded')
    return `: the script and its bound are ${parameterBytes} bytes, and SSM takes 64 KB`;
  return '';
}

/** Best effort: a command that cannot be cancelled ends by its own bound. */
async function cancel(client: SSMClient, commandId: string): Promise<void> {
  const { CancelCommandCommand }: typeof import('@aws-sdk/client-ssm') = require('@aws-sdk/client-ssm');
  await client
    .send(new CancelCommandCommand({ CommandId: commandId }), {
      abortSignal: AbortSignal.timeout(CLOSING_MS),
    })
    .catch(() => {});
}

async function within(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
  await Promise.race([work, bound]);
  clearTimeout(timer);
}
