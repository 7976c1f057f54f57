/** For this room's tests: the lab's internet, and a client of it in a namespace of its own, with nothing in between. */
import path from 'node:path';
import { ensureTools } from '../packages';
import { makePki } from '../pki';
import { openSandbox, type ExecResult } from '../sandbox';
import { startInternet, type Internet } from './internet';
import { INTERNET_ADDRESSES, INTERNET_NAMES, INTERNET_RESOLVER } from './zone';

export const CLIENT_ADDRESS = '198.51.100.7';

export interface InternetWithClient {
  readonly internet: Internet;
  /** Run a shell script on the client. */
  shell(script: string): Promise<ExecResult>;
  /** Run a Python script on the client and read the JSON that it prints. Rejects with its own words when it fails. */
  python(script: string): Promise<unknown>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 30_000;

const wiring = [
  'for name in client internet; do ip netns add $name; ip -n $name link set lo up; done',
  'ip link add eth0 netns client type veth peer name eth0 netns internet',
  `ip -n client address add ${CLIENT_ADDRESS}/24 dev eth0; ip -n client link set eth0 up`,
  'ip -n internet address add 198.51.100.1/24 dev eth0; ip -n internet link set eth0 up',
  'ip -n client route add default via 198.51.100.1',
  ...INTERNET_ADDRESSES.map((address) => `ip -n internet route add local ${address}/32 dev lo table local`),
].join('\n');

/** What most scripts need: bytes from a connection or a datagram, each within a bound. */
const prelude = `
import json, os, socket, ssl, struct, time
def tcp(address, port, *chunks, read=1, bound=3):
    with socket.create_connection((address, port), timeout=bound) as s:
        got = b""
        try:
            for chunk in chunks: s.sendall(chunk)
            while len(got) < read:
                part = s.recv(65536)
                if not part: break
                got += part
        except (TimeoutError, ConnectionResetError): pass
        return got.decode("latin1")
def udp(address, port, payload, bound=2):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(bound); s.connect((address, port)); s.send(payload)
        try: return s.recv(65536).decode("latin1")
        except TimeoutError: return ""
def tls(address, port, name, payload, read=1):
    context = ssl.create_default_context(); context.check_hostname = False
    with context.wrap_socket(socket.create_connection((address, port), timeout=3), server_hostname=name) as s:
        s.sendall(payload); got = b""
        while len(got) < read:
            part = s.recv(65536)
            if not part: break
            got += part
        return got.decode("latin1")
`;

export async function raiseInternetWithClient(): Promise<InternetWithClient> {
  const sandbox = await openSandbox(
    await ensureTools({ cacheDir: path.join(__dirname, '../../../../.cache/engine') }),
  );
  const wired = await sandbox.exec(['sh', '-ec', wiring], { timeoutMs: TIMEOUT_MS });
  if (wired.exitCode !== 0) throw new Error(wired.stderr);
  const pki = await makePki(sandbox, INTERNET_NAMES);
  const internet = await startInternet({
    sandbox,
    namespace: 'internet',
    pki,
    addresses: INTERNET_ADDRESSES,
  });
  const resolv = ['sh', '-ec', `echo nameserver ${INTERNET_RESOLVER} >/run/resolv`];
  const written = await sandbox.exec(resolv, { timeoutMs: TIMEOUT_MS });
  if (written.exitCode !== 0) throw new Error(written.stderr);
  const environment = `set -e; cd "$TMPDIR"
    mount --bind /run/resolv "$(readlink -f /etc/resolv.conf)"
    mount --bind ${pki.caPath} /etc/ssl/certs/ca-certificates.crt`;
  const inClient = async (argv: readonly string[], stdin = ''): Promise<ExecResult> =>
    sandbox.exec(argv, { namespace: 'client', stdin, timeoutMs: TIMEOUT_MS });
  return {
    internet,
    shell: async (script) => inClient(['unshare', '--mount', 'bash', '-c', `${environment}\n${script}`]),
    python: async (script) => {
      const run = await inClient(['env', `SSL_CERT_FILE=${pki.caPath}`, 'python3', '-'], prelude + script);
      if (run.exitCode !== 0) throw new Error(run.stderr);
      return JSON.parse(run.stdout);
    },
    close: async () => {
      await internet.stop();
      await sandbox.close();
    },
  };
}
