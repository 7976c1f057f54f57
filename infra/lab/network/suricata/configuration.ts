/**
 * Suricata's configuration for one firewall endpoint: inline on a netfilter queue, small, quick to start, writing what
 * AWS writes (ALERT records with their verdict, FLOW records as `netflow`). Pure.
 * Facts: Suricata 7 user guide, suricata.yaml and EVE output; exception policies carry AWS's StreamExceptionPolicy
 * (aws.md 2.24; MEMORY that AWS's three names are Suricata's drop-flow, ignore and reject).
 */
import type { CompiledFirewall } from './firewall-rules';

export interface ConfigurationOptions {
  /** Folder of the engine, as seen inside the sandbox. */
  readonly dir: string;
  readonly compiled: Pick<CompiledFirewall, 'protocols' | 'streamExceptionPolicy' | 'tcpIdleTimeoutSeconds'>;
}

export const RULE_FILE = 'firewall.rules';
export const CONTROL_SOCKET = 'control.sock';
export const RECORD_PIPE = 'eve.pipe';

/** Always on: what the generated rules need, and what shows in AWS's records of ordinary traffic. */
const BASE_PROTOCOLS = ['tls', 'http', 'http2', 'ssh', 'dns', 'quic'];
/** What Suricata turns on by itself unless told otherwise; each costs time at start. */
const OPTIONAL_PROTOCOLS = (
  'ftp smtp imap smb nfs tftp rdp rfb mqtt krb5 ike snmp sip dhcp ntp ' +
  'bittorrent-dht pgsql dcerpc modbus dnp3 enip telnet'
).split(' ');
const EXCEPTION_POLICIES = { DROP: 'drop-flow', CONTINUE: 'ignore', REJECT: 'reject' } as const;

/** The text of suricata.yaml: JSON, which YAML includes, under the header that Suricata asks for. */
export function suricataConfiguration({ dir, compiled }: ConfigurationOptions): string {
  return `%YAML 1.1\n---\n${JSON.stringify(document({ dir, compiled }), null, 1)}\n`;
}

function document({ dir, compiled }: ConfigurationOptions): unknown {
  return {
    vars: { 'address-groups': { HOME_NET: 'any', EXTERNAL_NET: 'any' }, 'port-groups': {} },
    'default-log-dir': dir,
    'default-rule-path': dir,
    'rule-files': [RULE_FILE],
    'classification-file': `${dir}/classification.config`,
    'reference-config-file': `${dir}/reference.config`,
    'threshold-file': `${dir}/threshold.config`,
    stats: { enabled: 'no' },
    // Records go into a named pipe, the engine's own words to its standard output: nothing to follow or to rotate.
    logging: {
      'default-log-level': 'notice',
      outputs: [{ console: { enabled: 'yes' } }],
    },
    outputs: [
      {
        'eve-log': {
          enabled: 'yes',
          filetype: 'regular',
          filename: `${dir}/${RECORD_PIPE}`,
          types: [
            {
              alert: {
                metadata: { 'app-layer': true, flow: false, rule: { metadata: false, raw: false } },
                'tagged-packets': 'no',
                verdict: 'yes',
              },
            },
            { netflow: {} },
          ],
        },
      },
    ],
    'unix-command': { enabled: 'yes', filename: `${dir}/${CONTROL_SOCKET}` },
    'action-order': ['pass', 'drop', 'reject', 'alert'],
    'exception-policy': EXCEPTION_POLICIES[compiled.streamExceptionPolicy],
    // AWS's stream exception policy is about broken connections; a parser that gives up must not block by itself, or the
    // lab would show as closed what only the policy's rules can be trusted to close.
    'app-layer': { 'error-policy': 'ignore', protocols: protocols(compiled.protocols) },
    nfq: { mode: 'accept', 'fail-open': 'no' },
    runmode: 'workers',
    'max-pending-packets': 512,
    host: { 'hash-size': 256, prealloc: 10, memcap: '4mb' },
    defrag: {
      memcap: '4mb',
      'hash-size': 1024,
      trackers: 1024,
      'max-frags': 1024,
      prealloc: 'yes',
      timeout: 60,
    },
    flow: { memcap: '16mb', 'hash-size': 4096, prealloc: 100, managers: 1, recyclers: 1 },
    'flow-timeouts': {
      // Records are written when a flow has timed out; a closed one has nothing more to wait for.
      default: { closed: 1 },
      tcp: { new: 60, established: compiled.tcpIdleTimeoutSeconds, closed: 1 },
    },
    stream: {
      memcap: '16mb',
      'checksum-validation': 'yes',
      inline: 'yes',
      midstream: false,
      reassembly: { memcap: '32mb', depth: '1mb', 'toserver-chunk-size': 2560, 'toclient-chunk-size': 2560 },
    },
    // So that a default action's record names the host, as AWS's does (tx_guessed in its published records).
    detect: { profile: 'low', 'sgh-mpm-context': 'full', 'guess-applayer-tx': 'yes' },
    'mpm-algo': 'ac',
    'spm-algo': 'bm',
    threading: { 'set-cpu-affinity': 'no', 'detect-thread-ratio': 1 },
  };
}

function protocols(named: readonly string[]): Record<string, unknown> {
  const http = {
    libhtp: { 'default-config': { personality: 'IDS', 'request-body-limit': 0, 'response-body-limit': 0 } },
  };
  const dns = { enabled: 'yes', 'detection-ports': { dp: 53 } };
  const details: Record<string, unknown> = {
    tls: { enabled: 'yes', 'detection-ports': { dp: 443 }, 'ja3-fingerprints': 'auto' },
    http: { enabled: 'yes', ...http },
    dns: { tcp: dns, udp: dns },
  };
  const on = new Set([...BASE_PROTOCOLS, ...named]);
  const all = [...BASE_PROTOCOLS, ...OPTIONAL_PROTOCOLS];
  return Object.fromEntries(
    all.map((name) => [name, details[name] ?? { enabled: on.has(name) ? 'yes' : 'no' }]),
  );
}

/** Rule classes with their priorities, as Suricata ships them: `classtype` decides a record's severity. */
export function classificationFile(): string {
  return Object.entries(CLASSES)
    .flatMap(([priority, names]) =>
      names.split(' ').map((name) => `config classification: ${name},${name},${priority}\n`),
    )
    .join('');
}

/** The priority of a rule class, or null for one that the engine does not know. */
export function classPriority(name: string): number | null {
  const entry = Object.entries(CLASSES).find(([, names]) => names.split(' ').includes(name));
  return entry === undefined ? null : Number(entry[0]);
}

const CLASSES: Readonly<Record<string, string>> = {
  1:
    'attempted-user unsuccessful-user successful-user attempted-admin successful-admin unsuccessful-admin ' +
    'shellcode-detect trojan-activity web-application-attack inappropriate-content policy-violation file-format ' +
    'targeted-activity exploit-kit domain-c2 command-and-control coin-mining social-engineering credential-theft',
  2:
    'bad-unknown attempted-recon successful-recon-limited successful-recon-largescale attempted-dos successful-dos ' +
    'rpc-portmap-decode suspicious-filename-detect suspicious-login system-call-detect denial-of-service misc-attack ' +
    'unusual-client-port-connection non-standard-protocol web-application-activity default-login-attempt ' +
    'external-ip-check pup-activity',
  3: 'not-suspicious unknown string-detect network-scan protocol-command-decode misc-activity icmp-event tcp-connection',
};
