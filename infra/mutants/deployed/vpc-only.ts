/** Entries of the Studio domain and of what its role may do. */
import { CreateSecurityGroupCommand } from '@aws-sdk/client-ec2';
import { GetRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateDomainCommand,
  DescribeDomainCommand,
  UpdateDomainCommand,
  UpdateUserProfileCommand,
} from '@aws-sdk/client-sagemaker';
import { made, type Deployed } from './deployed';
import { fails, type DeployedEntry } from './entry';
import { dropProperty, editing } from './template-edit';

const domainId = ({ id }: Deployed) => id('StudioDomain');

/** A group as EC2 makes it: nothing in, everything out. */
export async function newGroup(at: Deployed, GroupName: string): Promise<string> {
  const { GroupId } = await at.ec2.send(
    new CreateSecurityGroupCommand({ VpcId: at.id('VPC'), GroupName, Description: GroupName }),
  );
  return made(GroupId);
}

interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: string;
}

/** Rewrites the statements of the execution role's policy. */
export async function editRole(
  { iam, id }: Deployed,
  edit: (statements: readonly Statement[]) => readonly Statement[],
): Promise<void> {
  const policy = { RoleName: id('SageMakerExecutionRole'), PolicyName: 'studio-work' };
  const { PolicyDocument } = await iam.send(new GetRolePolicyCommand(policy));
  const document: { readonly Statement: Statement[] } = JSON.parse(decodeURIComponent(made(PolicyDocument)));
  const changed = JSON.stringify({ ...document, Statement: edit(document.Statement) });
  await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: changed }));
}

/** The role without the denials of these names, and with these actions allowed. */
export const allowing =
  (actions: readonly string[], denials: RegExp) =>
  (at: Deployed): Promise<void> =>
    editRole(at, (statements) => {
      const kept = statements.filter(({ Sid = '' }) => !denials.test(Sid));
      if (kept.length === statements.length) throw new Error('no denial of that name');
      if (actions.length === 0) return kept;
      return [...kept, { Effect: 'Allow', Action: actions, Resource: '*' }];
    });

export function vpcOnlyEntries(): readonly DeployedEntry[] {
  return [...domains(), ...roles()];
}

function domains(): readonly DeployedEntry[] {
  return [
    {
      id: 'D01',
      what: 'The domain reaches the internet past the VPC.',
      expect: fails('vpc-only/domain-is-vpc-only'),
      api: async (at) => {
        await at.sagemaker.send(
          new UpdateDomainCommand({ DomainId: domainId(at), AppNetworkAccessType: 'PublicInternetOnly' }),
        );
      },
    },
    {
      id: 'D02',
      what: 'A user profile brings a security group that lets everything out.',
      expect: fails('vpc-only/overrides-keep-security-groups'),
      api: async (at) => {
        const UserSettings = { SecurityGroups: [await newGroup(at, 'wide')] };
        const UserProfileName = 'anfw-user-profile';
        await at.sagemaker.send(
          new UpdateUserProfileCommand({ DomainId: domainId(at), UserProfileName, UserSettings }),
        );
      },
    },
    {
      id: 'D04',
      what: 'A second domain of the VPC reaches the internet past it.',
      expect: fails('vpc-only/domain-is-vpc-only'),
      api: async (at) => {
        const { DefaultUserSettings } = await at.sagemaker.send(
          new DescribeDomainCommand({ DomainId: domainId(at) }),
        );
        await at.sagemaker.send(
          new CreateDomainCommand({
            DomainName: 'second',
            AuthMode: 'IAM',
            AppNetworkAccessType: 'PublicInternetOnly',
            VpcId: at.id('VPC'),
            SubnetIds: [at.id('SageMakerStudioSubnet')],
            DefaultUserSettings,
          }),
        );
      },
    },
    {
      id: 'D06',
      what: 'The domain names no security group, so that who brings none gets the default group of the VPC.',
      expect: fails('vpc-only/overrides-keep-security-groups'),
      template: editing(
        dropProperty('StudioDomain', 'DefaultUserSettings.SecurityGroups'),
        dropProperty('StudioDomain', 'DefaultSpaceSettings.SecurityGroups'),
      ),
    },
  ];
}

function roles(): readonly DeployedEntry[] {
  return [
    {
      id: 'D08',
      what: 'The role may run jobs and models outside the VPC.',
      expect: fails('vpc-only/jobs-must-use-vpc'),
      api: allowing([], /^NoJobOrModel/),
    },
    {
      id: 'D09',
      what: 'The role may change routes, the firewall and the domain.',
      expect: fails('vpc-only/role-cannot-rewire'),
      api: allowing(
        ['ec2:CreateRoute', 'network-firewall:Update*', 'sagemaker:UpdateDomain'],
        /^(NoRewiring|NoFirewallChange|NoDomainChange)$/,
      ),
    },
  ];
}
