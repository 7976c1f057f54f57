import * as fc from 'fast-check';
import { Address4, Address6 } from 'ip-address';
import { formatAddress, parseAddress, parseCidr, spaceOf, WIDTH } from './cidr';

const value = (bits: number) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });

test('every IPv4 address survives being written and read', () => {
  fc.assert(
    fc.property(value(32), (address) => {
      expect(parseAddress(formatAddress('ipv4', address))).toEqual({ family: 'ipv4', value: address });
    }),
  );
});

test('every IPv6 address survives being written and read, in the spelling of the URL standard', () => {
  // Groups of mostly zeros, so that runs of them occur.
  const groups = fc.array(
    fc.oneof({ weight: 3, arbitrary: fc.constant(0n) }, { weight: 1, arbitrary: value(16) }),
    { minLength: 8, maxLength: 8 },
  );
  fc.assert(
    fc.property(groups, (parts) => {
      const address = parts.reduce((sum, part) => (sum << 16n) | part, 0n);
      const text = formatAddress('ipv6', address);
      expect(parseAddress(text)).toEqual({ family: 'ipv6', value: address });
      expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`);
    }),
  );
});

test('a prefix holds exactly the addresses that share its bits', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('ipv4' as const, 'ipv6' as const),
      value(128),
      fc.nat(128),
      value(128),
      (family, bits, cut, other) => {
        const width = WIDTH[family];
        const length = cut % (width + 1);
        const shift = BigInt(width - length);
        const base = ((bits & spaceOf(family).last) >> shift) << shift;
        const cidr = parseCidr(`${formatAddress(family, base)}/${length}`);
        const address = other & spaceOf(family).last;
        expect(cidr.first <= address && address <= cidr.last).toBe(address >> shift === base >> shift);
      },
    ),
  );
});

test.each([
  '10.2.0.0/016',
  '010.2.0.0/16',
  '10.2.0.0/33',
  '10.2.0.0',
  '10.2/16',
  '10.2.3.1/16',
  '10.2.0.0/ 16',
  ' 10.2.0.0/16',
  '10.2.0.0/16 ',
  '0x0a.0.0.0/8',
  '10.0.0.256/32',
  '10.0.0.0.0/8',
  '10..0.0/8',
  '-1.0.0.0/8',
  '10.0.0.0/-1',
  '10.0.0.0/8/8',
  '10.0.0.0/+8',
  '١٠.0.0.0/8',
  '',
  '/',
  '/0',
  'local',
  '::/129',
  ':::/0',
  '1::2::3/128',
  '1:2:3:4:5:6:7/128',
  '1:2:3:4:5:6:7:8:9/128',
  '1:2:3:4:5:6:7:8::/128',
  '12345::/16',
  '::ffff:10.0.0.0/104',
  'fe80::1%eth0/128',
  '2001:db8::1/64',
  'g::/16',
  '::/00',
  ':1:2:3:4:5:6:7/128',
])('%j is rejected, not guessed', (text) => {
  expect(() => parseCidr(text)).toThrow(expect.objectContaining({ name: 'NotKnown' }));
});

test('upper case and full spellings of IPv6 mean what they say', () => {
  expect(parseCidr('2001:0DB8:0000:0000:0000:0000:0000:0000/32')).toEqual({
    ...parseCidr('2001:db8::/32'),
    text: expect.any(String),
  });
  expect(parseCidr('::/0')).toMatchObject({ ...spaceOf('ipv6'), length: 0 });
});

/** Text that is nearly a prefix: pieces of addresses put together. */
const nearly = fc
  .array(
    fc.oneof(
      fc.nat(300).map(String),
      fc.nat(0x1ffff).map((group) => group.toString(16)),
      fc.constantFrom('.', ':', '::', '/', '0', '00', '10.0.0.0', '2001:db8::', '/8', '/32', '/128', ' '),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

test('whatever is accepted is accepted by another parser too, and means the same', () => {
  const written = fc
    .tuple(fc.boolean(), value(128), fc.nat(128), fc.boolean())
    .map(([isIpv4, any, cut, isBlock]) => {
      const family = isIpv4 ? 'ipv4' : 'ipv6';
      const length = isIpv4 ? cut % 33 : cut;
      const bits = any & spaceOf(family).last;
      const host = BigInt(WIDTH[family] - length);
      return `${formatAddress(family, isBlock ? (bits >> host) << host : bits)}/${length}`;
    });
  let accepted = 0;
  fc.assert(
    fc.property(fc.oneof(nearly, written), (text) => {
      let cidr;
      try {
        cidr = parseCidr(text);
      } catch {
        return;
      }
      accepted += 1;
      const other = cidr.family === 'ipv4' ? new Address4(text) : new Address6(text);
      expect([other.startAddress().bigInt(), other.endAddress().bigInt()]).toEqual([cidr.first, cidr.last]);
    }),
    { numRuns: 3000 },
  );
  expect(accepted).toBeGreaterThan(50);
});
