/**
 * What clients of Debian 12 (curl 7.88.1, OpenSSL 3.0.19, OpenSSH 9.2, git 2.39, iputils 20221126, dig 9.18.49) printed against
 * servers that answer, say nothing, reset, close or try to be taken for us; lines that nobody reads are left out.
 */
import type { ClientResult } from '../probe';

export type ClientId =
  | 'https'
  | 'http3'
  | 'http'
  | 'ftp'
  | 'openssl'
  | 'ssh'
  | 'git'
  | 'ping'
  | 'dig-udp'
  | 'dig-tcp';

export interface ClientCase {
  readonly client: ClientId;
  readonly title: string;
  readonly exitCode: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly kind: ClientResult['kind'] | 'no-say';
}

const SSH_TRIED = [
  'OpenSSH_9.2p1 Debian-2+deb12u6, OpenSSL 3.0.19 27 Jan 2026',
  'debug1: Connecting to 127.0.0.2 [127.0.0.2] port 22.',
  '',
].join('\n');
const GIT_END = [
  'fatal: Could not read from remote repository.',
  '',
  'Please make sure you have the correct access rights',
  'and the repository exists.',
  '',
].join('\n');
const OPENSSL_NOTHING = [
  'CONNECTED(00000003)',
  '---',
  'no peer certificate available',
  '---',
  'No client certificate CA names sent',
  '---',
  'SSL handshake has read 0 bytes and written 297 bytes',
  'Verification: OK',
  '',
].join('\n');
const PING_HEAD = 'PATTERN: 0x30313233343536373839616263646566\n';
const DIG_ANSWER = [
  ';; Got answer:',
  ';; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 55477',
  ';; flags: qr rd ra; QUERY: 1, ANSWER: 0, AUTHORITY: 0, ADDITIONAL: 0',
  '',
].join('\n');
const digError = (words: string): string =>
  `;; communications error to 127.0.0.3#53: ${words}\n\n; (1 server found)\n;; global options: +cmd\n;; no servers could be reached\n`;

const OPENSSL: readonly ClientCase[] = [
  {
    client: 'openssl',
    title: 'a certificate, with our words in it',
    exitCode: 0,
    stdout:
      'CONNECTED(00000003)\n---\nCertificate chain\n 0 s:CN = evil, O = client curl 0 200 1 1 1\n---\nSSL handshake has read 1395 bytes and written 377 bytes\n',
    kind: 'succeeded',
  },
  { client: 'openssl', title: 'silence', exitCode: 124, kind: 'timed-out' },
  {
    client: 'openssl',
    title: 'a reset',
    exitCode: 1,
    stdout: OPENSSL_NOTHING,
    stderr: 'write:errno=104\n',
    kind: 'reset',
  },
  { client: 'openssl', title: 'a close', exitCode: 1, stdout: OPENSSL_NOTHING, kind: 'rejected-by-target' },
  {
    client: 'openssl',
    title: 'a refused port',
    exitCode: 1,
    stderr:
      '40E7:error:8000006F:system library:BIO_connect:Connection refused:../crypto/bio/bio_sock2.c:127:calling connect()\nconnect:errno=111\n',
    kind: 'refused',
  },
  {
    client: 'openssl',
    title: 'an option that it does not know',
    exitCode: 1,
    stderr: 's_client: Unknown option: -noservername\n',
    kind: 'no-say',
  },
];

const SSH: readonly ClientCase[] = [
  {
    client: 'ssh',
    title: 'a host key, and a banner after it',
    exitCode: 255,
    stderr: `${SSH_TRIED}debug1: Server host key: ssh-rsa SHA256:x\nclient ssh 0\ngit@127.0.0.2: Permission denied (publickey).\n`,
    kind: 'succeeded',
  },
  {
    client: 'ssh',
    title: 'a greeting that looks like a host key',
    exitCode: 255,
    stderr: `${SSH_TRIED}debug1: kex_exchange_identification: banner line 0: debug1: Server host key: forged\nConnection reset by 127.0.0.5 port 22\n`,
    kind: 'reset',
  },
  { client: 'ssh', title: 'silence', exitCode: 124, stderr: SSH_TRIED, kind: 'timed-out' },
  {
    client: 'ssh',
    title: 'an offer without the answer to ours',
    exitCode: 124,
    stderr: `${SSH_TRIED}debug1: SSH2_MSG_KEXINIT received\n`,
    kind: 'timed-out',
  },
  { client: 'ssh', title: 'no user', exitCode: 255, stderr: 'No user exists for uid 4711\n', kind: 'no-say' },
  {
    client: 'ssh',
    title: 'an end that nobody has seen',
    exitCode: 255,
    stderr: `${SSH_TRIED}something new\n`,
    kind: 'inconclusive',
  },
  {
    client: 'git',
    title: 'a host key',
    exitCode: 128,
    stderr: `${SSH_TRIED}debug1: Server host key: ssh-rsa SHA256:x\n${GIT_END}`,
    kind: 'succeeded',
  },
  {
    client: 'git',
    title: 'no route',
    exitCode: 128,
    stderr: `${SSH_TRIED}ssh: connect to host 192.0.2.9 port 22: Network is unreachable\n${GIT_END}`,
    kind: 'no-route',
  },
  {
    client: 'git',
    title: 'no ssh',
    exitCode: 128,
    stderr: `ssh: 1: ssh: not found\n${GIT_END}`,
    kind: 'no-say',
  },
];

const OTHERS: readonly ClientCase[] = [
  {
    client: 'ping',
    title: 'an echo',
    exitCode: 0,
    stdout: `${PING_HEAD}64 bytes from 127.0.0.2: icmp_seq=1 ttl=64 time=0.030 ms\n\n--- 127.0.0.2 ping statistics ---\n1 packets transmitted, 1 received, 0% packet loss, time 0ms\n`,
    kind: 'succeeded',
  },
  {
    client: 'ping',
    title: 'silence',
    exitCode: 1,
    stdout: `${PING_HEAD}\n--- 192.0.2.9 ping statistics ---\n1 packets transmitted, 0 received, 100% packet loss, time 0ms\n\n`,
    kind: 'timed-out',
  },
  {
    client: 'ping',
    title: 'no route of the host’s',
    exitCode: 2,
    stdout: PING_HEAD,
    stderr: 'ping: connect: Network is unreachable\n',
    kind: 'no-say',
  },
  { client: 'dig-udp', title: 'an answer', exitCode: 0, stdout: DIG_ANSWER, kind: 'succeeded' },
  { client: 'dig-udp', title: 'silence', exitCode: 9, stdout: digError('timed out'), kind: 'timed-out' },
  {
    client: 'dig-udp',
    title: 'an option that it does not know',
    exitCode: 1,
    stderr: 'Invalid option: -r\n',
    kind: 'no-say',
  },
  { client: 'dig-tcp', title: 'an answer', exitCode: 0, stdout: DIG_ANSWER, kind: 'succeeded' },
  { client: 'dig-tcp', title: 'a reset', exitCode: 9, stdout: digError('connection reset'), kind: 'reset' },
  {
    client: 'dig-tcp',
    title: 'a refused port',
    exitCode: 9,
    stdout: digError('connection refused'),
    kind: 'refused',
  },
];

export const CLIENT_CASES: readonly ClientCase[] = [...OPENSSL, ...SSH, ...OTHERS];
