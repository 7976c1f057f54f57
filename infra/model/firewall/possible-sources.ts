/** Where Studio's packets may come from when they reach the firewall, also where their ways are not known. */
import type { Snapshot } from '../../snapshot/snapshot';
import { sectionValue } from '../../snapshot/snapshot';
import { union } from '../address-set';
import type { Family } from '../cidr';
import { ask } from '../known';
import { vpcCidrsOf } from '../subnet';
import { inspectedSources } from './inspected-sources';
import type { Ends, Sources } from './unlisted-flows';

/**
 * The addresses that the firewall sees, or every address of the VPC where the ways to it are not known: Studio's own and a
 * NAT gateway's private address both lie in the VPC. For questions whose answer hardly depends on them; throws
 * {@link NotKnown} when not even the VPC was read.
 */
export function possibleSources(snapshot: Snapshot): Ends {
  const inspected = ask(() => inspectedSources(snapshot));
  if (inspected.known) return inspected.value;
  const cidrs = vpcCidrsOf(sectionValue(snapshot, 'vpc'));
  const of = (family: Family): Sources[Family] => union(cidrs.filter((cidr) => cidr.family === family));
  const all: Sources = { ipv4: of('ipv4'), ipv6: of('ipv6') };
  return { sources: all, inside: all };
}
