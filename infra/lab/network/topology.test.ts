import type { LabState } from '../state';
import { tableNumber } from './names';
import { addHost, ids, smallAccount } from './small-account';
import { planNetwork } from './topology';
import type { KernelRoute, NetworkPlan } from './plan';

const internet = { addresses: ['203.0.113.40'], resolver: '203.0.113.53' };
const planned = (change: (state: LabState) => void = () => {}): NetworkPlan => {
  const state = smallAccount();
  change(state);
  return planNetwork(state, internet);
};
const routes = (plan: NetworkPlan, tableId: string): readonly KernelRoute[] =>
  plan.namespaces.get(ids.vpc)?.routes.filter(({ table }) => table === tableNumber(tableId)) ?? [];
const device = (plan: NetworkPlan, tableId: string, destination: string): string | null | undefined =>
  routes(plan, tableId).find((route) => route.destination === destination)?.device;
const rules = (plan: NetworkPlan): readonly string[] => plan.namespaces.get(ids.vpc)?.rules ?? [];
const nft = (plan: NetworkPlan, namespace: string): string =>
  plan.namespaces.get(namespace)?.nft ?? 'no such namespace';

test('the small account is carried as it is', () => {
  const plan = planned();
  expect(plan.unfaithful).toEqual([]);
  expect([...plan.namespaces.keys()].sort()).toEqual(
    [
      'aws',
      'internet',
      ids.vpc,
      ids.host,
      `hv-${ids.host}`,
      ids.natGateway,
      ids.firewallEndpoint,
      ids.gateway,
      ids.controlHost,
    ].sort(),
  );
  expect(plan.firewallEndpoints).toEqual([
    expect.objectContaining({ endpointId: ids.firewallEndpoint, availabilityZone: 'us-east-1a' }),
  ]);
});

test('every AWS route table is one kernel table with the same routes', () => {
  const plan = planned();
  expect(device(plan, ids.studioTable, '0.0.0.0/0')).toBe(ids.natGateway);
  expect(device(plan, ids.studioTable, '192.0.2.0/25')).toBe(ids.s3Endpoint);
  expect(device(plan, ids.natTable, '0.0.0.0/0')).toBe(ids.firewallEndpoint);
  expect(device(plan, ids.firewallTable, '0.0.0.0/0')).toBe(ids.gateway);
  expect(device(plan, ids.edgeTable, '10.2.2.0/24')).toBe(ids.firewallEndpoint);
  expect(routes(plan, 'rtb-0aa').map(({ type, destination }) => [type, destination])).toEqual([
    ['throw', '10.2.0.0/16'],
    ['blackhole', '0.0.0.0/0'],
  ]);
});

test("a packet meets the table of the subnet it comes from, and a gateway's meets the edge table", () => {
  const lookups = rules(planned()).filter((rule) => rule.startsWith('pref 200'));
  expect(lookups.sort()).toEqual(
    [
      `pref 200 iif ${ids.host} lookup ${tableNumber(ids.studioTable)}`,
      `pref 200 iif ${ids.natGateway} lookup ${tableNumber(ids.natTable)}`,
      `pref 200 iif ${ids.firewallEndpoint} lookup ${tableNumber(ids.firewallTable)}`,
      `pref 200 iif ${ids.gateway} lookup ${tableNumber(ids.edgeTable)}`,
      `pref 200 iif eni-0e1 lookup ${tableNumber(ids.studioTable)}`,
    ].sort(),
  );
});

test("a packet for the sender's own subnet meets no route table, and one for the resolver no table at all", () => {
  expect(rules(planned())).toEqual(
    expect.arrayContaining([
      `pref 100 iif ${ids.host} to 10.2.3.0/24 lookup 100`,
      'pref 10 to 10.2.0.2 lookup 101',
      'pref 10 to 169.254.169.253 lookup 101',
    ]),
  );
});

test('a subnet without a table of its own uses the main one', () => {
  const plan = planned((state) => {
    state.routeTables.set(ids.studioTable, { ...state.routeTables.get(ids.studioTable), Associations: [] });
  });
  expect(rules(plan)).toContain(`pref 200 iif ${ids.host} lookup ${tableNumber('rtb-0aa')}`);
});

test('an association that is not in force does not count', () => {
  const plan = planned((state) => {
    const table = state.routeTables.get(ids.studioTable);
    const Associations = [{ SubnetId: ids.studio, AssociationState: { State: 'disassociating' as const } }];
    state.routeTables.set(ids.studioTable, { ...table, Associations });
  });
  expect(rules(plan)).toContain(`pref 200 iif ${ids.host} lookup ${tableNumber('rtb-0aa')}`);
});

test('without an edge route table the gateway delivers straight to the interface', () => {
  const plan = planned((state) => void state.routeTables.delete(ids.edgeTable));
  expect(rules(plan).filter((rule) => rule.includes(`iif ${ids.gateway} `))).toEqual([]);
  expect(plan.unfaithful).toEqual([]);
});

test('routes to what is gone or not there yet drop', () => {
  const plan = planned((state) => {
    state.internetGateways.clear();
    state.natGateways.set(ids.natGateway, { ...state.natGateways.get(ids.natGateway), State: 'deleted' });
  });
  for (const table of [ids.firewallTable, ids.studioTable]) {
    expect(routes(plan, table)).toContainEqual(
      expect.objectContaining({ destination: '0.0.0.0/0', type: 'blackhole', metric: 10 }),
    );
  }
  expect(plan.unfaithful).toEqual([]);
});

test('the internet gateway lets out only what has a public address', () => {
  expect(nft(planned(), ids.gateway)).toContain(
    'iifname "vpc0" oifname "internet0" ip saddr { 10.2.2.10 } accept',
  );
});

test.each([
  ['block-bidirectional', 0],
  ['block-ingress', 2],
  ['off', 2],
] as const)('under %s of block public access the gateway forwards by %i rules', (mode, count) => {
  const plan = planned((state) => {
    state.vpcBlockPublicAccess = { InternetGatewayBlockMode: mode };
  });
  expect(nft(plan, ids.gateway).match(/ accept$/gm) ?? []).toHaveLength(count);
});

test('a public address of an instance does not go out while ingress is blocked', () => {
  const plan = planned((state) => {
    state.vpcBlockPublicAccess = { InternetGatewayBlockMode: 'block-ingress' };
    const eni = state.networkInterfaces.get(`eni-${ids.host}`);
    state.networkInterfaces.set(`eni-${ids.host}`, { ...eni, Association: { PublicIp: '198.51.100.77' } });
  });
  expect(nft(plan, ids.gateway)).not.toContain('198.51.100.77');
});

test("hosts ask the VPC's resolver unless DHCP says otherwise", () => {
  expect(planned().hosts.map(({ instanceId, nameServers }) => [instanceId, nameServers])).toEqual([
    [ids.host, ['10.2.0.2']],
    [ids.controlHost, ['203.0.113.53']],
  ]);
  const own = planned((state) => {
    state.dhcpOptions.set('dopt-0a1', {
      DhcpConfigurations: [{ Key: 'domain-name-servers', Values: [{ Value: '10.2.3.53' }] }],
    });
  });
  expect(own.hosts[0]?.nameServers).toEqual(['10.2.3.53']);
});

test('with DNS support off nothing leads to a resolver', () => {
  const plan = planned((state) => {
    state.vpcAttributes.set(ids.vpc, { enableDnsSupport: false, enableDnsHostnames: false });
  });
  expect(rules(plan).filter((rule) => rule.startsWith('pref 10 '))).toEqual([]);
  expect(nft(plan, `hv-${ids.host}`)).not.toContain('10.2.0.2');
});

test('only running instances are hosts', () => {
  const plan = planned((state) => {
    addHost(state, 'i-0a2', '10.2.3.11');
    state.instances.set('i-0a2', { ...state.instances.get('i-0a2'), State: { Name: 'stopped' } });
  });
  expect(plan.hosts.map(({ instanceId }) => instanceId)).toEqual([ids.host, ids.controlHost]);
});

test('a network ACL stands at the borders of its subnets, and not for the resolver', () => {
  const plan = planned((state) => {
    const acl = state.networkAcls.get('acl-0a1');
    state.networkAcls.set('acl-0a2', {
      ...acl,
      NetworkAclId: 'acl-0a2',
      IsDefault: false,
      Associations: [{ SubnetId: ids.studio }],
      Entries: [
        { Egress: true, RuleNumber: 200, Protocol: '-1', RuleAction: 'allow', CidrBlock: '0.0.0.0/0' },
        {
          Egress: true,
          RuleNumber: 100,
          Protocol: '6',
          RuleAction: 'deny',
          CidrBlock: '203.0.113.0/24',
          PortRange: { From: 443, To: 443 },
        },
      ],
    });
  });
  const text = nft(plan, ids.vpc);
  const studio = `{ "${ids.host}", "eni-0e1" }`;
  expect(text).toContain(`iifname ${studio} oifname != ${studio} jump egress_subnet_0a3`);
  expect(text).toMatch(
    /chain egress_subnet_0a3 \{\n {4}ip daddr 203\.0\.113\.0\/24 tcp dport 443 drop\n {4}return\n {4}drop/,
  );
  expect(text.indexOf('oifname { "dns-0a1" } accept')).toBeLessThan(text.indexOf('jump'));
  expect(text).not.toContain('subnet_0a2');
});

test.each(['i-1; reboot', '../../etc', 'I-0A1', 'i-1\nlink del'])(
  'the id %j never reaches a command',
  (id) => {
    expect(() => planned((state) => addHost(state, id, '10.2.3.11'))).toThrow(/not an AWS resource id/);
  },
);

test('ids that would get one interface name are refused', () => {
  expect(() =>
    planned((state) => {
      addHost(state, 'i-0aaaaaaaaaaaaaaaa1', '10.2.3.11');
      addHost(state, 'i-1aaaaaaaaaaaaaaaa1', '10.2.3.12');
    }),
  ).toThrow(/too alike/);
});
