/** Entries of the network ACLs, which keep no state: what a flow needs on its way back must be let through too. */
import {
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  DescribeNetworkAclsCommand,
  ReplaceNetworkAclAssociationCommand,
  type CreateNetworkAclEntryRequest,
} from '@aws-sdk/client-ec2';
import { made, type Deployed } from './deployed';
import { fails, type DeployedEntry } from './entry';
import { INSPECTED_IPV6 } from './ipv6';

type AclRule = Omit<CreateNetworkAclEntryRequest, 'NetworkAclId' | 'DryRun'>;

const allow: AclRule = {
  RuleNumber: 100,
  Protocol: '-1',
  RuleAction: 'allow',
  Egress: false,
  CidrBlock: '0.0.0.0/0',
};
const ephemeral: AclRule = {
  ...allow,
  RuleNumber: 50,
  Protocol: '6',
  RuleAction: 'deny',
  PortRange: { From: 1024, To: 65_535 },
};

/** A network ACL of these rules for a subnet of the stack, which had the VPC's default one. */
async function giveAcl(at: Deployed, subnet: string, rules: readonly AclRule[]): Promise<void> {
  const { NetworkAcl } = await at.ec2.send(new CreateNetworkAclCommand({ VpcId: at.id('VPC') }));
  const NetworkAclId = made(NetworkAcl?.NetworkAclId);
  for (const rule of rules) await at.ec2.send(new CreateNetworkAclEntryCommand({ NetworkAclId, ...rule }));
  const { NetworkAcls = [] } = await at.ec2.send(
    new DescribeNetworkAclsCommand({
      Filters: [{ Name: 'association.subnet-id', Values: [at.id(subnet)] }],
    }),
  );
  const own = NetworkAcls[0]?.Associations?.find(({ SubnetId }) => SubnetId === at.id(subnet));
  await at.ec2.send(
    new ReplaceNetworkAclAssociationCommand({
      AssociationId: made(own?.NetworkAclAssociationId),
      NetworkAclId,
    }),
  );
}

export function aclEntries(): readonly DeployedEntry[] {
  const check = 'security-groups/acls-let-paths-through';
  return [
    {
      id: 'N01',
      what: 'The ACL of the Studio subnet denies answers their ports.',
      expect: fails(check),
      api: (at) => giveAcl(at, 'SageMakerStudioSubnet', [ephemeral, allow, { ...allow, Egress: true }]),
    },
    {
      id: 'N03',
      what: "The ACL of the firewall's subnet denies the answers to the NAT gateway.",
      expect: fails(check),
      api: (at) => giveAcl(at, 'FirewallSubnet', [ephemeral, allow, { ...allow, Egress: true }]),
    },
    {
      id: 'N04',
      what: 'IPv6 is in use, and the ACL of the Studio subnet has entries of IPv4 only.',
      start: INSPECTED_IPV6,
      expect: fails(check),
      api: (at) => giveAcl(at, 'SageMakerStudioSubnet', [allow, { ...allow, Egress: true }]),
    },
  ];
}
