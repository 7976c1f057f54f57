/** What SendCommand is asked to do, checked as AWS checks it. */
import {
  InvalidDocument,
  InvalidInstanceId,
  InvalidParameters,
  MaxDocumentSizeExceeded,
  type SendCommandRequest,
  type Target,
} from '@aws-sdk/client-ssm';
import type { HostCommand } from '../../vantage';
import { ApiError, type LabContext } from '../handler';
import { isReachable, tagsOf } from './managed-instance';

/** Defaults and bounds of the document AWS-RunShellScript (SSM user guide; aws.md 5.6), in seconds. */
const EXECUTION_TIMEOUT = { default: 3600, min: 1, max: 172_800 };

/** Bounds of SendCommand's TimeoutSeconds, the time for delivery (API reference; aws.md 5.6). */
const DELIVERY_TIMEOUT = { min: 30, max: 2_592_000 };

/** Of a document (API reference, SendCommand, MaxDocumentSizeExceeded). That the parameters count for it: DERIVED. */
const MAX_DOCUMENT_BYTES = 64 * 1024;

/** The script and its bound; the document's other parameter, workingDirectory, becomes a `cd` in front. */
export function readDocument({ DocumentName, Parameters, TimeoutSeconds }: SendCommandRequest): HostCommand {
  if (DocumentName !== 'AWS-RunShellScript') {
    const message = `Document with name ${DocumentName} does not exist.`;
    throw new InvalidDocument({ message, Message: message, $metadata: {} });
  }
  if (
    TimeoutSeconds !== undefined &&
    (TimeoutSeconds < DELIVERY_TIMEOUT.min || TimeoutSeconds > DELIVERY_TIMEOUT.max)
  )
    throw new ApiError(
      'ValidationException',
      `1 validation error detected: Value '${TimeoutSeconds}' at 'timeoutSeconds' failed to satisfy constraint: Member must have value between ${DELIVERY_TIMEOUT.min} and ${DELIVERY_TIMEOUT.max}`,
    );
  if (Buffer.byteLength(JSON.stringify(Parameters ?? {})) > MAX_DOCUMENT_BYTES) {
    const message = 'The size limit of a document is 64 KB.';
    throw new MaxDocumentSizeExceeded({ message, Message: message, $metadata: {} });
  }
  const { commands, workingDirectory, executionTimeout, ...others } = Parameters ?? {};
  const unknown = Object.keys(others);
  if (unknown.length > 0) throw invalidParameters(`Unknown parameters: ${unknown.join(', ')}`);
  if (commands === undefined) throw invalidParameters('Parameter "commands" is required');
  const folder = workingDirectory?.[0] ?? '';
  return {
    script: [...(folder === '' ? [] : [`cd ${shellQuoted(folder)} || exit 1`]), ...commands].join('\n'),
    timeoutMs: executionTimeoutSeconds(executionTimeout?.[0]) * 1000,
  };
}

function executionTimeoutSeconds(text: string | undefined): number {
  if (text === undefined) return EXECUTION_TIMEOUT.default;
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (seconds >= EXECUTION_TIMEOUT.min && seconds <= EXECUTION_TIMEOUT.max) return seconds;
  throw invalidParameters(
    `executionTimeout must be from ${EXECUTION_TIMEOUT.min} to ${EXECUTION_TIMEOUT.max} seconds, not "${text}"`,
  );
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function invalidParameters(message: string): InvalidParameters {
  return new InvalidParameters({ message, Message: message, $metadata: {} });
}

/**
 * The hosts to run on. A named host that SSM cannot reach refuses the whole command (InvalidInstanceId; aws.md 5.12);
 * targets by tag just find the reachable ones.
 */
export function targetedInstances(
  context: LabContext,
  { InstanceIds, Targets }: SendCommandRequest,
): string[] {
  if ((InstanceIds === undefined) === (Targets === undefined))
    throw new ApiError('ValidationException', 'Exactly one of InstanceIds and Targets must be given');
  if (InstanceIds !== undefined && (InstanceIds.length === 0 || InstanceIds.length > 50))
    throw new ApiError('ValidationException', 'InstanceIds must have from 1 to 50 members');
  const unreachable = (InstanceIds ?? []).filter((instanceId) => !isReachable(context, instanceId));
  if (unreachable.length > 0) {
    const message = `Instances [[${unreachable.join(', ')}]] not in a valid state for account ${context.state.account}`;
    throw new InvalidInstanceId({ message, Message: message, $metadata: {} });
  }
  return InstanceIds ?? matchingTargets(context, Targets ?? []);
}

function matchingTargets(context: LabContext, targets: readonly Target[]): string[] {
  return [...context.state.managedInstances].flatMap(([instanceId, instance]) => {
    const tags = tagsOf(context.state, instance);
    const isTarget = targets.every(({ Key = '', Values = [] }) => {
      if (Key === 'InstanceIds') return Values.includes(instanceId);
      if (Key === 'tag-key') return Values.some((value) => tags.has(value));
      if (Key.startsWith('tag:')) return Values.includes(tags.get(Key.slice('tag:'.length)) ?? '');
      throw invalidParameters(`The lab does not resolve targets by ${Key}`);
    });
    return isTarget && isReachable(context, instanceId) ? [instanceId] : [];
  });
}
