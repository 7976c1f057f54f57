/** HOME_NET and EXTERNAL_NET of a policy. */
import type { Firewall, FirewallPolicy, Snapshot, Vpc } from '../../snapshot/snapshot';
import { returned, sectionValue } from '../../snapshot/snapshot';
import { spaceOf } from '../cidr';
import { ask } from '../known';
import { vpcCidrsOf } from '../subnet';
import type { Addresses } from './header-expression';
import { definitionAddresses, otherAddresses } from './header-expression';
import { anythingOf, exactly } from './uncertain-set';

/**
 * HOME_NET and EXTERNAL_NET of a policy: its own, or the prefix of the firewall's VPC, and what is outside it.
 *
 * Facts: aws.md 2.11 (developer guide, stateful-rule-groups-domain-names; "the CIDR range of the VPC": whether that
 * takes in secondary prefixes is not documented, so they are in doubt), 2.12 (EXTERNAL_NET is what HOME_NET is not).
 */
export function policyVariables(
  snapshot: Snapshot,
  firewall: Firewall,
  policy: FirewallPolicy,
): ReadonlyMap<string, Addresses> {
  const own = policy.FirewallPolicy?.PolicyVariables?.RuleVariables ?? {};
  const none = { addresses: new Map(), ports: new Map() };
  const set = (name: string): Addresses | null =>
    own[name] === undefined
      ? null
      : definitionAddresses(returned(own[name].Definition, `the definition of ${name}`), none);
  const homeNet = set('HOME_NET') ?? vpcAddresses(snapshot, firewall);
  return new Map([
    ['HOME_NET', homeNet],
    ['EXTERNAL_NET', set('EXTERNAL_NET') ?? otherAddresses(homeNet)],
  ]);
}

function vpcAddresses(snapshot: Snapshot, firewall: Firewall): Addresses {
  const vpc = vpcOf(snapshot, firewall);
  if (vpc === null) return { ipv4: anythingOf(spaceOf('ipv4')), ipv6: anythingOf(spaceOf('ipv6')) };
  const answer = ask(() => vpcCidrsOf(vpc));
  if (!answer.known) return { ipv4: anythingOf(spaceOf('ipv4')), ipv6: anythingOf(spaceOf('ipv6')) };
  const primary = answer.value.filter(({ text }) => text === vpc.CidrBlock);
  const all = answer.value.filter(({ family }) => family === 'ipv4');
  const six = answer.value.filter(({ family }) => family === 'ipv6');
  return {
    ipv4: { sure: exactly(primary).sure, possible: exactly(all).possible },
    ipv6: { sure: [], possible: exactly(six).possible },
  };
}

/** The VPC that a firewall belongs to, or null for one that was not read. */
function vpcOf(snapshot: Snapshot, firewall: Firewall): Vpc | null {
  const vpcId = firewall.Firewall?.VpcId;
  if (vpcId === snapshot.target.vpcId) return sectionValue(snapshot, 'vpc');
  const attached = ask(() => sectionValue(snapshot, 'attachedVpcs'));
  return (attached.known && attached.value.find((one) => one.VpcId === vpcId)?.vpc) || null;
}
