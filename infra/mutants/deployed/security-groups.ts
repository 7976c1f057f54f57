/** Entries of the security groups. */
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkInterfaceCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import type { Snapshot } from '../../snapshot/snapshot';
import { change, edited } from '../mutant';
import { made, type Deployed } from './deployed';
import { fails, type DeployedEntry } from './entry';

export const STUDIO_GROUP = 'SageMakerSecurityGroup';
const ANYONE = [{ CidrIp: '0.0.0.0/0' }];

const groupId = ({ id }: Deployed, group: string) => (group.startsWith('sg-') ? group : id(group));

export async function letIn(at: Deployed, group: string, permission: IpPermission): Promise<void> {
  const request = { GroupId: groupId(at, group), IpPermissions: [permission] };
  await at.ec2.send(new AuthorizeSecurityGroupIngressCommand(request));
}

export async function letOut(at: Deployed, group: string, permission: IpPermission): Promise<void> {
  const request = { GroupId: groupId(at, group), IpPermissions: [permission] };
  await at.ec2.send(new AuthorizeSecurityGroupEgressCommand(request));
}

/** A rule between members of the Studio group, as it stands there. */
const amongStudio = ({ id }: Deployed, FromPort: number, ToPort: number) => ({
  GroupId: id(STUDIO_GROUP),
  IpPermissions: [{ IpProtocol: 'tcp', FromPort, ToPort, UserIdGroupPairs: [{ GroupId: id(STUDIO_GROUP) }] }],
});

export function securityGroupEntries(): readonly DeployedEntry[] {
  return [...tooOpen(), ...tooClosed(), ...others()];
}

function tooOpen(): readonly DeployedEntry[] {
  return [
    {
      id: 'S01',
      what: 'The Studio group lets everything out.',
      expect: fails('security-groups/egress-is-limited'),
      api: (at) => letOut(at, STUDIO_GROUP, { IpProtocol: '-1', IpRanges: ANYONE }),
    },
    {
      id: 'S03',
      what: 'The Studio group lets everyone in.',
      expect: fails('security-groups/ingress-is-closed'),
      api: (at) => letIn(at, STUDIO_GROUP, { IpProtocol: '-1', IpRanges: ANYONE }),
    },
    {
      id: 'S05',
      what: 'The Studio group lets NFS in from everywhere.',
      expect: fails('security-groups/ingress-is-closed'),
      api: (at) =>
        letIn(at, STUDIO_GROUP, { IpProtocol: 'tcp', FromPort: 2049, ToPort: 2049, IpRanges: ANYONE }),
    },
    {
      id: 'S06',
      what: "The endpoints' group lets everything of the VPC in.",
      expect: fails('security-groups/endpoint-group-is-narrow'),
      api: (at) =>
        letIn(at, 'VPCEndpointSecurityGroup', { IpProtocol: '-1', IpRanges: [{ CidrIp: '10.2.0.0/16' }] }),
    },
  ];
}

function tooClosed(): readonly DeployedEntry[] {
  return [
    {
      id: 'S04',
      what: "Studio's apps are not let in from each other.",
      expect: fails('security-groups/apps-can-talk'),
      api: async (at) => {
        await at.ec2.send(new RevokeSecurityGroupIngressCommand(amongStudio(at, 8192, 65_535)));
      },
    },
    {
      id: 'D10',
      what: 'The home directories are out of reach: NFS is not let out.',
      expect: fails('security-groups/apps-can-talk'),
      api: async (at) => {
        await at.ec2.send(new RevokeSecurityGroupEgressCommand(amongStudio(at, 2049, 2049)));
      },
    },
  ];
}

/** A rule that lets in a group of another VPC over a peering that was deleted, as EC2 goes on describing it. */
function withStaleReference(snapshot: Snapshot, at: Deployed): Snapshot {
  const stale = {
    GroupId: 'sg-0123456789abcdef0',
    VpcPeeringConnectionId: 'pcx-0123456789abcdef0',
    PeeringStatus: 'deleted',
  };
  return change(snapshot, 'securityGroups', (groups) =>
    edited(
      groups,
      (group) => group.GroupId === at.id(STUDIO_GROUP),
      (group) => ({
        ...group,
        IpPermissions: [
          ...(group.IpPermissions ?? []),
          { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, UserIdGroupPairs: [stale] },
        ],
      }),
    ),
  );
}

function others(): readonly DeployedEntry[] {
  return [
    {
      id: 'S09',
      what: 'The Studio group lets in a group of a VPC that was peered once (the lab refuses groups of other VPCs).',
      expect: fails('security-groups/ingress-is-closed'),
      snapshot: withStaleReference,
    },
    {
      id: 'S10',
      what: "The VPC's default group has its rules, and something uses it.",
      expect: fails('security-groups/default-is-closed'),
      api: async (at) => {
        const { SecurityGroups = [] } = await at.ec2.send(
          new DescribeSecurityGroupsCommand({
            Filters: [
              { Name: 'vpc-id', Values: [at.id('VPC')] },
              { Name: 'group-name', Values: ['default'] },
            ],
          }),
        );
        await at.ec2.send(
          new CreateNetworkInterfaceCommand({
            SubnetId: at.id('SageMakerStudioSubnet'),
            Groups: [made(SecurityGroups[0]?.GroupId)],
          }),
        );
      },
    },
  ];
}
