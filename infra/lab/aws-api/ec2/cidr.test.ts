import * as fc from 'fast-check';
import { addressNumber, addressText, overlaps, parseCidr, within } from './cidr';

const ipv4 = fc.bigInt({ min: 0n, max: (1n << 32n) - 1n });
const ipv6 = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
/** IPv6 numbers with many zero groups, where compression has choices. */
const sparseIpv6 = fc
  .array(fc.constantFrom(0n, 0n, 0n, 1n, 0xffffn), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.reduce<bigint>((sum, group) => (sum << 16n) | group, 0n));

function block(text: string) {
  const parsed = parseCidr(text);
  if (parsed === null) throw new Error(`${text} is no CIDR block`);
  return parsed;
}

test('an address survives the way to text and back', () => {
  fc.assert(fc.property(ipv4, (value) => addressNumber(addressText(4, value))?.value === value));
  fc.assert(
    fc.property(fc.oneof(ipv6, sparseIpv6), (value) => addressNumber(addressText(6, value))?.value === value),
  );
});

test('IPv6 text is canonical: the URL parser writes it the same', () => {
  fc.assert(
    fc.property(fc.oneof(ipv6, sparseIpv6), (value) => {
      const text = addressText(6, value);
      expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`);
    }),
  );
});

test('within and overlaps agree with the sets of addresses', () => {
  // All blocks of the last five bits: few enough to count their addresses one by one.
  const small = fc
    .tuple(fc.integer({ min: 0, max: 31 }), fc.integer({ min: 27, max: 32 }))
    .map(([host, length]) => block(`10.0.0.${host}/${length}`));
  const members = ({ first, last }: { first: bigint; last: bigint }) =>
    new Set(Array.from({ length: Number(last - first) + 1 }, (_, i) => first + BigInt(i)));
  fc.assert(
    fc.property(small, small, (a, b) => {
      const inB = [...members(a)].filter((address) => members(b).has(address)).length;
      expect(overlaps(a, b)).toBe(inB > 0);
      expect(within(a, b)).toBe(inB === members(a).size);
    }),
  );
});

test('host bits are cleared, as EC2 does', () => {
  expect(block('100.68.0.18/18').text).toBe('100.68.0.0/18');
  expect(block('2001:db8::1/32').text).toBe('2001:db8::/32');
  expect(block('::ffff:10.0.0.1/128').text).toBe('::ffff:a00:1/128');
});

test.each([
  '10.0.0.0',
  '10.0.0.0/33',
  '10.0.0/8',
  '10.0.0.0/08',
  '10.0.0.0/8/8',
  '010.0.0.0/8',
  '::/129',
  'fe80::1%eth0/64',
  '/0',
  '',
  '10.0.0.0/-1',
  ' 10.0.0.0/8',
])('%j is no CIDR block', (text) => {
  expect(parseCidr(text)).toBeNull();
});

test('blocks of different families never meet', () => {
  expect(overlaps(block('0.0.0.0/0'), block('::/0'))).toBe(false);
  expect(within(block('10.0.0.0/8'), block('::/0'))).toBe(false);
});
