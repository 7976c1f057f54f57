import { formatAddress, parseAddress, parseCidr, spaceOf } from './cidr';
import { globalPart, witnessIn } from './global-address';

test.each([
  ['0.0.0.0/0', '1.0.0.0', true],
  ['8.8.8.8/32', '8.8.8.8', true],
  ['10.0.0.0/7', '11.0.0.0', true],
  ['192.168.0.0/16', '192.168.0.0', false],
  ['224.0.0.0/3', '224.0.0.0', false],
  ['::/0', '64:ff9b::', true],
  ['2001:db8::/32', '2001:db8::', false],
  ['fd00::/8', 'fd00::', false],
])('the witness in %s is %s', (cidr, address, global) => {
  const { family, first, last } = parseCidr(cidr);
  const witness = witnessIn(family, { first, last });
  expect([formatAddress(family, witness.address), witness.global]).toEqual([address, global]);
});

test('nothing private, documentary or multicast can be on the internet', () => {
  for (const text of [
    '10.2.0.0/16',
    '100.64.0.0/10',
    '169.254.0.0/16',
    '198.51.100.0/24',
    '224.0.0.0/4',
    'fe80::/10',
    'ff00::/8',
  ]) {
    const cidr = parseCidr(text);
    expect(globalPart(cidr.family, cidr)).toEqual([]);
  }
  expect(globalPart('ipv6', spaceOf('ipv6')).length).toBeGreaterThan(1);
});

test.each([
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.1.0',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2001:200::',
  '2001:db7::',
  '2001:db9::',
  '2003::',
  '3ffe::',
  '3fff:1000::',
  '3000::',
  '64:ff9b::808:808',
])('%s, next to what is special, can be on the internet', (text) => {
  const { family, value } = parseAddress(text);
  expect(globalPart(family, { first: value, last: value })).toHaveLength(1);
});
