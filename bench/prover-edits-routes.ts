/** Edits of what decides about single packets: which route decides, where its target leads, and which destinations are alike. */
import type { ProverEdits } from './prover-edit';
import { editsOf } from './prover-edit';
import { FORWARD_TESTS } from './prover-edits-forward';

export function routeEdits(): ProverEdits {
  return { tests: FORWARD_TESTS, edits: [...packetPath(), ...nextPlace(), ...tables()] };
}

const packetPath = () => [
  ...editsOf('packet-path', [
    [
      'if (paths.length <= mostPaths) return paths;',
      'if (paths.length <= mostPaths + 9) return paths;',
      'the ways beyond the limit are not there',
    ],

    [
      'translated ? nat64.first : offset',
      'translated ? nat64.first : 0n',
      "behind NAT64 the second table's boundaries are lost",
    ],
    ['translated ? nat64.first : offset', 'offset', "behind NAT64 the first table's boundaries are lost"],
    [
      '[first, last + 1n].forEach((edge) => found.add(edge + offset))',
      '[first].forEach((edge) => found.add(edge + offset))',
      'a class goes on behind the end of a subnet',
    ],
    [
      'if (translated) [nat64.first, nat64.last + 1n].forEach((edge) => found.add(edge));',
      '',
      'a class goes on behind the end of the NAT64 prefix',
    ],
    ["here === 'ipv6' ? [nat64, whole] : [whole]", '[whole]', 'no boundary is looked for behind NAT64'],
    [
      'const key = `${place.id} ${here} ${offset}`;',
      'const key = `${place.id} ${offset}`;',
      'a place is met once for both families',
      'in one walk the family follows from the offset',
    ],
    [
      'const key = `${place.id} ${here} ${offset}`;',
      'const key = `${place.id} ${here}`;',
      'a place is met once whatever the offset',
      'in one walk the offset follows from the family',
    ],
    [
      'const key = `${place.id} ${packet.family}`;',
      'const key = place.id;',
      'NAT64 back into the same subnet is a loop',
    ],
    [
      'const key = `${place.id} ${packet.family}`;',
      'const key = `${place.id} ${steps.length}`;',
      'a loop is no loop',
    ],
    [
      '({ family, first, last }) => family === packet.family && first <= packet.first',
      '({ first, last }) => first <= packet.first',
      "a subnet's IPv4 numbers keep IPv6 packets",
    ],
    ['(arrival.on ? arrival.packet : packet)', 'packet', 'behind NAT64 the packet stays what was sent'],
    [
      "path.end.kind === 'unmodelled' ? [...appliances, path.end.because] : appliances",
      'appliances',
      'an unmodelled end leaves nothing open',
    ],
    [
      'const appliances = path.steps.flatMap',
      'const appliances = path.steps.slice(1).flatMap',
      'a machine that forwards leaves nothing open',
    ],
    [
      "if (deciding.length === 0) finish(null, { kind: 'dropped', because: 'no route matches' });",
      '',
      'a packet without a route has no end',
    ],
  ]),
];

const nextPlace = () =>
  editsOf('next-place', [
    ['if (check === true) return', 'if (check !== undefined) return', 'every network interface drops'],
    [
      'if (!covers([prefix], [packet]))',
      'if (packet.first > prefix.last)',
      'IPv6 before the NAT64 prefix is translated',
    ],
    [
      'if (!covers([prefix], [packet]))',
      'if (packet.first < prefix.first)',
      'IPv6 behind the NAT64 prefix is translated',
    ],
    [
      'if (incomplete !== null) return',
      'if (false as boolean) return',
      'while associations are unread, an unknown endpoint is foreign',
    ],
    [
      'if (doubt !== undefined) return',
      'if (false as boolean) return',
      'an endpoint of a firewall that nobody described is foreign',
    ],
    [
      'const closed = isPrivate ? vpcOfSubnet(network, subnetId).behindPrivateNats.get(id) : undefined;',
      'const closed: Place | undefined = undefined;',
      'an internet gateway takes what a private NAT gateway sends',
    ],
    [
      'isPrivate ? vpcOfSubnet(network, subnetId).behindPrivateNats',
      'isPrivate ? network.behindPrivateNats',
      "another VPC's private NAT gateway is taken for a public one",
    ],
    [
      'if (onInternet === undefined) return end',
      'if (packet.last > 0n) return end',
      'nothing on the internet is reached by a connection that is not followed',
    ],
    [
      '(home ?? network).firewallEndpoints;',
      'network.firewallEndpoints;',
      "another VPC's firewall is not found",
    ],
    [
      "if (entered.value.kind === 'dropped') return end(entered.value);\n",
      '',
      'a transit gateway drops nothing',
    ],
    [
      "type !== 'GatewayLoadBalancer' || subnetId === undefined",
      'subnetId === undefined',
      'an interface endpoint forwards',
    ],
  ]);

const tables = () => [
  ...editsOf('table-view', [
    [
      'if (view.privateNat === null && !parts.isAttached) return plain;',
      'if (!parts.isAttached) return plain;',
      'without a transit gateway, an internet gateway is open to a private NAT gateway',
    ],
    [
      '${tableId} ${view.zone} ${view.privateNat}',
      '${tableId} ${view.zone}',
      'a table behind a private NAT gateway is the one that its subnet sees',
    ],
    [
      '${tableId} ${view.zone} ${view.privateNat}',
      '${tableId} ${view.privateNat}',
      'a table leads from every zone where it leads from the first',
    ],
    [
      '(view.privateNat === null && !dependsOnZone)',
      '!dependsOnZone',
      'an internet gateway is open to a private NAT gateway',
    ],
    [
      "privateNat !== null && target.id.startsWith('igw-')",
      'privateNat !== null',
      'every exit is closed to a private NAT gateway',
    ],
    [
      "return among(objects.natGateways, 'NAT gateway');",
      'return target;',
      "another VPC's NAT gateway is a target",
    ],
    [
      "return among(objects.networkInterfaces, 'network interface');",
      'return target;',
      "another VPC's network interface is a target",
    ],
    [
      'zoned.get(tableId) ?? (parts.isAttached && leadsToTransitGateway(table));',
      'false;',
      'zones do not matter to a transit gateway',
    ],
  ]),
  ...editsOf('route-selection', [
    [
      "precedence === 'propagated' ? !local :",
      "precedence === 'propagated' ? true :",
      'a propagated route beats the local one',
    ],
    [
      '(length) => length < longest)',
      '(length) => length < longest - 1)',
      "another list's entry that is one bit shorter never decides",
    ],
    [
      "precedence === 'doubt' && cidr.length >= longest",
      "precedence === 'doubt' && cidr.length > longest",
      'a doubt at the length of the winner is forgotten',
    ],
    ["precedence === 'doubt-everywhere' || (", '(', 'a doubt that knows no prefix is forgotten'],
    [
      "route.precedence === 'prefix-list' && open.list !== undefined",
      "route.precedence === 'prefix-list'",
      'of several lists the longest entry wins',
    ],
    [
      "['static', 'prefix-list', 'propagated'] as const",
      "['prefix-list', 'static', 'propagated'] as const",
      'a prefix list beats a static route',
    ],
    [
      'same.length === 1 && !doubtful && plainlyWins',
      'same.length === 1 && plainlyWins',
      'a doubt that knows no prefix is hidden by a longer route',
    ],
    [
      "if (route.precedence === 'propagated') return !open.local;",
      "if (route.precedence === 'propagated') return true;",
      'a longer propagated route beats the local one',
    ],
  ]),
];
