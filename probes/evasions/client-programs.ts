/**
 * The clients of an ordinary host but curl (curl-client.ts), each as a command, a reader of its output and what its report
 * shows. Read from the outputs of OpenSSL 3.0, OpenSSH 9.2, git 2.39, iputils ping and BIND 9.18's dig.
 */
import { checkedName, checkedNonce } from '../dns-name';
import { succeeded } from '../sender/sender-result';
import {
  BOUND_EXITS,
  boundSeconds,
  GRACE_MS,
  isWord,
  noSay,
  timedOut,
  WORDS,
  type ClientReport,
  type ClientTo,
  type ClientVerdict,
} from './client-verdict';
import type { RealClient } from './real-client';

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
