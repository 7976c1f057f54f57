import {
  addressAt,
  containsAddress,
  formatAddress,
  formatBlock,
  overlaps,
  parseAddress,
  parseBlock,
} from './ipv4';
import * as fc from 'fast-check';

test('an address keeps its value through text', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (value) => {
      expect(parseAddress(formatAddress(value))).toBe(value);
    }),
  );
});

test.each(['1.2.3', '1.2.3.256', '01.2.3.4', '1.2.3.4 ', '::1', '1.2.3.4; reboot', ''])(
  '%j is no address',
  (text) => {
    expect(() => parseAddress(text)).toThrow(/not an IPv4 address/);
  },
);

test.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.1/24', '10.0.0.0/024', 'fd00::/8'])(
  '%j is no block',
  (text) => {
    expect(() => parseBlock(text)).toThrow();
  },
);

test('a block holds exactly the addresses that share its prefix', () => {
  const address = fc.integer({ min: 0, max: 0xffff_ffff });
  fc.assert(
    fc.property(address, address, fc.integer({ min: 0, max: 32 }), (base, other, prefixLength) => {
      const size = 2 ** (32 - prefixLength);
      const block = { first: base - (base % size), prefixLength };
      expect(containsAddress(block, other)).toBe(Math.floor(base / size) === Math.floor(other / size));
      expect(parseBlock(formatBlock(block))).toEqual(block);
    }),
  );
});

test('blocks overlap when one holds the other', () => {
  expect(overlaps(parseBlock('10.2.0.0/16'), parseBlock('10.2.3.0/24'))).toBe(true);
  expect(overlaps(parseBlock('10.2.3.0/24'), parseBlock('10.2.0.0/16'))).toBe(true);
  expect(overlaps(parseBlock('10.2.0.0/24'), parseBlock('10.2.1.0/24'))).toBe(false);
});

test("AWS's resolver is the third address of the block", () => {
  expect(addressAt('10.2.0.0/16', 2)).toBe('10.2.0.2');
});
