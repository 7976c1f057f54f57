/** An account of the lab without its server's clients: CloudFormation called as the lab's own services call it. */
import {
  CreateStackCommand,
  DeleteStackCommand,
  type Stack,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import type { LabApi, LabContext } from '../aws-api/handler';
import { startApiServer } from '../aws-api/server';
import { allHandlers } from '../aws-api/services';
import { type LabState, newLabState } from '../state';

export interface LabAccount {
  readonly state: LabState;
  readonly api: LabApi;
  readonly endpoint: string;
  close(): Promise<void>;
}

export interface LabAccountOptions {
  /** Nested templates by their path. */
  readonly templates?: Readonly<Record<string, string>>;
}

export async function openLabAccount({ templates = {} }: LabAccountOptions = {}): Promise<LabAccount> {
  const state = newLabState();
  const context: LabContext = { state, hosts: () => null, now: () => new Date('2026-01-02T03:04:05Z') };
  const nestedTemplate = (url: string): string => {
    const text = templates[url];
    if (text === undefined) throw new Error(`There is no file ${url}`);
    return text;
  };
  const server = await startApiServer({
    context,
    handlers: (api) => allHandlers(context, api, { nestedTemplate }),
  });
  return { state, api: server.api, endpoint: server.endpoint, close: () => server.close() };
}

type Parameters = Readonly<Record<string, string>>;

function given(parameters: Parameters) {
  return Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  }));
}

export async function createStack(
  { api, state }: LabAccount,
  StackName: string,
  { template, parameters = {} }: { readonly template: string; readonly parameters?: Parameters },
): Promise<Stack> {
  const { StackId } = await api.call('cloudformation', CreateStackCommand, {
    StackName,
    TemplateBody: template,
    Parameters: given(parameters),
    Capabilities: ['CAPABILITY_NAMED_IAM'],
  });
  return stackOf(state, StackId);
}

export async function updateStack(
  { api, state }: LabAccount,
  StackName: string,
  { template, parameters = {} }: { readonly template: string; readonly parameters?: Parameters },
): Promise<Stack> {
  const { StackId } = await api.call('cloudformation', UpdateStackCommand, {
    StackName,
    TemplateBody: template,
    Parameters: given(parameters),
    Capabilities: ['CAPABILITY_NAMED_IAM'],
  });
  return stackOf(state, StackId);
}

/** Deletes a stack and returns it as it then is. */
export async function deleteStack({ api, state }: LabAccount, stack: Stack): Promise<Stack> {
  await api.call('cloudformation', DeleteStackCommand, { StackName: stack.StackName });
  return stackOf(state, stack.StackId);
}

function stackOf(state: LabState, stackId: string | undefined): Stack {
  const stored = state.stacks.get(stackId ?? '');
  if (stored === undefined) throw new Error(`${stackId} is not in the state`);
  return stored.stack;
}

export function outputsOf(stack: Stack): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
}

/**
 * What the account holds: equal before and after what leaves nothing. Stacks, used ids and the account's default DHCP
 * options are left out, and records that AWS keeps for a while of what is gone.
 */
export function holdings(state: LabState): Readonly<Record<string, unknown>> {
  const { stacks: _stacks, nextId: _nextId, dhcpOptions: _defaults, natGateways, instances, ...rest } = state;
  const held = {
    ...rest,
    natGateways: [...natGateways].filter(([, gateway]) => gateway.State !== 'deleted'),
    instances: [...instances].filter(([, instance]) => instance.State?.Name !== 'terminated'),
  };
  return Object.fromEntries(Object.entries(held).map(([name, part]) => [name, plain(part)]));
}

/** Maps and sets as lists of their items. */
function plain(value: unknown): unknown {
  if (value instanceof Map || value instanceof Set) return [...value].map(plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}
