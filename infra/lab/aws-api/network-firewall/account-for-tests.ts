/** What the tests of this folder share: an account behind the wire with a VPC, subnets, and ways to make the rest. */
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateFirewallCommand,
  CreateFirewallPolicyCommand,
  CreateRuleGroupCommand,
  type FirewallPolicy,
  NetworkFirewallClient,
  type RuleGroup,
} from '@aws-sdk/client-network-firewall';
import { newLabState } from '../../state';
import { ec2Handlers } from '../ec2/ec2';
import type { LabContext } from '../handler';
import { logsHandlers } from '../logs/logs';
import { startApiServer } from '../server';
import { networkFirewallHandlers } from './network-firewall';

export interface TestAccount {
  readonly nfw: NetworkFirewallClient;
  readonly ec2: EC2Client;
  readonly logs: CloudWatchLogsClient;
  readonly vpcId: string;
  /** One in us-east-1a, one in us-east-1b, and a second one in us-east-1a. */
  readonly subnets: readonly string[];
  close(): Promise<void>;
}

export async function openAccount(): Promise<TestAccount> {
  const now = () => new Date('2026-01-02T03:04:05.678Z');
  const context: LabContext = { state: newLabState(), hosts: () => null, now, pageSize: 2 };
  const handlers = [...ec2Handlers(context), ...networkFirewallHandlers(context), ...logsHandlers(context)];
  const server = await startApiServer({ context, handlers });
  const credentials = { accessKeyId: 'AK', secretAccessKey: 'SK' };
  const options = { endpoint: server.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
  const ec2 = new EC2Client(options);
  const vpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.2.0.0/16' }))).Vpc?.VpcId ?? '';
  const subnets: string[] = [];
  for (const [index, AvailabilityZone] of ['us-east-1a', 'us-east-1b', 'us-east-1a'].entries()) {
    const command = new CreateSubnetCommand({
      VpcId: vpcId,
      CidrBlock: `10.2.${index}.0/28`,
      AvailabilityZone,
    });
    subnets.push((await ec2.send(command)).Subnet?.SubnetId ?? '');
  }
  return {
    nfw: new NetworkFirewallClient(options),
    ec2,
    logs: new CloudWatchLogsClient(options),
    vpcId,
    subnets,
    close: () => server.close(),
  };
}

export function domainList(Targets: string[], order?: 'STRICT_ORDER' | 'DEFAULT_ACTION_ORDER'): RuleGroup {
  const list = { Targets, TargetTypes: ['TLS_SNI', 'HTTP_HOST'], GeneratedRulesType: 'ALLOWLIST' } as const;
  const options = order === undefined ? {} : { StatefulRuleOptions: { RuleOrder: order } };
  return { RulesSource: { RulesSourceList: { ...list, TargetTypes: [...list.TargetTypes] } }, ...options };
}

/** Makes a stateful rule group with a capacity of 100 and returns its ARN. */
export async function createGroup(
  { nfw }: TestAccount,
  name: string,
  group = domainList(['.kaggle.com']),
): Promise<string> {
  const command = new CreateRuleGroupCommand({
    RuleGroupName: name,
    Type: 'STATEFUL',
    Capacity: 100,
    RuleGroup: group,
  });
  return (await nfw.send(command)).RuleGroupResponse?.RuleGroupArn ?? '';
}

export const forwarding = {
  StatelessDefaultActions: ['aws:forward_to_sfe'],
  StatelessFragmentDefaultActions: ['aws:forward_to_sfe'],
};

export function policyOf(
  FirewallPolicyName: string,
  policy: Partial<FirewallPolicy>,
): CreateFirewallPolicyCommand {
  return new CreateFirewallPolicyCommand({
    FirewallPolicyName,
    FirewallPolicy: { ...forwarding, ...policy },
  });
}

/** Makes a firewall `fw` with one domain list, in the first subnets of the account. */
export async function createFirewall(
  account: TestAccount,
  { subnets = 2 } = {},
): Promise<{ groupArn: string; policyArn: string; arn: string }> {
  const groupArn = await createGroup(account, 'fw-list');
  const policy = await account.nfw.send(
    policyOf('fw-policy', { StatefulRuleGroupReferences: [{ ResourceArn: groupArn }] }),
  );
  const policyArn = policy.FirewallPolicyResponse?.FirewallPolicyArn ?? '';
  const SubnetMappings = account.subnets.slice(0, subnets).map((SubnetId) => ({ SubnetId }));
  const command = new CreateFirewallCommand({
    FirewallName: 'fw',
    FirewallPolicyArn: policyArn,
    VpcId: account.vpcId,
    SubnetMappings,
  });
  return { groupArn, policyArn, arn: (await account.nfw.send(command)).Firewall?.FirewallArn ?? '' };
}
