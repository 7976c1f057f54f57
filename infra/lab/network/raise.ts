/** Raises the lab's network from the lab's account, and keeps it equal to it. */
import { readFile } from 'node:fs/promises';
import type { LabState } from '../state';
import { startAwsServices, type AwsServices } from './aws-services/services';
import { awsNames } from './aws-services/services-configuration';
import { noEngines, type Engines } from './engines';
import { noHosts, type LabHosts } from './hosts';
import { internetAddresses, startInternet, type Internet } from './internet/internet';
import { INTERNET_NAMES, INTERNET_RESOLVER } from './internet/zone';
import { emptyKernel, type Kernel } from './kernel';
import type { LabNetwork, RaiseNetworkOptions } from './network';
import { internetNamespace, servicesNamespace } from './nodes';
import { makePki, type Pki } from './pki';
import type { NetworkPlan } from './plan';
import { openSandbox, type Sandbox } from './sandbox';
import { planNetwork } from './topology';

/**
 * Raise the network for the account as it is now; `apply` follows its changes. Rejects with the kernel's, the
 * engine's or a server's own words, and then leaves nothing behind.
 */
export async function raiseNetwork(options: RaiseNetworkOptions): Promise<LabNetwork> {
  const plan = planFor(options.state);
  const sandbox = await openSandbox(options.tools);
  const kernel = emptyKernel(sandbox);
  const engines = noEngines({ sandbox, kernel, onFirewallEvent: options.onFirewallEvent });
  try {
    return await raiseInside({ sandbox, kernel, engines }, plan, options.state);
  } catch (error) {
    await sandbox.close();
    await engines.retire([]);
    throw error;
  }
}

function planFor(state: LabState): NetworkPlan {
  return planNetwork(state, { addresses: internetAddresses(state), resolver: INTERNET_RESOLVER });
}

async function raiseInside(
  { sandbox, kernel, engines }: Pick<Parts, 'sandbox' | 'kernel' | 'engines'>,
  plan: NetworkPlan,
  state: LabState,
): Promise<LabNetwork> {
  const pki = makePki(sandbox, [...new Set([...INTERNET_NAMES, ...awsNames(state)])]);
  // Servers take longest to start, and need no more than a namespace for it.
  const serversPlace = kernel.become(serversOnly(plan));
  const wired = serversPlace.then(async () => kernel.become(plan));
  const parts = [
    wired,
    noHostsTrusting(sandbox, pki),
    serversPlace.then(async () =>
      startInternet({ sandbox, namespace: internetNamespace, pki, addresses: internetAddresses(state) }),
    ),
    serversPlace.then(async () => startAwsServices({ sandbox, namespace: servicesNamespace, pki, state })),
    wired.then(async () => engines.update(state, plan.firewallEndpoints)),
  ] as const;
  // Settled first: nothing may still be starting when a failure tears the sandbox down.
  await Promise.allSettled(parts);
  const [, hosts, internet, services] = await Promise.all(parts);
  await hosts.update(reachableHosts(state, plan));
  return labNetwork({ sandbox, kernel, engines, internet, services, hosts }, plan);
}

/** The plan's part in which servers can start: their namespaces, with nothing in them. */
function serversOnly(plan: NetworkPlan): NetworkPlan {
  const places = [...plan.namespaces].filter(
    ([name]) => name === internetNamespace || name === servicesNamespace,
  );
  return {
    namespaces: new Map(places.map(([name, place]) => [name, { ...place, rules: [], routes: [], nft: '' }])),
    links: [],
    hosts: [],
    firewallEndpoints: [],
    unfaithful: [],
  };
}

async function noHostsTrusting(sandbox: Sandbox, pki: Promise<Pki>): Promise<LabHosts> {
  const { caPath } = await pki;
  return noHosts({ sandbox, authority: await readFile(sandbox.hostPath(caPath), 'utf8') });
}

interface Parts {
  readonly sandbox: Sandbox;
  readonly kernel: Kernel;
  readonly engines: Engines;
  readonly internet: Internet;
  readonly services: AwsServices;
  readonly hosts: LabHosts;
}

function labNetwork(parts: Parts, first: NetworkPlan): LabNetwork {
  const { sandbox, engines, internet, services, hosts } = parts;
  let plan = first;
  let failure: string | null = null;
  let last: Promise<void> = Promise.resolve();
  const follow = async (state: LabState): Promise<void> => {
    try {
      const next = planFor(state);
      await followPlan(parts, state, next);
      plan = next;
      failure = null;
    } catch (error) {
      failure = `the network does not carry the account's last change: ${error instanceof Error ? error.message : String(error)}`;
      throw error;
    }
  };
  /** One after the other, also when one fails: an engine must not be reloaded while it starts. */
  const inTurn = async (work: () => Promise<void>): Promise<void> => {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };
  return {
    reachable: () => hosts.reachable(),
    run: async (instanceId, command) => hosts.run(instanceId, command),
    // Each brings the whole account, not a change.
    apply: async (state) => inTurn(async () => follow(state)),
    flushFlows: async (endpointIds) => inTurn(async () => engines.flush(endpointIds)),
    engines: () => engines.status(),
    witnesses: () => internet.witnesses(),
    droppedWitnesses: () => internet.droppedWitnesses(),
    arrivals: async () => internet.arrivals(),
    unfaithful: () => [
      ...(failure === null ? [] : [failure]),
      ...plan.unfaithful,
      ...engines.unfaithful(),
      ...(internet.running() ? [] : ["the internet's servers or its sniffer have ended"]),
      ...(services.running() ? [] : ["AWS's services in the VPC have ended"]),
      ...(sandbox.running() ? [] : ["the network's namespaces have ended"]),
    ],
    notEmulated: () => services.notEmulated(),
    close: async () => {
      await last.catch(() => {});
      // Everything ends at once with the sandbox; the engines then only have their records read to the end.
      await sandbox.close();
      await engines.retire([]);
    },
  };
}

/** In this order, nothing is ever forwarded that its engine has not been told about. */
async function followPlan(
  { kernel, engines, services, hosts }: Parts,
  state: LabState,
  plan: NetworkPlan,
): Promise<void> {
  await engines.retire(plan.firewallEndpoints);
  await kernel.become(plan);
  await Promise.all([
    engines.update(state, plan.firewallEndpoints),
    services.apply(state),
    hosts.update(reachableHosts(state, plan)),
  ]);
}

/** Hosts that can be told something: instances that Systems Manager knows, and the containers of processing jobs. */
function reachableHosts(state: LabState, plan: NetworkPlan): NetworkPlan['hosts'] {
  const containers = new Set([...state.processingJobs.values()].map(({ hostId }) => hostId));
  return plan.hosts.filter(
    ({ instanceId }) => state.managedInstances.has(instanceId) || containers.has(instanceId),
  );
}
