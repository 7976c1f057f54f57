/** Edits of what decides the claims about the way back: the ways out, the stretches, and what is wrong with them. */
import type { ProverEdits } from './prover-edit';
import { editsOf } from './prover-edit';

const TESTS = [
  'network',
  'nat-gateway',
  'return-stretch',
  'way-out',
  'work-limits',
  'symmetry',
  'distinct-ways',
  'transit-gateway',
  'native-ipv6',
  'routing',
  'delivery',
  'exits',
  'joined-network',
  'certificate-checker',
  'egress-proof',
];

export function returnEdits(): ProverEdits {
  return { tests: TESTS, edits: [...ways(), ...stretches(), ...claims()] };
}

const ways = () => [
  ...editsOf('distinct-ways', [
    [
      'return found.length <= mostWays ?',
      'return found.length <= mostWays + 9 ?',
      'the ways beyond the limit are not there',
    ],
    [
      "target.kind === 'private-connection'\n      ? globalAddresses(family)\n      : ",
      '',
      'a private destination by a connection that is not followed hides those on the internet',
    ],
    [
      "target.kind === 'nat-gateway' && family === 'ipv6'",
      'false as boolean',
      'NAT64 goes on behind the end of its prefix',
    ],
    [
      '[parseCidr(NAT64_PREFIX)]\n',
      "[parseCidr('64:ff9b::/97')]\n",
      'NAT64 ends in the middle of its prefix',
    ],
    [
      '[intersect(set, border), subtract(set, border)].filter',
      '[intersect(set, border)].filter',
      'what is outside of the border is lost',
    ],
    ['offset: offset + shift,', 'offset: shift,', 'behind NAT64 the second hop forgets what was sent'],
    ['packets: shifted(part, -shift),', 'packets: part,', 'NAT64 does not translate'],
    [
      'place.cidrs.filter((cidr) => cidr.family === front.family)',
      'place.cidrs',
      "a subnet's IPv4 numbers keep IPv6 packets",
    ],
    [
      'sent.find((interval) => globalPart(family, interval).length > 0)',
      'sent[0]',
      'a way is shown at an address that is not on the internet',
    ],
    [
      'const here = `${place.id} ${front.family}`;',
      'const here = place.id;',
      'NAT64 back into the same subnet is a loop',
    ],
    ['if (segment.deciding.length === 0) unrouted.push(part);', '', 'what no route holds has no way'],
    [
      'next <= interval.last ? next - 1n : interval.last',
      'next <= interval.last ? next : interval.last',
      'a way takes one address of the next segment',
    ],
    [
      'else byTarget.set(key',
      'else if (byTarget.size === 0) byTarget.set(key',
      'only the first target is followed',
    ],
  ]),
  ...editsOf('way-out', [
    [
      'exitFamily: packet.family,',
      'exitFamily: destination.family,',
      'behind NAT64 the answer comes back in IPv6',
    ],
    [
      'left === -1 ? behind : behind.slice(0, left)',
      'behind',
      'the firewall of the next VPC unpins an attachment',
    ],
    ['via.pinning.pinned === true\n', 'false as boolean\n', 'appliance mode pins nothing'],
    [
      'via.pinning.pinned !== false) return [];',
      "via.pinning.pinned !== 'one subnet') return [];",
      'without appliance mode a flow is pinned',
    ],
    [
      'if (ways.get(key)?.global === true) continue;',
      'if (ways.has(key)) continue;',
      'a way out is shown with a peer that is not on the internet',
    ],
    [
      'vias.slice(0, Math.max(firewall, 0))',
      'vias',
      'the NAT gateways behind the firewall count as before it',
    ],
  ]),
];

const stretches = () =>
  editsOf('return-stretch', [
    [
      'const key = traversal.endpoints.join();',
      "const key = '';",
      'of the ways over a stretch only the first is looked at',
    ],
    [
      'const key = traversal.endpoints.join();',
      'const key = String(traversal.endpoints.length);',
      'ways by different endpoints are one',
    ],
    [
      ' || (used && traversals.get(key)?.used === false)',
      '',
      'the answer is shown at an address that is not in use',
    ],
    [
      'return entered !== undefined && entered !== arrival.via.subnetId;',
      'return false;',
      'appliance mode does not bring the answer back by the same subnet',
    ],
    [
      'return entered !== undefined && entered !== arrival.via.subnetId;',
      'return entered !== arrival.via.subnetId;',
      'what no appliance mode pins does not come back',
    ],
    [
      'const edgeDoubt = comesInBy.edgeDoubt ?? arrivesIn.edgeDoubt;',
      'const edgeDoubt = arrivesIn.edgeDoubt;',
      "a public pool's table at the gateway's VPC is overlooked",
    ],
    [
      'const edgeDoubt = comesInBy.edgeDoubt ?? arrivesIn.edgeDoubt;',
      'const edgeDoubt = comesInBy.edgeDoubt;',
      "a public pool's table at the NAT gateway's VPC is overlooked",
    ],
    ['[...way.nats].reverse()', '[...way.nats]', 'NAT gateways are met in the order of the way out'],
    ['nat ? way.exitFamily : way.sourceFamily', 'way.exitFamily', 'behind NAT64 the answer stays IPv4'],
    ['if (own.length > 0) return own;', 'return own;', 'a subnet without IPv6 addresses gets no answers'],
    ["if (path.end.kind !== 'delivered') continue;", '', 'what is dropped comes back'],
    ['openEndsOf(path).forEach((doubt) => doubts.add(doubt));', '', 'an unmodelled way back raises no doubt'],
    [
      'if (!/^e?igw-/.test(way.exit))',
      'if (!/igw-|cagw-/.test(way.exit))',
      'a carrier gateway delivers straight',
    ],
    [
      'if (subnetId === null)\n',
      'if (subnetId === undefined)\n',
      'the way back through a regional NAT gateway is followed',
    ],
    [
      'ip.family === family ? [ip.value] : []',
      '[ip.value]',
      "a NAT gateway's addresses of the other family are in use",
      'AWS returns IPv4 addresses of a NAT gateway only, and what comes back to one is IPv4',
    ],
    [
      'to.slice(0, 1).map((interval) => straight',
      'to.slice(0, 0).map((interval) => straight',
      'a gateway without an edge table delivers nothing',
    ],
  ]);

const claims = () => [
  ...editsOf('return-path', [
    ["crossed.length === 0 ? 'comes back", "crossed.length > 9 ? 'comes back", 'no way back has a fault'],
    ['...openWays(claim.classes), ', '', 'an unmodelled way out raises no doubt about the way back'],
    ['...answers.flatMap((answer) => answer.doubts)', '', 'an unmodelled way back raises no doubt'],
    [
      'if (!stretches.known) return { violations: [], doubts: [stretches.because],',
      'if (!stretches.known) return { violations: [], doubts: [],',
      'a way back that cannot be followed holds',
    ],
    ['doubts: [...doubts, combined.because]', 'doubts', 'more ways back than are looked at hold'],
    [
      'traversals[way.nats.length - way.natsBeforeFirewall] ?? traversals[0]',
      'traversals[0]',
      'the fault is shown on the first stretch',
    ],
    [
      'traversals.flatMap(({ endpoints }) => endpoints),',
      'traversals.slice(0, 1).flatMap(({ endpoints }) => endpoints),',
      'only the first stretch counts',
    ],
  ]),
  ...editsOf('symmetry', [
    [
      '[...way.endpoints].reverse()',
      '[...way.endpoints]',
      'endpoints are crossed back in the order of the way out',
    ],
    ['return unpinned(way);', 'return null;', 'a flow that nothing pins is symmetric'],
    [
      'crossed.join() === expected.join()',
      'crossed.length === expected.length',
      'another endpoint of the firewall does',
    ],
    [
      'const [because] = way.unpinned;',
      'const [, because] = way.unpinned;',
      'the first attachment without appliance mode is overlooked',
    ],
  ]),
];
