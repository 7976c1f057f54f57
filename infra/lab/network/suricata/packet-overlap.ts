/**
 * Whether one packet could match two rules. Pure. True in doubt: only what surely excludes each other counts as apart.
 *
 * Source: Suricata 7 user guide, "Rules Format" (protocols, ports, direction), "Flow Keywords", "SSL/TLS Keywords". A
 * packet has one transport, one application protocol and one direction; a TLS state holds one server name. HTTP hosts do
 * not set rules apart: one packet can carry two requests.
 */
import { disjointAddresses, disjointPorts } from './header-overlap';
import { optionOf, type Rule } from './rule-text';

const TRANSPORTS: Readonly<Record<string, readonly string[]>> = {
  tcp: ['tcp'],
  http: ['tcp'],
  http1: ['tcp'],
  http2: ['tcp'],
  tls: ['tcp'],
  ssh: ['tcp'],
  ftp: ['tcp'],
  smtp: ['tcp'],
  imap: ['tcp'],
  udp: ['udp'],
  quic: ['udp'],
  dhcp: ['udp'],
  ntp: ['udp'],
  tftp: ['udp'],
  dns: ['tcp', 'udp'],
  icmp: ['icmp'],
};
const ALL = ['tcp', 'udp', 'icmp', 'other'];
/** Protocols that are no other's part: `http` stands for `http1` and `http2`. */
const APPLICATIONS = ['http', 'tls', 'ssh', 'ftp', 'smtp', 'imap', 'quic', 'dhcp', 'ntp', 'tftp', 'dns'];

/** Variables of both rules must be written out (variables.ts). */
export function mayMeet(one: Rule, other: Rule): boolean {
  return !(
    differ(transportsOf(one), transportsOf(other)) ||
    differentApplications(one, other) ||
    oppositeDirections(one, other) ||
    differentHeaders(one, other) ||
    differentNames(one, other)
  );
}

function transportsOf(rule: Rule): readonly string[] {
  return TRANSPORTS[rule.protocol] ?? ALL;
}

function differ(one: readonly string[], other: readonly string[]): boolean {
  return !one.some((value) => other.includes(value));
}

function differentApplications(one: Rule, other: Rule): boolean {
  const [first, second] = [one, other].map(({ protocol }) =>
    /^http[12]$/.test(protocol) ? 'http' : protocol,
  );
  return first !== second && APPLICATIONS.includes(first ?? '') && APPLICATIONS.includes(second ?? '');
}

function oppositeDirections(one: Rule, other: Rule): boolean {
  const directions = [one, other].map(directionOf);
  return directions.includes('to_server') && directions.includes('to_client');
}

function directionOf(rule: Rule): 'to_server' | 'to_client' | null {
  const words = (optionOf(rule, 'flow') ?? '').split(',').map((word) => word.trim());
  if (words.includes('to_server') || words.includes('from_client')) return 'to_server';
  return words.includes('to_client') || words.includes('from_server') ? 'to_client' : null;
}

/** A rule for both directions is two rules, so only `->` is compared end by end. */
function differentHeaders(one: Rule, other: Rule): boolean {
  if (one.direction === '<>' || other.direction === '<>') return false;
  return (
    disjointAddresses(one.source, other.source) ||
    disjointAddresses(one.destination, other.destination) ||
    disjointPorts(one.sourcePort, other.sourcePort) ||
    disjointPorts(one.destinationPort, other.destinationPort)
  );
}

function differentNames(one: Rule, other: Rule): boolean {
  const [first, second] = [serverName(one), serverName(other)];
  if (first === null || second === null) return false;
  if (first.exact && second.exact) return first.text !== second.text;
  if (first.exact) return !first.text.endsWith(second.text);
  if (second.exact) return !second.text.endsWith(first.text);
  return !first.text.endsWith(second.text) && !second.text.endsWith(first.text);
}

interface ServerName {
  /** In lower case: the end of a name before which a dot is put, or such a name as a whole. */
  readonly text: string;
  readonly exact: boolean;
}

const PLAIN_NAME = /^"[a-z0-9_.-]+"$/i;
const NAME_KEYWORDS = ['dotprefix', 'content', 'startswith', 'nocase', 'endswith'];

/** The server name a rule asks for, in the two forms of AWS's domain lists (aws.md 2.13); null for any other form. */
function serverName(rule: Rule): ServerName | null {
  const start = rule.options.findIndex(({ keyword }) => keyword === 'tls.sni');
  if (start < 0 || rule.options.some(({ keyword }, index) => keyword === 'tls.sni' && index > start))
    return null;
  const rest = rule.options.slice(start + 1);
  const end = rest.findIndex(({ keyword }) => !NAME_KEYWORDS.includes(keyword));
  const form = end < 0 ? rest : rest.slice(0, end);
  const [content, ...more] = form.filter(({ keyword }) => keyword === 'content');
  if (content?.value == null || more.length > 0 || !PLAIN_NAME.test(content.value)) return null;
  const has = (word: string): boolean => form.some(({ keyword }) => keyword === word);
  const text = content.value.slice(1, -1).toLowerCase();
  if (!has('endswith')) return null;
  if (form[0]?.keyword === 'dotprefix' && !has('startswith')) return { text, exact: false };
  if (has('dotprefix')) return null;
  return has('startswith') ? { text: `.${text}`, exact: true } : null;
}
