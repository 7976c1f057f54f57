/** The recommended stack in a lab without a network, and beside it what the stack has none of, so that every reader finds something. */
import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as nfw from '@aws-sdk/client-network-firewall';
import * as sagemaker from '@aws-sdk/client-sagemaker';
import { labForTest } from '../../commands/lab-run.fixture';
import { makeBucket } from '../lab/aws-api/s3/bucket';
import type { Lab } from '../lab/lab';

/** Where the firewall's flow records go besides. */
export const LOG_BUCKET = 'studio-egress-records';

/** Rejects when an operation answers without what it made. */
export async function wideAccount(): Promise<Lab> {
  const lab = await labForTest({ network: false });
  try {
    const inspection = await attachedVpc(lab);
    await furtherEndpoint(lab, inspection);
    await furtherStudio(lab);
    await logToBucket(lab);
  } catch (error) {
    await lab.close();
    throw error;
  }
  return lab;
}

interface InVpc {
  readonly vpcId: string;
  readonly subnetId: string;
}

/** A second VPC behind a transit gateway of the first; the gateway's own table serves both. */
async function attachedVpc({ server: { api }, state }: Lab): Promise<InVpc> {
  const studio = only(state.vpcs.keys());
  const zone = given([...state.subnets.values()].find(({ VpcId }) => VpcId === studio)?.AvailabilityZone);
  const { Vpc } = await api.call('ec2', ec2.CreateVpcCommand, { CidrBlock: '100.64.0.0/16' });
  const vpcId = given(Vpc?.VpcId);
  const { Subnet } = await api.call('ec2', ec2.CreateSubnetCommand, {
    VpcId: vpcId,
    CidrBlock: '100.64.1.0/24',
    AvailabilityZone: zone,
  });
  const subnetId = given(Subnet?.SubnetId);
  const { TransitGateway } = await api.call('ec2', ec2.CreateTransitGatewayCommand, {});
  const TransitGatewayId = given(TransitGateway?.TransitGatewayId);
  const ofStudio = [...state.subnets.values()].find(({ VpcId }) => VpcId === studio)?.SubnetId;
  for (const one of [
    { VpcId: studio, SubnetIds: [given(ofStudio)] },
    { VpcId: vpcId, SubnetIds: [subnetId] },
  ])
    await api.call('ec2', ec2.CreateTransitGatewayVpcAttachmentCommand, { TransitGatewayId, ...one });
  const { PrefixList } = await api.call('ec2', ec2.CreateManagedPrefixListCommand, {
    PrefixListName: 'partners',
    AddressFamily: 'IPv4',
    MaxEntries: 5,
    Entries: [{ Cidr: '192.0.2.0/24', Description: 'of a partner' }],
  });
  const { RouteTable } = await api.call('ec2', ec2.CreateRouteTableCommand, { VpcId: studio });
  await api.call('ec2', ec2.CreateRouteCommand, {
    RouteTableId: given(RouteTable?.RouteTableId),
    DestinationPrefixListId: given(PrefixList?.PrefixListId),
    TransitGatewayId,
  });
  const table = only(state.transitGatewayRouteTables.values());
  // More than a page of the lab's holds.
  for (let n = 0; n < 12; n += 1)
    table.routes.push({ DestinationCidrBlock: `10.9.${n}.0/24`, State: 'blackhole', Type: 'static' });
  await api.call('ec2', ec2.CreateEgressOnlyInternetGatewayCommand, { VpcId: studio });
  return { vpcId, subnetId };
}

async function furtherEndpoint({ server: { api }, state }: Lab, { vpcId, subnetId }: InVpc): Promise<void> {
  await api.call('network-firewall', nfw.CreateVpcEndpointAssociationCommand, {
    FirewallArn: only(state.firewalls.keys()),
    VpcId: vpcId,
    SubnetMapping: { SubnetId: subnetId },
  });
}

/** A space with an app, a notebook instance, and a managed policy of the domain's role. */
async function furtherStudio({ server: { api }, state }: Lab): Promise<void> {
  const { DomainId = '', DefaultUserSettings, SubnetIds = [] } = only(state.domains.values());
  const RoleArn = given(DefaultUserSettings?.ExecutionRole);
  await api.call('sagemaker', sagemaker.CreateSpaceCommand, {
    DomainId,
    SpaceName: 'team',
    SpaceSharingSettings: { SharingType: 'Shared' },
    OwnershipSettings: { OwnerUserProfileName: only(state.userProfiles.values()).UserProfileName },
  });
  await api.call('sagemaker', sagemaker.CreateAppCommand, {
    DomainId,
    SpaceName: 'team',
    AppType: 'JupyterLab',
    AppName: 'default',
  });
  await api.call('sagemaker', sagemaker.CreateNotebookInstanceCommand, {
    NotebookInstanceName: 'old',
    InstanceType: 'ml.t3.medium',
    RoleArn,
    SubnetId: given(SubnetIds[0]),
    SecurityGroupIds: DefaultUserSettings?.SecurityGroups ?? [],
  });
  const { Policy } = await api.call('iam', iam.CreatePolicyCommand, {
    PolicyName: 'more',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:Get*', Resource: '*' }],
    }),
  });
  await api.call('iam', iam.AttachRolePolicyCommand, {
    RoleName: given(RoleArn.split('/').at(-1)),
    PolicyArn: given(Policy?.Arn),
  });
}

async function logToBucket({ state }: Lab): Promise<void> {
  Object.assign(makeBucket(state, LOG_BUCKET), {
    policy: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
    lifecycle: [{ ID: 'year', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 365 } }],
  });
  const [arn, { LogDestinationConfigs = [] }] = only(state.loggingConfigurations.entries());
  state.loggingConfigurations.set(arn, {
    LogDestinationConfigs: [
      ...LogDestinationConfigs.filter(({ LogType }) => LogType === 'ALERT'),
      { LogType: 'FLOW', LogDestinationType: 'S3', LogDestination: { bucketName: LOG_BUCKET } },
    ],
  });
}

function only<T>(items: Iterable<T>): T {
  const [first] = items;
  if (first === undefined) throw new Error('the recommended stack has none');
  return first;
}

function given(id: string | undefined): string {
  if (id === undefined) throw new Error('an operation answered without the id of what it made');
  return id;
}
