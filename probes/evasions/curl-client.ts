/** A user's curl: its command, a reader of its output and what that shows. Read from curl 7.88; exit codes as in its manual. */
import { checkedName } from '../dns-name';
import { markedPath, markedText } from '../payloads/marked-payload';
import { succeeded } from '../sender/sender-result';
import {
  BOUND_EXITS,
  boundSeconds,
  GRACE_MS,
  noSay,
  timedOut,
  type ClientReport,
  type ClientTo,
  type ClientVerdict,
  type Stage,
} from './client-verdict';
import type { RealClient } from './real-client';

export interface CurlTo extends ClientTo {
  /** `http3` is HTTPS by QUIC alone, which most builds of curl cannot do; they say so, and have no say. */
  readonly scheme: 'https' | 'http3' | 'http' | 'ftp';
  /** In the address line, and so in SNI and Host. */
  readonly name: string;
  /** Path and query, of characters that quotes hold; the marked path without it. */
  readonly target?: string;
}

const CURL_PORTS = { https: 443, http3: 443, http: 80, ftp: 21 } as const;
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
      : `${scheme === 'http3' ? '--http3-only ' : ''}-k -A '${markedText(nonce)}' --max-filesize 100000`;
  return {
    label: 'curl',
    program: 'curl',
    to,
    command: [
      `curl -q -sS --noproxy '*' --max-time ${boundSeconds(timeoutMs)} ${own} -o /dev/null`,
      `--resolve "${host}:${CURL_PORTS[scheme]}:$address"`,
      `-w '%{http_code} %{size_download} %{time_connect} %{time_appconnect}\\n'`,
      `'${scheme === 'http3' ? 'https' : scheme}://${host}${scheme === 'ftp' ? '/' : path}'`,
    ].join(' '),
    timeoutMs: timeoutMs + GRACE_MS,
    reader: CURL_READER,
    judge: (report) => curlVerdict(report, scheme),
  };
}

/** Of `timeout` and of the shell: there, but it cannot be run. */
const CANNOT_RUN: readonly number[] = [125, 126, 127];
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
  const end = curlEnd(exitCode, curlStage(scheme, connected));
  // No output of such a curl has been read: what it says of TLS and of failures is not built upon.
  if (scheme === 'http3')
    return end?.kind === 'timed-out' ? end : noSay(`curl got no answer, exit ${exitCode}`);
  if (scheme === 'https' && secured > 0) return succeeded('curl ended a TLS handshake with the server');
  if (words[4] === 'alert') return succeeded("curl got a TLS alert of the server's");
  if (exitCode === CURL_COULD_NOT_CONNECT) return noSay('curl could not connect and does not say why');
  if (end !== null) return end;
  if (CURL_BROKEN.includes(exitCode) && words[4] === 'reset')
    return { kind: 'reset', detail: `curl was cut off, exit ${exitCode}` };
  return { kind: 'inconclusive', detail: `curl ended with ${exitCode}` };
}

/** What an exit code alone says. */
function curlEnd(exitCode: number, stage: Stage): ClientVerdict | null {
  if (exitCode === CURL_TIMED_OUT || BOUND_EXITS.includes(exitCode)) return timedOut(stage, 'curl timed out');
  if (exitCode === CURL_EMPTY_REPLY) return { kind: 'rejected-by-target', detail: 'curl was closed on' };
  return null;
}

/** With TLS, curl 7.88 says when TCP stood only once TLS does, so a zero does not say which of the two it waited for. */
function curlStage(scheme: CurlTo['scheme'], connected: number): Stage {
  if (scheme === 'https') return connected > 0 ? 'tls' : 'unknown';
  if (scheme === 'http3') return 'unknown';
  if (connected === 0) return 'tcp';
  return scheme === 'http' ? 'http' : 'unknown';
}
