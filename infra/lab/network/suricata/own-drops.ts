/**
 * What a policy's own rules leave to an application-layer default action. Pure.
 *
 * AWS does not document what `aws:drop_established_app_layer_to_server` does with UDP, ICMP and other protocols, nor with
 * bytes whose protocol is not yet, or never, recognized (decision 0011). A policy whose own rules drop all of these does
 * not depend on it. What may be left is what the guide decides: packets without payload, and a TLS hello that is not
 * whole, here up to a number of bytes.
 *
 * The question is answered from the rules' text, and only a form that surely matches every packet of its kind counts: an
 * unknown keyword, an address or a port makes a rule count for nothing.
 */
import type { Rule } from './rule-text';

/** More than any budget for a hello that makes sense; a larger one bounds nothing. */
const MOST_HELLO_BYTES = 16_384;
/** They say nothing about which packets a rule matches (Suricata 7 user guide, "Meta Keywords"). */
const META = [
  'msg',
  'sid',
  'rev',
  'gid',
  'classtype',
  'reference',
  'metadata',
  'target',
  'priority',
  'noalert',
];
const TCP = 6;
const UDP = 17;
const ICMP = 1;

interface Kind {
  readonly what: string;
  readonly dropped: (rules: readonly Rule[]) => boolean;
}

const KINDS: readonly Kind[] = [
  { what: 'UDP', dropped: (rules) => rules.some((rule) => dropsProtocol(rule, UDP)) },
  { what: 'ICMP', dropped: (rules) => rules.some((rule) => dropsProtocol(rule, ICMP)) },
  {
    what: 'IP protocols other than TCP, UDP and ICMP',
    dropped: (rules) => rules.some((rule) => dropsOtherProtocols(rule)),
  },
  { what: 'TCP payload that does not begin as TLS does', dropped: dropsOtherBeginnings },
  {
    what: 'TLS hellos without a name that a rule passes',
    dropped: (rules) => rules.some((rule) => dropsHellos(rule)),
  },
  {
    what: 'TLS hellos without an end',
    dropped: (rules) => rules.some((rule) => boundsHellos(rule)),
  },
];

/**
 * The kinds of packets that none of these rules surely drops; empty where the policy does not depend on what is not
 * documented of the default. Rules as the engine loads them: variables written out.
 */
export function leftToDefault(rules: readonly Rule[]): readonly string[] {
  return KINDS.filter(({ dropped }) => !dropped(rules)).map(({ what }) => what);
}

/** A rule's conditions without blanks; null for one that does not block, or not from anywhere to anywhere. */
function conditionsOf(rule: Rule): readonly string[] | null {
  const parts = [rule.source, rule.sourcePort, rule.destination, rule.destinationPort];
  const blocks = rule.action === 'drop' || rule.action === 'reject';
  if (!blocks || parts.some((part) => part !== 'any')) return null;
  return rule.options
    .filter(({ keyword }) => !META.includes(keyword))
    .map(({ keyword, value }) =>
      value === null ? keyword : `${keyword}:${value.replaceAll(/\s(?=(?:[^"]*"[^"]*")*[^"]*$)/g, '')}`,
    );
}

/** Whether the conditions are all among these, however often and in whatever order. */
function only(conditions: readonly string[], allowed: readonly string[]): boolean {
  return conditions.every((condition) => allowed.includes(condition));
}

/** Without a flow keyword, or with one that holds for every packet: a direction would spare what comes unasked. */
function dropsProtocol(rule: Rule, number: number): boolean {
  const conditions = conditionsOf(rule);
  if (conditions === null) return false;
  const name = number === UDP ? 'udp' : 'icmp';
  if (rule.protocol === name) return only(conditions, ['flow:stateless']);
  return rule.protocol === 'ip' && notOf(conditions)?.includes(number) === false;
}

function dropsOtherProtocols(rule: Rule): boolean {
  const conditions = conditionsOf(rule);
  if (conditions === null || rule.protocol !== 'ip') return false;
  return notOf(conditions)?.every((number) => [TCP, UDP, ICMP].includes(number)) === true;
}

/**
 * The protocols that `ip_proto:!n` takes out of a rule; null where it has any other condition. A flow keyword is another
 * one: measured, Suricata 7.0.10 does not match `flow:stateless` on packets that have no flow, such as GRE.
 */
function notOf(conditions: readonly string[]): readonly number[] | null {
  const numbers = conditions.map((condition) => /^ip_proto:!(\d{1,3})$/.exec(condition)?.[1]);
  return numbers.some((number) => number === undefined) ? null : numbers.map(Number);
}

/**
 * The first payload byte of a client must be that of a TLS handshake record. The rule may stop looking once a bit is set
 * that nothing but such a first byte sets; then nothing else was let through before.
 */
function dropsOtherBeginnings(rules: readonly Rule[]): boolean {
  const form = ['flow:to_server', 'flow:to_server,established', 'flow:established,to_server', 'dsize:>0'];
  return rules.some((rule) => {
    const conditions = conditionsOf(rule);
    if (conditions === null || rule.protocol !== 'tcp') return false;
    const bit = conditions.map((condition) => /^flowbits:isnotset,(\w+)$/.exec(condition)?.[1]).find(Boolean);
    const isBit = (condition: string): boolean => condition === `flowbits:isnotset,${bit}`;
    const others = conditions.filter((condition) => !isBit(condition));
    return (
      others.filter((condition) => condition === 'content:!"|16|"').length === 1 &&
      others.includes('depth:1') &&
      only(others, [...form, 'content:!"|16|"', 'depth:1']) &&
      (bit === undefined || rules.every((other) => setsRightly(other, bit)))
    );
  });
}

/** Whether a rule leaves the bit alone or sets it for a packet that begins with the byte only. */
function setsRightly(rule: Rule, bit: string): boolean {
  const values = rule.options.map(({ keyword, value }) =>
    ['flowbits', 'xbits', 'hostbits'].includes(keyword) ? (value ?? '').replaceAll(/\s/g, '') : '',
  );
  if (!values.some((value) => /^(set|toggle),/.test(value) && value.split(/[,|&]/).includes(bit)))
    return true;
  const condition = rule.options.map(({ keyword, value }) => `${keyword}:${value ?? ''}`);
  const at = condition.indexOf('content:"|16|"');
  // The modifier must be that of this content, and packets alone must count, since a stream's window moves on.
  return at >= 0 && condition[at + 1] === 'depth:1' && condition.includes('dsize:>0');
}

function dropsHellos(rule: Rule): boolean {
  const conditions = conditionsOf(rule);
  const form = [
    'ssl_state:client_hello',
    'flow:to_server',
    'flow:to_server,established',
    'flow:established,to_server',
  ];
  return conditions !== null && rule.protocol === 'tls' && only(conditions, form);
}

function boundsHellos(rule: Rule): boolean {
  const conditions = conditionsOf(rule);
  if (conditions === null || rule.protocol !== 'tcp') return false;
  const bytes = conditions
    .map((condition) => /^stream_size:client,>,(\d{1,9})$/.exec(condition)?.[1])
    .find((number) => number !== undefined);
  if (bytes === undefined || Number(bytes) > MOST_HELLO_BYTES) return false;
  return only(conditions, [
    `stream_size:client,>,${bytes}`,
    'flow:to_server',
    'flow:to_server,established',
    'flow:established,to_server',
  ]);
}
