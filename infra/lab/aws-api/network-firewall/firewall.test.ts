/** Firewalls over the wire, with the SDK's own client. */
import {
  CreateRouteCommand,
  CreateRouteTableCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeVpcEndpointsCommand,
} from '@aws-sdk/client-ec2';
import {
  AssociateFirewallPolicyCommand,
  AssociateSubnetsCommand,
  CreateFirewallCommand,
  CreateVpcEndpointAssociationCommand,
  DeleteFirewallCommand,
  DeleteFirewallPolicyCommand,
  DeleteVpcEndpointAssociationCommand,
  DescribeFirewallCommand,
  DescribeFirewallPolicyCommand,
  DescribeRuleGroupCommand,
  DisassociateSubnetsCommand,
  InvalidOperationException,
  InvalidTokenException,
  ResourceNotFoundException,
  UpdateFirewallDeleteProtectionCommand,
  UpdateFirewallPolicyChangeProtectionCommand,
  UpdateFirewallPolicyCommand,
  UpdateRuleGroupCommand,
  UpdateSubnetChangeProtectionCommand,
} from '@aws-sdk/client-network-firewall';
import { createFirewall, domainList, openAccount, type TestAccount } from './account-for-tests';

let account: TestAccount;
let nfw: TestAccount['nfw'];
let ec2: TestAccount['ec2'];
let vpcId: TestAccount['vpcId'];
let subnets: TestAccount['subnets'];
beforeEach(async () => {
  account = await openAccount();
  ({ nfw, ec2, vpcId, subnets } = account);
});
afterEach(() => account.close());

describe('firewalls', () => {
  test('have one endpoint in each zone, which route tables can name and whose interface has an address', async () => {
    const { arn, policyArn, groupArn } = await createFirewall(account);
    const { FirewallStatus: status, Firewall: firewall } = await nfw.send(
      new DescribeFirewallCommand({ FirewallArn: arn }),
    );
    expect(status).toMatchObject({ Status: 'READY', ConfigurationSyncStateSummary: 'IN_SYNC' });
    expect(Object.keys(status?.SyncStates ?? {})).toEqual(['us-east-1a', 'us-east-1b']);
    expect(firewall).toMatchObject({ VpcId: vpcId, DeleteProtection: false, NumberOfAssociations: 0 });
    const first = status?.SyncStates?.['us-east-1a'];
    expect(first?.Attachment).toMatchObject({ SubnetId: subnets[0], Status: 'READY' });
    expect(Object.keys(first?.Config ?? {})).toEqual([policyArn, groupArn]);
    const endpointId = first?.Attachment?.EndpointId ?? '';
    const { VpcEndpoints: endpoints = [] } = await ec2.send(
      new DescribeVpcEndpointsCommand({ VpcEndpointIds: [endpointId] }),
    );
    expect(endpoints[0]).toMatchObject({
      VpcEndpointType: 'GatewayLoadBalancer',
      State: 'available',
      SubnetIds: [subnets[0]],
      VpcId: vpcId,
    });
    const { NetworkInterfaces: interfaces = [] } = await ec2.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: endpoints[0]?.NetworkInterfaceIds ?? [] }),
    );
    expect(interfaces).toMatchObject([
      { InterfaceType: 'gateway_load_balancer_endpoint', PrivateIpAddress: '10.2.0.4', SubnetId: subnets[0] },
    ]);
  });

  test('show in their sync states the token of the configuration that is in force', async () => {
    const { arn, groupArn } = await createFirewall(account);
    const described = await nfw.send(new DescribeRuleGroupCommand({ RuleGroupArn: groupArn }));
    const { UpdateToken } = await nfw.send(
      new UpdateRuleGroupCommand({
        RuleGroupArn: groupArn,
        UpdateToken: described.UpdateToken,
        RuleGroup: domainList(['.github.com']),
      }),
    );
    const { FirewallStatus: status } = await nfw.send(new DescribeFirewallCommand({ FirewallArn: arn }));
    for (const zone of ['us-east-1a', 'us-east-1b'])
      expect(status?.SyncStates?.[zone]?.Config?.[groupArn]).toEqual({ SyncStatus: 'IN_SYNC', UpdateToken });
  });

  test('are refused in a wrong subnet, twice in a zone, or with an unknown policy', async () => {
    const { policyArn } = await createFirewall(account);
    const create = (SubnetMappings: { SubnetId: string }[], FirewallPolicyArn = policyArn) =>
      nfw.send(
        new CreateFirewallCommand({
          FirewallName: 'second',
          VpcId: vpcId,
          FirewallPolicyArn,
          SubnetMappings,
        }),
      );
    await expect(create([{ SubnetId: 'subnet-0' }])).rejects.toThrow('does not exist');
    await expect(create([{ SubnetId: subnets[0] ?? '' }, { SubnetId: subnets[2] ?? '' }])).rejects.toThrow(
      'one per availability zone',
    );
    await expect(create([{ SubnetId: subnets[0] ?? '' }], `${policyArn}x`)).rejects.toThrow('policy');
    await expect(create([])).rejects.toThrow('at least one subnet');
  });

  test('keep what their protections protect', async () => {
    const { arn, policyArn } = await createFirewall(account);
    await nfw.send(new UpdateFirewallDeleteProtectionCommand({ FirewallArn: arn, DeleteProtection: true }));
    await expect(nfw.send(new DeleteFirewallCommand({ FirewallArn: arn }))).rejects.toThrow(
      InvalidOperationException,
    );
    await nfw.send(
      new UpdateSubnetChangeProtectionCommand({ FirewallArn: arn, SubnetChangeProtection: true }),
    );
    await expect(
      nfw.send(new DisassociateSubnetsCommand({ FirewallArn: arn, SubnetIds: [subnets[1] ?? ''] })),
    ).rejects.toThrow(InvalidOperationException);
    await nfw.send(
      new UpdateFirewallPolicyChangeProtectionCommand({
        FirewallArn: arn,
        FirewallPolicyChangeProtection: true,
      }),
    );
    await expect(
      nfw.send(new AssociateFirewallPolicyCommand({ FirewallArn: arn, FirewallPolicyArn: policyArn })),
    ).rejects.toThrow(InvalidOperationException);
    // Protection of the association leaves the policy's own content open to change.
    const { UpdateToken, FirewallPolicy: policy } = await nfw.send(
      new DescribeFirewallPolicyCommand({ FirewallPolicyArn: policyArn }),
    );
    await nfw.send(
      new UpdateFirewallPolicyCommand({ FirewallPolicyArn: policyArn, UpdateToken, FirewallPolicy: policy }),
    );
    await expect(
      nfw.send(
        new UpdateFirewallDeleteProtectionCommand({
          FirewallArn: arn,
          DeleteProtection: false,
          UpdateToken: 'stale',
        }),
      ),
    ).rejects.toThrow(InvalidTokenException);
  });

  test('leave their routes behind as black holes when they are deleted', async () => {
    const { arn, policyArn } = await createFirewall(account);
    await expect(nfw.send(new DeleteFirewallPolicyCommand({ FirewallPolicyArn: policyArn }))).rejects.toThrow(
      InvalidOperationException,
    );
    const { FirewallStatus: status } = await nfw.send(new DescribeFirewallCommand({ FirewallArn: arn }));
    const VpcEndpointId = status?.SyncStates?.['us-east-1a']?.Attachment?.EndpointId;
    const { RouteTable: table } = await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }));
    await ec2.send(
      new CreateRouteCommand({
        RouteTableId: table?.RouteTableId,
        DestinationCidrBlock: '0.0.0.0/0',
        VpcEndpointId,
      }),
    );
    await nfw.send(new DeleteFirewallCommand({ FirewallArn: arn }));
    const { RouteTables: tables } = await ec2.send(
      new DescribeRouteTablesCommand({ RouteTableIds: [table?.RouteTableId ?? ''] }),
    );
    expect(tables?.[0]?.Routes).toContainEqual(
      expect.objectContaining({ GatewayId: VpcEndpointId, State: 'blackhole' }),
    );
    await expect(nfw.send(new DescribeFirewallCommand({ FirewallArn: arn }))).rejects.toThrow(
      ResourceNotFoundException,
    );
    await nfw.send(new DeleteFirewallPolicyCommand({ FirewallPolicyArn: policyArn }));
  });

  test('gain and lose subnets', async () => {
    const { arn } = await createFirewall(account, { subnets: 1 });
    await expect(
      nfw.send(new AssociateSubnetsCommand({ FirewallArn: arn, SubnetMappings: [{ SubnetId: subnets[2] }] })),
    ).rejects.toThrow('one per availability zone');
    await nfw.send(
      new AssociateSubnetsCommand({ FirewallArn: arn, SubnetMappings: [{ SubnetId: subnets[1] }] }),
    );
    await nfw.send(new DisassociateSubnetsCommand({ FirewallArn: arn, SubnetIds: [subnets[0] ?? ''] }));
    const { Firewall: firewall, FirewallStatus: status } = await nfw.send(
      new DescribeFirewallCommand({ FirewallArn: arn }),
    );
    expect(firewall?.SubnetMappings).toEqual([{ SubnetId: subnets[1], IPAddressType: 'IPV4' }]);
    expect(Object.keys(status?.SyncStates ?? {})).toEqual(['us-east-1b']);
    expect((await ec2.send(new DescribeVpcEndpointsCommand({}))).VpcEndpoints).toHaveLength(1);
  });

  test('have further endpoints by association, only in zones of their own', async () => {
    const { arn } = await createFirewall(account, { subnets: 1 });
    const associate = (SubnetId: string | undefined) =>
      nfw.send(
        new CreateVpcEndpointAssociationCommand({
          FirewallArn: arn,
          VpcId: vpcId,
          SubnetMapping: { SubnetId },
        }),
      );
    await expect(associate(subnets[1])).rejects.toThrow('no endpoint in us-east-1b');
    const { VpcEndpointAssociation: association } = await associate(subnets[2]);
    expect(
      (await nfw.send(new DescribeFirewallCommand({ FirewallArn: arn }))).Firewall?.NumberOfAssociations,
    ).toBe(1);
    await expect(nfw.send(new DeleteFirewallCommand({ FirewallArn: arn }))).rejects.toThrow(
      InvalidOperationException,
    );
    await nfw.send(
      new DeleteVpcEndpointAssociationCommand({
        VpcEndpointAssociationArn: association?.VpcEndpointAssociationArn,
      }),
    );
    await nfw.send(new DeleteFirewallCommand({ FirewallArn: arn }));
    expect((await ec2.send(new DescribeVpcEndpointsCommand({}))).VpcEndpoints).toEqual([]);
    expect((await ec2.send(new DescribeNetworkInterfacesCommand({}))).NetworkInterfaces).toEqual([]);
  });
});
