import type * as ec2 from '@aws-sdk/client-ec2';
import type { LabState } from '../state';
import { tableNumber } from './names';
import type { NetworkPlan } from './plan';
import { ids, smallAccount } from './small-account';
import { planNetwork } from './topology';

const planned = (change: (state: LabState) => void): NetworkPlan => {
  const state = smallAccount();
  change(state);
  return planNetwork(state, { addresses: ['203.0.113.40'], resolver: '203.0.113.53' });
};

function setRoutes(state: LabState, tableId: string, added: ec2.Route[]): void {
  const table = state.routeTables.get(tableId);
  state.routeTables.set(tableId, { ...table, Routes: [...(table?.Routes ?? []).slice(0, 1), ...added] });
}

test.each<[string, (state: LabState) => void]>([
  [
    'the route to 10.9.0.0/16 leads to tgw-1, which this network does not have',
    (state) =>
      setRoutes(state, ids.studioTable, [{ DestinationCidrBlock: '10.9.0.0/16', TransitGatewayId: 'tgw-1' }]),
  ],
  [
    'a firewall endpoint that is not ready',
    (state) => {
      const firewall = [...state.firewalls.values()][0];
      for (const sync of Object.values(firewall?.FirewallStatus.SyncStates ?? {}))
        sync.Attachment = { ...sync.Attachment, Status: 'SCALING' };
    },
  ],
  ['a Gateway Load Balancer endpoint that belongs to no firewall', (state) => state.firewalls.clear()],
  [
    'a regional NAT gateway',
    (state) => {
      const { SubnetId: _, ...regional } = state.natGateways.get(ids.natGateway) ?? {};
      state.natGateways.set(ids.natGateway, regional);
    },
  ],
  [
    'a network interface whose further traffic',
    (state) => {
      setRoutes(state, ids.studioTable, [
        { DestinationCidrBlock: '0.0.0.0/0', NetworkInterfaceId: `eni-${ids.host}` },
      ]);
      const eni = state.networkInterfaces.get(`eni-${ids.host}`);
      state.networkInterfaces.set(`eni-${ids.host}`, { ...eni, SourceDestCheck: false });
    },
  ],
  [
    'has IPv6 addresses',
    (state) => {
      state.subnets.set(ids.studio, {
        ...state.subnets.get(ids.studio),
        Ipv6CidrBlockAssociationSet: [
          { Ipv6CidrBlock: 'fd00::/64', Ipv6CidrBlockState: { State: 'associated' } },
        ],
      });
    },
  ],
  [
    'several network interfaces',
    (state) => {
      state.networkInterfaces.set('eni-0b2', {
        ...state.networkInterfaces.get(`eni-${ids.host}`),
        NetworkInterfaceId: 'eni-0b2',
        PrivateIpAddress: '10.2.3.12',
        Attachment: { InstanceId: ids.host, DeviceIndex: 1 },
      });
    },
  ],
  [
    'overlapping addresses',
    (state) => {
      state.vpcs.set('vpc-0b1', { VpcId: 'vpc-0b1', CidrBlock: '10.2.0.0/20' });
      state.vpcAttributes.set('vpc-0b1', { enableDnsSupport: true, enableDnsHostnames: true });
      state.subnets.set('subnet-0b1', { SubnetId: 'subnet-0b1', VpcId: 'vpc-0b1', CidrBlock: '10.2.0.0/24' });
    },
  ],
  [
    'excluded from block public access',
    (state) => {
      state.subnets.set(ids.nat, {
        ...state.subnets.get(ids.nat),
        BlockPublicAccessStates: { InternetGatewayBlockMode: 'block-ingress' },
      });
    },
  ],
])('"%s" is said, not passed over', (sentence, change) => {
  expect(planned(change).unfaithful.join('\n')).toContain(sentence);
});

test('an interface that checks its source and destination drops what is routed through it, which needs no word', () => {
  const plan = planned((state) =>
    setRoutes(state, ids.studioTable, [
      { DestinationCidrBlock: '0.0.0.0/0', NetworkInterfaceId: `eni-${ids.host}` },
    ]),
  );
  expect(plan.namespaces.get(ids.vpc)?.routes).toContainEqual(
    expect.objectContaining({
      table: tableNumber(ids.studioTable),
      destination: '0.0.0.0/0',
      type: 'blackhole',
      metric: 10,
    }),
  );
  expect(plan.unfaithful).toEqual([]);
});

test('a table that nothing is routed by makes nothing unfaithful', () => {
  const plan = planned((state) =>
    setRoutes(state, 'rtb-0aa', [{ DestinationCidrBlock: '0.0.0.0/0', TransitGatewayId: 'tgw-1' }]),
  );
  expect(plan.unfaithful).toEqual([]);
});
