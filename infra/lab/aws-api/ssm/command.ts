/**
 * Run Command: SendCommand really runs the script on a host of the lab's network. Only AWS-RunShellScript exists.
 * As with AWS, an invocation cannot be read at once: the first look answers that it does not exist (aws.md 5.10).
 */
import { randomUUID } from 'node:crypto';
import {
  CancelCommandCommand,
  GetCommandInvocationCommand,
  InvalidCommandId,
  InvalidFilterKey,
  InvocationDoesNotExist,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
  type Command,
  type CommandFilter,
  type CommandInvocation,
  type GetCommandInvocationResult,
} from '@aws-sdk/client-ssm';
import type { LabState, StoredCommand } from '../../state';
import { ApiError, on, type Handler, type LabContext } from '../handler';
import { paginate } from '../paging';
import { readDocument, targetedInstances } from './command-request';
import { cancelled, isFinished, pending, runOn, summarized } from './command-run';
import { invalidNextToken } from './managed-instance';

/** First characters of the output that ListCommandInvocations shows (API reference, CommandPlugin; aws.md 5.9). */
const LISTED_OUTPUT_CHARACTERS = 2500;

export function commandHandlers(context: LabContext): Handler[] {
  const { state, pageSize } = context;
  const hidden = hiddenAtFirst();
  return [
    on('ssm', SendCommandCommand, (input) => {
      const script = readDocument(input);
      const instanceIds = targetedInstances(context, input);
      const stored = newCommand(context, input, { instanceIds, executionMs: script.timeoutMs });
      state.commands.set(stored.command.CommandId ?? '', stored);
      const answer = { Command: summarized(stored) };
      for (const instanceId of instanceIds) void runOn(context, { stored, instanceId, script });
      return answer;
    }),
    on('ssm', GetCommandInvocationCommand, ({ CommandId, InstanceId, PluginName }) => {
      const stored = state.commands.get(CommandId ?? '');
      const invocation = stored?.invocations.get(InstanceId ?? '');
      const knownPlugin = PluginName === undefined || PluginName === 'aws:runShellScript';
      if (stored === undefined || invocation === undefined || !knownPlugin || hidden.from(stored))
        throw new InvocationDoesNotExist({ message: 'InvocationDoesNotExist', $metadata: {} });
      return invocation;
    }),
    on('ssm', ListCommandInvocationsCommand, (input) => {
      const listed = [...commandsOf(state, input.CommandId)].flatMap((stored) =>
        hidden.from(stored) ? [] : invocationsOf(stored, input.Details ?? false),
      );
      const wanted = listed.filter(({ InstanceId }) => (input.InstanceId ?? InstanceId) === InstanceId);
      const { items, nextToken } = paginate(wanted, {
        token: input.NextToken,
        limit: input.MaxResults,
        pageSize,
        invalidToken: invalidNextToken,
      });
      return { CommandInvocations: items, NextToken: nextToken };
    }),
    on('ssm', ListCommandsCommand, (input) => {
      const wanted = [...commandsOf(state, input.CommandId)]
        .filter(({ invocations }) => input.InstanceId === undefined || invocations.has(input.InstanceId))
        .map(summarized)
        .filter((command) => (input.Filters ?? []).every((filter) => isWanted(command, filter)));
      const { items, nextToken } = paginate(wanted, {
        token: input.NextToken,
        limit: input.MaxResults,
        pageSize,
        invalidToken: invalidNextToken,
      });
      return { Commands: items, NextToken: nextToken };
    }),
    on('ssm', CancelCommandCommand, ({ CommandId, InstanceIds }) => {
      const stored = findCommand(state, CommandId);
      // What already runs on the host goes on to its own bound there; its result is no longer recorded.
      for (const [instanceId, invocation] of stored.invocations)
        if (!isFinished(invocation) && (InstanceIds ?? [instanceId]).includes(instanceId))
          stored.invocations.set(instanceId, cancelled(invocation, context.now()));
      return {};
    }),
  ];
}

/** The filters of ListCommands that the lab has (SSM API reference, CommandFilter). */
function isWanted(command: Command, { key, value }: CommandFilter): boolean {
  if (key === 'Status') return command.Status === value;
  if (key === 'DocumentName') return command.DocumentName === value;
  const message = `The lab does not filter commands by ${key}`;
  throw new InvalidFilterKey({ message, $metadata: {} });
}

/** Makes the first look at each command find nothing. */
function hiddenAtFirst(): { from(stored: StoredCommand): boolean } {
  const seen = new WeakSet<StoredCommand>();
  return {
    from(stored) {
      if (seen.has(stored)) return false;
      seen.add(stored);
      return true;
    },
  };
}

function newCommand(
  { now }: LabContext,
  input: SendCommandCommand['input'],
  { instanceIds, executionMs }: { readonly instanceIds: readonly string[]; readonly executionMs: number },
): StoredCommand {
  const CommandId = randomUUID();
  const requestedAt = now();
  const deliverySeconds = input.TimeoutSeconds ?? 3600;
  const command: Command = {
    CommandId,
    DocumentName: input.DocumentName,
    DocumentVersion: input.DocumentVersion ?? '$DEFAULT',
    Comment: input.Comment ?? '',
    Parameters: input.Parameters,
    InstanceIds: input.InstanceIds ?? [],
    Targets: input.Targets ?? [],
    RequestedDateTime: requestedAt,
    // The total of both bounds (API reference, Command, ExpiresAfter; aws.md 5.6).
    ExpiresAfter: new Date(requestedAt.getTime() + deliverySeconds * 1000 + executionMs),
    TimeoutSeconds: deliverySeconds,
    MaxConcurrency: input.MaxConcurrency ?? '50',
    MaxErrors: input.MaxErrors ?? '0',
    TargetCount: instanceIds.length,
  };
  const invocations = new Map(
    instanceIds.map((instanceId): [string, GetCommandInvocationResult] => [
      instanceId,
      pending(command, instanceId),
    ]),
  );
  return { command, invocations };
}

function findCommand(state: LabState, commandId: string | undefined): StoredCommand {
  const stored = state.commands.get(commandId ?? '');
  if (stored === undefined)
    throw new InvalidCommandId({ message: `The command ${commandId} does not exist`, $metadata: {} });
  return stored;
}

function* commandsOf(state: LabState, commandId: string | undefined): Iterable<StoredCommand> {
  if (commandId !== undefined && !/^[0-9a-f-]{36}$/.test(commandId))
    throw new ApiError('ValidationException', `'${commandId}' at 'commandId' is not a command ID`);
  if (commandId === undefined) yield* state.commands.values();
  else if (state.commands.has(commandId)) yield findCommand(state, commandId);
}

function invocationsOf(stored: StoredCommand, details: boolean): CommandInvocation[] {
  const { command } = stored;
  return [...stored.invocations.values()].map((invocation) => ({
    CommandId: command.CommandId,
    InstanceId: invocation.InstanceId,
    InstanceName: '',
    Comment: command.Comment,
    DocumentName: command.DocumentName,
    DocumentVersion: command.DocumentVersion,
    RequestedDateTime: command.RequestedDateTime,
    Status: invocation.Status,
    StatusDetails: invocation.StatusDetails,
    StandardOutputUrl: '',
    StandardErrorUrl: '',
    CommandPlugins: details
      ? [
          {
            Name: 'aws:runShellScript',
            Status: pluginStatus(invocation),
            StatusDetails: invocation.StatusDetails,
            ResponseCode: invocation.ResponseCode,
            Output: (invocation.StandardOutputContent ?? '').slice(0, LISTED_OUTPUT_CHARACTERS),
          },
        ]
      : [],
  }));
}

/** A plugin has no `Delayed` and no `Cancelling` of its own. */
function pluginStatus({ Status }: GetCommandInvocationResult) {
  return Status === 'Delayed' || Status === 'Cancelling' ? 'Pending' : Status;
}
