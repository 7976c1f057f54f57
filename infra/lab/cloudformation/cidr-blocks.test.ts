import * as fc from 'fast-check';
import { cidrBlocks } from './cidr-blocks';

test.each([
  ['10.2.0.0/16', '3', '8', ['10.2.0.0/24', '10.2.1.0/24', '10.2.2.0/24']],
  [
    '192.168.0.0/24',
    '6',
    '5',
    [
      '192.168.0.0/27',
      '192.168.0.32/27',
      '192.168.0.64/27',
      '192.168.0.96/27',
      '192.168.0.128/27',
      '192.168.0.160/27',
    ],
  ],
  ['10.0.0.7/30', '4', '0', ['10.0.0.4/32', '10.0.0.5/32', '10.0.0.6/32', '10.0.0.7/32']],
  ['2001:db8::/56', '2', '64', ['2001:db8::/64', '2001:db8:0:1::/64']],
  ['2001:db8:0:ff00::/56', '2', '64', ['2001:db8:0:ff00::/64', '2001:db8:0:ff01::/64']],
])('%s gives %s blocks of %s host bits', (block, count, bits, expected) => {
  expect(cidrBlocks(block, count, bits)).toEqual(expected);
});

test.each([
  ['10.0.0.0/24', '0', '4'],
  ['10.0.0.0/24', '257', '0'],
  ['10.0.0.0/24', '2', '8'],
  ['10.0.0.0/24', '1', '9'],
  ['10.0.0.0/24', '1', '33'],
  ['10.0.0.0/33', '1', '1'],
  ['10.0.0/24', '1', '1'],
  ['10.0.0.256/24', '1', '1'],
  ['2001:db8:::/56', '1', '64'],
  ['2001:db8::/129', '1', '64'],
  ['here', '1', '1'],
])('%s cannot give %s blocks of %s host bits', (block, count, bits) => {
  expect(() => cidrBlocks(block, count, bits)).toThrow();
});

test('the blocks are what counting the addresses one by one gives', () => {
  const number = (text: string) => text.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const range = fc.record({
    base: fc.integer({ min: 0, max: 0xffffff }),
    prefix: fc.integer({ min: 20, max: 32 }),
    hostBits: fc.integer({ min: 0, max: 12 }),
    count: fc.integer({ min: 1, max: 256 }),
  });
  fc.assert(
    fc.property(range, ({ base, prefix, hostBits, count }) => {
      const address = [10, (base >> 16) & 255, (base >> 8) & 255, base & 255];
      const first = Math.floor(number(address.join('.')) / 2 ** (32 - prefix)) * 2 ** (32 - prefix);
      const fits = count * 2 ** hostBits <= 2 ** (32 - prefix);
      const blocks = () => cidrBlocks(`${address.join('.')}/${prefix}`, String(count), String(hostBits));
      if (!fits) return expect(blocks).toThrow();
      const taken = blocks().flatMap((block) => {
        const [start = '', bits = ''] = block.split('/');
        return Array.from({ length: 2 ** (32 - Number(bits)) }, (_, at) => number(start) + at);
      });
      expect(taken).toEqual(Array.from({ length: count * 2 ** hostBits }, (_, at) => first + at));
    }),
    { numRuns: 60 },
  );
});
