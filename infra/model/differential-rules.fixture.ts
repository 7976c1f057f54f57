/** Random Suricata rules as text, over the keywords in common use, skewed towards what can match the flows. */
import * as fc from 'fast-check';

export type RuleKind = 'tls' | 'http' | 'tcp' | 'udp' | 'icmp' | 'ip' | 'application';

/** Names of lists and rules; flows use these, what lies below and beside them, and others. */
export const NAMES = ['kaggle.com', 'example.com', 'pypi.org', 'www.kaggle.com'] as const;

const some = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const sources = some(
  'any',
  'any',
  '$HOME_NET',
  '$HOME_NET',
  '10.2.0.0/16',
  '[10.2.0.0/16,!10.2.3.10]',
  '10.9.0.10',
  '!$EXTERNAL_NET',
);
const destinations = some(
  'any',
  'any',
  'any',
  '$EXTERNAL_NET',
  '$EXTERNAL_NET',
  '!$HOME_NET',
  '203.0.113.0/24',
  '203.0.113.40',
  '!203.0.113.40',
  '[203.0.113.0/25,!203.0.113.40]',
  '[198.51.100.0/24,203.0.113.10]',
  '$OWN',
  '!$OWN',
  '[$OWN,203.0.113.140]',
);
const ports = some(
  'any',
  'any',
  'any',
  '443',
  '443',
  '[80,443]',
  '[80, 443]',
  '!443',
  '443:9443',
  '[1:1023]',
  '1024:',
  ':1023',
  '[8000:9999,!9000]',
  '$PORTS',
  '!$PORTS',
  '9000',
  '[!80,!443]',
);
const arrows = some('->', '->', '->', '->', '<>');

const tcpFlows = some(
  '',
  '',
  'flow:to_server;',
  'flow:established;',
  'flow:to_server,established;',
  'flow:established,to_server;',
  'flow:to_server,established;',
  'flow:to_client;',
  'flow:to_client,established;',
  'flow:not_established;',
  'flow:stateless;',
  'flow:established,to_server,no_stream;',
);
const appFlows = some('', 'flow:to_server;', 'flow:to_server,established;', 'flow:established;');

const nameMatch = (dotted: boolean): fc.Arbitrary<string> =>
  some(...NAMES, 'kaggle', 'KAGGLE.com', '.com', 'www.').chain((name) =>
    some(
      dotted ? `dotprefix; content:".${name}"; endswith;` : `content:"${name}"; startswith; endswith;`,
      dotted
        ? `dotprefix; content:".${name}"; nocase; endswith;`
        : `content:"${name}"; nocase; startswith; endswith;`,
      `content:"${name}";`,
      `content:"${name}"; nocase;`,
      `content:"${name}"; endswith;`,
      `content:!"${name}"; nocase;`,
      `content:!"${name}"; endswith;`,
      `content:"${name}"; startswith; nocase;`,
      `content:"${name}"; nocase; bsize:${name.length};`,
      `content:"${name}"; isdataat:!1,relative;`,
      `content:"kaggle"; nocase; content:"${name}"; nocase; endswith;`,
      `content:"${name}"; depth:${name.length}; nocase;`,
      `pcre:"/^(.+\\.)?${name.replaceAll('.', '\\\\.')}$/i";`,
    ),
  );

/** Suricata refuses a host in upper case, which it compares in lower case. */
const lowered = (text: string): string => text.toLowerCase();

const names = (buffer: 'tls.sni' | 'http.host'): fc.Arbitrary<string> =>
  fc
    .boolean()
    .chain((dotted) =>
      nameMatch(dotted).map((match) =>
        buffer === 'http.host'
          ? `${buffer}; ${lowered(match).replaceAll(/ nocase;/g, '')}`
          : `${buffer}; ${match}`,
      ),
    );

const BODIES: Readonly<Record<RuleKind, fc.Arbitrary<string>>> = {
  tls: fc.oneof(
    { weight: 5, arbitrary: names('tls.sni') },
    { weight: 1, arbitrary: some('', 'ssl_state:client_hello;', 'ssl_state:server_hello;') },
    { weight: 1, arbitrary: some('ssl_version:tls1.2;', 'tls.version:1.2;', 'ssl_version:!tls1.2;') },
    { weight: 1, arbitrary: names('tls.sni').map((match) => `ssl_state:client_hello; ${match}`) },
  ),
  http: fc.oneof(
    { weight: 5, arbitrary: names('http.host') },
    {
      weight: 2,
      arbitrary: some(
        '',
        'http.method; content:"GET";',
        'http.method; content:"POST";',
        'http.header_names; content:"|0d 0a|"; startswith;',
        'http.header_names; content:!"|0d 0a|Host|0d 0a|";',
        'http.uri; content:"/"; startswith;',
        'http.user_agent; content:"near";',
      ),
    },
  ),
  tcp: fc.oneof(
    { weight: 4, arbitrary: fc.constant('') },
    {
      weight: 3,
      arbitrary: some(
        'app-layer-protocol:tls;',
        'app-layer-protocol:!tls;',
        'app-layer-protocol:!http;',
        'app-layer-protocol:http;',
        'app-layer-protocol:ssh;',
        'app-layer-protocol:!ssh;',
        'app-layer-protocol:failed;',
        'app-layer-protocol:!failed;',
        'app-layer-protocol:tls; tls.sni; content:"kaggle.com"; nocase; endswith;',
      ),
    },
    {
      weight: 2,
      arbitrary: some(
        'flags:S;',
        'flags:S,CE;',
        'flags:SA;',
        'flags:A;',
        'flags:PA;',
        'flags:!S;',
        'flags:+A;',
        'flags:*SR;',
        'dsize:0;',
        'dsize:>0;',
        'dsize:<10;',
        'stream_size:client,>,1;',
        'stream_size:both,<,4000;',
        'noalert;',
        'priority:1;',
        'content:"zq"; startswith;',
        'content:"SSH-";',
      ),
    },
  ),
  udp: some('', '', '', 'dsize:>100;', 'app-layer-protocol:!dns;', 'app-layer-protocol:dns;', 'noalert;'),
  icmp: some('', '', 'itype:8;', 'itype:0;'),
  ip: some(
    '',
    '',
    '',
    'ip_proto:6;',
    'ip_proto:!6;',
    'ip_proto:17;',
    'ip_proto:!17;',
    'ip_proto:253;',
    'noalert;',
  ),
  application: fc.constant(''),
};

const protocolOf = (kind: RuleKind): fc.Arbitrary<string> =>
  kind === 'application'
    ? some('ssh', 'dns', 'quic', 'http1', 'tls', 'http', 'http2', 'smtp', 'tcp-pkt', 'tcp-stream')
    : fc.constant(kind);

/** A rule without action, message and sid; ends in `)`. */
export function ruleText(kind: RuleKind): fc.Arbitrary<string> {
  const portless = kind === 'icmp' || kind === 'ip';
  const isApplication = kind === 'tls' || kind === 'http' || kind === 'application';
  return fc
    .record({
      protocol: protocolOf(kind),
      source: sources,
      destination: destinations,
      port: portless ? fc.constant('any') : ports,
      arrow: arrows,
      flow: isApplication
        ? appFlows
        : kind === 'tcp'
          ? tcpFlows
          : some('', '', 'flow:to_server;', 'flow:established;'),
      body: BODIES[kind],
    })
    .map(({ protocol, source, destination, port, arrow, flow, body }) => {
      const options = [flow, body].filter((part) => part !== '').join(' ');
      return `${protocol} ${source} any ${arrow} ${destination} ${port} (${options})`;
    });
}
