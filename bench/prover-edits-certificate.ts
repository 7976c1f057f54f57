/** Edits of the certificate checker, each of which lets a wrong certificate pass or refuses a right one, and of what makes certificates. */
import type { ProverEdits } from './prover-edit';
import { editsOf } from './prover-edit';

const TESTS = [
  'certificate-refusals',
  'certificate-ways',
  'certificate-places',
  'egress-certificate',
  'return-certificate',
  'cidr-blocks',
  'work-limits',
  'certificate-checker',
  'native-ipv6',
  'egress-proof',
];

export function certificateEdits(): ProverEdits {
  const checker = [...ends(), ...deciding(), ...routes(), ...places(), ...leads()];
  return { tests: TESTS, edits: [...editsOf('certificate-checker', checker), ...made()] };
}

type Sketches = Parameters<typeof editsOf>[1];

const ends = (): Sketches => [
  [
    "if (by === 'nobody') return true;",
    'if (/nobody|unknown/.test(by)) return true;',
    'an unknown target is harmless',
  ],
  [
    'return OFF_INTERNET.some((off) => block.startsWith(off));',
    'return true;',
    'a connection that is not followed leads to no internet',
  ],
  ["blockOf('64:ff9b::/96')", "blockOf('64:ff9a::/31')", 'NAT64 has no end'],
  ["(ipv4.startsWith('6') || holds", '(holds', 'IPv6 past NAT64 needs no more than a guard'],
  ["return ipv4.startsWith('4');", 'return true;', 'a NAT gateway takes all of IPv6'],
  [
    'holds(place, ipv4, answers && place)',
    'holds(place, ipv4, answers)',
    'behind a NAT gateway the answers go to who they went to before it',
  ],
  [
    "return by === 'firewall' || by === (",
    "return by === 'firewall' || by === 'exit' || by === (",
    'an exit is harmless',
  ],
  [
    "return by === 'firewall' || by === (",
    "return by === 'firewall' || by === 'local' || by === (",
    'packets may be delivered where they must not',
  ],
  [
    "if (by === 'firewall') return holds(place, block, answers);",
    "if (by === 'firewall') return true;",
    'exits behind the firewall need no guard',
  ],
  [
    '|| (/exit|nat/.test(by) && isGuarded',
    "|| by === 'exit' || (/exit|nat/.test(by) && isGuarded",
    'an exit needs no guard',
  ],
  [
    '|| (/exit|nat/.test(by) && isGuarded',
    "|| by === 'nat' || (/exit|nat/.test(by) && isGuarded",
    'behind a NAT gateway nothing needs a guard',
  ],
  ['one.place === place && one.answers', 'one.answers', 'a state of another place counts'],
  ['&& one.answers === answers', '', 'a way out counts as a stretch back'],
  ["holds(subnet, '4', start) && holds", 'holds', 'IPv4 needs no state'],
  ["&& holds(subnet, '6', start)", '', 'IPv6 needs no state'],
  ["(family === '6')", "(family !== '6')", 'a guard of the other family counts'],
  ['own.length > 0 ? own.map(blockOf) : [family]', 'own.map(blockOf)', 'a stretch to no address is guarded'],
  [
    '.every((block) => holds(from, block))',
    '.some((block) => holds(from, block))',
    'one of the blocks that are answered has to be guarded',
  ],
];

const deciding = (): Sketches => [
  ["to.includes('/') && to.includes(':')", "to.includes(':')", 'prefix lists are for IPv4'],
  [
    "to.includes(':') === block.startsWith('4')",
    "to.includes(':') !== block.startsWith('4')",
    'the routes of the other family decide',
  ],
  [
    'if (here.some(({ bits }) => bits.length > block.length))',
    'if (here.length < 0)',
    'the longest route of a block decides for all of it',
  ],
  ["['0', '1'].forEach", "['1'].forEach", 'the first half of a block is not looked at'],
  ["['0', '1'].forEach", "['0'].forEach", 'the second half of a block is not looked at'],
  ['rank !== 2 || !isLocal', 'rank !== 3 || !isLocal', 'a propagated route decides inside the VPC'],
  ['bits.length * 4 - rank;', 'bits.length * 4;', 'a propagated route may decide before a static one'],
  ['bits.length * 4 - rank;', 'bits.length * 4 + rank;', 'a propagated route decides before a static one'],
  ['bits.length * 4 - rank;', '-rank;', 'prefixes have no length'],
  [
    'filter(({ rank }) => rank !== -1)',
    'filter(({ rank }) => rank !== 3)',
    'a route in doubt takes the place of others',
  ],
  ['order(one) >= order(best)', 'order(one) > order(best)', 'of two equal routes the other one decides'],
  ['|| isChosen;', ';', "another list's longer entry always decides"],
  ['&& !isStatic(one.bits);', ';', "a list's entry may decide although a static route of its length does"],
  [
    'one.rank === 1 && best?.rank === 1',
    'one.rank === 1',
    "a list's entry may decide although a longer route is none of a list",
  ],
  ['list && !more &&', 'list &&', 'of two lists of one id the first counts'],
  [".endsWith('complete')", ".endsWith('')", 'a list that is changing is what it was'],
  [
    "insist(isKnown || lead.by === 'nobody', `${destination} is not known`);",
    '',
    'a list that nobody read is empty',
  ],
  ["isKnown || lead.by === 'nobody'", 'isKnown', "a list of AWS's own has to be read, whatever it leads to"],
];

const routes = (): Sketches => [
  ['insist(destination && !more,', 'insist(destination,', 'of two destinations the first counts'],
  [
    "state === 'active' ? members.join(' ') : state",
    "members.join(' ')",
    'a route in an unknown state leads where it says',
  ],
  ["members.join(' ') : state", 'String(members[0]) : state', 'of two targets the first counts'],
  [
    'isSettled ? (list ? 1 : (RANKS[origin] ?? -1)) : -1',
    'list ? 1 : (RANKS[origin] ?? -1)',
    'a route in an unknown state takes the place of others',
  ],
  ['(RANKS[origin] ?? -1)', '(RANKS[origin] ?? 0)', 'a route of an unknown origin is a static one'],
  ['EnableVgwRoutePropagation: 2', 'EnableVgwRoutePropagation: 0', 'a propagated route is a static one'],
  ["&& !bits.slice(Number(length)).includes('1')", '', 'a prefix with bits set below it is a prefix'],
  ['&& Number(length) <= whole', '', 'a prefix can be longer than an address'],
];

const places = (): Sketches => [
  [
    "&& only.state === 'associated' && !more",
    "&& only.state === 'associated'",
    'of two tables at a place the first is in force',
  ],
  ["only.state === 'associated' && !more", '!more', 'an association that is on its way is in force'],
  [
    'named.length === 0 && own.length > 0',
    'named.length === 0',
    'a gateway without an edge table has the main one',
  ],
  ["? at('pool') : []", '? [] : []', "a public pool's route table is overlooked"],
  [
    '(Associations ?? [{ Main: true }])',
    '(Associations ?? [])',
    'a table whose associations were not returned has none',
  ],
  [
    'return [...rules, ...own.map((destination) => ({ destination, ...inside }))];',
    'return rules;',
    "a subnet's own addresses ask its table",
  ],
  ['rank: -1000', 'rank: 0', "a subnet's own addresses are routes like others"],
  ["one?.State === 'associated'", "one?.State !== ''", 'an IPv6 prefix that is on its way is there'],
];

const leads = (): Sketches => [
  ['&& !nat.AttachedAppliances?.length', '', 'a NAT gateway with a proxy is an ordinary one'],
  ['if (isChecked === true) put', 'put', 'every network interface drops'],
  [
    "if (type === 'Gateway') put",
    "if (type !== 'GatewayLoadBalancer') put",
    'every endpoint is a gateway endpoint',
  ],
  [
    '&& accepted.includes(id)',
    '&& accepted.length > 0',
    'every Gateway Load Balancer endpoint inspects once one is accepted',
  ],
  ["type === 'GatewayLoadBalancer' && one", 'one', 'an accepted endpoint inspects whatever its type'],
  ['one.VpcId === vpcId && accepted', 'accepted', "another VPC's endpoint inspects here"],
  [
    'vpc === vpcId ? Object.values(zones) : []',
    'Object.values(zones)',
    "another VPC's firewall has endpoints here",
  ],
  [
    'if (one?.FirewallArn === of?.FirewallArn) inspect',
    'inspect',
    'the endpoint of a firewall that nobody described inspects',
  ],
  ['if (ODD.test(JSON.stringify(of))) continue;', '', 'a firewall of another form inspects'],
];

const made = () => [
  ...editsOf('egress-certificate', [
    [
      "if (states.some(({ place }) => place === '')) beyond.add('it rests on a private NAT gateway');",
      '',
      'a private NAT gateway is certified',
    ],
    ['if (reached === null) beyond.add(TOO_LARGE);', '', 'a network that is too large is certified'],
    [
      "if (lead.kind === 'on') waiting.push({ place: lead.place, family: 'ipv4' });",
      '',
      'states behind a cleared place are missing',
    ],
    [
      'globalPart(packet.family, packet).length === 0;',
      'globalPart(packet.family, packet).length >= 0;',
      'a connection that is not followed is certified',
    ],
    ['union([...at[family], ...destinations])', 'destinations', 'of the ways to a place the last counts'],
  ]),
  ...editsOf('return-certificate', [
    [
      "past ||= arrival.end.kind === 'delivered' || arrival.end.kind === 'unmodelled'",
      "past ||= arrival.end.kind === 'unmodelled'",
      'a stretch on which packets are delivered is guarded',
    ],
    ['past || stays === true', 'past', 'a stretch that ends in its own subnet is guarded'],
    [
      "!routes.has(target) || (family === 'ipv6' && !isNat64)",
      '!routes.has(target)',
      'IPv6 past NAT64 to a NAT gateway is certified',
    ],
    ['entries.slice(0, 1).map(candidateOf)', 'entries.slice(1, 1).map(candidateOf)', 'a list leads nowhere'],
    ['openEnd(route, arrival) ??', '', 'ways that the checker does not follow are certified'],
    ['return isEnd ? [] : [', 'return [', 'ways are followed behind a guarded stretch'],
    ['own.length > 0 ? own : [spaceOf(family)]', 'own', 'a stretch to no address is guarded'],
  ]),
  ...editsOf('cidr-blocks', [
    ['isAligned(next, bits + 1n) &&', '', 'a block begins anywhere'],
    ['- 1n <= last', '<= last', 'the largest block at the end is split'],
    [
      'bits < width && ',
      '',
      'a block is larger than its family',
      'nothing of a family is aligned and inside beyond its width',
    ],
  ]),
];
