/**
 * What real clients said, collected from wget 1.21.3 (GnuTLS), git 2.39.5 (libcurl) and pip 23.0 against servers that
 * stay silent, reset, close, refuse, send an alert, have a wrong certificate or answer with an error.
 */
import type { ClientResult } from './probe';

export interface ClientSample {
  readonly client: 'wget' | 'git' | 'pip';
  readonly server: string;
  readonly exit: number;
  readonly text: string;
  readonly kind: ClientResult['kind'];
  readonly stage?: Extract<ClientResult, { kind: 'timed-out' }>['stage'];
}

const CONNECTING = `--2026-11-23 15:11:44--  https://kaggle.com/
Resolving kaggle.com (kaggle.com)... 203.0.113.40
Connecting to kaggle.com (kaggle.com)|203.0.113.40|:443... `;

const RETRYING =
  'WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by ';
const NOTHING = `ERROR: Could not find a version that satisfies the requirement scikit-learn (from versions: none)
ERROR: No matching distribution found for scikit-learn`;
const NEW_CONNECTION =
  "'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f008ca33410>: Failed to establish a new connection: ";

const pip = (broken: string): string => `${RETRYING}${broken}: /simple/scikit-learn/\n${NOTHING}`;
const skipping = (broken: string): string =>
  `${RETRYING}'${broken}': /simple/scikit-learn/
Could not fetch URL https://pypi.org/simple/scikit-learn/: There was a problem confirming the ssl certificate: HTTPSConnectionPool(host='pypi.org', port=443): Max retries exceeded with url: /simple/scikit-learn/ (Caused by ${broken}) - skipping
${NOTHING}`;
const git = (words: string): string =>
  `Cloning into 'clone'...\nfatal: unable to access 'https://github.com/a/b.git/': ${words}`;

export const FAILURES: readonly ClientSample[] = [
  {
    client: 'wget',
    server: 'silent',
    exit: 124,
    text: `${CONNECTING}connected.`,
    kind: 'timed-out',
    stage: 'tls',
  },
  {
    client: 'wget',
    server: 'no answer to SYN',
    exit: 124,
    text: CONNECTING,
    kind: 'timed-out',
    stage: 'tcp',
  },
  {
    client: 'wget',
    server: 'no answer to SYN, given up by the kernel',
    exit: 4,
    text: `${CONNECTING}failed: Connection timed out.\nGiving up.`,
    kind: 'timed-out',
    stage: 'tcp',
  },
  {
    client: 'wget',
    server: 'resolver silent',
    exit: 124,
    text: '--2026-11-23 15:11:44--  https://kaggle.com/\nResolving kaggle.com (kaggle.com)... ',
    kind: 'timed-out',
    stage: 'dns',
  },
  {
    client: 'wget',
    server: 'TLS and then silent',
    exit: 124,
    text: `${CONNECTING}connected.\nHTTP request sent, awaiting response... `,
    kind: 'timed-out',
    stage: 'http',
  },
  {
    client: 'wget',
    server: 'reset',
    exit: 4,
    text: `${CONNECTING}connected.\nGnuTLS: Error in the pull function.\nUnable to establish SSL connection.`,
    kind: 'reset',
  },
  {
    client: 'wget',
    server: 'closed',
    exit: 4,
    text: `${CONNECTING}connected.\nGnuTLS: The TLS connection was non-properly terminated.\nUnable to establish SSL connection.`,
    kind: 'reset',
  },
  {
    client: 'wget',
    server: 'alert',
    exit: 4,
    text: `${CONNECTING}connected.\nGnuTLS: A TLS fatal alert has been received.\nGnuTLS: received alert [40]: Handshake failed\nUnable to establish SSL connection.`,
    kind: 'rejected-by-target',
  },
  // It might have been anything: nothing is made of it.
  {
    client: 'wget',
    server: 'unknown trouble in TLS',
    exit: 4,
    text: `${CONNECTING}connected.\nUnable to establish SSL connection.`,
    kind: 'inconclusive',
  },
  {
    client: 'wget',
    server: 'refused',
    exit: 4,
    text: `${CONNECTING}failed: Connection refused.`,
    kind: 'refused',
  },
  {
    client: 'wget',
    server: 'unreachable',
    exit: 4,
    text: `${CONNECTING}failed: Network is unreachable.`,
    kind: 'no-route',
  },
  {
    client: 'wget',
    server: 'no such name',
    exit: 4,
    text: `Resolving kaggle.com (kaggle.com)... failed: Name or service not known.\nwget: unable to resolve host address 'kaggle.com'`,
    kind: 'dns-failed',
  },
  {
    client: 'wget',
    server: 'wrong certificate',
    exit: 5,
    text: `${CONNECTING}connected.\nERROR: The certificate of 'kaggle.com' is not trusted.\nERROR: The certificate of 'kaggle.com' doesn't have a known issuer.`,
    kind: 'rejected-by-target',
  },
  {
    client: 'wget',
    server: 'HTTP 403',
    exit: 8,
    text: `${CONNECTING}connected.\nHTTP request sent, awaiting response... 403 Forbidden\n2026-11-23 15:12:14 ERROR 403: Forbidden.`,
    kind: 'rejected-by-target',
  },
  {
    client: 'wget',
    server: 'HTTP 403 with a misleading reason',
    exit: 8,
    text: `${CONNECTING}connected.\nHTTP request sent, awaiting response... 403 Connection refused\n2026-11-23 15:12:14 ERROR 403: Connection refused.`,
    kind: 'rejected-by-target',
  },
  {
    client: 'wget',
    server: 'HTTP 401',
    exit: 6,
    text: `${CONNECTING}connected.\nHTTP request sent, awaiting response... 401 Unauthorized\n\nUsername/Password Authentication Failed.`,
    kind: 'rejected-by-target',
  },
  {
    client: 'git',
    server: 'silent',
    exit: 124,
    text: "Cloning into 'clone'...",
    kind: 'timed-out',
    stage: 'unknown',
  },
  {
    client: 'git',
    server: 'silent for five minutes',
    exit: 128,
    text: git('SSL connection timeout'),
    kind: 'timed-out',
    stage: 'tls',
  },
  {
    client: 'git',
    server: 'reset',
    exit: 128,
    text: git('Recv failure: Connection reset by peer'),
    kind: 'reset',
  },
  {
    client: 'git',
    server: 'closed',
    exit: 128,
    text: git('gnutls_handshake() failed: The TLS connection was non-properly terminated.'),
    kind: 'reset',
  },
  {
    client: 'git',
    server: 'alert',
    exit: 128,
    text: git('gnutls_handshake() failed: Handshake failed'),
    kind: 'rejected-by-target',
  },
  // libcurl says the same of a refusal, a missing route and silence.
  {
    client: 'git',
    server: 'refused or unreachable',
    exit: 128,
    text: git("Failed to connect to github.com port 443 after 0 ms: Couldn't connect to server"),
    kind: 'inconclusive',
  },
  {
    client: 'git',
    server: 'no such name',
    exit: 128,
    text: git('Could not resolve host: github.com'),
    kind: 'dns-failed',
  },
  {
    client: 'git',
    server: 'wrong certificate',
    exit: 128,
    text: git('server certificate verification failed. CAfile: none CRLfile: none'),
    kind: 'rejected-by-target',
  },
  {
    client: 'git',
    server: 'HTTP 403',
    exit: 128,
    text: git('The requested URL returned error: 403'),
    kind: 'rejected-by-target',
  },
  {
    client: 'git',
    server: 'HTTP 401',
    exit: 128,
    text: "Cloning into 'clone'...\nfatal: could not read Username for 'https://github.com': terminal prompts disabled",
    kind: 'rejected-by-target',
  },
  {
    client: 'pip',
    server: 'silent',
    exit: 1,
    text: pip(
      `'ReadTimeoutError("HTTPSConnectionPool(host='pypi.org', port=443): Read timed out. (read timeout=2.0)")'`,
    ),
    kind: 'timed-out',
    stage: 'unknown',
  },
  {
    client: 'pip',
    server: 'no answer to SYN',
    exit: 1,
    text: pip(
      `'ConnectTimeoutError(<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f008ca33410>, 'Connection to pypi.org timed out. (connect timeout=2.0)')'`,
    ),
    kind: 'timed-out',
    stage: 'tcp',
  },
  {
    client: 'pip',
    server: 'reset',
    exit: 1,
    text: pip(
      `'ProtocolError('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))'`,
    ),
    kind: 'reset',
  },
  {
    client: 'pip',
    server: 'closed',
    exit: 1,
    text: skipping(
      "SSLError(SSLZeroReturnError(6, 'TLS/SSL connection has been closed (EOF) (_ssl.c:992)'))",
    ),
    kind: 'reset',
  },
  {
    client: 'pip',
    server: 'alert',
    exit: 1,
    text: skipping(
      "SSLError(SSLError(1, '[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] sslv3 alert handshake failure (_ssl.c:992)'))",
    ),
    kind: 'rejected-by-target',
  },
  {
    client: 'pip',
    server: 'wrong certificate',
    exit: 1,
    text: skipping(
      "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl.c:992)'))",
    ),
    kind: 'rejected-by-target',
  },
  {
    client: 'pip',
    server: 'refused',
    exit: 1,
    text: pip(`${NEW_CONNECTION}[Errno 111] Connection refused')'`),
    kind: 'refused',
  },
  {
    client: 'pip',
    server: 'unreachable',
    exit: 1,
    text: pip(`${NEW_CONNECTION}[Errno 101] Network is unreachable')'`),
    kind: 'no-route',
  },
  {
    client: 'pip',
    server: 'no such name',
    exit: 1,
    text: pip(`${NEW_CONNECTION}[Errno -2] Name or service not known')'`),
    kind: 'dns-failed',
  },
  { client: 'pip', server: 'HTTP 403', exit: 1, text: NOTHING, kind: 'rejected-by-target' },
  {
    client: 'pip',
    server: 'pip is not installed',
    exit: 1,
    text: '/usr/bin/python3: No module named pip',
    kind: 'inconclusive',
  },
];
