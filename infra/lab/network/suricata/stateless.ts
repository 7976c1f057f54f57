/**
 * The stateless engine as an nftables table in front of the queue. Pure.
 *
 * Facts: stateless rules come first, in the order of group and rule priorities, and the first match decides (aws.md 2.1,
 * NFW developer guide, firewall-policy-processing); actions pass, drop and forward_to_sfe, custom ones only count (2.2);
 * the fragment default is for UDP fragments that no rule matches, fragments of other protocols are dropped in silence
 * (2.3, API reference, FirewallPolicy). DERIVED: a rule with ports matches first fragments only.
 */
import type { MatchAttributes, StatelessRule } from '@aws-sdk/client-network-firewall';

/** Packets that the stateless engine passes carry this mark and must not be queued. */
export const STATELESS_PASS_MARK = 0x1;

export interface StatelessGroup {
  readonly label: string;
  readonly rules: readonly StatelessRule[];
}

export interface StatelessEngineOptions {
  /** In the order of their priorities. */
  readonly groups: readonly StatelessGroup[];
  readonly defaultActions: readonly string[];
  readonly fragmentDefaultActions: readonly string[];
}

/** A stateless rule or default whose effect the lab does not know. */
export class StatelessError extends Error {
  override readonly name = 'StatelessError';
}

const FRAGMENT = 'ip frag-off & 0x3fff != 0';
const VERDICTS: Readonly<Record<string, string>> = {
  'aws:pass': `meta mark set ${STATELESS_PASS_MARK} accept`,
  'aws:drop': 'drop',
  'aws:forward_to_sfe': 'accept',
};

/** The table's text for `nft -f`; replaces an earlier one at once. Throws StatelessError. */
export function statelessTable({
  groups,
  defaultActions,
  fragmentDefaultActions,
}: StatelessEngineOptions): string {
  const rules = groups.flatMap(({ label, rules }) =>
    [...rules]
      .sort((one, other) => priorityOf(one, label) - priorityOf(other, label))
      .flatMap(({ RuleDefinition: definition }) => {
        const verdict = verdictOf(definition?.Actions ?? [], `a rule of ${label}`);
        return matches(definition?.MatchAttributes ?? {}, label).map((match) =>
          [...match, verdict].join(' '),
        );
      }),
  );
  return tableOf([
    `${FRAGMENT} ip protocol != udp drop`,
    ...rules,
    `${FRAGMENT} ${verdictOf(fragmentDefaultActions, 'the fragment default')}`,
    verdictOf(defaultActions, 'the default'),
  ]);
}

/** A table that drops every packet: for policies the lab cannot carry. */
export function closedTable(): string {
  return tableOf(['drop']);
}

function tableOf(rules: readonly string[]): string {
  return [
    'table ip stateless',
    'delete table ip stateless',
    'table ip stateless {',
    '  chain forward {',
    '    type filter hook forward priority -10; policy accept;',
    ...rules.map((rule) => `    ${rule}`),
    '  }',
    '}',
    '',
  ].join('\n');
}

function priorityOf({ Priority }: StatelessRule, label: string): number {
  if (Priority === undefined) throw new StatelessError(`a stateless rule of ${label} without a priority`);
  return Priority;
}

function verdictOf(actions: readonly string[], what: string): string {
  const standard = actions.filter((action) => action.startsWith('aws:'));
  const verdict = VERDICTS[standard[0] ?? ''];
  if (standard.length !== 1 || verdict === undefined) {
    throw new StatelessError(`${what} has the stateless actions ${JSON.stringify(actions)}`);
  }
  return verdict;
}

/** One list of nft matches per way to match; none where no IPv4 packet can. */
function matches(attributes: MatchAttributes, label: string): string[][] {
  const source = addresses('saddr', attributes.Sources, label);
  const destination = addresses('daddr', attributes.Destinations, label);
  if (source === null || destination === null) return [];
  const common = [
    ...protocols(attributes.Protocols, label),
    ...source,
    ...destination,
    ...ports('sport', attributes.SourcePorts, label),
    ...ports('dport', attributes.DestinationPorts, label),
  ];
  const flags = attributes.TCPFlags ?? [];
  if (flags.length === 0) return [common];
  return flags.map(({ Flags = [], Masks = [] }) => {
    // Without masks all flags are looked at (API reference, TCPFlagField.Masks).
    const mask = flagBits(Masks.length === 0 ? Object.keys(FLAG_BITS) : Masks, label);
    // The byte itself, since nft's own word for it does not go with the ports of either protocol.
    return [...common, 'ip protocol tcp', `@th,104,8 & ${hex(mask)} == ${hex(flagBits(Flags, label))}`];
  });
}

function addresses(field: string, list: MatchAttributes['Sources'], label: string): string[] | null {
  const definitions = (list ?? []).map(({ AddressDefinition }) => AddressDefinition ?? '');
  if (definitions.length === 0) return [];
  const v4 = definitions.filter((text) => !text.includes(':'));
  for (const text of v4) {
    if (!/^(\d{1,3}\.){3}\d{1,3}(\/\d{1,2})?$/.test(text))
      throw new StatelessError(`a rule of ${label} has the address ${text}`);
  }
  if (v4.length === 0) return null;
  if (v4.includes('0.0.0.0/0')) return [];
  return [`ip ${field} { ${[...new Set(v4)].join(', ')} }`];
}

function ports(field: string, list: MatchAttributes['SourcePorts'], label: string): string[] {
  if (list === undefined || list.length === 0) return [];
  const ranges = list.map(({ FromPort, ToPort }) => {
    if (FromPort === undefined || ToPort === undefined)
      throw new StatelessError(`a rule of ${label} has half a port range`);
    return FromPort === ToPort ? `${FromPort}` : `${FromPort}-${ToPort}`;
  });
  if (ranges.includes('0-65535')) return [];
  return ['ip protocol { tcp, udp }', `th ${field} { ${[...new Set(ranges)].join(', ')} }`];
}

function protocols(list: readonly number[] | undefined, label: string): string[] {
  if (list === undefined || list.length === 0) return [];
  if (list.some((number) => !Number.isInteger(number) || number < 0 || number > 255)) {
    throw new StatelessError(`a rule of ${label} has the protocols ${list.join(', ')}`);
  }
  return [`ip protocol { ${[...new Set(list)].join(', ')} }`];
}

/** By AWS's names: their places in the TCP header's byte of flags (RFC 9293, 3.1). */
const FLAG_BITS: Readonly<Record<string, number>> = {
  FIN: 0x01,
  SYN: 0x02,
  RST: 0x04,
  PSH: 0x08,
  ACK: 0x10,
  URG: 0x20,
  ECE: 0x40,
  CWR: 0x80,
};

function flagBits(flags: readonly string[], label: string): number {
  return flags.reduce((bits, flag) => {
    const bit = FLAG_BITS[flag];
    if (bit === undefined) throw new StatelessError(`a rule of ${label} has the TCP flag ${flag}`);
    return bits | bit;
  }, 0);
}

const hex = (bits: number): string => `0x${bits.toString(16).padStart(2, '0')}`;
