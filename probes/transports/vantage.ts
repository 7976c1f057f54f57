/** Which hosts ask: one inside the Studio subnet, one outside the firewall. Found by tag, never guessed. */
import { NotKnown, sectionValue, type Snapshot } from '../../infra/snapshot/snapshot';

export type StudioHost =
  | { readonly status: 'found'; readonly instanceId: string }
  | { readonly status: 'none'; readonly because: string };

/**
 * The probe host: an instance tagged `studio-egress:role=probe-host` in one of the domain's subnets, running, with an
 * agent that is online. Throws NotKnown when the sections that say so could not be read.
 */
export function studioHost(snapshot: Snapshot): StudioHost {
  const studioSubnets = new Set(
    sectionValue(snapshot, 'domains').flatMap((domain) => domain.SubnetIds ?? []),
  );
  const tagged = sectionValue(snapshot, 'instances').filter((instance) =>
    (instance.Tags ?? []).some((tag) => tag.Key === 'studio-egress:role' && tag.Value === 'probe-host'),
  );
  const inside = tagged.filter((instance) => studioSubnets.has(instance.SubnetId ?? ''));
  if (inside.length === 0) {
    const because =
      tagged.length === 0
        ? 'No instance of the VPC carries the tag studio-egress:role=probe-host; deploy one in the Studio subnet, as ProbeHost in infra/stack/studio-firewall.yaml does.'
        : `${tagged.map((instance) => instance.InstanceId).join(', ')} is tagged as probe host but stands in no subnet of the Studio domain.`;
    return { status: 'none', because };
  }
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
    because: `The probe host ${ids.join(', ')} is not running with an online SSM agent; check its endpoints for ssm, ssmmessages and ec2messages.`,
  };
}

/** A managed host outside the VPC, tagged `studio-egress:role=control-host`, or null: then this machine is the control. */
export function controlHost(snapshot: Snapshot): string | null {
  try {
    const found = sectionValue(snapshot, 'managedInstances').find(
      (managed) => managed.role === 'control-host' && managed.information.PingStatus === 'Online',
    );
    return found?.information.InstanceId ?? null;
  } catch (error) {
    if (error instanceof NotKnown) return null;
    throw error;
  }
}
