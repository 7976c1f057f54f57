import { statelessTable, StatelessError } from './stateless';

const bodyOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /(accept|drop)$/.test(line));

test('rules stand in the order of their priorities, defaults last, other fragments first', () => {
  const table = statelessTable({
    groups: [
      {
        label: 'group',
        rules: [
          { Priority: 20, RuleDefinition: { MatchAttributes: {}, Actions: ['aws:pass'] } },
          {
            Priority: 10,
            RuleDefinition: {
              MatchAttributes: {
                Protocols: [17],
                Destinations: [{ AddressDefinition: '203.0.113.0/24' }],
                DestinationPorts: [{ FromPort: 53, ToPort: 53 }],
              },
              Actions: ['aws:drop', 'Count'],
            },
          },
        ],
      },
    ],
    defaultActions: ['aws:forward_to_sfe'],
    fragmentDefaultActions: ['aws:drop'],
  });
  expect(bodyOf(table)).toEqual([
    'ip frag-off & 0x3fff != 0 ip protocol != udp drop',
    'ip protocol { 17 } ip daddr { 203.0.113.0/24 } ip protocol { tcp, udp } th dport { 53 } drop',
    'meta mark set 1 accept',
    'ip frag-off & 0x3fff != 0 drop',
    'accept',
  ]);
});

test('TCP flags give one rule each, without masks of all flags, and a rule for IPv6 only gives none', () => {
  const table = statelessTable({
    groups: [
      {
        label: 'group',
        rules: [
          {
            Priority: 1,
            RuleDefinition: {
              MatchAttributes: {
                Protocols: [6],
                TCPFlags: [{ Flags: ['SYN'], Masks: ['SYN', 'ACK'] }, { Flags: ['RST'] }],
              },
              Actions: ['aws:drop'],
            },
          },
          {
            Priority: 2,
            RuleDefinition: {
              MatchAttributes: { Sources: [{ AddressDefinition: '::/0' }] },
              Actions: ['aws:pass'],
            },
          },
        ],
      },
    ],
    defaultActions: ['aws:drop'],
    fragmentDefaultActions: ['aws:drop'],
  });
  expect(bodyOf(table).slice(1, -2)).toEqual([
    'ip protocol { 6 } ip protocol tcp @th,104,8 & 0x12 == 0x02 drop',
    'ip protocol { 6 } ip protocol tcp @th,104,8 & 0xff == 0x04 drop',
  ]);
});

test.each([
  [{ defaultActions: [], fragmentDefaultActions: ['aws:drop'] }, /the default/],
  [{ defaultActions: ['aws:pass', 'aws:drop'], fragmentDefaultActions: ['aws:drop'] }, /the default/],
  [{ defaultActions: ['aws:pass'], fragmentDefaultActions: ['Custom'] }, /fragment default/],
])('defaults that do not say one verdict are refused: %j', (defaults, message) => {
  expect(() => statelessTable({ groups: [], ...defaults })).toThrow(StatelessError);
  expect(() => statelessTable({ groups: [], ...defaults })).toThrow(message);
});

test('an address that is none never reaches nft', () => {
  const rules = [
    {
      Priority: 1,
      RuleDefinition: {
        MatchAttributes: { Sources: [{ AddressDefinition: '1.2.3.4 } accept' }] },
        Actions: ['aws:pass'],
      },
    },
  ];
  expect(() =>
    statelessTable({
      groups: [{ label: 'group', rules }],
      defaultActions: ['aws:drop'],
      fragmentDefaultActions: ['aws:drop'],
    }),
  ).toThrow(StatelessError);
});
