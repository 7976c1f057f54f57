/**
 * Breaks the recommended stack, one fault at a time, through the AWS API, and looks whether the verdict is right. None may
 * be a pass. Every fault is undone before the next.
 */
import {
  CreateVpcEndpointCommand,
  DeleteRouteCommand,
  DeleteVpcEndpointsCommand,
  EC2Client,
  paginateDescribeRouteTables,
  ReplaceRouteCommand,
  CreateRouteCommand,
  type Route,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import {
  DescribeLoggingConfigurationCommand,
  NetworkFirewallClient,
  UpdateLoggingConfigurationCommand,
} from '@aws-sdk/client-network-firewall';
import { SageMakerClient, UpdateDomainCommand } from '@aws-sdk/client-sagemaker';
import type { Lab } from '../infra/lab/lab';
import { expectExit, labForTest, verifyLab, RECOMMENDED_INTENT } from './lab-run.fixture';

jest.setTimeout(180_000);

let lab: Lab;
let ec2: EC2Client;
let firewall: NetworkFirewallClient;
let logDelayMs = 0;
beforeAll(async () => {
  lab = await labForTest({ logDelayMs: () => logDelayMs });
  ec2 = new EC2Client(lab.connection);
  firewall = new NetworkFirewallClient(lab.connection);
});
afterEach(() => {
  logDelayMs = 0;
  lab?.server.faults.clear();
});
afterAll(async () => {
  await lab?.close();
});

async function tableWith(target: (route: Route) => boolean): Promise<{ table: RouteTable; route: Route }> {
  for await (const { RouteTables = [] } of paginateDescribeRouteTables({ client: ec2 }, {})) {
    for (const table of RouteTables) {
      const route = (table.Routes ?? []).find(target);
      if (route !== undefined) return { table, route };
    }
  }
  throw new Error('no route table has such a route');
}

const INTENDED = ['--intent', RECOMMENDED_INTENT];

const toFirewall = (route: Route): boolean => route.GatewayId?.startsWith('vpce-') === true;

test('unbroken, every check is decided and the stack is verified', async () => {
  const run = await verifyLab({ lab, argv: INTENDED });
  const open = run.evidence.findings.filter(
    ({ outcome, waiver }) => (outcome === 'fail' && waiver === null) || outcome === 'unknown',
  );
  expect(open.map(({ check, outcome, because }) => `${check} ${outcome}: ${because}`)).toEqual([]);
  expectExit(run, 0);
});

test('the NAT subnet routed straight to the internet gateway is a critical fail with a witness', async () => {
  const { table, route } = await tableWith(
    (candidate) => toFirewall(candidate) && candidate.DestinationCidrBlock === '0.0.0.0/0',
  );
  const igw = (await tableWith((candidate) => candidate.GatewayId?.startsWith('igw-') === true)).route
    .GatewayId;
  const at = { RouteTableId: table.RouteTableId, DestinationCidrBlock: '0.0.0.0/0' };
  await ec2.send(new ReplaceRouteCommand({ ...at, GatewayId: igw }));
  const run = await verifyLab({ lab });
  await ec2.send(new ReplaceRouteCommand({ ...at, VpcEndpointId: route.GatewayId }));
  expect(run.outcomes('routing/egress-crosses-firewall')).toEqual(['fail']);
  const [finding] = run.of('routing/egress-crosses-firewall');
  expect(finding?.proof?.hops.map((hop) => hop.target).join(' ')).toContain(igw);
  expectExit(run, 1);
});

test('without the edge route the log is silent and example.com answers, and the routing check catches it', async () => {
  const { table, route } = await tableWith(
    (candidate) => toFirewall(candidate) && candidate.DestinationCidrBlock === '10.2.2.0/24',
  );
  await ec2.send(
    new DeleteRouteCommand({ RouteTableId: table.RouteTableId, DestinationCidrBlock: '10.2.2.0/24' }),
  );
  const run = await verifyLab({ lab });
  await ec2.send(
    new CreateRouteCommand({
      RouteTableId: table.RouteTableId,
      DestinationCidrBlock: '10.2.2.0/24',
      VpcEndpointId: route.GatewayId,
    }),
  );
  expect(run.outcomes('routing/return-crosses-firewall')).toEqual(['fail']);
  expect(run.outcomes('egress/denied-are-blocked')).not.toContain('pass');
  const example = run.evidence.findings
    .flatMap((finding) => finding.observations)
    .find(({ probe, vantage }) => probe === 'wget-example' && vantage === 'studio');
  expect(example?.result.kind).toBe('succeeded');
  expect(example?.firewallRecords).toEqual([]);
  expectExit(run, 1);
});

test('a PublicInternetOnly domain is a critical fail', async () => {
  const sagemaker = new SageMakerClient(lab.connection);
  const [DomainId = ''] = [...lab.state.domains.values()].map((domain) => domain.DomainId);
  await sagemaker.send(new UpdateDomainCommand({ DomainId, AppNetworkAccessType: 'PublicInternetOnly' }));
  const run = await verifyLab({ lab, argv: ['--no-probes'] });
  await sagemaker.send(new UpdateDomainCommand({ DomainId, AppNetworkAccessType: 'VpcOnly' }));
  sagemaker.destroy();
  expect(run.outcomes('vpc-only/domain-is-vpc-only')).toEqual(['fail']);
  expectExit(run, 1);
});

test('a removed endpoint is named', async () => {
  const sts = [...lab.state.vpcEndpoints.values()].find(
    (endpoint) => endpoint.ServiceName?.endsWith('.sts') === true,
  );
  const groups = (sts?.Groups ?? []).map((group) => group.GroupId ?? '');
  const subnets = sts?.SubnetIds ?? [];
  expect([groups.length, subnets.length]).toEqual([1, 1]);
  await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [sts?.VpcEndpointId ?? ''] }));
  const run = await verifyLab({ lab, argv: ['--no-probes'] });
  await ec2.send(
    new CreateVpcEndpointCommand({
      VpcEndpointType: 'Interface',
      VpcId: sts?.VpcId,
      ServiceName: sts?.ServiceName,
      SubnetIds: subnets,
      SecurityGroupIds: groups,
      PrivateDnsEnabled: true,
      ...(sts?.PolicyDocument === undefined ? {} : { PolicyDocument: sts.PolicyDocument }),
    }),
  );
  expect(run.outcomes('endpoints/required-exist')).toContain('fail');
  expect(
    run
      .of('endpoints/required-exist')
      .map(({ because }) => because)
      .join(' '),
  ).toContain('sts');
  expectExit(run, 1);
});

test('with logging removed, blocks are unlogged and nothing claims that the firewall did it', async () => {
  const [FirewallArn = ''] = lab.state.firewalls.keys();
  const read = () => firewall.send(new DescribeLoggingConfigurationCommand({ FirewallArn }));
  const { LoggingConfiguration: before } = await read();
  const destinations = before?.LogDestinationConfigs ?? [];
  const write = (LogDestinationConfigs: typeof destinations) =>
    firewall.send(
      new UpdateLoggingConfigurationCommand({ FirewallArn, LoggingConfiguration: { LogDestinationConfigs } }),
    );
  // AWS changes one destination a call.
  await write(destinations.filter(({ LogType }) => LogType !== 'ALERT'));
  await write([]);
  const run = await verifyLab({ lab });
  await write(destinations.slice(0, 1));
  await write(destinations);
  expect(run.outcomes('logging/alerts-are-logged')).toEqual(['fail']);
  expect(run.outcomes('egress/blocks-are-logged')).toEqual(['fail']);
  expect(run.outcomes('egress/denied-are-blocked')).toEqual(['unknown']);
  expectExit(run, 1);
});

test('log records that come after the bound leave the blocks unknown', async () => {
  logDelayMs = 600_000;
  const run = await verifyLab({ lab, argv: [...INTENDED, '--suite', 'egress', '--log-timeout', '3'] });
  expect(run.outcomes('egress/blocks-are-logged')).toEqual(['unknown']);
  expect(run.outcomes('egress/denied-are-blocked')).toEqual(['unknown']);
  expectExit(run, 2);
});

test('log records that come late but within the bound are found', async () => {
  logDelayMs = 4000;
  const run = await verifyLab({ lab, argv: [...INTENDED, '--suite', 'egress', '--log-timeout', '30'] });
  expect(run.outcomes('egress/blocks-are-logged')).toEqual(['pass']);
  expectExit(run, 0);
});

test('one denied API call makes exactly what needs it unknown and names the permission', async () => {
  lab.server.faults.add({ kind: 'access-denied', on: 'ec2:DescribeRouteTables' });
  const run = await verifyLab({ lab, argv: ['--no-probes'] });
  expect(run.outcomes('routing/egress-crosses-firewall')).toEqual(['unknown']);
  expect(run.of('routing/egress-crosses-firewall')[0]?.because).toContain('ec2:DescribeRouteTables');
  expect(run.outcomes('vpc-only/domain-is-vpc-only')).toEqual(['pass']);
  expectExit(run, 2);
});

test('an engine killed while the probes run leaves nothing verified', async () => {
  const kill = setInterval(() => {
    for (const { pid, running } of lab.network()?.engines() ?? []) if (running) process.kill(pid, 'SIGKILL');
  }, 20);
  const run = await verifyLab({ lab, argv: ['--suite', 'egress'] }).finally(() => clearInterval(kill));
  expect(run.outcomes('egress/allowed-connect')).not.toContain('pass');
  expect(run.outcomes('egress/blocks-are-logged')).not.toContain('pass');
  expect(run.exitCode).not.toBe(0);
});
