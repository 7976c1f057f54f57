/**
 * The clients of an ordinary host, each as a command, a reader of its output and what its report shows. Read from the
 * outputs of curl 7.88, OpenSSL 3.0, OpenSSH 9.2, git 2.39, iputils ping and BIND 9.18's dig; exit codes as in their manuals.
 * There is none for HTTP/3: neither curl nor any other program of a plain Amazon Linux or Debian host speaks it.
 */
import { checkedName, checkedNonce } from '../dns-name';
import { markedPath, markedText } from '../payloads/marked-payload';
import type { ClientResult } from '../probe';
import { succeeded } from '../sender/sender-result';
import { boundSeconds, type ClientReport, type ClientVerdict, type RealClient } from './real-client';

type Stage = Extract<ClientResult, { kind: 'timed-out' }>['stage'];

interface ClientTo {
  /** The plan's target, whose address the client goes to. */
  readonly to: string;
  readonly nonce: string;
  /** The technique's bound. */
  readonly timeoutMs: number;
}

/** `timeout` answers 124 when the bound ended the client, 137 when it had to kill it. */
const BOUND_EXITS: readonly number[] = [124, 137];
/** Of `timeout` and of the shell: there, but it cannot be run. */
const CANNOT_RUN: readonly number[] = [125, 126, 127];
/** A client that has a bound of its own is ended by that, and says how far it came. */
const GRACE_MS = 1000;

const timedOut = (stage: Stage, detail: string): ClientResult => ({ kind: 'timed-out', stage, detail });
const noSay = (detail: string): ClientVerdict => ({ kind: 'no-say', detail });

export interface CurlTo extends ClientTo {
  readonly scheme: 'https' | 'http' | 'ftp';
  /** In the address line, and so in SNI and Host. */
  readonly name: string;
  /** Path and query, of characters that quotes hold; the marked path without it. */
  readonly target?: string;
}

const CURL_PORTS = { https: 443, http: 80, ftp: 21 } as const;
const CURL_TARGET = /^\/[A-Za-z0-9/?=_-]*$/;
/** Only its own line of numbers, and words of OpenSSL's (with names of ours in them), for the exits that say too little. */
const CURL_READER = [
  '/^[0-9]+ [0-9]+ [0-9.]+ [0-9.]+$/ && !n {n = $0}',
  '/^curl: /{if (/reset by peer|SYSCALL|unexpected eof/) w = "reset"; else if (/ alert /) w = "alert"}',
  'END {print n, w}',
].join(' ');

/** A user's curl. The body is not kept, certificates are not looked at, and no setting or proxy of the host's counts. */
export function curl({ to, nonce, timeoutMs, scheme, name, target }: CurlTo): RealClient {
  const path = target ?? markedPath(nonce);
  if (!CURL_TARGET.test(path)) throw new RangeError(`${JSON.stringify(path.slice(0, 100))} is no target`);
  const host = checkedName(name);
  // HEAD by FTP is the login without a second connection for data.
  const own =
    scheme === 'ftp'
      ? `-I -u 'anonymous:${markedText(nonce)}'`
      : `-k -A '${markedText(nonce)}' --max-filesize 100000`;
  return {
    label: 'curl',
    program: 'curl',
    to,
    command: [
      `curl -q -sS --noproxy '*' --max-time ${boundSeconds(timeoutMs)} ${own} -o /dev/null`,
      `--resolve "${host}:${CURL_PORTS[scheme]}:$address"`,
      `-w '%{http_code} %{size_download} %{time_connect} %{time_appconnect}\\n'`,
      `'${scheme}://${host}${scheme === 'ftp' ? '/' : path}'`,
    ].join(' '),
    timeoutMs: timeoutMs + GRACE_MS,
    reader: CURL_READER,
    judge: (report) => curlVerdict(report, scheme),
  };
}

/** Protocol, start, feature or option that this curl does not have, and no address to go to. */
const CURL_CANNOT: readonly number[] = [1, 2, 3, 4, 6, 48, 77];
const CURL_COULD_NOT_CONNECT = 7;
const CURL_TIMED_OUT = 28;
const CURL_EMPTY_REPLY = 52;
/** In the handshake, while sending, while receiving. */
const CURL_BROKEN: readonly number[] = [35, 55, 56];
/** FTP's codes 1xx and 220 come before a byte of ours; none is 0. */
const FTP_GREETINGS: readonly number[] = [0, 120, 220];

/** Any byte of the server's after ours shows that it got through: a status, a body, an end of the TLS handshake, an alert. */
function curlVerdict({ exitCode, words }: ClientReport, scheme: CurlTo['scheme']): ClientVerdict {
  if (CANNOT_RUN.includes(exitCode) || CURL_CANNOT.includes(exitCode))
    return noSay(`curl cannot do it here, exit ${exitCode}`);
  const [status, size, connected, secured] = words.slice(0, 4).map(Number);
  if (status === undefined || size === undefined || connected === undefined || secured === undefined)
    return BOUND_EXITS.includes(exitCode)
      ? timedOut('unknown', 'curl did not end')
      : { kind: 'inconclusive', detail: `curl said nothing, exit ${exitCode}` };
  const answered = scheme === 'ftp' ? !FTP_GREETINGS.includes(status) : status > 0;
  if (answered || size > 0) return succeeded(`curl was answered ${status}`);
  if (scheme === 'https' && secured > 0) return succeeded('curl ended a TLS handshake with the server');
  if (words[4] === 'alert') return succeeded('curl got a TLS alert of the server’s');
  if (exitCode === CURL_COULD_NOT_CONNECT) return noSay('curl could not connect and does not say why');
  const stage = curlStage(scheme, connected);
  if (exitCode === CURL_TIMED_OUT || BOUND_EXITS.includes(exitCode)) return timedOut(stage, 'curl timed out');
  if (exitCode === CURL_EMPTY_REPLY) return { kind: 'rejected-by-target', detail: 'curl was closed on' };
  if (CURL_BROKEN.includes(exitCode) && words[4] === 'reset')
    return { kind: 'reset', detail: `curl was cut off, exit ${exitCode}` };
  return { kind: 'inconclusive', detail: `curl ended with ${exitCode}` };
}

/** With TLS, curl 7.88 says when TCP stood only once TLS does, so a zero does not say which of the two it waited for. */
function curlStage(scheme: CurlTo['scheme'], connected: number): Stage {
  if (scheme === 'https') return connected > 0 ? 'tls' : 'unknown';
  if (connected === 0) return 'tcp';
  return scheme === 'http' ? 'http' : 'unknown';
}

const OPENSSL_READER = [
  '/^SSL handshake has read [0-9]+ bytes/ && n == "" {n = $5}',
  '/errno=111|onnection refused/{w = "refused"}',
  '/errno=104|onnection reset/{w = "reset"}',
  '/errno=1(01|13)|unreachable|No route to host/{w = "unreachable"}',
  '/^CONNECTED\\(/{c = "connected"}',
  'END {print n == "" ? "-" : n, c == "" ? "-" : c, w}',
].join(' ');

/** A TLS handshake to a bare address. */
export function openssl({ to, timeoutMs }: Omit<ClientTo, 'nonce'>): RealClient {
  return {
    label: 'openssl',
    program: 'openssl',
    to,
    command: 'openssl s_client -noservername -connect "$address:443"',
    timeoutMs,
    reader: OPENSSL_READER,
    judge: ({ exitCode, words: [read, connected, word] }) => {
      if (Number(read) > 0) return succeeded(`openssl read ${read} bytes of the server's`);
      if (word !== undefined && isWord(word)) return WORDS[word];
      if (BOUND_EXITS.includes(exitCode))
        return timedOut(connected === 'connected' ? 'tls' : 'unknown', 'openssl had no answer');
      if (read === '0') return { kind: 'rejected-by-target', detail: 'openssl was closed on' };
      return noSay(`openssl cannot do it here, exit ${exitCode}`);
    },
  };
}

const WORDS = {
  refused: { kind: 'refused', detail: 'the port refused' },
  reset: { kind: 'reset', detail: 'the connection was reset' },
  unreachable: { kind: 'no-route', detail: 'no route, or the network said that there is none' },
  closed: { kind: 'rejected-by-target', detail: 'the other side ended it' },
  timeout: timedOut('unknown', 'no answer within the bound'),
} as const satisfies Readonly<Record<string, ClientResult>>;
const isWord = (word: string): word is keyof typeof WORDS => Object.hasOwn(WORDS, word);

/** Beyond it, what ssh keeps of hosts and keys is out of play; a key of the host's is offered to nobody. */
const SSH_OPTIONS = [
  '-v -F none -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null',
  '-o PubkeyAuthentication=no -o HostName=$address',
].join(' ');
/**
 * The server's key comes with its answer to our part of the key exchange; what it says before may have come before a firewall
 * saw a byte of ours (lab.md 6), and ssh shows it behind words of its own (`banner line 0: …`). A banner of the login, which
 * stands at the start of lines, comes after the key.
 */
const SSH_READER = [
  '/^debug1: Connecting to /{c = "tried"}',
  '/^debug1: Server host key: /{k = "hostkey"}',
  '/^Connection closed by |^kex_exchange_identification: Connection closed by /{w = "closed"}',
  '/^Connection reset by |^kex_exchange_identification: read: Connection reset by |^ssh_dispatch_run_fatal: .*: Connection reset by peer/{w = "reset"}',
  '/^ssh: connect to host .*: Connection refused/{w = "refused"}',
  '/^ssh: connect to host .*: (Network is unreachable|No route to host)/{w = "unreachable"}',
  '/^ssh: connect to host .*: Connection timed out|^Connection timed out during /{w = "timeout"}',
  'END {print c == "" ? "-" : c, k == "" ? "-" : k, w}',
].join(' ');

/** A login without a key, as far as the server's refusal. */
export function ssh({ to, timeoutMs }: Omit<ClientTo, 'nonce'>): RealClient {
  const seconds = boundSeconds(timeoutMs);
  return {
    label: 'ssh',
    program: 'ssh',
    to,
    command: `ssh ${SSH_OPTIONS.replace('$address', '"$address"')} -o ConnectTimeout=${seconds} -T git@${checkedName(to)}`,
    timeoutMs,
    reader: SSH_READER,
    judge: (report) => sshVerdict(report, 'ssh'),
  };
}

/** What stands before every clone by ssh, of a repository that nobody has. */
export function gitOverSsh({ to, nonce, timeoutMs }: ClientTo): RealClient {
  return {
    label: 'git',
    program: 'git',
    to,
    command: [
      'env GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0 GIT_SSH_VARIANT=ssh',
      `"GIT_SSH_COMMAND=ssh ${SSH_OPTIONS}"`,
      `git ls-remote git@${checkedName(to)}:n${checkedNonce(nonce)}/none`,
    ].join(' '),
    timeoutMs,
    reader: SSH_READER,
    judge: (report) => sshVerdict(report, 'git'),
  };
}

function sshVerdict({ exitCode, words: [tried, key, word] }: ClientReport, label: string): ClientVerdict {
  if (key === 'hostkey') return succeeded(`${label} got the server's host key`);
  if (word !== undefined && isWord(word)) return WORDS[word];
  if (BOUND_EXITS.includes(exitCode)) return timedOut('unknown', `${label} had no answer`);
  if (tried !== 'tried') return noSay(`${label} cannot do it here, exit ${exitCode}`);
  return { kind: 'inconclusive', detail: `${label} ended with ${exitCode}` };
}

/** What `-p` takes. */
const PATTERN_BYTES = 16;
const PING_READER = '/^[0-9]+ packets transmitted, [0-9]+ received/{print $1, $4; exit}';

/** An echo request whose payload is the nonce over and over. */
export function ping({ to, nonce, timeoutMs }: ClientTo): RealClient {
  const pattern = Buffer.from(checkedNonce(nonce)).subarray(0, PATTERN_BYTES).toString('hex');
  return {
    label: 'ping',
    program: 'ping',
    to,
    command: `ping -n -c 1 -W ${boundSeconds(timeoutMs)} -p ${pattern} "$address"`,
    timeoutMs: timeoutMs + GRACE_MS,
    reader: PING_READER,
    judge: ({ exitCode, words: [sent, received] }) => {
      if (Number(received) > 0) return succeeded('ping was answered');
      if (Number(sent) > 0 || BOUND_EXITS.includes(exitCode))
        return timedOut('unknown', 'ping had no answer');
      return noSay(`ping cannot do it here, exit ${exitCode}`);
    },
  };
}

export interface DigTo extends Omit<ClientTo, 'nonce'> {
  readonly over: 'udp' | 'tcp';
  /** Whose address is asked for. */
  readonly name: string;
}

/** Comments are dig's own lines; records, which are the server's, are not asked for. */
const DIG_READER = [
  '/^;; ->>HEADER<<- opcode: QUERY, status: [A-Z]+, id: [0-9]+$/{a = "answered"}',
  '/onnection refused/{w = "refused"}',
  '/onnection reset|end of file/{w = "reset"}',
  '/network unreachable|host unreachable/{w = "unreachable"}',
  'END {print a == "" ? "-" : a, w}',
].join(' ');
/** No reply from the server. */
const DIG_NO_REPLY = 9;

/** A question to a server of our choice. */
export function dig({ to, timeoutMs, over, name }: DigTo): RealClient {
  const seconds = boundSeconds(timeoutMs);
  return {
    label: `dig-${over}`,
    program: 'dig',
    to,
    command: [
      `dig -r "@$address" ${checkedName(name)} A ${over === 'tcp' ? '+tcp' : '+notcp'}`,
      `+time=${seconds} +tries=1 +noall +comments`,
    ].join(' '),
    timeoutMs: timeoutMs + GRACE_MS,
    reader: DIG_READER,
    judge: ({ exitCode, words: [answered, word] }) => {
      if (answered === 'answered') return succeeded('dig got an answer to its question');
      if (word !== undefined && isWord(word)) return WORDS[word];
      if (exitCode === DIG_NO_REPLY || BOUND_EXITS.includes(exitCode))
        return timedOut('unknown', 'dig had no answer');
      return noSay(`dig cannot do it here, exit ${exitCode}`);
    },
  };
}
