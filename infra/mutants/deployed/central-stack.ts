/**
 * The recommended stack with its firewall in a VPC of its own behind a transit gateway, in two zones: Studio's default route
 * leads there, and nothing of Studio's VPC leads to the internet.
 */
import {
  CreateFirewallCommand,
  DescribeFirewallCommand,
  UpdateLoggingConfigurationCommand,
  type LogDestinationConfig,
} from '@aws-sdk/client-network-firewall';
import type { Approvals } from '../mutant';
import { made, type Deployed } from './deployed';
import type { Start } from './entry';
import { addRoute, ANYWHERE, newSubnet, SM, type NewSubnet } from './route-calls';
import { dropResources, editing } from './template-edit';
import {
  attach,
  attachStudio,
  leadFrom,
  newInternetGateway,
  newNatGateway,
  newVpc,
  transitGateway,
} from './transit-calls';

const STUDIO = { DestinationCidrBlock: '10.2.0.0/16' };
const INSPECTION_CIDR = '10.7.0.0/16';
/** By the third byte of their first subnet's addresses. */
const ZONES = new Map([
  ['us-east-1a', 0],
  ['us-east-1b', 10],
]);

/** Every way to the internet but for the firewall's policy, with the outputs that name what is gone. */
const withoutWaysOut = dropResources(
  [
    'InternetGateway',
    'InternetGatewayAttachment',
    'NATGatewayEIP',
    'NATGateway',
    'NetworkFirewall',
    'FirewallLogging',
    'IGWIngressRoute',
    'IGWIngressRouteTableAssociation',
    'FirewallEgressRoute',
    'NATGatewayEgressRoute',
    'SageMakerEgressRoute',
  ],
  ['NATGatewayId', 'NATGatewayElasticIP', 'FirewallArn', 'FirewallEndpointId'],
);

/** One zone's subnets of the inspection VPC; their routes come when everything is there. */
interface Zone {
  readonly name: string;
  readonly attachment: NewSubnet;
  readonly firewall: NewSubnet;
  readonly nat: NewSubnet;
}

async function newZone(
  at: Deployed,
  vpcId: string,
  { name, third }: { readonly name: string; readonly third: number },
): Promise<Zone> {
  const subnet = (offset: number) =>
    newSubnet(at, `10.7.${third + offset}.0/24`, [], { vpcId, availabilityZone: name });
  return { name, attachment: await subnet(0), firewall: await subnet(1), nat: await subnet(2) };
}

/** The firewall of the stack's policy, protected and logged as the stack's own was; its endpoints by zone. */
async function newFirewall(
  at: Deployed,
  vpcId: string,
  zones: readonly Zone[],
): Promise<ReadonlyMap<string, string>> {
  const { firewall, id } = at;
  const { Firewall } = await firewall.send(
    new CreateFirewallCommand({
      FirewallName: 'inspection',
      FirewallPolicyArn: id('FirewallPolicy'),
      VpcId: vpcId,
      SubnetMappings: zones.map((zone) => ({ SubnetId: zone.firewall.subnetId })),
      DeleteProtection: true,
      SubnetChangeProtection: true,
      FirewallPolicyChangeProtection: true,
    }),
  );
  const FirewallArn = made(Firewall?.FirewallArn);
  const to = (LogType: 'ALERT' | 'FLOW', group: string): LogDestinationConfig => ({
    LogType,
    LogDestinationType: 'CloudWatchLogs',
    LogDestination: { logGroup: id(group) },
  });
  const [alerts, flows] = [to('ALERT', 'AlertLogGroup'), to('FLOW', 'FlowLogGroup')];
  for (const LogDestinationConfigs of [[alerts], [alerts, flows]])
    await firewall.send(
      new UpdateLoggingConfigurationCommand({ FirewallArn, LoggingConfiguration: { LogDestinationConfigs } }),
    );
  const { FirewallStatus } = await firewall.send(new DescribeFirewallCommand({ FirewallArn }));
  const states = Object.entries(FirewallStatus?.SyncStates ?? {});
  return new Map(states.map(([zone, { Attachment }]) => [zone, made(Attachment?.EndpointId)]));
}

async function build(at: Deployed): Promise<Approvals> {
  const TransitGatewayId = await transitGateway(at);
  const vpcId = await newVpc(at, INSPECTION_CIDR);
  const GatewayId = await newInternetGateway(at, vpcId);
  const zones: Zone[] = [];
  for (const [name, third] of ZONES) zones.push(await newZone(at, vpcId, { name, third }));
  const endpoints = await newFirewall(at, vpcId, zones);
  const studio = await attachStudio(at, TransitGatewayId);
  const inspection = await attach(at, TransitGatewayId, {
    vpcId,
    subnetIds: zones.map(({ attachment }) => attachment.subnetId),
    applianceMode: 'enable',
  });
  await leadFrom(at, TransitGatewayId, { from: studio, to: { '0.0.0.0/0': inspection } });
  await leadFrom(at, TransitGatewayId, { from: inspection, to: { '10.2.0.0/16': studio } });
  for (const { name, attachment, firewall, nat } of zones) {
    const VpcEndpointId = made(endpoints.get(name));
    const NatGatewayId = await newNatGateway(at, nat.subnetId);
    await addRoute(at, attachment.tableId, { ...ANYWHERE, VpcEndpointId });
    await addRoute(at, firewall.tableId, { ...ANYWHERE, NatGatewayId });
    await addRoute(at, firewall.tableId, { ...STUDIO, TransitGatewayId });
    await addRoute(at, nat.tableId, { ...ANYWHERE, GatewayId });
    await addRoute(at, nat.tableId, { ...STUDIO, VpcEndpointId });
  }
  await addRoute(at, SM, { ...ANYWHERE, TransitGatewayId });
  const because = 'the inspection VPC itself, which is reached before its firewall';
  return { approvedExits: [{ target: TransitGatewayId, destinations: [INSPECTION_CIDR], because }] };
}

export const CENTRAL: Start = {
  id: 'central-inspection',
  template: editing(withoutWaysOut),
  api: build,
};
