/** The internet's side of the internet gateways: its servers' namespace, and a host there outside every firewall. */
import type { LabState } from '../state';
import { publicAddresses } from './account';
import { checkedId, interfaceName } from './names';
import { internetNamespace, servicesNamespace } from './nodes';
import { anywhere, nodeEnd, route, routerEnd } from './node';
import type { HostPlan, KernelRoute, LinkPlan, NamespacePlan } from './plan';

export interface InternetSide {
  /** Every address that the internet's servers listen on. */
  readonly addresses: readonly string[];
  /** The name server for hosts on the internet. */
  readonly resolver: string;
}

export interface InternetPlan {
  readonly namespaces: readonly NamespacePlan[];
  readonly links: readonly LinkPlan[];
  readonly hosts: readonly HostPlan[];
}

/** In a range for documentation that neither the servers nor the account's elastic addresses are from. */
export const controlAddress = '192.0.2.200';

/** What the VPCs' resolvers ask the internet's name server from. */
const forwarderAddress = '192.0.2.201';
const forwarderLink = 'dns-internet';

/** The managed instance that stands outside the VPC and the firewall, if the account has one. */
export function controlHostId(state: LabState): string | null {
  for (const [id, { tags }] of state.managedInstances) {
    if (id.startsWith('mi-') && tags.get('studio-egress:role') === 'control-host') return checkedId(id);
  }
  return null;
}

export function internetPlan(
  state: LabState,
  internet: InternetSide,
  controlId: string | null,
): InternetPlan {
  const gateways = [...state.internetGateways.values()].flatMap(({ InternetGatewayId, Attachments }) =>
    (Attachments ?? []).flatMap(({ VpcId }) =>
      InternetGatewayId !== undefined && VpcId !== undefined && state.vpcs.has(VpcId)
        ? [{ InternetGatewayId, VpcId }]
        : [],
    ),
  );
  const toVpcs = gateways.flatMap(({ InternetGatewayId, VpcId }) =>
    publicAddresses(state, VpcId).map(({ publicIp }) =>
      route(`${publicIp}/32`, { device: interfaceName(InternetGatewayId), via: nodeEnd }),
    ),
  );
  const servers = internet.addresses.map((address): KernelRoute => ({
    ...route(`${address}/32`, { device: 'lo', table: 'local' }),
    type: 'local',
  }));
  const toControl =
    controlId === null ? [] : [route(`${controlAddress}/32`, { device: interfaceName(controlId) })];
  const side: NamespacePlan = {
    name: internetNamespace,
    // The control host's way to the VPCs' public addresses.
    forwards: true,
    queues: false,
    rules: [],
    routes: [...servers, ...toVpcs, ...toControl, route(`${forwarderAddress}/32`, { device: forwarderLink })],
    // Its servers load their own.
    nft: '',
  };
  const links = [resolverLink()];
  if (controlId === null) return { namespaces: [side], links, hosts: [] };
  return {
    namespaces: [side, controlNamespace(controlId)],
    links: [...links, controlLink(controlId)],
    hosts: [
      { instanceId: controlId, namespace: controlId, nameServers: [internet.resolver], searchDomains: [] },
    ],
  };
}

/**
 * The way of the resolvers' questions to the internet: AWS's own network, which no gateway of the account and no
 * firewall is on (facts: aws.md 1.27).
 */
function resolverLink(): LinkPlan {
  return {
    id: forwarderLink,
    ends: [
      { namespace: servicesNamespace, name: forwarderLink, addresses: [`${forwarderAddress}/32`] },
      { namespace: internetNamespace, name: forwarderLink, addresses: [`${routerEnd}/32`] },
    ],
  };
}

/** What the services' namespace needs to use it. */
export function routeToNameServer(resolver: string): KernelRoute {
  return route(`${resolver}/32`, { device: forwarderLink, via: routerEnd, source: forwarderAddress });
}

function controlNamespace(name: string): NamespacePlan {
  return {
    name,
    forwards: false,
    queues: false,
    rules: [],
    routes: [
      route(`${routerEnd}/32`, { device: 'eth0' }),
      anywhere({ device: 'eth0', via: routerEnd, source: controlAddress }),
    ],
    nft: '',
  };
}

function controlLink(id: string): LinkPlan {
  return {
    id,
    ends: [
      { namespace: id, name: 'eth0', addresses: [`${controlAddress}/32`] },
      { namespace: internetNamespace, name: interfaceName(id), addresses: [`${routerEnd}/32`] },
    ],
  };
}
