import { INTERNET_ADDRESSES, lookUp, PUBLIC_RESOLVERS, ZONE } from './zone';

test('a name, and whatever is below it, leads to its server', () => {
  expect(lookUp('kaggle.com')).toBe('203.0.113.10');
  expect(lookUp('n1.probe.KAGGLE.com.')).toBe('203.0.113.10');
  expect(lookUp('sts.us-east-1.amazonaws.com')).toBe('203.0.113.90');
});

test('a name that only ends alike does not exist', () => {
  expect(lookUp('notkaggle.com')).toBeNull();
  expect(lookUp('kaggle.com.example')).toBeNull();
});

test('only names of one server share an address', () => {
  const names = new Map<string, string[]>();
  for (const { name, address } of ZONE) names.set(address, [...(names.get(address) ?? []), name]);
  const shared = [...names.values()].filter((of) => of.length > 1);
  expect(shared).toEqual([
    ['one.one.one.one', 'cloudflare-dns.com'],
    ['amazonaws.com', 'sagemaker.aws', 'amazonaws.com.cn', 'sagemaker.com.cn'],
  ]);
});

test('every address is one for documentation, except those that are known as such', () => {
  const others = INTERNET_ADDRESSES.filter((address) => !address.startsWith('203.0.113.'));
  expect(others.sort()).toEqual([...PUBLIC_RESOLVERS]);
  expect(ZONE.length).toBeGreaterThan(5);
});
