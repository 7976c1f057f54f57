import type { NetworkInterfaceType } from '@aws-sdk/client-ec2';
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import { unread } from '../../infra/mutants/mutant';
import { batteryContext } from './battery-context';
import { snapshotOf } from './probed-snapshot.fixture';

type Destination = Parameters<typeof batteryContext>[0]['destinations'][number];

const contextOf = (...destinations: readonly Destination[]) =>
  batteryContext({ snapshot: referenceSnapshot(), destinations, listener: null });
const allowed = (...probes: readonly string[]): readonly Destination[] =>
  probes.map((probe) => ({ probe, expect: 'allowed' }));
const denied = (...probes: readonly string[]): readonly Destination[] =>
  probes.map((probe) => ({ probe, expect: 'denied' }));

test.each<[string, readonly Destination[], string]>([
  ['a public one without any', [], 'example.com'],
  ['a public one before the owner’s', denied('wget-kaggle', 'wget-example'), 'example.com'],
  ['the owner’s', denied('wget-kaggle'), 'kaggle.com'],
  ['a web page’s, not a client’s of several names', denied('pip-install-pypi'), 'example.com'],
  ['another where the owner allows the first', allowed('wget-example'), 'example.net'],
  ['another where a list entry may cover it', allowed('wget-www.example.com'), 'example.net'],
  [
    'another than one below an allowed name',
    [...allowed('git-clone-github'), ...denied('wget-gist.github.com')],
    'example.com',
  ],
  [
    'nobody’s where all may be allowed',
    allowed('wget-example', 'wget-example.net', 'wget-docs.example.org'),
    'studio-egress.invalid',
  ],
])('the denied name is %s', (_case, destinations, name) => {
  expect(contextOf(...destinations).deniedName).toBe(name);
});

test('the allowed name is the first web page that is allowed; a probe that nobody knows names nothing', () => {
  expect(contextOf(...allowed('wget-no_name', 'pip-install-pypi', 'wget-kaggle')).allowedName).toBe(
    'kaggle.com',
  );
  expect(contextOf(...allowed('pip-install-pypi'), ...denied('wget-kaggle')).allowedName).toBeNull();
});

test('the owner’s listener comes before the public one', () => {
  const context = { snapshot: referenceSnapshot(), destinations: [] };
  expect(batteryContext({ ...context, listener: null }).listener).toBe('portquiz.net');
  expect(batteryContext({ ...context, listener: '203.0.113.7' }).listener).toBe('203.0.113.7');
});

test('neighbours stand in other subnets than Studio’s, and are none of AWS’s own', () => {
  const at = (
    SubnetId: string,
    PrivateIpAddress: string,
    InterfaceType: NetworkInterfaceType = 'interface',
  ) => ({
    SubnetId,
    PrivateIpAddress,
    InterfaceType,
  });
  const snapshot = snapshotOf({
    networkInterfaces: [
      at('subnet-studio', '10.2.1.5'),
      at('subnet-other', '10.2.2.5'),
      at('subnet-other', '10.2.2.6', 'natGateway'),
      at('subnet-other', '10.2.2.7', 'vpc_endpoint'),
      ...Array.from({ length: 9 }, (_, index) => at('subnet-third', `10.2.3.${index}`)),
    ],
  });
  const { neighbours } = batteryContext({ snapshot, destinations: [], listener: null });
  expect(neighbours).toEqual(['10.2.2.5', '10.2.3.0', '10.2.3.1', '10.2.3.2']);
});

test('what could not be read leaves out what needs it, and throws nothing', () => {
  for (const section of ['domains', 'subnets', 'networkInterfaces'] as const) {
    const snapshot = unread(referenceSnapshot(), section);
    expect(batteryContext({ snapshot, destinations: [], listener: null })).toMatchObject({
      ipv6: false,
      deniedName: 'example.com',
    });
  }
});
