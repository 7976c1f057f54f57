/** A deployed stack as its operator has it: the clients of its account, and its resources by their logical ids. */
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { IAMClient } from '@aws-sdk/client-iam';
import { DescribeFirewallCommand, type NetworkFirewallClient } from '@aws-sdk/client-network-firewall';
import type { Route53ResolverClient } from '@aws-sdk/client-route53resolver';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import {
  ec2Client,
  iamClient,
  logsClient,
  networkFirewallClient,
  route53ResolverClient,
  sagemakerClient,
  type AwsConnection,
} from '../../snapshot/clients';
import { stackIds } from './stack-ids';

export interface Deployed {
  /** The account that everything is in. */
  readonly account: string;
  /** The physical id of the stack's resource; throws when there is none of that logical id. */
  readonly id: (logicalId: string) => string;
  readonly ec2: EC2Client;
  readonly firewall: NetworkFirewallClient;
  readonly iam: IAMClient;
  readonly logs: CloudWatchLogsClient;
  readonly resolver: Route53ResolverClient;
  readonly sagemaker: SageMakerClient;
  readonly close: () => void;
}

/** Opens the stack; whoever opens must close. */
export async function openDeployed(
  connection: AwsConnection,
  { account, stackName }: { readonly account: string; readonly stackName: string },
): Promise<Deployed> {
  const [ids, ec2, firewall, iam, logs, resolver, sagemaker] = await Promise.all([
    stackIds(connection, stackName),
    ec2Client(connection),
    networkFirewallClient(connection),
    iamClient(connection),
    logsClient(connection),
    route53ResolverClient(connection),
    sagemakerClient(connection),
  ]);
  return {
    account,
    id: (logicalId) => {
      const id = ids.get(logicalId);
      if (id === undefined) throw new Error(`the stack ${stackName} has no resource ${logicalId}`);
      return id;
    },
    ec2,
    firewall,
    iam,
    logs,
    resolver,
    sagemaker,
    close: () => {
      for (const client of [ec2, firewall, iam, logs, resolver, sagemaker]) client.destroy();
    },
  };
}

/** The firewall's endpoint in a zone, the first zone's unless told. */
export async function firewallEndpoint({ firewall, id }: Deployed, zone = 'us-east-1a'): Promise<string> {
  const { FirewallStatus } = await firewall.send(
    new DescribeFirewallCommand({ FirewallArn: id('NetworkFirewall') }),
  );
  const endpoint = FirewallStatus?.SyncStates?.[zone]?.Attachment?.EndpointId;
  if (endpoint === undefined) throw new Error(`the firewall has no endpoint in ${zone}`);
  return endpoint;
}

/** A member that the API must have returned for the entry to go on. */
export function made<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('the API did not return what it made');
  return value;
}
