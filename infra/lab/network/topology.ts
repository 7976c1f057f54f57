/**
 * From the lab's account to what the kernel is to look like. Pure.
 *
 * Every VPC is one router namespace with a link to each thing in it. Each AWS route table is one kernel table, chosen
 * by the link a packet comes from: its subnet's table, or a gateway's edge table. `local` routes pass the lookup on
 * to the VPC's own table, which knows every network interface. A packet for the sender's own subnet, or for the VPC's
 * resolver, never meets a route table (facts: aws.md 1.9, 1.10, 1.27).
 */
import type * as ec2 from '@aws-sdk/client-ec2';
import type { LabState } from '../state';
import {
  needed,
  prefixListBlocks,
  resolverAddresses,
  securityGroupMembers,
  subnetAcl,
  vpcBlocks,
} from './account';
import {
  gatewayEndpointNode,
  interfaceEndpointNodes,
  resolverId,
  resolverNode,
  servicesNamespacePlan,
  type ServiceNode,
} from './endpoint-nodes';
import { controlHostId, internetPlan, routeToNameServer, type InternetSide } from './internet-side';
import { overlaps, parseBlock } from './ipv4';
import { checkedId, interfaceName, refuseSame, tableNumber } from './names';
import { routerRuleset } from './network-acl-rules';
import { nodeEnd, routerEnd, type Node } from './node';
import { firewallEndpointNode, instanceNode, internetGatewayNode, natGatewayNode } from './nodes';
import type { KernelRoute, LinkPlan, NamespacePlan, NetworkPlan } from './plan';
import { kernelTable, type NextHop } from './routes';
import { firewallEndpoints, uncarriedTargets, unfaithfulParts } from './uncarried';

/** In every router: each network interface of the VPC. Numbers from 1000 on belong to AWS's route tables. */
export const vpcTable = 100;
const resolverTable = 101;

interface VpcPlan {
  readonly nodes: readonly Node[];
  readonly services: readonly ServiceNode[];
  readonly router: NamespacePlan;
  readonly links: readonly LinkPlan[];
  readonly unfaithful: readonly string[];
}

/** The plan for an account, with the internet that its gateways lead to. Throws for records that contradict themselves. */
export function planNetwork(state: LabState, internet: InternetSide): NetworkPlan {
  const populated = [...state.vpcs.values()].filter((vpc) => isPopulated(state, vpc));
  const { served, unserved } = withoutOverlaps(populated);
  const vpcs = populated.map((vpc) => planVpc(state, vpc, served.includes(vpc)));
  const nodes = vpcs.flatMap((vpc) => vpc.nodes);
  const control = controlHostId(state);
  const outside = internetPlan(state, internet, control);
  const namespaces = [
    ...vpcs.map((vpc) => vpc.router),
    ...nodes.flatMap((node) => node.namespaces),
    servicesNamespacePlan(
      vpcs.flatMap((vpc) => vpc.services),
      [routeToNameServer(internet.resolver)],
    ),
    ...outside.namespaces,
  ];
  refuseSame(
    nodes.map((node) => node.id),
    interfaceName,
  );
  return {
    namespaces: new Map(namespaces.map((namespace) => [namespace.name, namespace])),
    links: [...vpcs.flatMap((vpc) => vpc.links), ...nodes.flatMap((node) => node.links), ...outside.links],
    hosts: [...nodes.flatMap((node) => node.host ?? []), ...outside.hosts],
    firewallEndpoints: nodes.flatMap((node) => node.firewallEndpoint ?? []),
    unfaithful: [
      ...new Set([
        ...unfaithfulParts(state, populated),
        ...unserved,
        ...vpcs.flatMap((vpc) => vpc.unfaithful),
      ]),
    ],
  };
}

/** A VPC in which nothing is that could send or answer needs no router. */
function isPopulated(state: LabState, vpc: ec2.Vpc): boolean {
  const here = ({ VpcId }: { VpcId?: string | undefined }): boolean => VpcId === vpc.VpcId;
  return [state.instances, state.natGateways, state.vpcEndpoints, state.subnets].some((records) =>
    [...records.values()].some(here),
  );
}

/** All VPCs share one namespace of services, in which an address can be there only once. */
function withoutOverlaps(vpcs: readonly ec2.Vpc[]): {
  served: readonly ec2.Vpc[];
  unserved: readonly string[];
} {
  const served: ec2.Vpc[] = [];
  const unserved: string[] = [];
  for (const vpc of vpcs) {
    const blocks = vpcBlocks(vpc).map(parseBlock);
    const other = served.find((one) =>
      vpcBlocks(one).some((a) => blocks.some((b) => overlaps(parseBlock(a), b))),
    );
    if (other === undefined) served.push(vpc);
    else
      unserved.push(
        `${vpc.VpcId} and ${other.VpcId} have overlapping addresses; only the latter's endpoints and resolver answer`,
      );
  }
  return { served, unserved };
}

function planVpc(state: LabState, vpc: ec2.Vpc, served: boolean): VpcPlan {
  const services = served ? serviceNodes(state, vpc) : [];
  const nodes: readonly Node[] = [...ownNodes(state, vpc), ...services];
  const { tables, unfaithful } = routeTables(state, vpc, nodes);
  const resolver = services.some((node) => node.id === resolverId(vpc.VpcId ?? ''));
  const resolvers = resolver ? resolverAddresses(state, vpc) : [];
  const resolverLink = interfaceName(resolverId(vpc.VpcId ?? ''));
  return {
    nodes,
    services,
    unfaithful,
    router: {
      name: checkedId(vpc.VpcId ?? ''),
      forwards: true,
      queues: false,
      rules: [
        ...resolvers.map((address) => `pref 10 to ${address} lookup ${resolverTable}`),
        ...nodes.flatMap((node) => nodeRules(state, node)),
        `pref 300 from all lookup ${vpcTable}`,
      ],
      routes: [
        ...(resolver ? [hop(resolverTable, '0.0.0.0/0', resolverLink)] : []),
        ...nodes.flatMap((node) =>
          node.addresses.map((address) => hop(vpcTable, `${address}/32`, interfaceName(node.id))),
        ),
        { ...hop(vpcTable, '0.0.0.0/0', resolverLink), type: 'blackhole', device: null, via: null },
        ...tables,
      ],
      nft: routerRuleset(borders(state, nodes), resolver ? [resolverLink] : []),
    },
    links: nodes.map((node) => ({
      id: node.id,
      ends: [
        { namespace: vpc.VpcId ?? '', name: interfaceName(node.id), addresses: [`${routerEnd}/32`] },
        node.end,
      ],
    })),
  };
}

function ownNodes(state: LabState, vpc: ec2.Vpc): readonly Node[] {
  const members = securityGroupMembers(state);
  const here = ({ VpcId }: { VpcId?: string | undefined }): boolean => VpcId === vpc.VpcId;
  const gateways = [...state.internetGateways.values()].filter((gateway) =>
    (gateway.Attachments ?? []).some(here),
  );
  return [
    ...[...state.instances.values()]
      .filter((instance) => here(instance) && instance.State?.Name === 'running')
      .map((instance) => instanceNode(state, instance, members)),
    ...jobContainers(state)
      .filter(here)
      .map((container) => instanceNode(state, container, members)),
    ...[...state.natGateways.values()]
      .filter((nat) => here(nat) && nat.State === 'available' && nat.SubnetId !== undefined)
      .map((nat) => natGatewayNode(state, nat)),
    ...firewallEndpoints(state)
      .filter(({ ready, subnetId }) => ready && state.subnets.get(subnetId)?.VpcId === vpc.VpcId)
      .map((endpoint) => firewallEndpointNode(state, endpoint)),
    ...gateways.map((gateway) =>
      internetGatewayNode(state, gateway.InternetGatewayId ?? '', vpc, vpcBlocks(vpc)),
    ),
  ];
}

/** A processing job's container has no instance of the account's, only a network interface: for a packet that is the same. */
function jobContainers(state: LabState): readonly ec2.Instance[] {
  return [...state.processingJobs.values()].flatMap(({ hostId }) => {
    const eni = state.networkInterfaces.get(hostId);
    return eni === undefined ? [] : [{ InstanceId: hostId, VpcId: eni.VpcId, NetworkInterfaces: [eni] }];
  });
}

function serviceNodes(state: LabState, vpc: ec2.Vpc): readonly ServiceNode[] {
  const members = securityGroupMembers(state);
  const blocks = vpcBlocks(vpc);
  const endpoints = [...state.vpcEndpoints.values()].filter(
    (endpoint) => endpoint.VpcId === vpc.VpcId && endpoint.State?.toLowerCase() === 'available',
  );
  return [
    ...endpoints
      .filter((endpoint) => endpoint.VpcEndpointType === 'Interface')
      .flatMap((endpoint) => interfaceEndpointNodes(state, endpoint, members)),
    ...endpoints
      .filter((endpoint) => endpoint.VpcEndpointType === 'Gateway')
      .map((endpoint) => gatewayEndpointNode(state, endpoint, blocks)),
    ...[resolverNode(state, vpc, blocks) ?? []].flat(),
  ];
}

/** Which tables decide about a packet that comes from the node. */
function nodeRules(state: LabState, node: Node): string[] {
  const device = interfaceName(node.id);
  const subnet =
    node.subnetId === null ? null : needed(state.subnets.get(node.subnetId), `what ${node.subnetId} is`);
  return [
    ...(subnet === null
      ? []
      : [`pref 100 iif ${device} to ${needed(subnet.CidrBlock, 'a subnet block')} lookup ${vpcTable}`]),
    ...(node.routeTableId === null
      ? []
      : [`pref 200 iif ${device} lookup ${tableNumber(node.routeTableId)}`]),
  ];
}

function routeTables(
  state: LabState,
  vpc: ec2.Vpc,
  nodes: readonly Node[],
): { tables: readonly KernelRoute[]; unfaithful: readonly string[] } {
  const records = [...state.routeTables.values()].filter((table) => table.VpcId === vpc.VpcId);
  const ids = records.map((table) => needed(table.RouteTableId, 'the id of a route table'));
  refuseSame(ids, tableNumber);
  const nextHops = new Map<string, NextHop>(
    nodes
      .filter((node) => node.routable)
      .map((node) => [node.id, { device: interfaceName(node.id), via: nodeEnd }]),
  );
  const surroundings = { nextHops, uncarried: uncarriedTargets(state), prefixLists: prefixListBlocks(state) };
  const built = records.map((record, index) => ({
    id: ids[index] ?? '',
    ...kernelTable(record, { ...surroundings, table: tableNumber(ids[index] ?? '') }),
  }));
  // A table that nothing here is routed by cannot make a result wrong.
  const used = new Set(nodes.map((node) => node.routeTableId));
  return {
    tables: built.flatMap((table) => table.routes),
    unfaithful: built.filter((table) => used.has(table.id)).flatMap((table) => table.unfaithful),
  };
}

function borders(state: LabState, nodes: readonly Node[]): Parameters<typeof routerRuleset>[0] {
  const subnetIds = new Set(nodes.flatMap((node) => node.subnetId ?? []));
  return [...subnetIds].map((subnetId) => ({
    subnetId: checkedId(subnetId),
    acl: subnetAcl(state, needed(state.subnets.get(subnetId), `what ${subnetId} is`)),
    devices: nodes.filter((node) => node.subnetId === subnetId).map((node) => interfaceName(node.id)),
  }));
}

function hop(table: number, destination: string, device: string): KernelRoute {
  return { table, type: 'unicast', destination, metric: 0, device, via: nodeEnd, source: null };
}
