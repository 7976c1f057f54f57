import type { NetworkInterfaceType } from '@aws-sdk/client-ec2';
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import { unread } from '../../infra/mutants/mutant';
import { TECHNIQUES } from '../evasions/techniques';
import { batteryContext } from './battery-context';
import { snapshotOf } from './probed-snapshot.fixture';

const NONCE = '0123456789abcdef';

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

test('the allowed name is the first web page that is allowed, else a name of another allowed client; nobody’s without', () => {
  expect(contextOf(...allowed('wget-no_name', 'pip-install-pypi', 'wget-kaggle')).allowedName).toBe(
    'kaggle.com',
  );
  // Without a web page the techniques of an allowed name still have one to try: they must not look as if they did not apply.
  expect(contextOf(...allowed('pip-install-pypi'), ...denied('wget-kaggle')).allowedName).toBe('pypi.org');
  expect(contextOf(...allowed('wget-no_name'), ...denied('wget-kaggle')).allowedName).toBeNull();
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

test.each([
  ['domains', { ipv6: null, neighbours: null }],
  ['subnets', { ipv6: null, neighbours: [] }],
  ['networkInterfaces', { ipv6: false, neighbours: null }],
] as const)('what needs the unread section %s is not known, never absent', (section, expected) => {
  const snapshot = unread(referenceSnapshot(), section);
  const context = batteryContext({ snapshot, destinations: [], listener: null });
  expect(context).toMatchObject({ ...expected, deniedName: 'example.com' });
  const kept = (id: 'ipv6-direct' | 'east-west') => {
    const plan = TECHNIQUES.find((one) => one.id === id)?.plan({ ...context, nonce: NONCE, timeoutMs: 1000 });
    return Object.keys(plan ?? {});
  };
  if (expected.ipv6 === null) expect(kept('ipv6-direct')).toEqual(['notKnown']);
  if (expected.neighbours === null) expect(kept('east-west')).toEqual(['notKnown']);
});
