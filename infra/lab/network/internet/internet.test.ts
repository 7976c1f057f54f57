import path from 'node:path';
import { ensureTools } from '../packages';
import { makePki } from '../pki';
import { openSandbox, type ExecResult, type Sandbox } from '../sandbox';
import { startInternet, type Internet } from './internet';
import { INTERNET_ADDRESSES, INTERNET_NAMES, INTERNET_RESOLVER } from './zone';

const TIMEOUT_MS = 60_000;
let sandbox: Sandbox;
let internet: Internet;
let environment: string;

beforeAll(async () => {
  sandbox = await openSandbox(
    await ensureTools({ cacheDir: path.join(__dirname, '../../../../.cache/engine') }),
  );
  const addresses = INTERNET_ADDRESSES.map((address) => `ip -n internet address add ${address}/32 dev lo`);
  await sandbox.exec(
    ['sh', '-ec', ['ip netns add internet', 'ip -n internet link set lo up', ...addresses].join('\n')],
    { timeoutMs: 10_000 },
  );
  const pki = await makePki(sandbox, INTERNET_NAMES);
  internet = await startInternet({ sandbox, namespace: 'internet', pki, addresses: INTERNET_ADDRESSES });
  environment = `set -e; cd "$TMPDIR"; echo nameserver ${INTERNET_RESOLVER} >/run/resolv; mount --bind /run/resolv "$(readlink -f /etc/resolv.conf)"
    mount --bind ${pki.caPath} /etc/ssl/certs/ca-certificates.crt`;
}, TIMEOUT_MS);
afterAll(async () => {
  await internet?.stop();
  await sandbox?.close();
});

async function client(script: string): Promise<ExecResult> {
  return sandbox.exec(['unshare', '--mount', 'bash', '-c', `${environment}\n${script}`], {
    namespace: 'internet',
    timeoutMs: 30_000,
  });
}

test(
  'wget, git and pip work as their users run them',
  async () => {
    const [wget, git, pip] = await Promise.all([
      client('wget -qO- https://kaggle.com'),
      client(
        'git clone -q https://github.com/aws-samples/amazon-sagemaker-studio-vpc-networkfirewall.git copy; git -C copy log --format=%s; ls copy',
      ),
      client(
        '/usr/bin/pip install -q --no-cache-dir --disable-pip-version-check --target target -U scikit-learn; PYTHONPATH=target python3 -c "import sklearn; print(sklearn.__version__)"',
      ),
    ]);
    expect(wget.stdout).toContain('This is kaggle.com');
    expect(git.stdout).toBe('First commit.\nREADME.md\n');
    expect(pip.stdout).toBe('9.9.9\n');
  },
  TIMEOUT_MS,
);

test(
  'what arrived is on record with the name it asked for',
  async () => {
    const before = internet.witnesses().length;
    await client(
      'curl -s https://n1.example.com/; curl -s http://n2.example.com/; exec 3<>/dev/udp/203.0.113.40/9000; echo hi >&3; head -c 2 <&3',
    );
    const arrived = internet
      .witnesses()
      .slice(before)
      .map(({ kind, local, name }) => `${kind} ${local} ${name}`);
    expect(arrived).toEqual(
      expect.arrayContaining([
        'dns 203.0.113.53:53 n1.example.com',
        'tcp 203.0.113.40:443 null',
        'tls 203.0.113.40:443 n1.example.com',
        'http 203.0.113.40:443 n1.example.com',
        'http 203.0.113.40:80 n2.example.com',
        'udp 203.0.113.40:9000 null',
      ]),
    );
  },
  TIMEOUT_MS,
);

test(
  'a hello is on record although its handshake never ends',
  async () => {
    const before = internet.witnesses().length;
    // A client that offers nothing the server takes.
    await client(
      'openssl s_client -connect 203.0.113.40:443 -servername no.example.com -tls1_2 -cipher AES128-SHA </dev/null || :',
    );
    expect(internet.witnesses().slice(before)).toContainEqual(
      expect.objectContaining({ kind: 'tls', name: 'no.example.com' }),
    );
  },
  TIMEOUT_MS,
);

test(
  'hostile input does not end the servers',
  async () => {
    const noise = (target: string): string =>
      `head -c 5000 /dev/urandom | timeout 0.5 bash -c 'exec 3<>/dev/${target}; cat >&3; head -c 1 <&3 >/dev/null' 2>/dev/null || :`;
    const places = [
      'tcp/203.0.113.40/443',
      'tcp/203.0.113.40/80',
      'tcp/203.0.113.40/22',
      'tcp/203.0.113.53/53',
      'udp/203.0.113.53/53',
      'udp/203.0.113.40/443',
    ];
    const broken = [
      'curl -s -m 2 http://github.com/aws-samples/amazon-sagemaker-studio-vpc-networkfirewall.git/git-upload-pack -H "Content-Encoding: gzip" --data-binary garbage || :',
      'printf "GET http://[ HTTP/1.1\\r\\nHost: \\x01\\r\\n\\r\\n" | timeout 0.5 bash -c "exec 3<>/dev/tcp/203.0.113.40/80; cat >&3; cat <&3" || :',
      'printf "CONNECT example.com:443 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n" | timeout 0.5 bash -c "exec 3<>/dev/tcp/203.0.113.40/80; cat >&3; cat <&3" || :',
      'printf "\\x16\\x03\\x01\\xff\\xff\\x01\\x00" | timeout 0.5 bash -c "exec 3<>/dev/tcp/203.0.113.40/443; cat >&3" || :',
    ];
    await Promise.all([...places.map(noise), ...broken].map(client));
    expect(internet.running()).toBe(true);
    expect((await client('curl -s https://kaggle.com')).stdout).toContain('kaggle.com');
  },
  TIMEOUT_MS,
);
