/** A small Studio network, made through the SDK at whatever endpoint implements AWS. */
import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as sagemaker from '@aws-sdk/client-sagemaker';
import { ec2Client, iamClient, logsClient, sagemakerClient, type AwsConnection } from '../snapshot/clients';

export interface SmallNetwork {
  readonly vpcId: string;
  readonly publicSubnet: string;
  readonly studioSubnet: string;
  readonly internetGateway: string;
  readonly natGateway: string;
  readonly publicTable: string;
  readonly studioTable: string;
  readonly group: string;
  readonly endpoint: string;
  readonly domainId: string;
  readonly roleArn: string;
  readonly logGroup: string;
}

/** Rejects when an operation is not there or answers without an id. */
export async function makeSmallNetwork(connection: AwsConnection): Promise<SmallNetwork> {
  const client = await ec2Client(connection);
  try {
    const vpcId = given(
      (await client.send(new ec2.CreateVpcCommand({ CidrBlock: '10.2.0.0/16' }))).Vpc?.VpcId,
    );
    const subnet = async (CidrBlock: string) =>
      given((await client.send(new ec2.CreateSubnetCommand({ VpcId: vpcId, CidrBlock }))).Subnet?.SubnetId);
    const publicSubnet = await subnet('10.2.1.0/24');
    const studioSubnet = await subnet('10.2.3.0/24');
    const routes = await makeRoutes(client, { vpcId, publicSubnet, studioSubnet });
    const { GroupId } = await client.send(
      new ec2.CreateSecurityGroupCommand({ VpcId: vpcId, GroupName: 'studio', Description: 'studio' }),
    );
    const group = given(GroupId);
    const { VpcEndpoint } = await client.send(
      new ec2.CreateVpcEndpointCommand({
        VpcId: vpcId,
        VpcEndpointType: 'Gateway',
        ServiceName: `com.amazonaws.${connection.region}.s3`,
        RouteTableIds: [routes.studioTable],
      }),
    );
    const endpoint = given(VpcEndpoint?.VpcEndpointId);
    const studio = await makeDomain(connection, { vpcId, studioSubnet, group });
    await client.send(
      new ec2.CreateFlowLogsCommand({
        ResourceType: 'VPC',
        ResourceIds: [vpcId],
        TrafficType: 'ALL',
        LogDestinationType: 'cloud-watch-logs',
        LogGroupName: studio.logGroup,
        DeliverLogsPermissionArn: studio.roleArn,
      }),
    );
    return { vpcId, publicSubnet, studioSubnet, ...routes, group, endpoint, ...studio };
  } finally {
    client.destroy();
  }
}

async function makeRoutes(
  client: ec2.EC2Client,
  {
    vpcId,
    publicSubnet,
    studioSubnet,
  }: { readonly vpcId: string; readonly publicSubnet: string; readonly studioSubnet: string },
) {
  const { InternetGateway } = await client.send(new ec2.CreateInternetGatewayCommand({}));
  const internetGateway = given(InternetGateway?.InternetGatewayId);
  await client.send(
    new ec2.AttachInternetGatewayCommand({ VpcId: vpcId, InternetGatewayId: internetGateway }),
  );
  const { AllocationId } = await client.send(new ec2.AllocateAddressCommand({ Domain: 'vpc' }));
  const { NatGateway } = await client.send(
    new ec2.CreateNatGatewayCommand({ SubnetId: publicSubnet, AllocationId }),
  );
  const natGateway = given(NatGateway?.NatGatewayId);
  const table = async (SubnetId: string, target: { GatewayId: string } | { NatGatewayId: string }) => {
    const { RouteTable } = await client.send(new ec2.CreateRouteTableCommand({ VpcId: vpcId }));
    const RouteTableId = given(RouteTable?.RouteTableId);
    await client.send(new ec2.AssociateRouteTableCommand({ RouteTableId, SubnetId }));
    await client.send(
      new ec2.CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', ...target }),
    );
    return RouteTableId;
  };
  const publicTable = await table(publicSubnet, { GatewayId: internetGateway });
  const studioTable = await table(studioSubnet, { NatGatewayId: natGateway });
  return { internetGateway, natGateway, publicTable, studioTable };
}

async function makeDomain(
  connection: AwsConnection,
  {
    vpcId,
    studioSubnet,
    group,
  }: { readonly vpcId: string; readonly studioSubnet: string; readonly group: string },
) {
  const [roles, logGroups, studio] = await Promise.all([
    iamClient(connection),
    logsClient(connection),
    sagemakerClient(connection),
  ]);
  try {
    const { Role } = await roles.send(
      new iam.CreateRoleCommand({ RoleName: 'studio', AssumeRolePolicyDocument: TRUST }),
    );
    const roleArn = given(Role?.Arn);
    await roles.send(
      new iam.PutRolePolicyCommand({ RoleName: 'studio', PolicyName: 'own', PolicyDocument: OWN_POLICY }),
    );
    const logGroup = '/studio/flows';
    await logGroups.send(new logs.CreateLogGroupCommand({ logGroupName: logGroup }));
    const { DomainArn } = await studio.send(
      new sagemaker.CreateDomainCommand({
        DomainName: 'studio',
        AuthMode: 'IAM',
        AppNetworkAccessType: 'VpcOnly',
        VpcId: vpcId,
        SubnetIds: [studioSubnet],
        DefaultUserSettings: { ExecutionRole: roleArn, SecurityGroups: [group] },
      }),
    );
    return { domainId: given(DomainArn?.split('/').at(-1)), roleArn, logGroup };
  } finally {
    for (const client of [roles, logGroups, studio]) client.destroy();
  }
}

const TRUST = JSON.stringify({ Version: '2012-10-17', Statement: [] });
/** With characters that must survive IAM's URL encoding. */
export const OWN_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Some', Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::a b+c%20/*' }],
});

function given(id: string | undefined): string {
  if (id === undefined) throw new Error('an operation answered without the id of what it made');
  return id;
}
