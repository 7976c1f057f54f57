/** Edits of the two tiers of the forward claim, and of the flood under the exact one. */
import type { ProverEdits } from './prover-edit';
import { editsOf } from './prover-edit';

/** Nearest to what decides about single packets as well. */
export const FORWARD_TESTS = [
  'exact',
  'table-leads',
  'network',
  'nat-gateway',
  'packet-path',
  'table-view',
  'attached-network',
  'work-limits',
  'distinct-ways',
  'transit-gateway',
  'native-ipv6',
  'egress-proof',
  'routing',
  'joined-network',
  'certificate-checker',
];

export function forwardEdits(): ProverEdits {
  return { tests: FORWARD_TESTS, edits: [...cut(), ...leads(), ...exact(), ...flood()] };
}

const cut = () =>
  editsOf('cut', [
    [
      'if (sources) sources.push(place.id);',
      'if (sources) void 0;',
      'of several places before an open one, only the first is open',
    ],
    [
      'place.table.leads === null || decided.get(place.id) === false',
      'place.table.leads === null',
      'a place that was found open before is cleared for the next',
    ],
    ["if (lead.kind === 'open') open.push(place.id);", '', 'an open target opens nothing'],
    [
      "kind === 'delivered' || kind === 'service' || kind === 'dropped' ? 'safe' : 'open'",
      "'safe'",
      'an unmodelled end is safe',
    ],
    [
      "lead.kind === 'open' || (lead.kind === 'on' && decided",
      "(lead.kind === 'on' && decided",
      'a table with an open target is plainly cleared',
    ],
    [
      'decided.get(lead.place.id) !== true)',
      'decided.get(lead.place.id) === false)',
      'a table is plainly cleared by places that nobody looked at',
    ],
    [
      "{ kind: 'on', place: arrival.place } : { kind: 'open' };",
      "{ kind: 'on', place: arrival.place } : { kind: 'safe' };",
      'a machine that forwards is safe',
    ],
    [
      "target.kind !== 'network-interface')\n    return { kind: 'open' };",
      "target.kind !== 'network-interface')\n    return { kind: 'safe' };",
      'an internet gateway is safe',
    ],
    [
      'for (const id of found) for (const source',
      'for (const id of open) for (const source',
      'what leads to an open place by another one is cleared',
    ],
    [
      "if (arrival.via.kind === 'firewall-endpoint') return { kind: 'safe' };",
      '',
      'the cut clears nothing behind the firewall',
    ],
  ]);

const exact = () =>
  editsOf('exact', [
    [
      "lead.kind === 'open' || (lead.kind === 'on' && route.cidr.family === 'ipv6')",
      "lead.kind === 'open'",
      'IPv6 to a NAT gateway is left out',
    ],
    [
      "if (arrival.via.kind === 'appliance') doubts.add(arrival.via.because);",
      '',
      'a machine that forwards as it likes raises no doubt',
    ],
    [
      "if (arrival.end.kind === 'unmodelled') doubts.add(arrival.end.because);",
      '',
      'an unmodelled end raises no doubt',
    ],
    ['return !cut.cleared(arrival.place);', 'return false;', 'what a NAT gateway sends on is not followed'],
    [
      "||\n      (family === 'ipv6' && meets(destinations, nat64)),",
      ',',
      "subnets share an answer although NAT64 may lead to a subnet's own",
      'behind NAT64 a packet is at the place of the NAT gateway, whichever subnet sent it',
    ],
    [
      'cidr.family === family && meets(destinations, cidr)',
      'false',
      'subnets with other addresses share an answer',
    ],
    [
      'alike && !isOpen(route) ? [] : entries',
      'alike ? [] : entries',
      'routes by prefix list to an open target are left out',
    ],
    ['target.from === undefined &&\n', '', 'private destinations are not followed through a transit gateway'],
    [
      'if (!met.has(next.id) && !cut.cleared(next)) places.push(next);',
      '',
      'open routes behind a NAT gateway are left out',
    ],
    ['if (reached === null) doubts.add(TOO_LARGE);', '', 'a network that is too large for the model holds'],
  ]);

const flood = () =>
  editsOf('flood', [
    [
      'if (work > network.limits.mostIntervals) return null;',
      'if (work > network.limits.mostIntervals) break;',
      'what is beyond the limit is not there',
    ],
    [
      '[...intersect([interval], nat64), ...subtract([interval], nat64)]',
      '[...intersect([interval], nat64)]',
      'IPv6 past NAT64 to a NAT gateway is lost',
    ],
    [
      '`${front.place.id} ${front.family} ${front.sentAs}`',
      '`${front.place.id} ${front.family}`',
      'a place is met once for the senders of both families',
    ],
    [
      'own.length === 0 ? destinations : subtract(destinations, own)',
      'destinations',
      "a subnet's own addresses ask its table",
    ],
    [
      'const own = place.cidrs.filter((cidr) => cidr.family === family);',
      'const own = place.cidrs;',
      "a subnet's IPv4 numbers keep IPv6 packets",
    ],
    [
      '{ first: first + nat64, last: last + nat64 }',
      '{ first, last }',
      'a leak behind NAT64 is shown as one of small IPv6 addresses',
    ],
    [
      'const end = next === undefined || next > last ? last : next - 1n;',
      'const end = next === undefined || next > last ? last : next;',
      'a segment takes one address of the next',
    ],
  ]);

const leads = () => [
  ...editsOf('usual-route', [
    ['if (members !== 4 || (', 'if ((', 'a route with a member too many is usual'],
    [
      "(origin !== 'CreateRoute' && origin !== 'EnableVgwRoutePropagation')",
      'origin === undefined',
      'a route of VPC Route Server is usual',
    ],
    [
      "if (state !== 'active' && state !== 'blackhole') return UNUSUAL;",
      '',
      'a route in an unknown state leads nowhere',
    ],
    ['if (ipv4 === undefined) return listedLead(route, met);', '', 'IPv6 through a NAT gateway is usual'],
    [
      'if (ipv4 === undefined && route.DestinationIpv6CidrBlock === undefined) return listedLead',
      'if (false as boolean) return listedLead',
      'a list that was not read is usual',
    ],
    [
      'met.listId === listId && met.id ===',
      'met.listId === listId || met.id ===',
      'a list leads where another route by list leads',
    ],
    ['1 << met.targets.length', '1 << known.ids.length', 'an endpoint and a NAT gateway have one bit'],
    [
      ' || met.targets.length === MOST_TARGETS',
      '',
      'two targets have one bit',
      'of two kinds, at most eight each have a bit, and the bound is thirty',
    ],
    [
      'known.ids.length === MOST_COMPARED || ',
      '',
      'ids are compared without a bound',
      'a target has a bit or is one of the others: it is among the leads either way',
    ],
    [
      'const found = targets.filter((_target, index) => (bits & (1 << index)) !== 0);',
      'const found = targets.filter((_target, index) => (bits & (1 << index)) > 1);',
      'the first target is left out',
    ],
  ]),
  ...editsOf('table-leads', [
    [
      'for (const { text } of context.vpcCidrs) if (!found.locals.includes(text)) return null;',
      '',
      'a table that was not returned whole is understood',
    ],
    [
      'if (bit === UNUSUAL) found.others.push(target);',
      'if (bit === UNUSUAL) void 0;',
      'targets beyond those with a bit are left out',
    ],
    ['destination !== NAT64_PREFIX', "destination === ''", 'IPv6 through a NAT gateway is understood'],
    [
      'globalPart(cidr.value.family, cidr.value).length === 0',
      'true',
      'a connection that is not followed is harmless',
    ],
    [" || (target.kind === 'private-connection' && target.from)", '', 'a transit gateway leads to no exit'],
    ['!PRIVATE.has(by) && ', '', 'a list to a connection that is not followed is understood'],
    [
      "(by !== 'NatGatewayId' || family === 'ipv4')",
      'true',
      'an IPv6 list through a NAT gateway is understood',
    ],
    ['targets === 1 &&', '', 'of several targets the last counts'],
  ]),
];
