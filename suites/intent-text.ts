/**
 * An intent's file, written from what is deployed, for its owner to read and correct. What would open a hole when nobody
 * reads it (exits, other vendors' inspection, risks) is written as a comment only.
 */
import { targetOf } from '../probes/client-target';
import type { Snapshot } from '../infra/snapshot/snapshot';
import type { IntendedDestination, Intent } from './intent';
import { foundExits, type FoundExit } from './intent-exits';
import { formProblems } from './intent-problems';

const MAX_SENTENCE_CHARACTERS = 500;
/** An exit with more blocks than this is listed by the first of them. */
const MAX_BLOCKS = 200;

export interface IntentTextOptions {
  /** Whether ids are those of one deployment into the lab, which the next one will not have. */
  readonly passingIds: boolean;
}

/** The whole text. What the schema would refuse (a name that is an IP address) stands in it as a comment. */
export function intentText(snapshot: Snapshot, intent: Intent, { passingIds }: IntentTextOptions): string {
  const { vpcId, stack, region } = snapshot.target;
  const where = `${vpcId}${stack === null ? '' : ` of the stack ${stack}`} in ${region}`;
  return [
    comment(`What the network of ${where} is for. Derived from what was deployed at ${snapshot.takenAt}:`),
    '# it says what is, not what should be. Read every line, correct it, and give your own reasons.',
    '# Check it with: studio-egress intent check FILE; use it with: studio-egress verify --intent FILE',
    'version: 1',
    '',
    ...destinationLines(intent.destinations),
    '',
    '# AWS services that must be reached by a VPC endpoint, by their short names. Without this section: what every VpcOnly',
    '# domain needs.',
    ...section('endpoints', 'required', intent.requiredEndpoints),
    '',
    '# Security groups that the network interfaces of Studio may carry. Without this section: those of the domain.',
    ...(passingIds
      ? ['# securityGroups: left out, for the next deployment will have other ids']
      : section('securityGroups', 'approved', intent.approvedSecurityGroups)),
    '',
    '# For how many days logs are kept at least.',
    'logs:',
    `  retentionDays: ${intent.logRetentionDays}`,
    '',
    ...exitLines(snapshot),
    '',
    '# Gateway Load Balancer endpoints of other firewalls that count as inspection.',
    '# inspection:',
    '#   accepted: [vpce-0123456789abcdef0]',
    '',
    '# Techniques that get through, and that are accepted until a day.',
    '# risks:',
    '#   accepted:',
    '#     - technique: sni-spoof',
    '#       reason: why it is accepted',
    '#       owner: who accepts it',
    '#       expires: 2026-12-31',
    '',
    '# A host of yours that answers on every TCP and UDP port, for the evasion battery.',
    '# listener: listener.example.com',
    '',
    '# The instance in the Studio subnet that probes are sent to, instead of one with the tag studio-egress:role=probe-host.',
    '# probeHost: i-0123456789abcdef0',
    '',
  ].join('\n');
}

function destinationLines(destinations: readonly IntendedDestination[]): readonly string[] {
  const head = '# What must work from a notebook and what must not, and with which client that is tried.';
  const entries = destinations.map((destination) => entryOf(destination));
  const good = entries.filter((entry) => isSound('destinations', [entry]));
  const left = destinations.filter((_, index) => !good.includes(entries[index] ?? {}));
  const notes = left.map(({ probe }) => comment(`Left out, for no client can be pointed at it: ${probe}`));
  if (good.length === 0)
    return [
      head,
      '# None could be derived: the rules of the firewall name none, or could not be read.',
      ...notes,
    ];
  return [head, 'destinations:', ...good.flatMap(entryLines), ...notes];
}

type Entry = Readonly<Record<string, string>>;

/** Empty, which no schema accepts, where no client can be pointed at the destination. */
function entryOf({ probe, expect, because }: IntendedDestination): Entry {
  const rest = { expect, because: sentence(because) };
  try {
    const target = targetOf(probe);
    if (target.client === 'pip') return { client: 'pip', package: target.project, ...rest };
    const { client, name, path } = target;
    return client === 'wget' && path === ''
      ? { client, name, ...rest }
      : { client, url: `https://${name}${path}`, ...rest };
  } catch (error) {
    if (error instanceof RangeError) return {};
    throw error;
  }
}

const entryLines = (entry: Entry): readonly string[] =>
  Object.entries(entry).map(
    ([name, value], index) => `${index === 0 ? '  - ' : '    '}${name}: ${scalar(value)}`,
  );

function section(name: string, list: string, words: readonly string[]): readonly string[] {
  const good = words.filter((word) => isSound(name, { [list]: [word] }));
  if (good.length === 0) return [`# ${name}: none was found`];
  return [`${name}:`, `  ${list}:`, ...good.map((word) => `    - ${scalar(word)}`)];
}

function exitLines(snapshot: Snapshot): readonly string[] {
  const { exits, doubts } = foundExits(snapshot);
  return [
    '# Ways out of the VPC past the firewall. Each that is left in here is approved, so none is until you say so.',
    ...(exits.length === 0
      ? [
          '# None was found. One would be written so:',
          ...example({ target: 'tgw-0123456789abcdef0', what: '', destinations: ['10.0.0.0/8'] }),
        ]
      : [
          '# Found, to be approved by removing the marks in front:',
          ...exits.flatMap((exit, index) => (index === 0 ? example(exit) : example(exit).slice(2))),
        ]),
    ...doubts.map((doubt) => comment(`Not known: ${doubt}`)),
  ];
}

function example({ target, what, destinations }: FoundExit): readonly string[] {
  const shown = destinations.slice(0, MAX_BLOCKS);
  const more = destinations.length - shown.length;
  return [
    '# exits:',
    '#   approved:',
    ...(what === ''
      ? []
      : [comment(`    the ${what} ${target}${more > 0 ? `, which carries ${more} blocks more` : ''}`)]),
    comment(`    - target: ${scalar(target)}`),
    comment(`      destinations: [${shown.map(scalar).join(', ')}]`),
    '#       because: why it is wanted',
  ];
}

const isSound = (name: string, value: unknown): boolean =>
  formProblems({ version: 1, [name]: value }).length === 0;

/** One line of a comment, whatever the text is. */
const comment = (text: string): string => `# ${oneLine(text)}`;

// oxlint-disable-next-line no-control-regex -- control characters are what is replaced
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');

const sentence = (text: string): string =>
  Array.from(oneLine(text).trim().replace(/\s+/g, ' ')).slice(0, MAX_SENTENCE_CHARACTERS).join('').trim();

/** Words that YAML takes for something else than text. */
const NO_TEXT = new Set(['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n']);

/** A YAML scalar: the word itself where it is one for everybody, a JSON string (which YAML reads) otherwise. */
const scalar = (text: string): string =>
  /^[a-z][a-z0-9-]*([.][a-z0-9-]+)*$/.test(text) && !NO_TEXT.has(text) ? text : JSON.stringify(text);
