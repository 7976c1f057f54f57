/**
 * The verdicts against what was measured with stock Suricata 7.0.10 for four policies (policy.md), in the lab's own words: T
 * through both ways, B blocked, L some payload one way. Where Network Firewall's documents or reports say otherwise, or
 * nothing, the verdict is undecided: `?`.
 */
import type { ShapeParts, WrittenPolicy } from './evaluate.fixture';
import { domainList, gre, http, icmp, outcome, ssh, tcp, tls, udp } from './evaluate.fixture';

const NETS = '$HOME_NET any -> $EXTERNAL_NET';
const PASS_TLS = `pass tls ${NETS} 443 (ssl_state:client_hello; tls.sni; dotprefix; content:".kaggle.com"; nocase; endswith; alert; flow:to_server, established; sid:1;)`;
const LAYER_SEVEN = [
  `drop tls ${NETS} any (ssl_state:client_hello; flow:to_server, established; sid:101;)`,
  `drop http ${NETS} any (flow:to_server, established; sid:102;)`,
  `drop tcp ${NETS} 443 (app-layer-protocol:!tls; flow:to_server, established; sid:103;)`,
  `drop quic ${NETS} any (sid:104;)`,
];
const LAYER_FOUR = [
  `drop tcp ${NETS} !443 (sid:108;)`,
  'drop tcp $EXTERNAL_NET any -> $HOME_NET any (flags:S,CE; sid:109;)',
  'drop udp any any -> any any (sid:110;)',
  'drop icmp any any -> any any (sid:111;)',
  'drop ip any any -> any any (ip_proto:!6; sid:112;)',
];
const GREETING =
  'drop tcp $EXTERNAL_NET 443 -> $HOME_NET any (flow:to_client, established; dsize:>0; sid:106;)';
const SYN_DATA = 'drop tcp $HOME_NET any -> any any (flags:S,CE; dsize:>0; sid:107;)';
const RST_DATA = 'drop tcp $HOME_NET any -> any any (flags:R,ACPUEF; dsize:>0; sid:115;)';

const POLICIES: Readonly<Record<'A' | 'B' | 'C3b' | 'S', WrittenPolicy>> = {
  /** As published: action order and a list. */
  A: { groups: [domainList('ALLOWLIST', ['.kaggle.com'])] },
  B: {
    strict: ['aws:drop_established', 'aws:alert_established'],
    groups: [domainList('ALLOWLIST', ['.kaggle.com'])],
  },
  C3b: {
    rules: [
      PASS_TLS,
      ...LAYER_SEVEN,
      `drop tcp ${NETS} 443 (flow:to_server, established; stream_size:client,>,4096; sid:105;)`,
      GREETING,
      SYN_DATA,
      `drop tcp ${NETS} 443 (flow:to_server, established; dsize:>0; flowbits:isnotset,fw.first; content:!"|16|"; depth:1; sid:113;)`,
      `alert tcp ${NETS} 443 (flow:to_server, established; dsize:>0; flowbits:isnotset,fw.first; flowbits:set,fw.first; noalert; sid:114;)`,
      RST_DATA,
      ...LAYER_FOUR,
    ],
  },
  /** The strictest that was found. */
  S: {
    rules: [
      PASS_TLS,
      ...LAYER_SEVEN,
      GREETING,
      SYN_DATA,
      RST_DATA,
      `drop tcp ${NETS} any (flow:established, to_server; sid:9001;)`,
      ...LAYER_FOUR,
    ],
  },
};

const LETTERS: Readonly<Record<string, string>> = {
  passed: 'T',
  dropped: 'B',
  rejected: 'B',
  leaks: 'L',
  undecided: '?',
};

type Row = readonly [what: string, parts: ShapeParts, letters: string];

/** In the order A, B, C3b, S. */
const ROWS: readonly Row[] = [
  ['TLS kaggle.com', tls('kaggle.com'), 'TTTT'],
  ['TLS www.kaggle.com', tls('www.kaggle.com'), 'TTTT'],
  ['TLS KAGGLE.COM', tls('KAGGLE.COM'), 'TTTT'],
  ['HTTP kaggle.com', http('kaggle.com'), 'TTBB'],
  // AWS: the default drop can meet the first segment (aws.md 3.6, 6.10); S has the same in a rule.
  ['allowed hello in two segments', tls('kaggle.com', { hello: 'two-segments' }), 'T?T?'],
  ['TLS example.com', tls('example.com'), 'BBBB'],
  ['TLS notkaggle.com', tls('notkaggle.com'), 'BBBB'],
  ['TLS kaggle.com.example.com', tls('kaggle.com.example.com'), 'BBBB'],
  ['TLS kaggle.comx', tls('kaggle.comx'), 'BBBB'],
  ['TLS with a dot at the end', tls('kaggle.com.'), 'BBBB'],
  ['TLS with a NUL after the allowed name', tls('kaggle.com\0.example.com'), 'TTTT'],
  ['TLS with a NUL before it', tls('example.com\0.kaggle.com'), 'BBBB'],
  ['TLS without a name', tls(null), 'BBBB'],
  ['denied hello in two segments', tls('example.com', { hello: 'two-segments' }), 'LBLB'],
  ['HTTP example.com', http('example.com'), 'BBBB'],
  ['HTTP without headers', http(null, { headerless: true }), 'TBBB'],
  ['HTTP on 443 for kaggle.com', http('kaggle.com', { port: 443 }), 'TTBB'],
  ['TLS on 80 for kaggle.com', tls('kaggle.com', { port: 80 }), 'TTBB'],
  ['TLS on 9443 for kaggle.com', tls('kaggle.com', { port: 9443 }), 'TTBB'],
  // In B the published default drops what clients send; the emulation too.
  ['SSH on 443, banner first', ssh({ port: 443, firstSpeaker: 'server' }), 'TLBB'],
  ['SSH on 22', ssh({ firstSpeaker: 'server' }), 'TLBB'],
  ['SSH on 443, client first', ssh({ port: 443 }), 'TBBB'],
  ['raw bytes on 9000', tcp(9000), 'TBBB'],
  ['raw bytes on 443', tcp(443), 'TB?B'],
  ['an endless hello', tls(null, { hello: 'unfinished' }), 'TBLB'],
  ['a SYN with data to 443', tcp(443, { carriedBy: 'syn' }), 'LLBB'],
  ['a SYN with data to 9000', tcp(9000, { carriedBy: 'syn' }), 'LLBB'],
  ['data with the end of the handshake', tcp(443, { carriedBy: 'handshake-ack' }), 'TB?B'],
  ['data on a RST', tcp(443, { carriedBy: 'rst' }), 'LBBB'],
  ['data on a FIN', tcp(443, { carriedBy: 'fin' }), 'TB?B'],
  ['ICMP', icmp, 'TBBB'],
  ['UDP', udp(9000), 'TBBB'],
  ['DNS to a resolver outside', udp(53, { application: 'dns' }), 'TBBB'],
  ['QUIC', udp(443, { application: 'quic', name: 'kaggle.com' }), 'TBBB'],
  // Nobody answers GRE; what the firewall does is all that is said.
  ['GRE', gre, 'TBBB'],
  ['TCP in fragments', tcp(443, { fragmented: true }), 'BBBB'],
];

test.each(ROWS)('%s', (_what, parts, letters) => {
  const said = Object.values(POLICIES).map((policy) => LETTERS[outcome(policy, parts)]);
  expect(said.join('')).toBe(letters);
});

test('each policy has a verdict of its own on something', () => {
  const columns = [0, 1, 2, 3].map((at) => ROWS.map(([, , letters]) => letters[at]).join(''));
  expect(new Set(columns).size).toBe(4);
});
