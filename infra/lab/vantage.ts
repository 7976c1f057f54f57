/**
 * How the lab's SSM service reaches hosts. The network provides it once it is raised; until then no host is
 * reachable and SendCommand answers InvalidInstanceId, as AWS does for a host without an agent.
 */
export interface HostCommand {
  /** A POSIX shell script, run by /bin/sh as AWS-RunShellScript does. */
  readonly script: string;
  /** The document's executionTimeout. */
  readonly timeoutMs: number;
  /** Of each stream; what SSM's agent would hold when absent. */
  readonly maxOutputBytes?: number;
  /** Ends it before its bound, as that would. */
  readonly signal?: AbortSignal;
}

export interface HostCommandResult {
  /** null when the bound ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Hosts {
  /** Ids of hosts that can run commands now. */
  reachable(): readonly string[];
  run(instanceId: string, command: HostCommand): Promise<HostCommandResult>;
}

/** The firewalls of the network, as far as the API orders something of them that is not in its state. */
export interface Firewalls {
  /** Empties the flow tables of these firewall endpoints; resolves when none of their flows is known any more. */
  flushFlows(endpointIds: readonly string[]): Promise<void>;
}
