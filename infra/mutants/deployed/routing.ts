/** Entries of the routes of one zone: traffic past the firewall, out or back. */
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  CreateNatGatewayCommand,
  ModifyNetworkInterfaceAttributeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { firewallEndpoint, made, type Deployed } from './deployed';
import { fails, type DeployedEntry, type Start } from './entry';
import {
  addRoute,
  ANYWHERE,
  deleteRoute,
  disassociate,
  EDGE,
  FW,
  mainTable,
  NAT,
  newSubnet,
  replaceRoute,
  SM,
  throughGateway,
} from './route-calls';
import { addResource, editing, ref, setProperty, zone } from './template-edit';
import { changeTable } from '../route-changes';

const OUT = 'routing/egress-crosses-firewall';
const BACK = 'routing/return-crosses-firewall';
const to = (DestinationCidrBlock: string) => ({ DestinationCidrBlock });

export function routingEntries(): readonly DeployedEntry[] {
  return [...straightOut(), ...otherGateways(), ...back(), ...firewallFirst()];
}

function straightOut(): readonly DeployedEntry[] {
  return [
    {
      id: 'R01',
      what: 'The Studio subnet is routed to the internet gateway.',
      expect: fails(OUT),
      api: (at) => replaceRoute(at, SM, { ...ANYWHERE, ...throughGateway(at) }),
    },
    {
      id: 'R02',
      what: 'The NAT subnet is routed to the internet gateway.',
      expect: fails(OUT),
      api: (at) => replaceRoute(at, NAT, { ...ANYWHERE, ...throughGateway(at) }),
    },
    {
      id: 'R03',
      what: 'One address leaves the Studio subnet past the firewall.',
      expect: fails(OUT, '8.8.8.8'),
      api: (at) => addRoute(at, SM, { ...to('8.8.8.8/32'), ...throughGateway(at) }),
    },
    {
      id: 'R04',
      what: 'One address leaves the NAT subnet past the firewall.',
      expect: fails(OUT, '151.101.0.223'),
      api: (at) => addRoute(at, NAT, { ...to('151.101.0.223/32'), ...throughGateway(at) }),
    },
    {
      id: 'R05',
      what: 'Half of the internet leaves past the firewall, beside a default route to it.',
      expect: fails(OUT, '128.0.0.'),
      api: async (at) => {
        await addRoute(at, NAT, { ...to('0.0.0.0/1'), VpcEndpointId: await firewallEndpoint(at) });
        await addRoute(at, NAT, { ...to('128.0.0.0/1'), ...throughGateway(at) });
      },
    },
    {
      id: 'R07',
      what: 'Both halves leave past the firewall; the default route to it is dead.',
      expect: fails(OUT),
      api: async (at) => {
        await addRoute(at, NAT, { ...to('0.0.0.0/1'), ...throughGateway(at) });
        await addRoute(at, NAT, { ...to('128.0.0.0/1'), ...throughGateway(at) });
      },
    },
    {
      id: 'R18',
      what: 'The Studio subnet falls back to the main table, which leads out.',
      expect: fails(OUT),
      api: async (at) => {
        await addRoute(at, await mainTable(at), { ...ANYWHERE, ...throughGateway(at) });
        await disassociate(at, SM);
      },
    },
  ];
}

/** A NAT gateway in a subnet of its own that leads straight out. */
export async function secondNatGateway(at: Deployed): Promise<string> {
  const { subnetId } = await newSubnet(at, '10.2.4.0/24', [{ ...ANYWHERE, ...throughGateway(at) }]);
  const { AllocationId } = await at.ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const { NatGateway } = await at.ec2.send(
    new CreateNatGatewayCommand({ SubnetId: subnetId, AllocationId: made(AllocationId) }),
  );
  return made(NatGateway?.NatGatewayId);
}

/** An instance in a subnet of its own that leads straight out; its interface. */
async function appliance(at: Deployed): Promise<string> {
  const { subnetId } = await newSubnet(at, '10.2.4.0/24', [{ ...ANYWHERE, ...throughGateway(at) }]);
  const { Instances = [] } = await at.ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-0123456789abcdef0',
      InstanceType: 't3.micro',
      SubnetId: subnetId,
      MinCount: 1,
      MaxCount: 1,
    }),
  );
  return made(Instances[0]?.NetworkInterfaces?.[0]?.NetworkInterfaceId);
}

/** The same, forwarding packets of others. */
export async function forwarder(at: Deployed): Promise<string> {
  const NetworkInterfaceId = await appliance(at);
  await at.ec2.send(
    new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, SourceDestCheck: { Value: false } }),
  );
  return NetworkInterfaceId;
}

/** The same with a public address. */
async function natInstance(at: Deployed): Promise<string> {
  const NetworkInterfaceId = await forwarder(at);
  const { AllocationId } = await at.ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  await at.ec2.send(new AssociateAddressCommand({ NetworkInterfaceId, AllocationId }));
  return NetworkInterfaceId;
}

function otherGateways(): readonly DeployedEntry[] {
  return [
    {
      id: 'R11',
      what: 'The Studio subnet uses a second NAT gateway, whose subnet leads straight out.',
      expect: fails(OUT),
      api: async (at) => replaceRoute(at, SM, { ...ANYWHERE, NatGatewayId: await secondNatGateway(at) }),
    },
    {
      id: 'R12',
      what: 'Only 52.0.0.0/8 leaves by such a second NAT gateway.',
      expect: fails(OUT, '52.'),
      api: async (at) => addRoute(at, SM, { ...to('52.0.0.0/8'), NatGatewayId: await secondNatGateway(at) }),
    },
    {
      id: 'R13',
      what: 'The Studio subnet leads to a NAT instance in a public subnet.',
      expect: fails(OUT),
      api: async (at) => {
        const NetworkInterfaceId = await natInstance(at);
        await replaceRoute(at, SM, { ...ANYWHERE, NetworkInterfaceId });
      },
    },
  ];
}

function back(): readonly DeployedEntry[] {
  return [
    {
      id: 'R20',
      what: 'The internet gateway has no edge table.',
      expect: fails(BACK),
      api: (at) => disassociate(at, EDGE),
    },
    {
      id: 'R21',
      what: 'The edge table has no route to the firewall.',
      expect: fails(BACK),
      api: (at) => deleteRoute(at, EDGE, to('10.2.2.0/24')),
    },
    {
      id: 'R22',
      what: 'The edge route covers half of the NAT subnet (EC2 refuses that: a subnet or nothing).',
      expect: fails(BACK, '10.2.2.128'),
      snapshot: (s, at) =>
        changeTable(s, at.id(EDGE), (table) => ({
          ...table,
          Routes: (table.Routes ?? []).map((route) =>
            route.DestinationCidrBlock === '10.2.2.0/24' ? { ...route, ...to('10.2.2.0/25') } : route,
          ),
        })),
    },
  ];
}

/** Studio -> firewall -> NAT gateway -> internet gateway: what comes back is sent to the firewall by the NAT subnet. */
const FIREWALL_BEFORE_NAT: Start = {
  id: 'firewall-before-nat',
  api: async (at) => {
    const VpcEndpointId = await firewallEndpoint(at);
    await replaceRoute(at, SM, { ...ANYWHERE, VpcEndpointId });
    await replaceRoute(at, FW, { ...ANYWHERE, NatGatewayId: at.id('NATGateway') });
    await replaceRoute(at, NAT, { ...ANYWHERE, ...throughGateway(at) });
    await addRoute(at, NAT, { ...to('10.2.3.0/24'), VpcEndpointId });
    await disassociate(at, EDGE);
  },
};

function firewallFirst(): readonly DeployedEntry[] {
  return [
    {
      id: 'R34',
      what: 'The firewall stands before the NAT gateway, whose subnet does not route back through it.',
      start: FIREWALL_BEFORE_NAT,
      expect: fails(BACK),
      api: (at) => deleteRoute(at, NAT, to('10.2.3.0/24')),
    },
    {
      id: 'R39',
      what: 'A second Studio subnet has addresses of a second block, to which no route leads back.',
      start: FIREWALL_BEFORE_NAT,
      expect: fails(BACK),
      template: editing(
        addResource('SecondCIDR', {
          Type: 'AWS::EC2::VPCCidrBlock',
          Properties: { VpcId: ref('VPC'), CidrBlock: '100.64.0.0/16' },
        }),
        addResource('SecondStudioSubnet', {
          Type: 'AWS::EC2::Subnet',
          DependsOn: 'SecondCIDR',
          Properties: { VpcId: ref('VPC'), CidrBlock: '100.64.1.0/24', AvailabilityZone: zone(0) },
        }),
        addResource('SecondStudioSubnetAssociation', {
          Type: 'AWS::EC2::SubnetRouteTableAssociation',
          Properties: { SubnetId: ref('SecondStudioSubnet'), RouteTableId: ref(SM) },
        }),
        setProperty('StudioDomain', 'SubnetIds', [ref('SageMakerStudioSubnet'), ref('SecondStudioSubnet')]),
      ),
    },
  ];
}
