/** What a rule's words mean, as far as this model knows them; whatever else they say leaves the rule a "maybe". */
import type { Variables } from './header-expression';
import { addressesOf, portsOf } from './header-expression';
import type { Action, NameContent, Rule, Transport } from './rule';
import { TRANSPORTS } from './rule';
import type { PrecisionReading } from './rule-precision';
import { leavePayload, precisionOf, readPrecisely, settle, startPrecision } from './rule-precision';
import type { RuleOption, RuleText } from './suricata-rule';

const ACTIONS: Readonly<Record<string, Action>> = {
  pass: 'pass',
  drop: 'drop',
  reject: 'reject',
  rejectsrc: 'reject',
  rejectdst: 'reject',
  rejectboth: 'reject',
  alert: 'alert',
};

/** Application protocols and what carries them (Suricata user guide, "Rules Format", protocols). */
export const APPLICATIONS: Readonly<Record<string, readonly Transport[]>> = {
  tls: ['tcp'],
  http: ['tcp'],
  http1: ['tcp'],
  http2: ['tcp'],
  ssh: ['tcp'],
  smtp: ['tcp'],
  ftp: ['tcp'],
  'ftp-data': ['tcp'],
  imap: ['tcp'],
  smb: ['tcp'],
  rdp: ['tcp'],
  mqtt: ['tcp'],
  telnet: ['tcp'],
  nfs: ['tcp', 'udp'],
  dns: ['tcp', 'udp'],
  krb5: ['tcp', 'udp'],
  sip: ['tcp', 'udp'],
  quic: ['udp'],
  ntp: ['udp'],
  dhcp: ['udp'],
  tftp: ['udp'],
  snmp: ['udp'],
  ike: ['udp'],
};

/** Other words for the same: Network Firewall's `Protocol` values and Suricata's old names. */
const SAME_AS: Readonly<Record<string, string>> = { ssl: 'tls', ikev2: 'ike', msn: 'unknown' };

/** Keywords that say nothing about which packets match (Suricata user guide, "Meta Keywords"). */
const NOT_NARROWING: ReadonlySet<string> = new Set([
  'msg',
  'sid',
  'rev',
  'gid',
  'classtype',
  'reference',
  'priority',
  'metadata',
  'target',
  'noalert',
  'alert',
  'fast_pattern',
]);

/**
 * Keywords that are not evaluated and leave what follows about the same name. Everything else may be a transformation,
 * with or without a value (`pcrexform:…`, `to_sha256`): then a content says nothing about the name that was sent
 * (Suricata user guide, "Payload Keywords", "Transformations").
 */
const STAYS_WITH_NAME: ReadonlySet<string> = new Set([
  'pcre',
  'depth',
  'offset',
  'distance',
  'within',
  'isdataat',
  'bsize',
  'rawbytes',
  'byte_test',
  'byte_jump',
]);

/** Sticky buffers of names, and the application protocol that they belong to. */
const NAME_BUFFERS: Readonly<Record<string, 'tls' | 'http'>> = {
  'tls.sni': 'tls',
  tls_sni: 'tls',
  'http.host': 'http',
};

/**
 * The meaning of one rule; null when its action is not known.
 *
 * Facts: Suricata user guide, "Flow Keywords" (`flow`), "Payload Keywords" (`content`, `startswith`, `endswith`,
 * `dotprefix`, `nocase`), "SSL/TLS Keywords"; aws.md 2.13 and 2.14 (Network Firewall developer guide,
 * suricata-examples) use the same keywords.
 */
export function ruleOf(text: RuleText, label: string, variables: Variables): Rule | null {
  const action = ACTIONS[text.action];
  if (action === undefined) return null;
  const protocol = protocolOf(text.protocol);
  const options = optionsOf(text.options, protocol.application);
  const doubts = [...protocol.open, ...skippedPerhaps(text, action)];
  return {
    action,
    label,
    transports: protocol.transports,
    application: options.application,
    source: addressesOf(text.source, variables),
    sourcePorts: portsOf(text.sourcePort, variables),
    destination: addressesOf(text.destination, variables),
    destinationPorts: portsOf(text.destinationPort, variables),
    bothWays: text.direction === '<>',
    established: options.established,
    toServer: options.toServer,
    toClient: options.toClient,
    names: options.names,
    openConditions: [...protocol.open, ...options.open, ...skippedPerhaps(text, action)],
    logs: !text.options.some(({ keyword }) => keyword === 'noalert'),
    precision: precisionOf(text, options.precision, {
      application: options.application,
      named: options.names.length > 0,
      doubts,
    }),
  };
}

/** Of a line that may be skipped only the block is in doubt: a pass that is skipped lets nothing through. */
function skippedPerhaps({ indented }: RuleText, action: Action): readonly string[] {
  return indented === true && action !== 'pass' ? ['whether a line that begins with a blank is read'] : [];
}

/** A protocol's own word: `TLS` of the API is Suricata's `tls`. */
export function applicationName(word: string): string {
  const lower = word.toLowerCase();
  return SAME_AS[lower] ?? lower;
}

function protocolOf(word: string): {
  readonly transports: readonly Transport[];
  readonly application: string | null;
  readonly open: readonly string[];
} {
  const name = applicationName(word);
  if (name === 'ip') return { transports: TRANSPORTS, application: null, open: [] };
  if (name === 'tcp' || name === 'udp' || name === 'icmp')
    return { transports: [name], application: null, open: [] };
  const transports = APPLICATIONS[name];
  if (transports !== undefined) return { transports, application: name, open: [] };
  return { transports: TRANSPORTS, application: null, open: [`the protocol ${word}`] };
}

interface Reading {
  application: string | null;
  established: Rule['established'];
  toServer: boolean;
  toClient: boolean;
  buffer: string | null;
  dotPrefix: boolean;
  readonly names: NameContent[];
  readonly open: string[];
  readonly precision: PrecisionReading;
}

function optionsOf(options: readonly RuleOption[], application: string | null): Reading {
  const reading: Reading = {
    application,
    established: 'either',
    toServer: true,
    toClient: true,
    buffer: null,
    dotPrefix: false,
    names: [],
    open: [],
    precision: startPrecision(),
  };
  options.forEach((option) => readOption(reading, option));
  return reading;
}

function readOption(reading: Reading, option: RuleOption): void {
  const { keyword, value } = option;
  if (NOT_NARROWING.has(keyword)) return;
  if (keyword === 'flow') return readFlow(reading, value ?? '');
  if (keyword === 'app-layer-protocol' && value !== null && isApplicationName(value)) {
    return needs(reading, applicationName(value));
  }
  if (keyword === 'ssl_state' && value?.trim() === 'client_hello') {
    reading.precision.conditions.push({ kind: 'client-hello' });
    return needs(reading, 'tls');
  }
  const named = NAME_BUFFERS[keyword];
  if (named !== undefined && value === null) {
    needs(reading, named);
    leavePayload(reading.precision);
    [reading.buffer, reading.dotPrefix] = [named, false];
    return;
  }
  if (reading.buffer !== null && readName(reading, keyword, value)) {
    settle(reading.precision);
    return;
  }
  readPrecisely(reading.precision, option, bufferOfName(reading));
  // Another buffer or a transformation takes over; what follows is about something that is not evaluated.
  if (!STAYS_WITH_NAME.has(keyword)) reading.buffer = null;
  reading.open.push(keyword);
}

/** `failed` and `unknown` are states of the detection: when bytes of no protocol reach them, depends on how many there are. */
function isApplicationName(value: string): boolean {
  return /^[a-z0-9-]+$/i.test(value) && !/^(?:failed|unknown)$/i.test(value);
}

function needs(reading: Reading, application: string): void {
  const compatible = reading.application === null || reading.application === application;
  if (compatible) reading.application = application;
  else {
    reading.open.push(`${reading.application} and ${application}`);
    reading.precision.untested.push(`${reading.application} and ${application}`);
  }
}

function bufferOfName({ buffer, dotPrefix }: Reading): 'tls' | 'http' | null {
  return (buffer === 'tls' || buffer === 'http') && !dotPrefix ? buffer : null;
}

function readFlow(reading: Reading, value: string): void {
  for (const word of value.split(',').map((part) => part.trim())) {
    if (word === 'established') reading.established = 'only';
    else if (word === 'not_established') reading.established = 'never';
    else if (word === 'to_server' || word === 'from_client') reading.toClient = false;
    else if (word === 'to_client' || word === 'from_server') reading.toServer = false;
    else if (word !== 'stateless') {
      reading.open.push(`flow:${word}`);
      if (word === 'only_stream') reading.precision.conditions.push({ kind: 'stream-only' });
      else reading.precision.untested.push(`flow:${word}`);
    }
  }
}

/** Reads a keyword that belongs to a name; false when it is none of those that are evaluated. */
function readName(reading: Reading, keyword: string, value: string | null): boolean {
  const last = reading.names.at(-1);
  const replaceLast = (part: Partial<NameContent>): boolean => {
    if (last === undefined) return false;
    reading.names[reading.names.length - 1] = { ...last, ...part };
    return true;
  };
  const change = (part: Partial<NameContent>): boolean => value === null && replaceLast(part);
  switch (keyword) {
    case 'dotprefix':
      reading.dotPrefix = true;
      return value === null;
    case 'content':
      return addContent(reading, value ?? '');
    case 'nocase':
      return change({ nocase: true });
    case 'startswith':
      return change({ startsWith: true });
    case 'endswith':
      return change({ endsWith: true });
    case 'isdataat':
      return value?.replaceAll(' ', '') === '!1,relative' && replaceLast({ endsWith: true });
    case 'bsize':
      // Nothing but the text fits into a buffer of its length.
      return (
        last !== undefined &&
        value === String(last.text.length) &&
        replaceLast({ startsWith: true, endsWith: true })
      );
    default:
      return false;
  }
}

/** Plain text only: bytes in `|hex|` and escapes are not evaluated. */
function addContent(reading: Reading, value: string): boolean {
  const parts = /^(!?)\s*"([^"|\\]+)"$/.exec(value);
  const text = parts?.[2];
  if (text === undefined || (reading.buffer !== 'tls' && reading.buffer !== 'http')) {
    // Modifiers that follow belong to this content, not to the one before it.
    reading.buffer = null;
    return false;
  }
  reading.names.push({
    application: reading.buffer,
    text,
    negated: parts?.[1] === '!',
    nocase: false,
    startsWith: false,
    endsWith: false,
    dotPrefix: reading.dotPrefix,
  });
  return true;
}
