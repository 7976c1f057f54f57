/** Entries of ways out that are no internet gateway: transit gateways, VPNs, appliances, and targets nobody models. */
import {
  CreateCarrierGatewayCommand,
  CreateManagedPrefixListCommand,
  CreateNatGatewayCommand,
} from '@aws-sdk/client-ec2';
import { addRoutes } from '../route-changes';
import { made } from './deployed';
import { fails, unknown, type DeployedEntry } from './entry';
import { addRoute, ANYWHERE, newSubnet, replaceRoute, SM } from './route-calls';
import { forwarder } from './routing';
import { companyNetwork, learn, openNetwork } from './transit-calls';

const OUT = 'routing/egress-crosses-firewall';
const APPROVED = 'routing/exits-are-approved';
const to = (DestinationCidrBlock: string) => ({ DestinationCidrBlock });

export function exitEntries(): readonly DeployedEntry[] {
  return [...transit(), ...vpn(), ...appliances(), ...unmodelled()];
}

function transit(): readonly DeployedEntry[] {
  return [
    {
      id: 'R09',
      what: "A customer's prefix list leads to a transit gateway.",
      expect: fails(APPROVED),
      api: async (at) => {
        const TransitGatewayId = await companyNetwork(at, '192.168.0.0/16');
        const { PrefixList } = await at.ec2.send(
          new CreateManagedPrefixListCommand({
            PrefixListName: 'partners',
            AddressFamily: 'IPv4',
            MaxEntries: 5,
            Entries: [{ Cidr: '192.168.0.0/16' }],
          }),
        );
        const DestinationPrefixListId = made(PrefixList?.PrefixListId);
        await addRoute(at, SM, { DestinationPrefixListId, TransitGatewayId });
      },
    },
    {
      id: 'R15',
      what: 'The Studio subnet leads to a transit gateway, with no evidence of inspection behind it.',
      expect: fails(APPROVED),
      api: async (at) => replaceRoute(at, SM, { ...ANYWHERE, TransitGatewayId: await openNetwork(at) }),
    },
    {
      id: 'R35',
      what: 'The Studio subnet leads to a private NAT gateway, and that to a transit gateway.',
      expect: fails(APPROVED),
      api: async (at) => {
        const TransitGatewayId = await openNetwork(at);
        const { subnetId } = await newSubnet(at, '10.2.4.0/24', [{ ...ANYWHERE, TransitGatewayId }]);
        const { NatGateway } = await at.ec2.send(
          new CreateNatGatewayCommand({ SubnetId: subnetId, ConnectivityType: 'private' }),
        );
        await replaceRoute(at, SM, { ...ANYWHERE, NatGatewayId: made(NatGateway?.NatGatewayId) });
      },
    },
  ];
}

function vpn(): readonly DeployedEntry[] {
  return [
    {
      id: 'R17',
      what: 'The Studio table takes over the routes of a VPN, which announces 192.168.0.0/16.',
      expect: fails(APPROVED, '192.168.'),
      api: (at) => learn(at, '192.168.0.0/16'),
    },
    {
      id: 'R38',
      what: 'A static route that is more specific than the local one leads to a VPN (EC2 refuses such a target).',
      expect: fails(APPROVED, '10.2.9.'),
      snapshot: (s, at) =>
        addRoutes(s, at.id(SM), {
          ...to('10.2.9.0/24'),
          GatewayId: 'vgw-0123456789abcdef0',
          Origin: 'CreateRoute',
          State: 'active',
        }),
    },
  ];
}

function appliances(): readonly DeployedEntry[] {
  return [
    {
      id: 'R37',
      what: "A route inside the VPC, more specific than the local one, leads to somebody's forwarding interface.",
      expect: fails(APPROVED),
      api: async (at) => {
        const NetworkInterfaceId = await forwarder(at);
        await addRoute(at, SM, { ...to('10.2.2.0/24'), NetworkInterfaceId });
      },
    },
  ];
}

function unmodelled(): readonly DeployedEntry[] {
  return [
    {
      id: 'R44',
      what: 'The Studio subnet leads to a Cloud WAN core network.',
      expect: [...fails(APPROVED), ...unknown(OUT)],
      api: (at) =>
        replaceRoute(at, SM, {
          ...ANYWHERE,
          CoreNetworkArn: 'arn:aws:networkmanager::123456789012:core-network/core-network-0123456789abcdef0',
        }),
    },
    {
      id: 'R45',
      what: 'The Studio subnet leads to a local gateway.',
      expect: unknown(OUT),
      api: (at) => replaceRoute(at, SM, { ...ANYWHERE, LocalGatewayId: 'lgw-0123456789abcdef0' }),
    },
    {
      id: 'R45-carrier',
      what: 'The Studio subnet leads to a carrier gateway, which is a way to the internet.',
      expect: fails(OUT),
      api: async (at) => {
        const { CarrierGateway } = await at.ec2.send(
          new CreateCarrierGatewayCommand({ VpcId: at.id('VPC') }),
        );
        const CarrierGatewayId = made(CarrierGateway?.CarrierGatewayId);
        await replaceRoute(at, SM, { ...ANYWHERE, CarrierGatewayId });
      },
    },
  ];
}
