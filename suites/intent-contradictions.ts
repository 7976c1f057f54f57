/**
 * What an intent cannot mean, though each of its parts is well formed. Refused are only contradictions of the file with
 * itself: that the deployed rules differ from it is a finding (firewall/allow-list-is-narrow, egress/…), not a fault of the
 * file. Nor is a risk whose day is over: it counts as not accepted, and the finding says so.
 */
import { contains } from '../infra/model/address-set';
import { parseAddress, parseCidr } from '../infra/model/cidr';
import { ask } from '../infra/model/known';
import { publicServiceName } from '../infra/model/public-service-name';
import { probeOf } from '../probes/catalogue';
import { probeId } from '../probes/client-target';
import { DOCUMENTED_ENDPOINTS } from './derived-intent';
import { declaredTarget, type PartialDeclaration } from './intent-declaration';
import { placed, shown, type Path, type Problem } from './schema-problems';

export function contradictions(
  declaration: PartialDeclaration,
  { techniques }: { readonly techniques: readonly string[] },
): readonly Problem[] {
  const wanted = wantedOf(declaration);
  return [
    ...twiceTheSame(wanted),
    ...deniedThoughNeeded(wanted),
    ...deniedEndpoints(declaration, wanted),
    ...prefixesThatAreNone(declaration),
    ...risksOfNothing(declaration, techniques),
    ...listenersOnNoInternet(declaration),
  ];
}

/**
 * Denied destinations that need the same name, each pair as a sentence without its full stop. No contradiction, but the
 * clients are sent at once, and a record of the firewall's log that could be of either is taken for neither
 * (probes/firewall-log/correlate.ts).
 */
export function indistinctDenials(declaration: PartialDeclaration): readonly string[] {
  const denied = wantedOf(declaration).filter(({ expect }) => expect === 'denied');
  return denied.flatMap(({ path, names }, index) => {
    const earlier = denied.slice(0, index).find((one) => one.names.some((name) => names.includes(name)));
    if (earlier === undefined) return [];
    const name = names.find((one) => earlier.names.includes(one));
    return [
      `${placed(earlier.path)} and ${placed(path)} both need ${name}, so their blocks cannot be told apart in the firewall's log`,
    ];
  });
}

interface Wanted {
  readonly path: Path;
  readonly expect: 'allowed' | 'denied';
  readonly probe: string;
  readonly title: string;
  /** The names that the client needs, all of them. */
  readonly names: readonly string[];
}

function wantedOf({ destinations = [] }: PartialDeclaration): readonly Wanted[] {
  return destinations.flatMap((destination, index) => {
    const target = declaredTarget(destination ?? {});
    const expected = destination?.expect;
    if (target === null || expected === undefined) return [];
    const { id, title, names } = probeOf(probeId(target));
    return [{ path: ['destinations', index], expect: expected, probe: id, title, names }];
  });
}

function twiceTheSame(wanted: readonly Wanted[]): readonly Problem[] {
  return wanted.flatMap(({ path, probe, expect, title }, index) => {
    const earlier = wanted.slice(0, index).find((one) => one.probe === probe && one.expect === expect);
    if (earlier === undefined) return [];
    const reason = `${placed(path)} is ${title}, as ${placed(earlier.path)} is already`;
    return [{ path, reason, fix: 'Remove one of the two' }];
  });
}

/**
 * A client is denied when one of the names it needs is. If allowed clients need every one of them, nothing is left to deny
 * it by: the firewall judges names, not clients or paths (Network Firewall developer guide,
 * stateful-rule-groups-domain-names). A name is itself and no other: denying it says nothing of the names below it.
 */
function deniedThoughNeeded(wanted: readonly Wanted[]): readonly Problem[] {
  const allowed = wanted.filter(({ expect }) => expect === 'allowed');
  return wanted.flatMap(({ path, expect, title, names }): readonly Problem[] => {
    if (expect === 'allowed') return [];
    const needed = names.map((name) => ({ name, by: allowed.find((one) => one.names.includes(name)) }));
    if (needed.some(({ by }) => by === undefined)) return [];
    const because = needed.map(
      ({ name, by }) => `${name}, which ${placed(by?.path ?? [])} (${by?.title}) needs`,
    );
    const reason = `${placed(path)} denies ${title}, and that goes to ${because.join(' and to ')}`;
    return [{ path, reason, fix: 'Allow both or deny both: the firewall judges the name alone' }];
  });
}

/**
 * In the VPC a required endpoint answers to its service's public name (private DNS), past the firewall. The file does not
 * know the Region, but the name holds it.
 */
function deniedEndpoints({ endpoints }: PartialDeclaration, wanted: readonly Wanted[]): readonly Problem[] {
  const required = (endpoints?.required ?? DOCUMENTED_ENDPOINTS).filter((service) => service !== null);
  return wanted.flatMap(({ path, expect, title, names }): readonly Problem[] => {
    if (expect === 'allowed') return [];
    const [name = ''] = names;
    const service = required.find((one) =>
      name.split('.').some((label) => publicServiceName(one, label) === name),
    );
    if (service === undefined) return [];
    const whose =
      endpoints === undefined ? 'which every VpcOnly domain needs' : 'which endpoints.required names';
    const reason = `${placed(path)} denies ${title}, and that is the name of the endpoint ${service}, ${whose}`;
    return [
      { path, reason, fix: `Remove it, or name in endpoints.required what is needed without ${service}` },
    ];
  });
}

function prefixesThatAreNone({ exits }: PartialDeclaration): readonly Problem[] {
  return (exits?.approved ?? []).flatMap((exit, index) =>
    (exit?.destinations ?? []).flatMap((text, at): readonly Problem[] => {
      if (text === null) return [];
      const cidr = ask(() => parseCidr(text));
      if (cidr.known) return [];
      const path = ['exits', 'approved', index, 'destinations', at];
      return [
        {
          path,
          reason: `${placed(path)} is ${shown(text)}: ${cidr.because}`,
          fix: 'Write a CIDR block with its host bits zero, such as 10.0.0.0/8',
        },
      ];
    }),
  );
}

function risksOfNothing({ risks }: PartialDeclaration, techniques: readonly string[]): readonly Problem[] {
  const accepted = risks?.accepted ?? [];
  return accepted.flatMap((risk, index): readonly Problem[] => {
    const technique = risk?.technique;
    if (technique === undefined) return [];
    const path = ['risks', 'accepted', index, 'technique'];
    if (!techniques.includes(technique)) {
      const reason = `${placed(path)} is ${shown(technique)}, and there is no such technique`;
      const fix = 'Write the id of a technique of the battery';
      return [{ path, reason, fix, word: { written: technique, known: techniques } }];
    }
    const earlier = accepted.slice(0, index).findIndex((one) => one?.technique === technique);
    if (earlier < 0) return [];
    const reason = `${placed(path)} is ${shown(technique)}, as risks.accepted[${earlier}] is already`;
    return [{ path, reason, fix: 'Remove one of the two' }];
  });
}

/** What is sent to such an address stays on the host, in the VPC or nowhere (IANA IPv4 Special-Purpose Address Registry). */
const NO_INTERNET = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/3',
];

/** Whatever ends in a number is taken for an address by one program or another, and must be a whole one. */
function listenersOnNoInternet({ listener }: PartialDeclaration): readonly Problem[] {
  if (listener === undefined || !/\.\d+$/.test(listener)) return [];
  const path = ['listener'];
  const address = ask(() => parseAddress(listener));
  const isOut =
    address.known && !NO_INTERNET.some((block) => contains([parseCidr(block)], address.value.value));
  if (isOut) return [];
  const what = address.known ? 'which is not on the internet' : 'which is neither a name nor an address';
  return [
    {
      path,
      reason: `${placed(path)} is ${shown(listener)}, ${what}`,
      fix: 'Name a host beyond the firewall, or leave it out for a public one',
    },
  ];
}
