/** Flows that the probe host of the reference network sends, and changes of that network that matter to them. */
import { change, unread } from '../mutants/mutant';
import { PROBE_HOST, withProbeHost } from '../mutants/probe-host';
import { route } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { removeRoute, replaceRoute } from '../mutants/route-changes';
import type { IpPermission, SectionName, Snapshot } from '../snapshot/snapshot';
import { flowShape, type FlowShape } from './flow-shape';
import { predict, type Predicted, type Sending } from './predict';
import { senderOf } from './predicted-sender';

export const PUBLIC = '52.0.0.1';
export type Change = (snapshot: Snapshot) => Snapshot;
export const same: Change = (snapshot) => snapshot;

export const tls = (name: string | null, port = 443): FlowShape =>
  flowShape({ transport: 'tcp', port, application: 'tls', name });
export const udp = (port: number): FlowShape => flowShape({ transport: 'udp', port, application: null });
export const ICMP = flowShape({ transport: 'icmp', port: null, application: null });
export const GRE = flowShape({ transport: 'other', port: null, application: null });
export const SSH = flowShape({ transport: 'tcp', port: 22, application: 'ssh' });

/** Studio's group lets more out. */
export const letsOut =
  (...permissions: readonly IpPermission[]): Change =>
  (snapshot) =>
    change(snapshot, 'securityGroups', (groups) =>
      groups.map((group) =>
        group.GroupId === 'sg-studio'
          ? { ...group, IpPermissionsEgress: [...(group.IpPermissionsEgress ?? []), ...permissions] }
          : group,
      ),
    );
export const everythingOut = letsOut({ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] });
export const onTop =
  (...changes: readonly Change[]): Change =>
  (snapshot) =>
    changes.reduce((changed, one) => one(changed), snapshot);

export function predictedFor(mutate: Change, shape: FlowShape, sending: Partial<Sending> = {}): Predicted {
  const snapshot = mutate(withProbeHost(referenceSnapshot()));
  return predict(
    snapshot,
    { shape, address: PUBLIC, names: [], ...sending },
    { sender: senderOf(snapshot, PROBE_HOST) },
  );
}

export const noEdgeRoute: Change = (snapshot) => removeRoute(snapshot, 'rtb-edge', '10.2.2.0/24');
export const pastFirewall: Change = (snapshot) =>
  replaceRoute(snapshot, 'rtb-nat', '0.0.0.0/0', route('0.0.0.0/0', { GatewayId: 'igw-a' }));
export const unreadSection =
  (name: SectionName): Change =>
  (snapshot) =>
    unread(snapshot, name);
