/** Which hosts ask: one inside the Studio subnet, one outside the firewall. Found by tag, never guessed. */
import {
  NotKnown,
  returned,
  sectionValue,
  type Domain,
  type ManagedInstance,
  type SectionValues,
  type Snapshot,
} from '../../infra/snapshot/snapshot';
import { targetDomains } from './target-domains';

export type StudioHost =
  | { readonly status: 'found'; readonly instanceId: string; readonly notes: readonly string[] }
  | { readonly status: 'none'; readonly because: string };

type Instance = SectionValues['instances'][number];

/**
 * The probe host: the instance that the owner names, else one tagged `studio-egress:role=probe-host`; in one of the target domain's subnets, with the security
 * groups of its apps, running, with an agent that is online; of several the one whose id comes first. What could not be read
 * leaves none, and says so.
 */
export function studioHost(snapshot: Snapshot, named: string | null = null): StudioHost {
  try {
    return fittestHost(snapshot, named);
  } catch (error) {
    if (error instanceof NotKnown) return { status: 'none', because: error.message };
    throw error;
  }
}

function fittestHost(snapshot: Snapshot, named: string | null): StudioHost {
  const domains = targetDomains(snapshot);
  const studioSubnets = new Set(domains.flatMap((domain) => domain.SubnetIds ?? []));
  const meant = sectionValue(snapshot, 'instances').filter((instance) =>
    named === null ? isTagged(instance) : instance.InstanceId === named,
  );
  const inside = meant.filter((instance) => studioSubnets.has(instance.SubnetId ?? ''));
  if (inside.length === 0) return { status: 'none', because: noneInside(meant, named) };
  const managed = new Map(
    sectionValue(snapshot, 'managedInstances').map((one) => [one.information.InstanceId, one]),
  );
  const combinations = appGroups(snapshot, domains);
  const judged = inside
    .map((instance) => ({
      id: returned(instance.InstanceId, 'InstanceId'),
      unfit: unfitness(instance, managed.get(instance.InstanceId), combinations),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const [first, ...others] = judged.filter(({ unfit }) => unfit === null);
  if (first !== undefined) {
    const notes = others.map(({ id }) => `Of several probe hosts ${first.id} is asked; ${id} is not.`);
    return { status: 'found', instanceId: first.id, notes };
  }
  const reasons = judged.map(({ id, unfit }) => `${id} ${unfit}`).join('; ');
  return { status: 'none', because: `No probe host can be asked: ${reasons}.` };
}

const isTagged = ({ Tags: tags = [] }: Instance): boolean =>
  tags.some(({ Key, Value }) => Key === 'studio-egress:role' && Value === 'probe-host');

/** Why a host cannot be asked, or would not see what Studio sees; null when it can. */
function unfitness(
  { State: state, SecurityGroups: groups }: Instance,
  managed: ManagedInstance | undefined,
  combinations: ReadonlySet<string>,
): string | null {
  if (state?.Name !== 'running') return `is ${state?.Name ?? 'in a state that AWS did not return'}`;
  if (managed === undefined)
    return 'is unknown to SSM; check its instance profile and the endpoints for ssm, ssmmessages and ec2messages';
  const { PingStatus: ping, PlatformType: platform } = managed.information;
  if (ping !== 'Online')
    return `has an SSM agent that is not online (${ping ?? 'no PingStatus'}); check the endpoints for ssm, ssmmessages and ec2messages`;
  if (platform !== undefined && platform !== 'Linux') return `runs ${platform}, and the probes need Linux`;
  if (combinations.size === 0) return null;
  // Other groups let other packets out: what is stopped there says nothing of Studio (aws.md 5.14, DERIVED).
  const own = keyOf(
    returned(groups, 'SecurityGroups of a probe host').flatMap(({ GroupId }) => GroupId ?? []),
  );
  return combinations.has(own)
    ? null
    : `has the security groups ${own || '(none)'}, with which no Studio app runs (${[...combinations].join(' or ')})`;
}

const keyOf = (groupIds: readonly string[]): string => [...new Set(groupIds)].sort().join(' ');

/**
 * The sets of groups that apps of these domains run with: the default, the default and a profile's, or those of shared spaces
 * (CreateDomain, DefaultUserSettings). None where a domain names none: which its apps then carry is not documented.
 */
function appGroups(snapshot: Snapshot, domains: readonly Domain[]): ReadonlySet<string> {
  const ids = new Map(domains.map((domain) => [domain.DomainId, domain]));
  const defaults = domains.map((domain) => domain.DefaultUserSettings?.SecurityGroups ?? []);
  if (defaults.some((groups) => groups.length === 0)) return new Set();
  const spaces = domains.map((domain) => domain.DefaultSpaceSettings?.SecurityGroups ?? []);
  const profiles = sectionValue(snapshot, 'userProfiles').flatMap(({ DomainId, UserSettings }) => {
    const domain = ids.get(DomainId);
    const groups = UserSettings?.SecurityGroups ?? [];
    if (domain === undefined || groups.length === 0) return [];
    return [groups, [...(domain.DefaultUserSettings?.SecurityGroups ?? []), ...groups]];
  });
  const sets = [...defaults, ...spaces, ...profiles].filter((groups) => groups.length > 0);
  return new Set(sets.map(keyOf));
}

function noneInside(
  meant: readonly { readonly InstanceId?: string | undefined }[],
  named: string | null,
): string {
  if (meant.length > 0)
    return `${meant.map(({ InstanceId }) => InstanceId).join(', ')} is ${named === null ? 'tagged' : 'named'} as probe host but stands in no subnet of the Studio domain; move it there.`;
  return named === null
    ? 'No instance of the VPC carries the tag studio-egress:role=probe-host; "studio-egress probe-host" prints the template of one for the Studio subnet.'
    : `The intent names ${named} as probe host, and the VPC has no such instance.`;
}

/**
 * A managed host outside the VPC, tagged `studio-egress:role=control-host`, or null: then this machine is the control. A
 * host of the VPC itself is none, since the firewall may stand in its way too.
 */
export function controlHost(snapshot: Snapshot): string | null {
  try {
    const inVpc = new Set(sectionValue(snapshot, 'instances').map(({ InstanceId }) => InstanceId));
    const found = sectionValue(snapshot, 'managedInstances').find(
      ({ role, information }) =>
        role === 'control-host' && information.PingStatus === 'Online' && !inVpc.has(information.InstanceId),
    );
    return found?.information.InstanceId ?? null;
  } catch (error) {
    if (error instanceof NotKnown) return null;
    throw error;
  }
}
