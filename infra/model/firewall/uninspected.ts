/** What of Studio's traffic the stateless engine lets by the stateful one. */
import { intersect } from '../address-set';
import { FAMILIES } from '../cidr';
import { globalAddresses } from '../global-address';
import type { EnforcedPolicy } from './firewall-policy';
import { allAddresses, PORTS } from './header-expression';
import { TRANSPORTS } from './rule';
import type { StatelessRule } from './stateless';
import type { Sources } from './unlisted-flows';
import { exactly, holdsAll } from './uncertain-set';

/**
 * Each rule or default by which packets between these sources and the internet can pass, either way; empty when there
 * is none. A rule that an earlier one covers in every respect never decides.
 *
 * Facts: aws.md 2.1, 2.2 (Network Firewall developer guide, firewall-policy-processing: rules by priority, then the
 * default action).
 */
export function uninspected(engine: EnforcedPolicy['stateless'], sources: Sources): readonly string[] {
  const rules = engine.rules.flatMap((rule, index) => {
    if (rule.action !== 'pass' || !concerns(rule, sources)) return [];
    return engine.rules.slice(0, index).some((earlier) => coversRule(earlier, rule))
      ? []
      : [`${rule.label} passes packets uninspected`];
  });
  const everything = engine.rules.some((rule) => coversRule(rule, packetsOfAnyKind()));
  if (engine.defaultAction !== 'pass' || everything) return rules;
  return [...rules, 'StatelessDefaultActions aws:pass lets every other packet pass uninspected'];
}

/** Whether the rule may match a packet from a source to the internet, or back. */
function concerns(rule: StatelessRule, sources: Sources): boolean {
  if (TRANSPORTS.every((transport) => rule.transports[transport] === 'no')) return false;
  return FAMILIES.some((family) => {
    const [from, to] = [rule.source[family].possible, rule.destination[family].possible];
    const meets = (set: typeof from, other: typeof from): boolean => intersect(set, other).length > 0;
    const internet = globalAddresses(family);
    return (
      (meets(from, sources[family]) && meets(to, internet)) ||
      (meets(to, sources[family]) && meets(from, internet))
    );
  });
}

function coversRule(earlier: StatelessRule, rule: StatelessRule): boolean {
  if (earlier.flags) return false;
  const transports = TRANSPORTS.every(
    (transport) => rule.transports[transport] === 'no' || earlier.transports[transport] === 'yes',
  );
  const addresses = FAMILIES.every(
    (family) =>
      holdsAll(earlier.source[family], rule.source[family].possible) === 'yes' &&
      holdsAll(earlier.destination[family], rule.destination[family].possible) === 'yes',
  );
  const ports =
    holdsAll(earlier.sourcePorts, rule.sourcePorts.possible) === 'yes' &&
    holdsAll(earlier.destinationPorts, rule.destinationPorts.possible) === 'yes';
  return transports && addresses && ports;
}

function packetsOfAnyKind(): StatelessRule {
  return {
    action: 'pass',
    label: 'everything',
    source: allAddresses(),
    sourcePorts: exactly([PORTS]),
    destination: allAddresses(),
    destinationPorts: exactly([PORTS]),
    transports: { tcp: 'yes', udp: 'yes', icmp: 'yes', other: 'yes' },
    flags: false,
    protocols: null,
    flagTests: null,
    place: { resource: '', rule: 'everything' },
  };
}
