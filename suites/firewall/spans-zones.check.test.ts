import { FIREWALL_ARN } from '../../infra/mutants/reference-firewall';
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import { acrossZones, associated, endpointB, zoneMutants } from '../../infra/mutants/mutants-zones';
import { change } from '../../infra/mutants/mutant';
import { findingsOn, testOnMutants } from '../mutation.fixture';
import check from './spans-zones.check';

testOnMutants(check, zoneMutants());

test('each zone that Studio uses is a finding of its own', () => {
  const one = endpointB(acrossZones(referenceSnapshot()), null);
  expect(findingsOn(check, one).map(({ subject, outcome }) => [subject, outcome])).toEqual([
    ['us-east-1a', 'pass'],
    ['us-east-1b', 'fail'],
  ]);
});

test('the endpoint of a VPC endpoint association counts like the firewall’s own', () => {
  const both = associated(endpointB(acrossZones(referenceSnapshot()), null), FIREWALL_ARN);
  expect(findingsOn(check, both).map(({ outcome, because }) => [outcome, because])).toEqual([
    ['pass', expect.stringContaining('vpce-firewall')],
    ['pass', expect.stringContaining('vpce-associated')],
  ]);
});

test('an endpoint that is growing stands', () => {
  const scaling = endpointB(acrossZones(referenceSnapshot()), 'SCALING');
  expect(findingsOn(check, scaling).map(({ outcome }) => outcome)).toEqual(['pass', 'pass']);
});

test('without a firewall, that is the finding', () => {
  const none = change(referenceSnapshot(), 'firewalls', () => []);
  expect(findingsOn(check, none).map(({ outcome }) => outcome)).toEqual(['fail']);
});

test('the endpoint of a firewall that Studio does not cross serves somebody else', () => {
  const OTHER_ARN = 'arn:aws:network-firewall:us-east-1:111122223333:firewall/ingress';
  const one = endpointB(acrossZones(referenceSnapshot()), null);
  const two = change(one, 'firewalls', (list) =>
    list.flatMap((firewall) => [
      firewall,
      {
        ...firewall,
        Firewall: {
          ...firewall.Firewall,
          FirewallArn: OTHER_ARN,
          FirewallPolicyArn: undefined,
          FirewallId: 'other',
          VpcId: 'vpc-studio',
          SubnetMappings: [],
        },
        FirewallStatus: {
          Status: 'READY' as const,
          ConfigurationSyncStateSummary: 'IN_SYNC' as const,
          SyncStates: {
            'us-east-1b': {
              Attachment: {
                SubnetId: 'subnet-firewall-b',
                EndpointId: 'vpce-ingress',
                Status: 'READY' as const,
              },
            },
          },
        },
      },
    ]),
  );
  expect(findingsOn(check, two).map(({ subject, outcome }) => [subject, outcome])).toEqual([
    ['us-east-1a', 'pass'],
    ['us-east-1b', 'fail'],
  ]);
});
