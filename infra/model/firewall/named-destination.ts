/** Whether a pass rule names where a flow goes, or opens so much that it names nobody. */
import type { Interval } from '../address-set';
import { intersect, union } from '../address-set';
import type { Family } from '../cidr';
import { FAMILIES } from '../cidr';
import { globalAddresses } from '../global-address';
import type { EnforcedPolicy } from './firewall-policy';
import type { Flow, Way } from './flow';
import type { Rule } from './rule';
import { holds } from './uncertain-set';

/** A rule that opens no more addresses than a /8 (in IPv6: a /32) names its destinations. Our own measure, none of AWS's. */
const MOST_NAMED_ADDRESSES: Readonly<Record<Family, bigint>> = { ipv4: 1n << 24n, ipv6: 1n << 96n };

/** Whether every way in which the rule can match the flow's packets names the server by its address. */
export function namesDestination(policy: EnforcedPolicy, rule: Rule, flow: Flow, way: Way): boolean {
  const { family } = flow;
  const forward = { client: rule.source[family], server: rule.destination[family] };
  const backward = { client: forward.server, server: forward.client };
  const own = way === 'to-server' ? [forward] : [backward];
  const orientations = rule.bothWays ? [forward, backward] : own;
  const possible = orientations.filter(
    ({ client, server }) => holds(client, flow.source) !== 'no' && holds(server, flow.destination) !== 'no',
  );
  return (
    possible.length > 0 &&
    possible.every(({ server }) => isSmall(server.possible, family)) &&
    togetherSmall(policy, family)
  );
}

/** Whether a rule opens so few addresses that it names its destinations by them, whatever else it says. */
export function namesByAddress(policy: EnforcedPolicy, { destination, bothWays }: Rule): boolean {
  const isFew = (family: Family): boolean =>
    isSmall(destination[family].possible, family) && togetherSmall(policy, family);
  return !bothWays && FAMILIES.every(isFew);
}

/** Asked for each flow, so the answers are kept by the set. */
const small: Readonly<Record<Family, WeakMap<readonly Interval[], boolean>>> = {
  ipv4: new WeakMap(),
  ipv6: new WeakMap(),
};

/** Private addresses do not count: a HOME_NET of all of 10.0.0.0/8 opens nothing on the internet. */
function isSmall(set: readonly Interval[], family: Family): boolean {
  const known = small[family].get(set);
  if (known !== undefined) return known;
  const answer = size(intersect(set, globalAddresses(family))) <= MOST_NAMED_ADDRESSES[family];
  small[family].set(set, answer);
  return answer;
}

const size = (set: readonly Interval[]): bigint =>
  set.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);

/** Many narrow rules that together open much name nobody either. Asked for each flow, so the answer is kept. */
const together = new WeakMap<EnforcedPolicy, Readonly<Record<Family, boolean>>>();

function togetherSmall(policy: EnforcedPolicy, family: Family): boolean {
  const known = together.get(policy);
  if (known !== undefined) return known[family];
  const of = (one: Family): boolean => {
    const sides = policy.rules
      .filter(({ action }) => action === 'pass')
      .flatMap((rule) => [rule.destination[one].possible, rule.source[one].possible])
      .filter((set) => isSmall(set, one));
    return isSmall(union(sides.flat()), one);
  };
  const answer = { ipv4: of('ipv4'), ipv6: of('ipv6') };
  together.set(policy, answer);
  return answer[family];
}
