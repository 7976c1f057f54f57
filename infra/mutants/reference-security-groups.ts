/** The reference network's security groups: Studio's, that of the endpoints, and the VPC's closed default. */
import type { SecurityGroup } from '../snapshot/snapshot';

const ACCOUNT = '111122223333';
const VPC = 'vpc-studio';

/** Every security group of the reference VPC. */
export function referenceSecurityGroups(): SecurityGroup[] {
  return [studioGroup(), endpointGroup(), closedGroup('sg-default', 'default')];
}

function studioGroup(): SecurityGroup {
  const self = [{ GroupId: 'sg-studio', UserId: ACCOUNT }];
  return {
    GroupId: 'sg-studio',
    GroupName: 'studio',
    VpcId: VPC,
    OwnerId: ACCOUNT,
    Description: 'Studio apps',
    IpPermissions: [
      { IpProtocol: 'tcp', FromPort: 8192, ToPort: 65_535, UserIdGroupPairs: self },
      { IpProtocol: 'tcp', FromPort: 2049, ToPort: 2049, UserIdGroupPairs: self },
    ],
    IpPermissionsEgress: [
      { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
      { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
      { IpProtocol: 'tcp', FromPort: 8192, ToPort: 65_535, UserIdGroupPairs: self },
      { IpProtocol: 'tcp', FromPort: 2049, ToPort: 2049, UserIdGroupPairs: self },
    ],
  };
}

function endpointGroup(): SecurityGroup {
  return {
    GroupId: 'sg-endpoints',
    GroupName: 'endpoints',
    VpcId: VPC,
    OwnerId: ACCOUNT,
    Description: 'Interface endpoints',
    IpPermissions: [
      {
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
        UserIdGroupPairs: [{ GroupId: 'sg-studio', UserId: ACCOUNT }],
      },
    ],
    IpPermissionsEgress: [],
  };
}

function closedGroup(id: string, name: string): SecurityGroup {
  return {
    GroupId: id,
    GroupName: name,
    VpcId: VPC,
    OwnerId: ACCOUNT,
    Description: name,
    IpPermissions: [],
    IpPermissionsEgress: [],
  };
}
