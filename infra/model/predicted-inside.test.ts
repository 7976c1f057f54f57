import { change } from '../mutants/mutant';
import type { FlowShape } from './flow-shape';
import { predictedFor, same, tls, type Change } from './predict.fixture';

describe('a destination in the VPC', () => {
  const inside = (address: string, shape: FlowShape, mutate: Change = same) =>
    predictedFor(mutate, shape, { address }).prediction;

  test('an interface endpoint answers TLS', () => {
    expect(inside('10.2.3.20', tls('sts.us-east-1.amazonaws.com'))).toMatchObject({
      outcome: 'open',
      because: expect.stringContaining('no firewall is on the way'),
    });
  });

  test('an endpoint whose group does not admit Studio’s is closed', () => {
    const closed: Change = (s) =>
      change(s, 'securityGroups', (groups) =>
        groups.map((group) => (group.GroupId === 'sg-endpoints' ? { ...group, IpPermissions: [] } : group)),
      );
    expect(inside('10.2.3.20', tls('sts.us-east-1.amazonaws.com'), closed)).toMatchObject({
      outcome: 'blocked',
      by: 'security-group',
      because: expect.stringContaining('no ingress rule of sg-endpoints'),
    });
  });

  test.each<[string, string, string]>([
    ['a NAT gateway’s own interface', '10.2.2.5', 'is of type natGateway'],
    ['an address that no interface has', '10.2.2.77', 'no network interface'],
    ['a link-local address', '169.254.169.254', 'link-local'],
  ])('%s is undecided', (_what, address, because) => {
    expect(inside(address, tls(null))).toEqual({
      outcome: 'undecided',
      because: expect.stringContaining(because),
    });
  });

  test('S3 by its gateway endpoint is for the endpoint’s policy to decide', () => {
    expect(inside('52.216.1.1', tls('bucket.s3.amazonaws.com')).because).toContain('vpce-s3, whose policy');
  });
});
