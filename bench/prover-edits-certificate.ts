/** Edits of the certificate checker, each of which lets a wrong certificate pass or refuses a right one, and of what makes certificates. */
import type { ProverEdits } from './prover-edit';
import { editsOf } from './prover-edit';

const TESTS = [
  'certificate-refusals',
  'certificate-places',
  'egress-certificate',
  'return-certificate',
  'work-limits',
  'certificate-checker',
  'native-ipv6',
  'egress-proof',
];

export function certificateEdits(): ProverEdits {
  return { tests: TESTS, edits: [...closure(), ...guards(), ...routes(), ...places(), ...made()] };
}

const closure = () =>
  editsOf('certificate-closure', [
    [
      "insist(known.size === states.length, 'the certificate has two states for one place');",
      '',
      'of two states for one place the last counts',
    ],
    ['const here = minus(held, own);', 'const here = held;', "a subnet's own addresses ask its table"],
    [
      "insist(claim.forbidden !== 'local' || !stays, `packets arrive in ${place} itself`);",
      '',
      'packets may arrive where they must not',
    ],
    ['minus(met, OFF_INTERNET) : met', '[] : met', 'a connection that is not followed leads to no internet'],
    [
      "if (lead.by === 'nat' && family === 'ipv4' && isKnown(lead.place, [WHOLE.ipv4])) continue;",
      "if (lead.by === 'nat' && isKnown(lead.place, [WHOLE.ipv4])) continue;",
      'IPv6 past NAT64 goes through a NAT gateway',
    ],
    ['blocks.every(isTaken) && isKnown', 'isKnown', 'a NAT gateway takes all of IPv6'],
    [
      "by === 'firewall' || by === 'nobody' ||",
      "by === 'firewall' || by === 'nobody' || by === 'unknown' ||",
      'an unknown target is harmless',
    ],
    ['&& by !== forbidden', '', 'an exit is harmless'],
    ['NAT64.first <= first && last <= NAT64.last', 'NAT64.first <= first', 'NAT64 has no end'],
    [
      'insist(isFollowed(lead, minus(taken, others))',
      'insist(isFollowed(lead, []) || isFollowed(lead, minus(taken, others))',
      'whatever a route leads to is followed',
    ],
  ]);

const guards = () =>
  editsOf('certificate-guards', [
    [
      "insist(!facts.tables.has('pool'), 'a public IPv4 pool has a route table');",
      '',
      "a public pool's route table is overlooked",
    ],
    ["waiting.push({ place: subnet, family: 'ipv6', nat: '' });", '', 'IPv6 needs no guard'],
    [
      "if (by === 'firewall') waiting.push({ ...sent, place });",
      '',
      'exits behind the firewall need no guard',
    ],
    ['one.from === from && one.to === to &&', 'one.from === from &&', 'a guard of another stretch counts'],
    ['one.from === from && one.to === to &&', 'one.to === to &&', 'a guard from another gateway counts'],
    ['&& one.states.some((state) => state.family === family)', '', 'a guard of the other family counts'],
    ['if (guard && blocks.length > 0)', 'if (guard)', 'a stretch to no address is guarded'],
    [
      'for (const earlier of before.get(nat) ?? []) insistBack',
      'for (const earlier of (before.get(nat) ?? []).slice(0, 1)) insistBack',
      'of the ways to a NAT gateway, one has to be guarded',
    ],
    [
      'insist(met.length === 0 || isKnown,',
      'insist(met.length >= 0,',
      'a way out to nobody knows where needs no guard',
    ],
    [
      "insist(lead.by !== 'nat' || met.every(isTaken), 'IPv6 is routed to a NAT gateway past NAT64');",
      '',
      'IPv6 past NAT64 needs no guard',
    ],
  ]);

const routes = () =>
  editsOf('certificate-routes', [
    [
      "const isDoubtful = route.State !== 'active' && route.State !== 'blackhole';",
      'const isDoubtful = false;',
      'a route in an unknown state takes the place of others',
    ],
    [
      "return route.State === 'active' ? target.trimEnd() : 'unknown';",
      'return target.trimEnd();',
      'a route in an unknown state leads where it says',
    ],
    [
      "if (more !== undefined || id === '') return lead('unknown');",
      "if (id === '') return lead('unknown');",
      'of two targets the first counts',
    ],
    ["checksAddresses(snapshot, id) ? 'nobody' : 'unknown'", "'nobody'", 'every network interface drops'],
    ['&& !nat?.AttachedAppliances?.length', '', 'a NAT gateway with a proxy is an ordinary one'],
    ["isService(snapshot, id) ? 'nobody' : 'unknown'", "'nobody'", 'every endpoint is a gateway endpoint'],
    ['(one.rank ?? 2) < of.rank', '(one.rank ?? 2) <= of.rank', 'of two equal routes the other one decides'],
    ['if (of.rank === 1 && isOtherList(one)) return [];', '', "another list's longer entry always decides"],
    ['one.rank === 2 ? locals : []', '[]', 'a propagated route decides inside the VPC'],
    [
      'const isLonger = one.length > of.length;',
      'const isLonger = one.length >= of.length;',
      'a route of the same length decides in its stead',
    ],
    [
      'const chosen = of.rank === 1 && isLonger ? inside.filter(isChosen) : [];',
      'const chosen: readonly Entry[] = [];',
      'a route of no list decides although a longer entry is chosen',
    ],
    [
      'insist(isRead && only !== undefined, `${route.DestinationPrefixListId} is not known`);',
      'if (only === undefined) return [];',
      'a list that is changing is what it was',
    ],
  ]);

const places = () => [
  ...editsOf('certificate-places', [
    [
      "entries.length === 1 && only?.state === 'associated'",
      "only?.state === 'associated'",
      'of two tables at a place the first is in force',
    ],
    [
      "entries.length === 1 && only?.state === 'associated'",
      'entries.length === 1 && only !== undefined',
      'an association that is on its way is in force',
    ],
    [
      "(subnets.has(place) ? tables.get('main') : undefined)",
      "tables.get('main')",
      'a gateway without an edge table has the main one',
    ],
    [
      'one?.VpcId === vpcId && arns.has(one.FirewallArn)',
      'one?.VpcId === vpcId',
      'the endpoint of a firewall that nobody described inspects',
    ],
    [
      'one?.VpcId === vpcId && arns.has(one.FirewallArn)',
      'arns.has(one?.FirewallArn)',
      'an association in another VPC counts',
    ],
    [
      'return counts && accepted.includes(id)',
      'return counts',
      'every Gateway Load Balancer endpoint inspects once one is accepted',
    ],
    [
      'one.Firewall?.VpcId === vpcId ? one.FirewallStatus?.SyncStates : undefined',
      'one.FirewallStatus?.SyncStates',
      "another VPC's firewall has endpoints here",
    ],
    [
      'if (own.length > 0) return own;',
      'return own;',
      'a subnet without addresses of a family gets no answers',
    ],
    [
      "set.Ipv6CidrBlockState?.State === 'associated' ? set.Ipv6CidrBlock : undefined",
      'set.Ipv6CidrBlock',
      'an IPv6 prefix that is on its way is there',
    ],
  ]),
  ...editsOf('certificate-addresses', [
    [
      'if (before?.family !== family || first > before.last + 1n)',
      'if (before?.family !== family || first > before.last + 2n)',
      'merging fills holes of one address',
    ],
    [
      'if (hole.first > next) left.push',
      'if (hole.first > next + 1n) left.push',
      'one address before a hole is lost',
    ],
    ['return next <= block.last ?', 'return next < block.last ?', 'the last address of a block is lost'],
    [
      'insist((first & rest) === 0n, `${text} has bits set below its prefix`);',
      '',
      'a prefix with bits set below it is a prefix',
    ],
  ]),
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
  ]),
  ...editsOf('return-certificate', [
    ['nat === null || trail.includes(nat)', 'nat === null', 'NAT gateways in a circle are followed for ever'],
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
    [
      '(entries.length > 0 ? entries.slice(0, 1) : anywhere)',
      'entries.slice(0, 1)',
      'an empty list leads nowhere',
    ],
    [
      'const [open] = ways.open;',
      'const open = undefined;',
      'ways that the checker does not follow are certified',
    ],
  ]),
];
