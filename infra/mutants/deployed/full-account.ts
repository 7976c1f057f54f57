/**
 * The recommended stack, and beside it one of everything that the stack has none of and that a reader asks AWS about: so that a
 * run calls every operation that it can call. Studio's subnet leads to two further networks, which the owner approves.
 */
import {
  AcceptVpcPeeringConnectionCommand,
  CreateEgressOnlyInternetGatewayCommand,
  CreateManagedPrefixListCommand,
  CreateVpcBlockPublicAccessExclusionCommand,
  CreateVpcPeeringConnectionCommand,
} from '@aws-sdk/client-ec2';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateVpcEndpointAssociationCommand } from '@aws-sdk/client-network-firewall';
import {
  CreateAppCommand,
  CreateNotebookInstanceCommand,
  CreateSpaceCommand,
  CreateUserProfileCommand,
} from '@aws-sdk/client-sagemaker';
import type { Approvals } from '../mutant';
import { made, type Deployed } from './deployed';
import type { Start } from './entry';
import { alertsInBucket } from './logging';
import { addRoute, newSubnet, SM } from './route-calls';
import { editing, ref, setProperty } from './template-edit';
import { attach, attachStudio, leadFrom, newVpc, transitGateway } from './transit-calls';

const COMPANY = '10.8.0.0/16';
const PEERED = '10.9.0.0/16';

/** ALERT records where they can be read within seconds, FLOW records in a bucket with a key. */
const logsInBoth = [
  ...alertsInBucket({ isPublic: false, delivers: true }),
  setProperty('RecordBucket', 'LifecycleConfiguration', {
    Rules: [{ Id: 'a-year', Status: 'Enabled', ExpirationInDays: 365 }],
  }),
  setProperty('FirewallLogging', 'LoggingConfiguration.LogDestinationConfigs', [
    {
      LogType: 'ALERT',
      LogDestinationType: 'CloudWatchLogs',
      LogDestination: { logGroup: ref('AlertLogGroup') },
    },
    { LogType: 'FLOW', LogDestinationType: 'S3', LogDestination: { bucketName: ref('RecordBucket') } },
  ]),
];

type Exit = NonNullable<Approvals['approvedExits']>[number];

/** A company network behind a transit gateway, with an endpoint of the firewall; Studio leads there by a prefix list. */
async function companyNetwork(at: Deployed): Promise<Exit> {
  const TransitGatewayId = await transitGateway(at);
  const vpcId = await newVpc(at, COMPANY);
  const { subnetId } = await newSubnet(at, '10.8.1.0/24', [], { vpcId });
  const studio = await attachStudio(at, TransitGatewayId);
  const company = await attach(at, TransitGatewayId, { vpcId, subnetIds: [subnetId] });
  await leadFrom(at, TransitGatewayId, { from: studio, to: { [COMPANY]: company } });
  await leadFrom(at, TransitGatewayId, { from: company, to: { '10.2.0.0/16': studio } });
  const { PrefixList } = await at.ec2.send(
    new CreateManagedPrefixListCommand({
      PrefixListName: 'company',
      AddressFamily: 'IPv4',
      MaxEntries: 5,
      Entries: [{ Cidr: COMPANY, Description: 'behind the transit gateway' }],
    }),
  );
  const DestinationPrefixListId = made(PrefixList?.PrefixListId);
  await addRoute(at, SM, { DestinationPrefixListId, TransitGatewayId });
  await at.firewall.send(
    new CreateVpcEndpointAssociationCommand({
      FirewallArn: at.id('NetworkFirewall'),
      VpcId: vpcId,
      SubnetMapping: { SubnetId: subnetId },
    }),
  );
  return { target: TransitGatewayId, destinations: [COMPANY], because: 'the company network' };
}

/** A network that is peered, with an exclusion from Block Public Access. */
async function peeredNetwork(at: Deployed): Promise<Exit> {
  const VpcId = at.id('VPC');
  const PeerVpcId = await newVpc(at, PEERED);
  const { VpcPeeringConnection } = await at.ec2.send(
    new CreateVpcPeeringConnectionCommand({ VpcId, PeerVpcId }),
  );
  const VpcPeeringConnectionId = made(VpcPeeringConnection?.VpcPeeringConnectionId);
  await at.ec2.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
  await addRoute(at, SM, { DestinationCidrBlock: PEERED, VpcPeeringConnectionId });
  await at.ec2.send(
    new CreateVpcBlockPublicAccessExclusionCommand({
      VpcId: PeerVpcId,
      InternetGatewayExclusionMode: 'allow-egress',
    }),
  );
  return { target: VpcPeeringConnectionId, destinations: [PEERED], because: 'the network of a partner' };
}

/** A user with a role of his own, which has a policy inside it and one beside it. */
async function furtherUser({ iam, sagemaker, id }: Deployed): Promise<string> {
  const RoleName = 'analyst';
  const trusted = {
    Effect: 'Allow',
    Principal: { Service: 'sagemaker.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trusted] });
  const { Role } = await iam.send(
    new CreateRoleCommand({ Path: '/studio/', RoleName, AssumeRolePolicyDocument }),
  );
  const read = (Action: string) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
  await iam.send(
    new PutRolePolicyCommand({ RoleName, PolicyName: 'work', PolicyDocument: read('sagemaker:Describe*') }),
  );
  const { Policy } = await iam.send(
    new CreatePolicyCommand({ PolicyName: 'data', PolicyDocument: read('s3:Get*') }),
  );
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: Policy?.Arn }));
  await sagemaker.send(
    new CreateUserProfileCommand({
      DomainId: id('StudioDomain'),
      UserProfileName: 'analyst',
      UserSettings: { ExecutionRole: Role?.Arn },
    }),
  );
  return made(Role?.Arn);
}

/** A space of that user with an app, and a notebook instance in the Studio subnet. */
async function furtherStudio({ sagemaker, id }: Deployed, RoleArn: string): Promise<void> {
  const space = { DomainId: id('StudioDomain'), SpaceName: 'team' };
  await sagemaker.send(
    new CreateSpaceCommand({
      ...space,
      SpaceSharingSettings: { SharingType: 'Shared' },
      OwnershipSettings: { OwnerUserProfileName: 'analyst' },
    }),
  );
  await sagemaker.send(new CreateAppCommand({ ...space, AppType: 'JupyterLab', AppName: 'default' }));
  await sagemaker.send(
    new CreateNotebookInstanceCommand({
      NotebookInstanceName: 'old',
      InstanceType: 'ml.t3.medium',
      RoleArn,
      SubnetId: id('SageMakerStudioSubnet'),
      SecurityGroupIds: [id('SageMakerSecurityGroup')],
      DirectInternetAccess: 'Disabled',
      RootAccess: 'Disabled',
    }),
  );
}

export const FULL_ACCOUNT: Start = {
  id: 'full-account',
  template: editing(...logsInBoth),
  api: async (at) => {
    const approvedExits = [await companyNetwork(at), await peeredNetwork(at)];
    await at.ec2.send(new CreateEgressOnlyInternetGatewayCommand({ VpcId: at.id('VPC') }));
    await furtherStudio(at, await furtherUser(at));
    return { approvedExits };
  },
};
