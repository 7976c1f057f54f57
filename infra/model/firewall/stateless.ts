/** The stateless engine: packet by packet, what it drops, lets by, or hands to the stateful engine. */
import type { RuleGroup } from '../../snapshot/snapshot';
import { NotKnown, returned } from '../../snapshot/snapshot';
import type { DecidingRule } from '../prediction';
import type { Addresses } from './header-expression';
import { allAddresses, definitionAddresses, PORTS } from './header-expression';
import type { Transport } from './rule';
import type { UncertainSet } from './uncertain-set';
import { exactly } from './uncertain-set';

export type StatelessAction = 'pass' | 'drop' | 'forward';

export interface StatelessRule {
  readonly action: StatelessAction;
  readonly label: string;
  readonly source: Addresses;
  readonly sourcePorts: UncertainSet;
  readonly destination: Addresses;
  readonly destinationPorts: UncertainSet;
  /** The transports that it names, surely and possibly. */
  readonly transports: Readonly<Record<Transport, 'yes' | 'maybe' | 'no'>>;
  /** It looks at TCP flags, which a class of flows does not answer. */
  readonly flags: boolean;
  /** IANA protocol numbers; null for all. */
  readonly protocols: readonly number[] | null;
  /** Any of these matches; null for a rule that does not look at flags. */
  readonly flagTests: readonly FlagTest[] | null;
  /** Where a reader finds it. */
  readonly place: DecidingRule;
}

/** Of the flags in `mask` exactly those in `set` are set; letters as in Suricata: F S R P A U E C. */
export interface FlagTest {
  readonly set: string;
  readonly mask: string;
}

/** `Actions` of the API: one of three, and names of custom actions that only count packets. */
export function statelessAction(actions: readonly string[] | undefined, of: string): StatelessAction {
  const standard = returned(actions, of).filter((action) => action.startsWith('aws:'));
  const [action] = standard;
  if (standard.length === 1) {
    if (action === 'aws:pass') return 'pass';
    if (action === 'aws:drop') return 'drop';
    if (action === 'aws:forward_to_sfe') return 'forward';
  }
  throw new NotKnown(`${of} are ${standard.join(', ') || 'none of those'} that this tool knows`);
}

/**
 * The rules of a stateless group by priority; throws {@link NotKnown} when AWS did not return them all.
 *
 * Facts: aws.md 2.1, 2.2 (Network Firewall developer guide, firewall-policy-processing); API reference,
 * `MatchAttributes`: what is left out matches everything; protocols by IANA number.
 */
export function statelessRules(group: RuleGroup): readonly StatelessRule[] {
  const label = group.RuleGroupResponse?.RuleGroupName ?? 'a stateless rule group';
  const rules = returned(
    group.RuleGroup?.RulesSource?.StatelessRulesAndCustomActions?.StatelessRules,
    `StatelessRules of ${label}`,
  );
  return [...rules]
    .sort(
      (a, b) =>
        returned(a.Priority, `Priority of a rule of ${label}`) -
        returned(b.Priority, `Priority of a rule of ${label}`),
    )
    .map((rule) => {
      const name = `the stateless rule of priority ${rule.Priority} of ${label}`;
      const definition = returned(rule.RuleDefinition, `RuleDefinition of ${name}`);
      const match = returned(definition.MatchAttributes, `MatchAttributes of ${name}`);
      return {
        action: statelessAction(definition.Actions, `the Actions of ${name}`),
        label: name,
        source: addresses(match.Sources),
        sourcePorts: ports(match.SourcePorts, name),
        destination: addresses(match.Destinations),
        destinationPorts: ports(match.DestinationPorts, name),
        transports: transports(match.Protocols ?? []),
        flags: (match.TCPFlags ?? []).length > 0,
        protocols: (match.Protocols ?? []).length === 0 ? null : (match.Protocols ?? []),
        flagTests: flagTests(match.TCPFlags ?? [], name),
        place: {
          resource: group.RuleGroupResponse?.RuleGroupArn ?? label,
          rule: `priority ${rule.Priority}`,
        },
      };
    });
}

function addresses(
  items: readonly { readonly AddressDefinition?: string | undefined }[] | undefined,
): Addresses {
  if (items === undefined || items.length === 0) return allAddresses();
  const definitions = items.map((item) => returned(item.AddressDefinition, 'AddressDefinition'));
  return definitionAddresses(definitions, { addresses: new Map(), ports: new Map() });
}

function ports(
  items:
    | readonly { readonly FromPort?: number | undefined; readonly ToPort?: number | undefined }[]
    | undefined,
  of: string,
): UncertainSet {
  if (items === undefined || items.length === 0) return exactly([PORTS]);
  return exactly(
    items.map((item) => ({
      first: BigInt(returned(item.FromPort, `FromPort of ${of}`)),
      last: BigInt(returned(item.ToPort, `ToPort of ${of}`)),
    })),
  );
}

const NUMBERS: Readonly<Record<number, Transport>> = { 6: 'tcp', 17: 'udp', 1: 'icmp', 58: 'icmp' };

function transports(protocols: readonly number[]): StatelessRule['transports'] {
  if (protocols.length === 0) return { tcp: 'yes', udp: 'yes', icmp: 'yes', other: 'yes' };
  const named = new Set(protocols.map((number) => NUMBERS[number] ?? 'other'));
  // Some of the other protocols, or ICMP of one family, is not all of them.
  const part = (transport: Transport): 'maybe' | 'no' => (named.has(transport) ? 'maybe' : 'no');
  return {
    tcp: named.has('tcp') ? 'yes' : 'no',
    udp: named.has('udp') ? 'yes' : 'no',
    icmp: part('icmp'),
    other: part('other'),
  };
}

const FLAGS = 'FSRPAUEC';
const FLAG_LETTERS: Readonly<Record<string, string>> = {
  FIN: 'F',
  SYN: 'S',
  RST: 'R',
  PSH: 'P',
  ACK: 'A',
  URG: 'U',
  ECE: 'E',
  CWR: 'C',
};

/** Facts: API reference, `TCPFlagField`: `Masks` are the flags that are looked at, all of them when there are none. */
function flagTests(
  fields: readonly {
    readonly Flags?: readonly string[] | undefined;
    readonly Masks?: readonly string[] | undefined;
  }[],
  of: string,
): readonly FlagTest[] | null {
  if (fields.length === 0) return null;
  const letters = (words: readonly string[]): string =>
    words.map((word) => returned(FLAG_LETTERS[word], `the TCP flag ${word} of ${of}`)).join('');
  return fields.map(({ Flags: set, Masks: masks }) => ({
    set: letters(returned(set, `Flags of ${of}`)),
    mask: masks === undefined || masks.length === 0 ? FLAGS : letters(masks),
  }));
}
