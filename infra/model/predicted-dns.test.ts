import { change } from '../mutants/mutant';
import { flowShape } from './flow-shape';
import { predictedFor, same, tls, unreadSection, type Change } from './predict.fixture';

describe('a name that did not resolve', () => {
  const unresolved = (mutate: Change, names: readonly string[]) =>
    predictedFor(mutate, tls(null), { address: null, names }).prediction;

  test('is blocked by DNS where its first matching rule blocks', () => {
    expect(unresolved(same, ['example.com'])).toMatchObject({
      outcome: 'blocked',
      by: 'dns',
      because: expect.stringContaining('the BLOCK rule rest'),
    });
  });

  test.each<[string, Change, readonly string[], string]>([
    ['an earlier rule allows it', same, ['www.kaggle.com'], 'DNS Firewall lets www.kaggle.com be asked'],
    ['nobody knows the name', same, [], 'no name of it is known'],
    [
      'one of several is allowed',
      same,
      ['example.com', 'kaggle.com'],
      'lets example.com, kaggle.com be asked',
    ],
    ['the rules were not read', unreadSection('resolverFirewall'), ['example.com'], 'ReadresolverFirewall'],
  ])('is undecided where %s', (_why, mutate, names, because) => {
    expect(unresolved(mutate, names)).toEqual({
      outcome: 'undecided',
      because: expect.stringContaining(because),
    });
  });
});

describe('the VPC’s own resolver', () => {
  const asked = (mutate: Change, names: readonly string[], address = '10.2.0.2') =>
    predictedFor(mutate, flowShape({ transport: 'udp', port: 53, application: 'dns' }), { address, names })
      .prediction;
  const withoutDnsFirewall: Change = (s) =>
    change(s, 'resolverFirewall', (section) => ({ ...section, associations: [] }));

  test('forwards what no rule takes, past groups and firewall', () => {
    expect(asked(withoutDnsFirewall, [])).toMatchObject({ outcome: 'open' });
    expect(asked(same, ['x.kaggle.com'], '169.254.169.253')).toMatchObject({ outcome: 'open' });
  });

  test('does not forward what a rule blocks', () => {
    expect(asked(same, ['nabc.example.com'])).toMatchObject({ outcome: 'blocked', by: 'dns' });
  });

  test('is undecided for a name that nobody knows', () => {
    expect(asked(same, [])).toMatchObject({ outcome: 'undecided' });
  });
});
