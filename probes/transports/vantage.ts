/** Which hosts ask: one inside the Studio subnet, one outside the firewall. Found by tag, never guessed. */
import { NotKnown, sectionValue, type Snapshot } from '../../infra/snapshot/snapshot';

export type StudioHost =
  | { readonly status: 'found'; readonly instanceId: string }
  | { readonly status: 'none'; readonly because: string };

/**
 * The probe host: an instance tagged `studio-egress:role=probe-host` in one of the target domain's subnets, running, with
 * an agent that is online. What could not be read leaves none, and says so.
 */
export function studioHost(snapshot: Snapshot): StudioHost {
  try {
    return taggedHost(snapshot);
  } catch (error) {
    if (error instanceof NotKnown) return { status: 'none', because: error.message };
    throw error;
  }
}

function taggedHost(snapshot: Snapshot): StudioHost {
  const { vpcId, domainId } = snapshot.target;
  // The section holds every domain of the Region.
  const domains = sectionValue(snapshot, 'domains').filter((domain) =>
    domainId === null ? domain.VpcId === vpcId : domain.DomainId === domainId,
  );
  const studioSubnets = new Set(domains.flatMap((domain) => domain.SubnetIds ?? []));
  const tagged = sectionValue(snapshot, 'instances').filter((instance) =>
    (instance.Tags ?? []).some((tag) => tag.Key === 'studio-egress:role' && tag.Value === 'probe-host'),
  );
  const inside = tagged.filter((instance) => studioSubnets.has(instance.SubnetId ?? ''));
  if (inside.length === 0) return { status: 'none', because: noneInside(tagged) };
  const online = new Set(
    sectionValue(snapshot, 'managedInstances')
      .filter((managed) => managed.information.PingStatus === 'Online')
      .map((managed) => managed.information.InstanceId),
  );
  const ready = inside.find(
    (instance) => instance.State?.Name === 'running' && online.has(instance.InstanceId),
  );
  if (ready?.InstanceId !== undefined) return { status: 'found', instanceId: ready.InstanceId };
  const ids = inside.map((instance) => `${instance.InstanceId} (${instance.State?.Name ?? 'state unknown'})`);
  return {
    status: 'none',
    because: `The probe host ${ids.join(', ')} is not running with an online SSM agent; check its instance profile and the endpoints for ssm, ssmmessages and ec2messages.`,
  };
}

const noneInside = (tagged: readonly { readonly InstanceId?: string | undefined }[]): string =>
  tagged.length === 0
    ? 'No instance of the VPC carries the tag studio-egress:role=probe-host; "studio-egress probe-host" prints the template of one for the Studio subnet.'
    : `${tagged.map(({ InstanceId }) => InstanceId).join(', ')} is tagged as probe host but stands in no subnet of the Studio domain; move it there.`;

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
