/** What is plugged into a VPC's router: one node each, with its own namespace, links and rules. */
import type { FirewallEndpointPlan, HostPlan, KernelRoute, LinkEnd, LinkPlan, NamespacePlan } from './plan';

/** Next hops need an address on each link; nobody but the kernel sees these, so every link has the same pair. */
export const routerEnd = '169.254.200.1';
export const nodeEnd = '169.254.200.2';

export interface Node {
  /** The AWS id; the link to the router is named after it. */
  readonly id: string;
  /** The far end of the link, or null for a node that has no link of its own. */
  readonly end: LinkEnd;
  /** null for what lies outside every subnet: gateways, the resolver. */
  readonly subnetId: string | null;
  /** The route table that decides about packets coming from the node; null for the VPC's own table only. */
  readonly routeTableId: string | null;
  /** Private addresses that the VPC delivers to this node. */
  readonly addresses: readonly string[];
  /** True when routes may name the node as their target. */
  readonly routable: boolean;
  /** The node's own namespaces; those it shares with other nodes are made elsewhere. */
  readonly namespaces: readonly NamespacePlan[];
  /** Links beyond the one to the router. */
  readonly links: readonly LinkPlan[];
  readonly host: HostPlan | null;
  readonly firewallEndpoint: FirewallEndpointPlan | null;
}

/** What most nodes have none of. */
export const plain = {
  subnetId: null,
  routeTableId: null,
  addresses: [],
  routable: false,
  namespaces: [],
  links: [],
  host: null,
  firewallEndpoint: null,
} as const;

export interface RouteOptions {
  readonly device: string;
  readonly via?: string;
  readonly source?: string;
  readonly table?: KernelRoute['table'];
}

/** A plain route of a node's namespace, in the main table unless told. */
export function route(destination: string, { device, via, source, table }: RouteOptions): KernelRoute {
  return {
    table: table ?? 'main',
    type: 'unicast',
    destination,
    metric: 0,
    device,
    via: via ?? null,
    source: source ?? null,
  };
}

export function anywhere(options: RouteOptions): KernelRoute {
  return route('0.0.0.0/0', options);
}
