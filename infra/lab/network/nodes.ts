/** The nodes of one VPC, each from its records. */
import type * as ec2 from '@aws-sdk/client-ec2';
import type { LabState } from '../state';
import {
  availableNatGateways,
  edgeRouteTable,
  instanceInterfaces,
  natGatewayAddress,
  needed,
  publicAddresses,
  resolverAddresses,
  subnetRouteTable,
} from './account';
import { addressAt } from './ipv4';
import { checkedId, interfaceName } from './names';
import { internetGatewayRuleset, natGatewayRuleset } from './nat';
import { anywhere, nodeEnd, plain, route, routerEnd, type Node } from './node';
import type { HostPlan } from './plan';
import { hypervisorRuleset, type SecurityGroupMembers } from './security-group-rules';

/** Namespaces that all VPCs share. */
export const internetNamespace = 'internet';
export const servicesNamespace = 'aws';

function tableOf(state: LabState, subnetId: string): string {
  const subnet = needed(state.subnets.get(subnetId), `what ${subnetId} is`);
  return needed(subnetRouteTable(state, subnet).RouteTableId, `the route table of ${subnetId}`);
}

/**
 * A running instance: the host's namespace, and between it and the router one that holds its security groups. The
 * host sees its subnet's mask, but all its packets go to the router, as on AWS's own network.
 */
export function instanceNode(state: LabState, instance: ec2.Instance, members: SecurityGroupMembers): Node {
  const id = checkedId(needed(instance.InstanceId, 'the id of an instance'));
  const eni = needed(instanceInterfaces(state, instance)[0], `the network interface of ${id}`);
  const vpc = needed(state.vpcs.get(instance.VpcId ?? ''), `the VPC of ${id}`);
  const block = needed(state.subnets.get(eni.subnetId)?.CidrBlock, `the address block of ${eni.subnetId}`);
  const gateway = addressAt(block, 1);
  const hypervisor = `hv-${id}`;
  const length = block.slice(block.indexOf('/'));
  const host: HostPlan = { instanceId: id, namespace: id, ...nameService(state, vpc) };
  return {
    ...plain,
    id,
    end: { namespace: hypervisor, name: 'vpc0', addresses: [`${nodeEnd}/32`] },
    subnetId: eni.subnetId,
    routeTableId: tableOf(state, eni.subnetId),
    addresses: eni.privateIps,
    namespaces: [
      {
        name: id,
        forwards: false,
        queues: false,
        rules: [],
        routes: [
          route(`${gateway}/32`, { device: 'eth0' }),
          anywhere({ device: 'eth0', via: gateway, source: eni.privateIps[0] ?? gateway }),
        ],
        nft: '',
      },
      {
        name: hypervisor,
        forwards: true,
        queues: false,
        rules: [],
        routes: [
          ...eni.privateIps.map((address) => route(`${address}/32`, { device: 'host0' })),
          anywhere({ device: 'vpc0', via: routerEnd }),
        ],
        nft: hypervisorRuleset({ ...eni, addresses: eni.privateIps, members }, resolverAddresses(state, vpc)),
      },
    ],
    links: [
      {
        id,
        ends: [
          { namespace: id, name: 'eth0', addresses: eni.privateIps.map((address) => address + length) },
          { namespace: hypervisor, name: 'host0', addresses: [`${gateway}/32`] },
        ],
      },
    ],
    host,
  };
}

/** What DHCP tells a host about names (facts: VPC user guide, DHCPOptionSet; MEMORY). */
function nameService(state: LabState, vpc: ec2.Vpc): Pick<HostPlan, 'nameServers' | 'searchDomains'> {
  const configurations = state.dhcpOptions.get(vpc.DhcpOptionsId ?? '')?.DhcpConfigurations ?? [];
  const values = (key: string): string[] =>
    configurations
      .filter(({ Key }) => Key === key)
      .flatMap(({ Values }) => (Values ?? []).flatMap(({ Value }) => Value ?? []));
  const own = addressAt(needed(vpc.CidrBlock, `the address block of ${vpc.VpcId ?? ''}`), 2);
  return {
    nameServers: values('domain-name-servers').map((server) =>
      server === 'AmazonProvidedDNS' ? own : server,
    ),
    searchDomains: values('domain-name').flatMap((names) => names.split(/\s+/)),
  };
}

/** An available zonal NAT gateway. */
export function natGatewayNode(state: LabState, nat: ec2.NatGateway): Node {
  const id = checkedId(needed(nat.NatGatewayId, 'the id of a NAT gateway'));
  const subnetId = needed(nat.SubnetId, `the subnet of ${id}`);
  const privateIp = needed(natGatewayAddress(nat).PrivateIp, `the private address of ${id}`);
  return {
    ...plain,
    id,
    end: { namespace: id, name: 'eth0', addresses: [`${privateIp}/32`, `${nodeEnd}/32`] },
    subnetId,
    routeTableId: tableOf(state, subnetId),
    addresses: [privateIp],
    routable: true,
    namespaces: [
      {
        name: id,
        forwards: true,
        queues: false,
        rules: [],
        routes: [anywhere({ device: 'eth0', via: routerEnd, source: privateIp })],
        nft: natGatewayRuleset(privateIp),
      },
    ],
  };
}

export interface FirewallEndpoint {
  readonly endpointId: string;
  readonly subnetId: string;
  readonly firewallArn: string;
  readonly availabilityZone: string;
}

/** A firewall endpoint: one-armed; what is forwarded goes to the engine and back to the router. */
export function firewallEndpointNode(state: LabState, endpoint: FirewallEndpoint): Node {
  const id = checkedId(endpoint.endpointId);
  const eni = state.networkInterfaces.get(state.vpcEndpoints.get(id)?.NetworkInterfaceIds?.[0] ?? '');
  const addresses = eni?.PrivateIpAddress === undefined ? [] : [eni.PrivateIpAddress];
  return {
    ...plain,
    id,
    end: {
      namespace: id,
      name: 'eth0',
      addresses: [...addresses.map((address) => `${address}/32`), `${nodeEnd}/32`],
    },
    subnetId: endpoint.subnetId,
    routeTableId: tableOf(state, endpoint.subnetId),
    addresses,
    routable: true,
    namespaces: [
      {
        name: id,
        forwards: true,
        queues: true,
        rules: [],
        routes: [anywhere({ device: 'eth0', via: routerEnd })],
        nft: '',
      },
    ],
    firewallEndpoint: {
      endpointId: id,
      namespace: id,
      firewallArn: endpoint.firewallArn,
      availabilityZone: endpoint.availabilityZone,
    },
  };
}

/** An attached internet gateway, with its link to the internet. */
export function internetGatewayNode(
  state: LabState,
  id: string,
  vpc: ec2.Vpc,
  blocks: readonly string[],
): Node {
  const vpcId = needed(vpc.VpcId, 'the id of a VPC');
  const addresses = publicAddresses(state, vpcId);
  const natGateways = availableNatGateways(state, vpcId).flatMap((nat) =>
    (nat.NatGatewayAddresses ?? []).flatMap(({ PrivateIp }) => PrivateIp ?? []),
  );
  const mode = state.vpcBlockPublicAccess.InternetGatewayBlockMode;
  return {
    ...plain,
    id: checkedId(id),
    end: { namespace: id, name: 'vpc0', addresses: [`${nodeEnd}/32`] },
    routeTableId: edgeRouteTable(state, id)?.RouteTableId ?? null,
    routable: true,
    namespaces: [
      {
        name: id,
        forwards: true,
        queues: false,
        rules: [],
        routes: [
          ...blocks.map((block) => route(block, { device: 'vpc0', via: routerEnd })),
          anywhere({ device: 'internet0', via: routerEnd }),
        ],
        nft: internetGatewayRuleset({
          addresses,
          natGateways,
          block: needed(mode, "the account's block public access mode"),
        }),
      },
    ],
    links: [
      {
        id,
        ends: [
          { namespace: id, name: 'internet0', addresses: [`${nodeEnd}/32`] },
          { namespace: internetNamespace, name: interfaceName(id), addresses: [`${routerEnd}/32`] },
        ],
      },
    ],
  };
}
