/**
 * The lab as a whole: an AWS account on loopback with a stack deployed into it and, where the machine allows it,
 * the network that the account describes. Everything it starts ends with `close`, or with this process.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CreateStackCommand, type Parameter } from '@aws-sdk/client-cloudformation';
import type { AwsConnection } from '../snapshot/clients';
import { startApiServer, type ApiServer } from './aws-api/server';
import type { LabContext } from './aws-api/handler';
import { deliverFirewallEvent } from './aws-api/logs/log-delivery';
import { allHandlers } from './aws-api/services';
import type { InternetArrivals, LabNetwork } from './network/network';
import { ensureTools, ToolsError, type LabTools } from './network/packages';
import { raiseNetwork } from './network/raise';
import { findNetworkSupport } from './network/support';
import { newLabState, type LabState } from './state';

export interface LabOptions {
  /** The CloudFormation template's text, and where it lies (nested stacks are looked up beside it). */
  readonly template: string;
  readonly templatePath: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly stackName?: string;
  readonly region?: string;
  /** False raises the API alone. */
  readonly network: boolean;
  /** How long CloudWatch Logs keeps a firewall record back. */
  readonly logDelayMs?: () => number;
  readonly onProgress?: (text: string) => void;
  /** Told of the lab before anything else can fail, so that it can be closed. */
  readonly onLab?: (lab: Lab) => void;
}

/** How the lab's account is reached: any credentials will do, these are what it calls its own. */
export interface LabConnection extends AwsConnection {
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface Lab {
  readonly connection: LabConnection;
  readonly stackName: string;
  readonly state: LabState;
  readonly server: ApiServer;
  /** The network once it is raised; null where it was not asked for or cannot be. */
  readonly network: () => LabNetwork | null;
  /** What arrived on its internet with a probe's nonce, up to the call; null where nothing keeps watch. */
  readonly arrivals: () => Promise<InternetArrivals | null>;
  /** Why live results of this lab would not be evidence, or null when they are. */
  readonly blind: () => string | null;
  /** How long each part of the start took. */
  readonly timings: Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** The project-local folder that the engine's packages are fetched into. */
export const ENGINE_CACHE = join(__dirname, '..', '..', '.cache', 'engine');

/** A managed instance outside the firewall's VPC: what a control run is sent to. */
export const CONTROL_HOST_ID = 'mi-0c0000000000c0de1';

export async function raiseLab(options: LabOptions): Promise<Lab> {
  const state = newLabState(options.region === undefined ? {} : { region: options.region });
  const raised: Raised = {
    network: null,
    blind: options.network ? 'The lab has no network yet.' : 'The lab was raised without a network.',
  };
  const context: LabContext = {
    state,
    hosts: () => raised.network,
    firewalls: () => raised.network,
    now: () => new Date(),
  };
  const nestedTemplate = nestedTemplates(options.templatePath);
  const server = await startApiServer({
    context,
    handlers: (api) => allHandlers(context, api, { nestedTemplate }),
    afterChange: async () => raised.network?.apply(state),
  });
  const timings: Record<string, number> = {};
  const lab: Lab = {
    connection: {
      region: state.region,
      endpoint: server.endpoint,
      credentials: { accessKeyId: 'LABACCESSKEY', secretAccessKey: 'lab' },
    },
    stackName: options.stackName ?? 'studio-egress-lab',
    state,
    server,
    network: () => raised.network,
    arrivals: async () => raised.network?.arrivals() ?? null,
    blind: () => raised.blind ?? unfaithful(raised.network),
    timings,
    close: async () => {
      await raised.network?.close();
      await server.close();
    },
  };
  options.onLab?.(lab);
  try {
    await raise({ lab, options, raised, timings });
  } catch (error) {
    await lab.close();
    throw error;
  }
  return lab;
}

interface Raised {
  network: LabNetwork | null;
  blind: string | null;
}

interface Raising {
  readonly lab: Lab;
  readonly options: LabOptions;
  readonly raised: Raised;
  readonly timings: Record<string, number>;
}

async function raise({ lab, options, raised, timings }: Raising): Promise<void> {
  const progress = options.onProgress ?? (() => {});
  progress('deploying the stack');
  const [, means] = await Promise.all([
    timed(timings, 'deploy', () => deploy(lab, options)),
    options.network ? timed(timings, 'tools', () => networkMeans(progress)) : null,
  ]);
  if (means === null) return progress('stack deployed, without a network');
  if (means.status === 'missing') {
    raised.blind = `The lab's network cannot be raised on this machine: ${means.because}`;
    return progress(`stack deployed; no live probes: ${means.because}`);
  }
  addControlHost(lab.state);
  progress('stack deployed; raising the network');
  const logDelayMs = options.logDelayMs ?? (() => 0);
  const { tools } = means;
  raised.network = await timed(timings, 'network', () =>
    raiseNetwork({
      state: lab.state,
      tools,
      onFirewallEvent: (event) =>
        deliverFirewallEvent({ state: lab.state, event, now: new Date(), delayMs: logDelayMs() }),
    }),
  );
  raised.blind = null;
  progress(`stack deployed, network up (Suricata ${tools.versions['suricata'] ?? 'of unknown version'})`);
}

type Means =
  | { readonly status: 'present'; readonly tools: LabTools }
  | { readonly status: 'missing'; readonly because: string };

/** The programs and the kernel's permission, or what is missing. A machine without them still gets the static checks. */
async function networkMeans(onProgress: (text: string) => void): Promise<Means> {
  try {
    const tools = await ensureTools({ cacheDir: ENGINE_CACHE, onProgress });
    const support = await findNetworkSupport({ tools });
    if (support.status === 'supported') return { status: 'present', tools };
    return { status: 'missing', because: support.missing.join('; ') };
  } catch (error) {
    if (error instanceof ToolsError) return { status: 'missing', because: error.message };
    throw error;
  }
}

async function deploy(lab: Lab, { template, parameters }: LabOptions): Promise<void> {
  const given: Parameter[] = Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  }));
  const { api } = lab.server;
  const { StackId } = await api.call('cloudformation', CreateStackCommand, {
    StackName: lab.stackName,
    TemplateBody: template,
    Parameters: given,
    Capabilities: ['CAPABILITY_NAMED_IAM'],
  });
  const stack = [...lab.state.stacks.values()].find((stored) => stored.stack.StackId === StackId)?.stack;
  if (stack?.StackStatus === 'CREATE_COMPLETE') return;
  const status = stack?.StackStatus ?? 'not there';
  throw new StackFailed(
    `The stack could not be created (${status}): ${stack?.StackStatusReason ?? 'no reason given'}`,
  );
}

/** The template was accepted, but one of its resources could not be created. */
export class StackFailed extends Error {
  override readonly name = 'StackFailed';
}

/** Nested stacks are files beside their parent: the same paths that `aws cloudformation package` takes. */
function nestedTemplates(templatePath: string): (url: string) => string {
  return (url) => {
    if (/^[a-z]+:/i.test(url)) throw new Error(`TemplateURL ${url} is not a file beside the template`);
    return readFileSync(resolve(dirname(templatePath), url), 'utf8');
  };
}

function addControlHost(state: LabState): void {
  state.managedInstances.set(CONTROL_HOST_ID, {
    information: {
      InstanceId: CONTROL_HOST_ID,
      PingStatus: 'Online',
      LastPingDateTime: new Date(),
      PlatformType: 'Linux',
      ResourceType: 'ManagedInstance',
      Name: 'control host outside the firewall',
    },
    tags: new Map([['studio-egress:role', 'control-host']]),
  });
}

function unfaithful(network: LabNetwork | null): string | null {
  const reasons = network?.unfaithful() ?? [];
  return reasons.length === 0
    ? null
    : `The lab does not carry this network faithfully: ${reasons.join('; ')}`;
}

async function timed<T>(timings: Record<string, number>, name: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  timings[name] = Math.round(performance.now() - startedAt);
  return result;
}
