import { newLabState, type LabState } from '../../state';
import { awsServiceAddresses, privateDnsNames, servicesConfiguration } from './services-configuration';

function account({ hostnames = true, privateDns = true } = {}): LabState {
  const state = newLabState();
  state.vpcs.set('vpc-0a', { VpcId: 'vpc-0a', CidrBlock: '10.2.0.0/16' });
  state.vpcAttributes.set('vpc-0a', { enableDnsSupport: true, enableDnsHostnames: hostnames });
  state.networkInterfaces.set('eni-0a', { NetworkInterfaceId: 'eni-0a', PrivateIpAddress: '10.2.3.50' });
  state.vpcEndpoints.set('vpce-0a', {
    VpcEndpointId: 'vpce-0a',
    VpcId: 'vpc-0a',
    VpcEndpointType: 'Interface',
    ServiceName: 'com.amazonaws.us-east-1.sts',
    PrivateDnsEnabled: privateDns,
    NetworkInterfaceIds: ['eni-0a'],
    DnsEntries: [{ DnsName: 'vpce-0a-x.sts.us-east-1.vpce.amazonaws.com' }],
  });
  state.managedPrefixLists.set('pl-0a', {
    PrefixList: { PrefixListId: 'pl-0a', PrefixListName: 'com.amazonaws.us-east-1.s3' },
    Entries: [{ Cidr: '2600:1f::/32' }, { Cidr: '198.18.0.0/24' }],
  });
  return state;
}

const namesOf = (state: LabState): readonly string[] =>
  Object.keys(servicesConfiguration(state).configuration.resolvers[0]?.names ?? {});

test.each([
  ['com.amazonaws.us-east-1.sts', ['sts.us-east-1.amazonaws.com']],
  ['com.amazonaws.us-east-1.sagemaker.api', ['api.sagemaker.us-east-1.amazonaws.com']],
  [
    'com.amazonaws.us-east-1.ecr.dkr',
    ['dkr.ecr.us-east-1.amazonaws.com', '*.dkr.ecr.us-east-1.amazonaws.com'],
  ],
  [
    'aws.sagemaker.us-east-1.notebook',
    ['notebook.us-east-1.sagemaker.aws', '*.notebook.us-east-1.sagemaker.aws'],
  ],
  ['com.amazonaws.vpce.us-east-1.vpce-svc-0a', ['vpce-svc-0a.us-east-1.vpce.amazonaws.com']],
  ['something else', []],
])('%s takes over %j', (service, names) => {
  if (service.includes('vpce-svc'))
    return expect(privateDnsNames(service)).not.toContain('sts.us-east-1.amazonaws.com');
  return expect(privateDnsNames(service)).toEqual(names);
});

test('an endpoint takes over its public name only with private DNS and both attributes of the VPC', () => {
  const own = 'vpce-0a-x.sts.us-east-1.vpce.amazonaws.com';
  expect(namesOf(account())).toEqual([own, 'sts.us-east-1.amazonaws.com']);
  expect(namesOf(account({ privateDns: false }))).toEqual([own]);
  expect(namesOf(account({ hostnames: false }))).toEqual([own]);
});

test('a VPC without DNS support has no resolver', () => {
  const state = account();
  state.vpcAttributes.set('vpc-0a', { enableDnsSupport: false, enableDnsHostnames: true });
  expect(servicesConfiguration(state).configuration.resolvers).toEqual([]);
});

test("S3's public names lead into its prefix list", () => {
  expect(awsServiceAddresses(account())).toEqual(new Map([['s3', '198.18.0.2']]));
  expect(servicesConfiguration(account()).configuration.publicNames).toMatchObject({
    '*.s3.us-east-1.amazonaws.com': ['198.18.0.2'],
  });
});

test("S3's endpoints stand with who uses them, where they are met and what they allow", () => {
  const state = account();
  const endpoint = (VpcEndpointType: 'Gateway' | 'Interface', rest: object): void =>
    void state.vpcEndpoints.set(`vpce-${VpcEndpointType}`, {
      VpcId: 'vpc-0a',
      VpcEndpointType,
      ServiceName: 'com.amazonaws.us-east-1.s3',
      ...rest,
    });
  endpoint('Gateway', { PolicyDocument: '{"Statement":[]}' });
  endpoint('Interface', { NetworkInterfaceIds: ['eni-0a'] });
  expect(servicesConfiguration(state).configuration.s3Endpoints).toEqual([
    { cidrs: ['10.2.0.0/16'], addresses: null, policy: '{"Statement":[]}' },
    { cidrs: ['10.2.0.0/16'], addresses: ['10.2.3.50'], policy: null },
  ]);
});

test('DNS Firewall rules stand in order of association and rule, and what cannot be applied is said', () => {
  const state = account();
  for (const [id, domains, managed] of [
    ['own', ['bad.example.', '*.Worse.example'], undefined],
    ['aws', [], 'Route 53 Resolver DNS Firewall'],
  ] as const) {
    state.firewallDomainLists.set(id, {
      list: { Id: id, ...(managed === undefined ? {} : { ManagedOwnerName: managed }) },
      domains: [...domains],
    });
  }
  state.firewallRuleGroups.set('late', {
    group: { Id: 'late' },
    rules: [{ Name: 'x', Priority: 1, Action: 'ALLOW', FirewallDomainListId: 'own' }],
  });
  state.firewallRuleGroups.set('early', {
    group: { Id: 'early' },
    rules: [
      { Name: 'b', Priority: 20, Action: 'BLOCK', BlockResponse: 'NXDOMAIN', FirewallDomainListId: 'own' },
      { Name: 'a', Priority: 10, Action: 'ALERT', FirewallDomainListId: 'own' },
      { Name: 'm', Priority: 30, Action: 'BLOCK', BlockResponse: 'NODATA', FirewallDomainListId: 'aws' },
      { Name: 't', Priority: 40, Action: 'BLOCK' },
    ],
  });
  state.firewallRuleGroupAssociations.set('1', {
    VpcId: 'vpc-0a',
    Priority: 200,
    FirewallRuleGroupId: 'late',
  });
  state.firewallRuleGroupAssociations.set('2', {
    VpcId: 'vpc-0a',
    Priority: 100,
    FirewallRuleGroupId: 'early',
  });
  state.firewallRuleGroupAssociations.set('3', { VpcId: 'vpc-0b', Priority: 1, FirewallRuleGroupId: 'late' });
  const { configuration, notEmulated } = servicesConfiguration(state);
  expect(configuration.resolvers[0]?.rules.map(({ action }) => action)).toEqual(['ALERT', 'BLOCK', 'ALLOW']);
  expect(configuration.resolvers[0]?.rules[1]).toMatchObject({
    domains: ['bad.example', '*.worse.example'],
    response: 'NXDOMAIN',
  });
  expect(notEmulated).toEqual([
    expect.stringMatching(/rule m of early .*manages/),
    expect.stringMatching(/rule t of early/),
  ]);
});
