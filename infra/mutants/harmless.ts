/** Variations of the reference network that are as compliant as it is. Ids are those of the mutation catalogue. */
import type { Harmless } from './mutant';
import { change } from './mutant';
import { interfaceEndpoint } from './reference-endpoints';
import { localRoute, prefixListRoute, route, routeTable } from './reference-network';
import { withIpv6, withSecondaryCidr } from './address-changes';
import { firewallBeforeNatDoneRight } from './mutants-return';
import { addRoutes, removeRoute, replaceRoute } from './route-changes';
import { twoZones } from './two-zones';
import { editRules } from './firewall-changes';
import { breadthHarmless } from './harmless-breadth';
import { centralHarmless } from './harmless-central';
import { edgeHarmless } from './harmless-edges';
import { firewallHarmless } from './harmless-firewall';
import { groupHarmless } from './harmless-groups';
import { routingHarmless } from './harmless-routing';
import { iamHarmless } from './harmless-iam';
import { loggingHarmless } from './harmless-logging';
import { serviceHarmless } from './harmless-services';

const FIREWALL = { GatewayId: 'vpce-firewall' };
const IGW = { GatewayId: 'igw-a' };

/** Every variation that must stay quiet. */
export function harmlessVariations(): readonly Harmless[] {
  return [
    ...ofRoutes(),
    ...ofAddresses(),
    ...ofOrder(),
    ...firewallHarmless(),
    ...routingHarmless(),
    ...centralHarmless(),
    ...edgeHarmless(),
    ...breadthHarmless(),
    ...groupHarmless(),
    ...serviceHarmless(),
    ...loggingHarmless(),
    ...iamHarmless(),
  ];
}

function ofRoutes(): readonly Harmless[] {
  return [
    {
      id: 'H01',
      variation: 'Two halves lead to the firewall, and there is no default route.',
      mutate: (s) =>
        addRoutes(
          removeRoute(s, 'rtb-nat', '0.0.0.0/0'),
          'rtb-nat',
          route('0.0.0.0/1', FIREWALL),
          route('128.0.0.0/1', FIREWALL),
        ),
    },
    {
      id: 'H03',
      variation: 'A table that nothing uses leads to a second internet gateway that nothing uses.',
      mutate: (s) =>
        change(s, 'routeTables', (list) => [
          ...list,
          routeTable('rtb-unused', [route('0.0.0.0/0', { GatewayId: 'igw-unused' })], null),
        ]),
    },
    { id: 'H05', variation: 'Two zones, each with all of its own.', mutate: twoZones },
    {
      id: 'H08',
      variation: 'The main table leads out, and no subnet uses it.',
      mutate: (s) => addRoutes(s, 'rtb-main', route('0.0.0.0/0', IGW)),
    },
    {
      id: 'H09',
      variation: 'A transit gateway carries private addresses only, and is approved for them.',
      intent: {
        approvedExits: [{ target: 'tgw-a', destinations: ['10.0.0.0/8'], because: 'the office network' }],
      },
      mutate: (s) => addRoutes(s, 'rtb-studio', route('10.0.0.0/8', { TransitGatewayId: 'tgw-a' })),
    },
    {
      id: 'H11',
      variation: 'A prefix list of the customer leads to the firewall.',
      mutate: (s) =>
        addRoutes(
          change(s, 'managedPrefixLists', (list) => [
            ...list,
            {
              PrefixList: { PrefixListId: 'pl-own', State: 'modify-complete' },
              Entries: [{ Cidr: '151.101.0.0/16' }],
            },
          ]),
          'rtb-nat',
          prefixListRoute('pl-own', 'vpce-firewall'),
        ),
    },
    {
      id: 'H14',
      variation: 'The edge route covers the whole VPC.',
      mutate: (s) =>
        replaceRoute(
          removeRoute(s, 'rtb-edge', '10.2.2.0/24'),
          'rtb-edge',
          '10.2.0.0/16',
          route('10.2.0.0/16', { ...FIREWALL, Origin: 'CreateRouteTable' }),
        ),
    },
    {
      id: 'H21',
      variation: 'A propagated route is more specific than the local one, which wins all the same.',
      mutate: (s) =>
        addRoutes(s, 'rtb-studio', {
          ...route('10.2.9.0/24', { GatewayId: 'vgw-a' }),
          Origin: 'EnableVgwRoutePropagation',
        }),
    },
    {
      id: 'H27',
      variation: 'The firewall stands before the NAT gateway, with the route back.',
      mutate: firewallBeforeNatDoneRight,
    },
    {
      id: 'H28',
      variation:
        'The prefix list of the S3 gateway endpoint was not read: it leads to no internet exit whatever is on it.',
      mutate: (s) => change(s, 'managedPrefixLists', () => []),
    },
  ];
}

function ofAddresses(): readonly Harmless[] {
  return [
    {
      id: 'H16',
      variation: 'A secondary prefix has local routes only.',
      mutate: (s) => withSecondaryCidr(s, '100.64.0.0/16'),
    },
    {
      id: 'H18',
      variation: 'There are more endpoints than needed.',
      mutate: (s) =>
        change(s, 'vpcEndpoints', (list) => [
          ...list,
          interfaceEndpoint('com.amazonaws.us-east-1.athena'),
          interfaceEndpoint('com.amazonaws.us-east-1.s3', {
            PrivateDnsEnabled: false,
            VpcEndpointId: 'vpce-s3-interface',
            PolicyDocument: JSON.stringify({
              Statement: {
                Effect: 'Allow',
                Principal: '*',
                Action: 's3:GetObject',
                Resource: 'arn:aws:s3:::studio-data/*',
              },
            }),
          }),
        ]),
    },
    { id: 'H19', variation: 'IPv6 is there and goes nowhere.', mutate: withIpv6 },
    {
      id: 'H19b',
      variation: 'IPv6 is there and fully inspected, both ways.',
      mutate: (s) =>
        addRoutes(
          addRoutes(
            addRoutes(withIpv6(homeNetOfBothFamilies(s)), 'rtb-studio', route('::/0', FIREWALL)),
            'rtb-firewall',
            route('::/0', IGW),
          ),
          'rtb-edge',
          route('2600:1f18:1:3::/64', FIREWALL),
        ),
    },
    {
      id: 'H29',
      variation: 'NAT64 reaches IPv4 through the firewall.',
      mutate: (s) => addRoutes(withIpv6(s), 'rtb-studio', route('64:ff9b::/96', { NatGatewayId: 'nat-a' })),
    },
    {
      id: 'H23',
      variation: 'The firewall subnet leads to the internet gateway, which is its job.',
      mutate: (s) => addRoutes(s, 'rtb-firewall', route('128.0.0.0/1', IGW)),
    },
  ];
}

const homeNetOfBothFamilies = editRules((group) => ({
  ...group,
  RuleVariables: { IPSets: { HOME_NET: { Definition: ['10.2.0.0/16', '2600:1f18:1::/56'] } } },
}));

function ofOrder(): readonly Harmless[] {
  return [
    {
      id: 'H25',
      variation: 'Tables, routes, subnets and endpoints come in another order, and without tags.',
      mutate: (s) => {
        const tables = change(s, 'routeTables', (list) =>
          [...list].reverse().map((table) => ({ ...table, Routes: [...(table.Routes ?? [])].reverse() })),
        );
        return change(
          change(tables, 'subnets', (list) => [...list].reverse()),
          'vpcEndpoints',
          (list) => [...list].reverse(),
        );
      },
    },
    {
      id: 'H30',
      variation: 'A route that is there twice in effect: the same prefix as the local one, propagated.',
      mutate: (s) =>
        addRoutes(s, 'rtb-nat', {
          ...localRoute('10.2.0.0/16'),
          GatewayId: 'vgw-a',
          Origin: 'EnableVgwRoutePropagation',
        }),
    },
  ];
}
