/**
 * A throwaway certificate authority and one server certificate for every name the lab's servers answer to. Both
 * keys live on the sandbox's tmpfs only and die with it. Node cannot write X.509, so the openssl CLI does (0.1 s).
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import type { Sandbox } from './sandbox';

/** Paths as seen inside the sandbox. */
export interface Pki {
  /** The authority's certificate, PEM: what clients trust. */
  readonly caPath: string;
  /** The server's certificate, PEM. */
  readonly certPath: string;
  /** The server's private key, PEM. */
  readonly keyPath: string;
}

const TIMEOUT_MS = 20_000;
/** A host name, `*` allowed as the whole first label. Anything else could speak openssl's configuration language. */
const NAME = /^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/i;

/** openssl's configuration for both certificates. Throws for a name that is neither a host name nor an address. */
export function opensslConfiguration(names: readonly string[]): string {
  if (names.length === 0) throw new Error('a server certificate needs at least one name');
  const alternatives = names.map((name) => {
    if (isIP(name) !== 0) return `IP:${name}`;
    if (!NAME.test(name))
      throw new Error(`not a host name that a certificate can carry: ${JSON.stringify(name)}`);
    return `DNS:${name}`;
  });
  return [
    '[req]',
    'distinguished_name = subject',
    'prompt = no',
    '[subject]',
    'CN = studio-egress lab',
    '[authority]',
    'basicConstraints = critical,CA:TRUE',
    'keyUsage = critical,keyCertSign,cRLSign',
    'subjectKeyIdentifier = hash',
    '[server]',
    'basicConstraints = critical,CA:FALSE',
    'keyUsage = critical,digitalSignature',
    'extendedKeyUsage = serverAuth',
    'subjectKeyIdentifier = hash',
    'authorityKeyIdentifier = keyid',
    `subjectAltName = ${alternatives.join(',')}`,
    '',
  ].join('\n');
}

/** Make the authority and the server's certificate for `names` (host names, `*.` wildcards, IP addresses). */
export async function makePki(sandbox: Sandbox, names: readonly string[]): Promise<Pki> {
  const folder = path.posix.join(sandbox.dir, 'pki');
  const config = path.posix.join(folder, 'openssl.cnf');
  await mkdir(sandbox.hostPath(folder), { recursive: true });
  await writeFile(sandbox.hostPath(config), opensslConfiguration(names));
  const common =
    'openssl req -config openssl.cnf -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -days 2';
  const script = [
    'set -e; umask 077; cd "$1"',
    `${common} -extensions authority -subj '/CN=studio-egress lab authority' -keyout ca.key -out ca.crt`,
    `${common} -extensions server -CA ca.crt -CAkey ca.key -keyout server.key -out server.crt`,
    // Nothing more is ever signed.
    'rm ca.key; chmod 644 ca.crt server.crt',
  ].join('\n');
  const result = await sandbox.exec(['sh', '-c', script, 'sh', folder], { timeoutMs: TIMEOUT_MS });
  if (result.exitCode !== 0) throw new Error(`openssl made no certificates: ${result.stderr.trim()}`);
  return {
    caPath: path.posix.join(folder, 'ca.crt'),
    certPath: path.posix.join(folder, 'server.crt'),
    keyPath: path.posix.join(folder, 'server.key'),
  };
}
