/**
 * VPC endpoints and the VPC's resolver: nodes that all lead into the one namespace where AWS's services answer.
 * Each has a link of its own, so that what a service answers comes from the right subnet.
 */
import type * as ec2 from '@aws-sdk/client-ec2';
import type { LabState } from '../state';
import { attachedInterface, needed, prefixListBlocks, resolverAddresses, subnetRouteTable } from './account';
import { checkedId, interfaceName, tableNumber } from './names';
import { servicesNamespace } from './nodes';
import { anywhere, nodeEnd, plain, routerEnd, type Node } from './node';
import type { KernelRoute, NamespacePlan } from './plan';
import { acceptRules, type SecurityGroupMembers } from './security-group-rules';

/** A node whose far end lies in the services' namespace, and what that needs for it. */
export interface ServiceNode extends Node {
  readonly serviceRules: readonly string[];
  readonly serviceRoutes: readonly KernelRoute[];
  /** What may reach which address; null where nothing filters. */
  readonly filter: { readonly addresses: readonly string[]; readonly accepts: readonly string[] } | null;
}

/** The network interfaces of an interface endpoint, one node for each. */
export function interfaceEndpointNodes(
  state: LabState,
  endpoint: ec2.VpcEndpoint,
  members: SecurityGroupMembers,
): readonly ServiceNode[] {
  return (endpoint.NetworkInterfaceIds ?? []).map((eniId) => {
    const eni = attachedInterface(needed(state.networkInterfaces.get(eniId), `what ${eniId} is`));
    const groupIds = (endpoint.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []);
    const subnet = needed(state.subnets.get(eni.subnetId), `what ${eni.subnetId} is`);
    return {
      ...plain,
      id: checkedId(eni.id),
      end: serviceEnd(eni.id, eni.privateIps),
      subnetId: eni.subnetId,
      routeTableId: subnetRouteTable(state, subnet).RouteTableId ?? null,
      addresses: eni.privateIps,
      ...answersFrom(
        eni.id,
        eni.privateIps.map((address) => `from ${address}`),
      ),
      filter: {
        addresses: eni.privateIps,
        accepts: acceptRules(eni.groupIds.length > 0 ? eni.groupIds : groupIds, 'ingress', members),
      },
    };
  });
}

/**
 * A gateway endpoint. Which subnets use it is for their route tables to say; the services answer on every address
 * of the prefix lists that those routes name.
 */
export function gatewayEndpointNode(
  state: LabState,
  endpoint: ec2.VpcEndpoint,
  blocks: readonly string[],
): ServiceNode {
  const id = checkedId(needed(endpoint.VpcEndpointId, 'the id of a VPC endpoint'));
  const lists = prefixListBlocks(state);
  const named = [...state.routeTables.values()]
    .flatMap((table) => table.Routes ?? [])
    .flatMap(({ GatewayId, DestinationPrefixListId }) =>
      GatewayId === id ? (DestinationPrefixListId ?? []) : [],
    );
  const served = [...new Set(named.flatMap((list) => [...(lists.get(list) ?? [])]))];
  const answers = answersFrom(
    id,
    served.flatMap((from) => blocks.map((to) => `from ${from} to ${to}`)),
  );
  return {
    ...plain,
    id,
    end: serviceEnd(id, []),
    routable: true,
    ...answers,
    serviceRoutes: [
      ...answers.serviceRoutes,
      ...served.map((destination) => localRoute(destination, interfaceName(id))),
    ],
    filter: null,
  };
}

/** The VPC's resolver, or null where the VPC has DNS support off. */
export function resolverNode(state: LabState, vpc: ec2.Vpc, blocks: readonly string[]): ServiceNode | null {
  const addresses = resolverAddresses(state, vpc);
  if (addresses.length === 0) return null;
  const id = resolverId(needed(vpc.VpcId, 'the id of a VPC'));
  return {
    ...plain,
    id,
    end: serviceEnd(id, addresses),
    // Before every route table, see topology: AWS's resolver cannot be routed away (facts: aws.md 1.9, 1.27).
    ...answersFrom(
      id,
      addresses.flatMap((from) => blocks.map((to) => `from ${from} to ${to}`)),
    ),
    filter: null,
  };
}

export function resolverId(vpcId: string): string {
  return `dns-${vpcId.slice(vpcId.indexOf('-') + 1)}`;
}

/** The namespace in which AWS's services answer for all VPCs; `outward` leads to the internet's name server. */
export function servicesNamespacePlan(
  nodes: readonly ServiceNode[],
  outward: readonly KernelRoute[],
): NamespacePlan {
  const filters = nodes.flatMap(({ id, filter }) =>
    filter === null ? [] : [{ chain: id.replaceAll('-', '_'), ...filter }],
  );
  const nft = [
    'table ip security_groups {',
    ...filters.flatMap(({ chain, accepts }) => [
      `  chain ${chain} {`,
      ...accepts.map((rule) => `    ${rule}`),
      '    drop',
      '  }',
    ]),
    '  chain input {',
    '    type filter hook input priority filter; policy accept;',
    '    ct state established,related accept',
    ...filters.map(({ chain, addresses }) => `    ip daddr { ${addresses.join(', ')} } jump ${chain}`),
    '  }',
    '}',
    '',
  ];
  return {
    name: servicesNamespace,
    forwards: false,
    queues: false,
    rules: nodes.flatMap((node) => node.serviceRules),
    routes: uniqueRoutes([...nodes.flatMap((node) => node.serviceRoutes), ...outward]),
    nft: filters.length > 0 ? nft.join('\n') : '',
  };
}

function serviceEnd(id: string, addresses: readonly string[]): Node['end'] {
  return {
    namespace: servicesNamespace,
    name: interfaceName(id),
    addresses: [...addresses.map((address) => `${address}/32`), `${nodeEnd}/32`],
  };
}

/** What sends answers from certain addresses back over the node's own link. */
function answersFrom(
  id: string,
  selectors: readonly string[],
): Pick<ServiceNode, 'serviceRules' | 'serviceRoutes'> {
  const table = tableNumber(id);
  return {
    serviceRules: selectors.map((selector) => `pref 100 ${selector} lookup ${table}`),
    serviceRoutes: [anywhere({ table, device: interfaceName(id), via: routerEnd })],
  };
}

/** Makes every address of the block this namespace's own. */
function localRoute(destination: string, device: string): KernelRoute {
  return { table: 'local', type: 'local', destination, metric: 0, device, via: null, source: null };
}

/** Two gateway endpoints may serve the same block; one local route for it is enough. */
function uniqueRoutes(routes: readonly KernelRoute[]): readonly KernelRoute[] {
  return [...new Map(routes.map((route) => [`${route.table} ${route.destination}`, route])).values()];
}
