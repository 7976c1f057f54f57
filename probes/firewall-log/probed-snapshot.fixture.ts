/** A snapshot with hosts to ask from and a log to read, for the tests of the live part. */
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import type { SectionName, SectionValues, Snapshot } from '../../infra/snapshot/snapshot';

export const STUDIO = 'i-0123456789abcdef0';
export const CONTROL = 'mi-0fedcba9876543210';
export const GROUP = 'alerts';

export function snapshotOf(overrides: Partial<{ [N in SectionName]: SectionValues[N] }> = {}): Snapshot {
  const base = referenceSnapshot();
  const vpcId = 'vpc-0aaaaaaaaaaaaaaaa';
  const sections = {
    domains: [{ DomainId: 'd-studio', VpcId: vpcId, SubnetIds: ['subnet-studio'] }],
    instances: [
      {
        InstanceId: STUDIO,
        SubnetId: 'subnet-studio',
        State: { Name: 'running' },
        Tags: [{ Key: 'studio-egress:role', Value: 'probe-host' }],
      },
    ],
    managedInstances: [
      { information: { InstanceId: STUDIO, PingStatus: 'Online' }, role: 'probe-host' },
      { information: { InstanceId: CONTROL, PingStatus: 'Online' }, role: 'control-host' },
    ],
    loggingConfigurations: [
      {
        LoggingConfiguration: {
          LogDestinationConfigs: [
            { LogType: 'ALERT', LogDestinationType: 'CloudWatchLogs', LogDestination: { logGroup: GROUP } },
          ],
        },
      },
    ],
    ...overrides,
  };
  const read = Object.fromEntries(
    Object.entries(sections).map(([name, value]) => [
      name,
      { status: 'read', readAt: base.takenAt, calls: [], value },
    ]),
  );
  return {
    ...base,
    target: { ...base.target, vpcId, domainId: 'd-studio' },
    sections: { ...base.sections, ...read },
  };
}
