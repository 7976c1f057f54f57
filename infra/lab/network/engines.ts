/** The firewall engines of the network: one for each firewall endpoint, with what its firewall's policy compiles to. */
import { posix } from 'node:path';
import type { LabState } from '../state';
import type { Kernel } from './kernel';
import type { EngineStatus, FirewallEvent } from './network';
import type { FirewallEndpointPlan } from './plan';
import type { Sandbox } from './sandbox';
import { startEngine, type Engine } from './suricata/engine';
import { compileFirewall, type CompiledFirewall } from './suricata/firewall-rules';

export interface EnginesOptions {
  readonly sandbox: Sandbox;
  readonly kernel: Kernel;
  readonly onFirewallEvent: (event: FirewallEvent) => void;
}

export interface Engines {
  /** End the engines of endpoints that are not in the list; before their namespaces go. */
  retire(endpoints: readonly FirewallEndpointPlan[]): Promise<void>;
  /** Start and reload until every endpoint does what the state says. An engine that has died stays dead. */
  update(state: LabState, endpoints: readonly FirewallEndpointPlan[]): Promise<void>;
  /** Forget every flow of these endpoints; others are left alone. */
  flush(endpointIds: readonly string[]): Promise<void>;
  status(): readonly EngineStatus[];
  unfaithful(): readonly string[];
}

interface RunningEngine {
  readonly endpoint: FirewallEndpointPlan;
  readonly engine: Engine;
  compiled: CompiledFirewall;
}

export function noEngines({ sandbox, kernel, onFirewallEvent }: EnginesOptions): Engines {
  const engines = new Map<string, RunningEngine>();

  const start = async (endpoint: FirewallEndpointPlan, compiled: CompiledFirewall): Promise<void> => {
    const { endpointId, namespace, firewallArn, availabilityZone } = endpoint;
    await kernel.loadRuleset(namespace, compiled.statelessNft);
    const engine = await startEngine({
      sandbox,
      namespace,
      dir: posix.join(sandbox.dir, 'engines', endpointId),
      compiled,
      onEve: (eve) => onFirewallEvent({ firewallArn, availabilityZone, eve }),
    });
    engines.set(endpointId, { endpoint, engine, compiled });
  };

  const reload = async (running: RunningEngine, compiled: CompiledFirewall): Promise<void> => {
    const before = running.compiled;
    running.compiled = compiled;
    if (sameRules(before, compiled) || !running.engine.running()) return;
    // Rules first: between the two a packet may be judged by the new rules and forwarded by the old, never skip both.
    await running.engine.reload(compiled);
    await kernel.loadRuleset(running.endpoint.namespace, compiled.statelessNft);
  };

  /** In the same order whichever was started first. */
  const inOrder = (): readonly RunningEngine[] =>
    [...engines.values()].sort((a, b) => (a.endpoint.endpointId < b.endpoint.endpointId ? -1 : 1));

  return {
    retire: async (endpoints) => {
      const kept = new Set(endpoints.map(({ endpointId }) => endpointId));
      const gone = [...engines].filter(([endpointId]) => !kept.has(endpointId));
      for (const [endpointId] of gone) engines.delete(endpointId);
      await Promise.all(gone.map(async ([, { engine }]) => engine.stop()));
    },
    update: async (state, endpoints) => {
      const arns = new Set(endpoints.map(({ firewallArn }) => firewallArn));
      const compiled = new Map([...arns].map((arn) => [arn, compileFirewall(state, arn)]));
      await Promise.all(
        endpoints.map(async (endpoint) => {
          const wanted = compiled.get(endpoint.firewallArn);
          if (wanted === undefined) throw new Error(`no rules for ${endpoint.firewallArn}`);
          const running = engines.get(endpoint.endpointId);
          await (running === undefined ? start(endpoint, wanted) : reload(running, wanted));
        }),
      );
    },
    flush: async (endpointIds) => {
      const flushed = inOrder().filter(({ endpoint }) => endpointIds.includes(endpoint.endpointId));
      await Promise.all(flushed.map(async ({ engine }) => engine.flush()));
    },
    status: () =>
      inOrder().map(({ endpoint: { firewallArn, availabilityZone }, engine }) => ({
        firewallArn,
        availabilityZone,
        pid: engine.pid,
        running: engine.running(),
      })),
    unfaithful: () => [
      ...new Set(
        inOrder().flatMap(({ endpoint, engine, compiled }) => [
          ...compiled.unfaithful,
          ...engine.problems(),
          ...(engine.running()
            ? []
            : [`the firewall engine of ${endpoint.endpointId} has ended; everything is dropped there`]),
        ]),
      ),
    ],
  };
}

function sameRules(a: CompiledFirewall, b: CompiledFirewall): boolean {
  const text = (compiled: CompiledFirewall): string =>
    JSON.stringify({ ...compiled, signatureIds: [...compiled.signatureIds] });
  return text(a) === text(b);
}
