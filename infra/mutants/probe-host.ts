/** The reference network with the host that probes are sent from: in the Studio subnet, with Studio's security group. */
import type { Snapshot } from '../snapshot/snapshot';
import { change } from './mutant';

export const PROBE_HOST = 'i-0123456789abcdef0';

/** A snapshot with a running probe host at 10.2.3.10, tagged and online as the recommended stack's is. */
export function withProbeHost(snapshot: Snapshot): Snapshot {
  const host = change(snapshot, 'instances', (instances) => [
    ...instances,
    {
      InstanceId: PROBE_HOST,
      VpcId: 'vpc-studio',
      SubnetId: 'subnet-studio',
      PrivateIpAddress: '10.2.3.10',
      State: { Name: 'running' },
      Tags: [{ Key: 'studio-egress:role', Value: 'probe-host' }],
      NetworkInterfaces: [
        {
          NetworkInterfaceId: 'eni-studio',
          SubnetId: 'subnet-studio',
          PrivateIpAddress: '10.2.3.10',
          Groups: [{ GroupId: 'sg-studio' }],
          Ipv6Addresses: [],
        },
      ],
    },
  ]);
  return change(host, 'managedInstances', (managed) => [
    ...managed,
    { information: { InstanceId: PROBE_HOST, PingStatus: 'Online' }, role: 'probe-host' },
  ]);
}
