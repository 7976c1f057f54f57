/**
 * What the kernel is to look like, as data: made from the lab's state by planNetwork, and turned into commands by
 * comparing it with what the kernel was last made to be.
 */

export interface NetworkPlan {
  /** By the namespace's name, which is the AWS id of what it stands for. */
  readonly namespaces: ReadonlyMap<string, NamespacePlan>;
  readonly links: readonly LinkPlan[];
  readonly hosts: readonly HostPlan[];
  readonly firewallEndpoints: readonly FirewallEndpointPlan[];
  /** What of the state this network does not carry, one sentence each. */
  readonly unfaithful: readonly string[];
}

export interface NamespacePlan {
  readonly name: string;
  readonly forwards: boolean;
  /** Whether everything forwarded waits for the firewall engine's verdict. */
  readonly queues: boolean;
  /** In the words of `ip rule add`: `pref 200 iif nat-0ab lookup 7001`. */
  readonly rules: readonly string[];
  readonly routes: readonly KernelRoute[];
  /** The whole nftables ruleset, except what the firewall engine needs; empty for none. */
  readonly nft: string;
}

export interface LinkEnd {
  readonly namespace: string;
  /** At most 15 characters, as the kernel demands. */
  readonly name: string;
  /** With prefix length; the kernel's own routes for them are not wanted. */
  readonly addresses: readonly string[];
}

export interface LinkPlan {
  /** The AWS id that the link stands for; the kernel keeps it as the interfaces' alias. */
  readonly id: string;
  readonly ends: readonly [LinkEnd, LinkEnd];
}

/** One route of one kernel table. `throw` sends the lookup on to the next rule. */
export interface KernelRoute {
  /** A table number; the kernel's own `main` and `local` by name. */
  readonly table: number | 'main' | 'local';
  readonly type: 'unicast' | 'throw' | 'blackhole' | 'local';
  readonly destination: string;
  readonly metric: number;
  readonly device: string | null;
  /** The next hop's address; taken to be on the link whatever the addresses say. */
  readonly via: string | null;
  /** The address that this namespace's own packets carry. */
  readonly source: string | null;
}

export interface HostPlan {
  /** An EC2 instance's id, or the control host's `mi-…`. */
  readonly instanceId: string;
  readonly namespace: string;
  readonly nameServers: readonly string[];
  readonly searchDomains: readonly string[];
}

export interface FirewallEndpointPlan {
  readonly endpointId: string;
  readonly namespace: string;
  readonly firewallArn: string;
  readonly availabilityZone: string;
}
