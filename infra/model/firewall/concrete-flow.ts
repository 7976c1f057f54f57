/** One flow with its two ends as the firewall sees them. */
import type { Interval } from '../address-set';
import type { Family } from '../cidr';
import type { FlowShape } from '../flow-shape';
import { flowShape } from '../flow-shape';
import type { Flow } from './flow';

export interface ConcreteFlow {
  readonly shape: FlowShape;
  readonly family: Family;
  /** The client, or the NAT gateway that it stands behind. */
  readonly source: bigint;
  readonly destination: bigint;
  /** The ports of which the client has one, where they are not those that its kernel chooses from. */
  readonly clientPorts?: readonly Interval[];
}

/** One flow of a kind: ordinary client data in whole packets. */
export function concreteOf({ family, source, destination, port, ...kind }: Flow): ConcreteFlow {
  const shape = flowShape({ ...kind, port: port === null ? null : Number(port) });
  return { shape, family, source, destination };
}
