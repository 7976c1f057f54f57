import { flowShape } from '../infra/model/flow-shape';
import { blockOfName } from './firewall-log/record.fixture';
import { looksAlike, wentTo, type DirectedFlow } from './flow-destination';

const flow = (
  parts: Partial<DirectedFlow['shape']>,
  address: string | null = '203.0.113.20',
): DirectedFlow => ({
  shape: { ...flowShape({ transport: 'tcp', port: 443, application: null }), ...parts },
  address,
});

test.each([
  ['TCP', flow({}), { protocol: 'TCP' }, 'to-server'],
  ['TCP to another port', flow({}), { destinationPort: 80 }, null],
  [
    'the answers',
    flow({}),
    { sourceIp: '203.0.113.20', sourcePort: 443, destinationIp: '10.2.2.10', destinationPort: 40_000 },
    'to-client',
  ],
  ['UDP', flow({ transport: 'udp', protocolNumber: 17 }), { protocol: 'UDP' }, 'to-server'],
  ['UDP, of a flow by TCP', flow({}), { protocol: 'UDP' }, null],
  [
    'ICMP, whose record has types for ports',
    flow({ transport: 'icmp', protocolNumber: 1, port: null }),
    { protocol: 'ICMP', sourcePort: 8, destinationPort: 0 },
    'to-server',
  ],
  [
    'ICMP for IPv6',
    flow({ transport: 'icmp', protocolNumber: 58, port: null }),
    { protocol: 'IPv6-ICMP' },
    'to-server',
  ],
  [
    'GRE by name',
    flow({ transport: 'other', protocolNumber: 47, port: null }),
    { protocol: 'GRE', destinationPort: null },
    'to-server',
  ],
  [
    'GRE by number',
    flow({ transport: 'other', protocolNumber: 47, port: null }),
    { protocol: '047', destinationPort: null },
    'to-server',
  ],
  [
    'another protocol',
    flow({ transport: 'other', protocolNumber: 47, port: null }),
    { protocol: 'ESP', destinationPort: null },
    null,
  ],
  ['a flow whose name did not resolve', flow({}, null), {}, null],
] as const)('%s', (_case, sent, overrides, direction) => {
  expect(wentTo(sent, blockOfName(null, overrides))).toBe(direction);
});

test('an address that is none is compared as it is written', () => {
  expect(wentTo(flow({}, 'no:address'), blockOfName(null, { destinationIp: 'no:address' }))).toBe(
    'to-server',
  );
});

test.each<[string, DirectedFlow, DirectedFlow, boolean]>([
  ['the same', flow({}), flow({}), true],
  ['spelled otherwise', flow({}, '2001:db8::1'), flow({}, '2001:0db8:0:0:0:0:0:1'), true],
  ['another port', flow({}), flow({ port: 80 }), false],
  ['another protocol', flow({}), flow({ protocolNumber: 17 }), false],
  ['another address', flow({}), flow({}, '203.0.113.21'), false],
  ['no address', flow({}, null), flow({}, null), false],
])('two flows look alike when they are %s: %s', (_how, a, b, expected) => {
  expect(looksAlike(a, b)).toBe(expected);
});
