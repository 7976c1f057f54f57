/** Variations of the routes that are as compliant as the recommended stack, each a trap for a careless check. */
import {
  AssociateVpcCidrBlockCommand,
  CreateInternetGatewayCommand,
  CreateManagedPrefixListCommand,
  CreateRouteTableCommand,
  CreateVpcEndpointCommand,
} from '@aws-sdk/client-ec2';
import { firewallEndpoint, made, type Deployed } from './deployed';
import type { DeployedEntry } from './entry';
import {
  addRoute,
  ANYWHERE,
  deleteRoute,
  EDGE,
  FW,
  mainTable,
  NAT,
  newSubnet,
  replaceRoute,
  SM,
  throughGateway,
} from './route-calls';
import { companyNetwork, learn } from './transit-calls';

const to = (DestinationCidrBlock: string) => ({ DestinationCidrBlock });

export function harmlessRoutes(): readonly DeployedEntry[] {
  return [...toTheFirewall(), ...unused(), ...otherWays()];
}

function toTheFirewall(): readonly DeployedEntry[] {
  return [
    {
      id: 'H01',
      what: 'Two halves lead to the firewall, and there is no default route.',
      expect: 'quiet',
      api: async (at) => {
        const VpcEndpointId = await firewallEndpoint(at);
        await addRoute(at, NAT, { ...to('0.0.0.0/1'), VpcEndpointId });
        await addRoute(at, NAT, { ...to('128.0.0.0/1'), VpcEndpointId });
        await deleteRoute(at, NAT);
      },
    },
    {
      id: 'H11',
      what: "A customer's prefix list leads to the firewall.",
      expect: 'quiet',
      api: async (at) => {
        const { PrefixList } = await at.ec2.send(
          new CreateManagedPrefixListCommand({
            PrefixListName: 'partners',
            AddressFamily: 'IPv4',
            MaxEntries: 5,
            Entries: [{ Cidr: '151.101.0.0/16' }],
          }),
        );
        const DestinationPrefixListId = made(PrefixList?.PrefixListId);
        await addRoute(at, NAT, { DestinationPrefixListId, VpcEndpointId: await firewallEndpoint(at) });
      },
    },
    {
      id: 'H14',
      what: 'The edge route covers the whole VPC.',
      expect: 'quiet',
      api: async (at) => {
        await replaceRoute(at, EDGE, { ...to('10.2.0.0/16'), VpcEndpointId: await firewallEndpoint(at) });
        await deleteRoute(at, EDGE, to('10.2.2.0/24'));
      },
    },
    {
      id: 'H23',
      what: "The firewall's subnet leads to the internet gateway, by more than one route.",
      expect: 'quiet',
      api: (at) => addRoute(at, FW, { ...to('128.0.0.0/1'), ...throughGateway(at) }),
    },
  ];
}

function unused(): readonly DeployedEntry[] {
  return [
    {
      id: 'H03',
      what: 'There is a second internet gateway, and a table that leads out; nothing uses them.',
      expect: 'quiet',
      api: async (at) => {
        await at.ec2.send(new CreateInternetGatewayCommand({}));
        const { RouteTable } = await at.ec2.send(new CreateRouteTableCommand({ VpcId: at.id('VPC') }));
        await addRoute(at, made(RouteTable?.RouteTableId), { ...ANYWHERE, ...throughGateway(at) });
      },
    },
    {
      id: 'H08',
      what: 'The main table leads out, and no subnet uses it.',
      expect: 'quiet',
      api: async (at) => addRoute(at, await mainTable(at), { ...ANYWHERE, ...throughGateway(at) }),
    },
    {
      id: 'H16',
      what: 'The VPC has a second block, with local routes only.',
      expect: 'quiet',
      api: async (at) => {
        const VpcId = at.id('VPC');
        await at.ec2.send(new AssociateVpcCidrBlockCommand({ VpcId, CidrBlock: '100.64.0.0/16' }));
        await newSubnet(at, '100.64.1.0/24', []);
      },
    },
  ];
}

/** A Gateway Load Balancer endpoint of another vendor's firewall, in the firewall's subnet. */
async function otherVendor({ ec2, id }: Deployed): Promise<string> {
  const { VpcEndpoint } = await ec2.send(
    new CreateVpcEndpointCommand({
      VpcId: id('VPC'),
      VpcEndpointType: 'GatewayLoadBalancer',
      ServiceName: 'com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0',
      SubnetIds: [id('FirewallSubnet')],
    }),
  );
  return made(VpcEndpoint?.VpcEndpointId);
}

function otherWays(): readonly DeployedEntry[] {
  return [
    {
      id: 'H09',
      what: 'A transit gateway that the owner approved carries private addresses.',
      expect: 'quiet',
      api: async (at) => {
        const TransitGatewayId = await companyNetwork(at, '10.64.0.0/16');
        await addRoute(at, SM, { ...to('10.0.0.0/8'), TransitGatewayId });
        const because = 'the company network';
        return { approvedExits: [{ target: TransitGatewayId, destinations: ['10.0.0.0/8'], because }] };
      },
    },
    {
      id: 'H21',
      what: 'A VPN announces a block inside the VPC, which stays local all the same.',
      expect: 'quiet',
      api: (at) => learn(at, '10.2.9.0/24'),
    },
    {
      id: 'H26',
      what: "Another vendor's firewall inspects, which the owner accepts.",
      expect: 'quiet',
      api: async (at) => {
        const VpcEndpointId = await otherVendor(at);
        await replaceRoute(at, NAT, { ...ANYWHERE, VpcEndpointId });
        await replaceRoute(at, EDGE, { ...to('10.2.2.0/24'), VpcEndpointId });
        return { acceptedInspection: [VpcEndpointId] };
      },
    },
  ];
}
