import { anyEntry, ownAcl, tcpEntry, withEntries } from '../mutants/acl-changes';
import { editPolicy, editStatus } from '../mutants/firewall-changes';
import { change } from '../mutants/mutant';
import { PROBE_HOST, withProbeHost } from '../mutants/probe-host';
import { route } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { addRoutes, removeRoute, replaceRoute } from '../mutants/route-changes';
import type { FlowShape } from './flow-shape';
import {
  everythingOut,
  GRE,
  ICMP,
  letsOut,
  noEdgeRoute,
  onTop,
  pastFirewall,
  predictedFor,
  same,
  SSH,
  tls,
  udp,
  unreadSection,
  type Change,
} from './predict.fixture';
import { senderOf } from './predicted-sender';

test('an allowed name is open, by the firewall’s own rule, with the way that it takes', () => {
  const { prediction, hops } = predictedFor(same, tls('www.kaggle.com'));
  expect(prediction).toMatchObject({
    outcome: 'open',
    because: expect.stringContaining('the firewall studio passes it'),
  });
  expect(hops.map(({ at }) => at)).toEqual(['subnet-studio', 'nat-a', 'vpce-firewall', 'igw-a']);
});

test.each<[string, Change, FlowShape, string, string]>([
  ['an unlisted name', same, tls('example.com'), 'firewall', 'the firewall studio drops it'],
  ['ssh, which no egress rule of the group lets out', same, SSH, 'security-group', 'tcp 22 out to 52.0.0.1'],
  ['a ping', same, ICMP, 'security-group', 'icmp out to'],
  ['UDP that the group lets out', everythingOut, udp(9000), 'firewall', 'drops it'],
  [
    'ICMP whose type the group does not let out',
    letsOut({ IpProtocol: 'icmp', FromPort: 3, ToPort: -1, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }),
    ICMP,
    'security-group',
    'icmp out to',
  ],
  [
    'one protocol of the others, of which the group lets out another',
    letsOut({ IpProtocol: '50', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }),
    GRE,
    'security-group',
    'protocol 47',
  ],
  [
    'a name that a network ACL does not let out of the Studio subnet',
    (s) =>
      withEntries(s, tcpEntry(1, { egress: true, action: 'deny', ports: [443, 443], cidr: '52.0.0.0/8' })),
    tls('kaggle.com'),
    'network-acl',
    'does not let it out of subnet-studio: rule 1',
  ],
  [
    'a name whose answers no ACL lets into the NAT subnet',
    (s) =>
      ownAcl(s, 'subnet-nat', [
        tcpEntry(1, { egress: false, ports: [443, 443] }),
        anyEntry(2, true, 'allow'),
      ]),
    tls('kaggle.com'),
    'network-acl',
    'its answers into subnet-nat',
  ],
  [
    'a name whose requests an ACL does not let behind the firewall',
    (s) => ownAcl(s, 'subnet-firewall', [anyEntry(1, false, 'allow')]),
    tls('kaggle.com'),
    'network-acl',
    'out of subnet-firewall',
  ],
  [
    'a name without a route',
    (s) => removeRoute(s, 'rtb-studio', '0.0.0.0/0'),
    tls('kaggle.com'),
    'no-route',
    'rtb-studio',
  ],
  [
    'a name that a blackhole swallows',
    (s) =>
      replaceRoute(
        s,
        'rtb-nat',
        '0.0.0.0/0',
        route('0.0.0.0/0', { GatewayId: 'vpce-gone', State: 'blackhole' }),
      ),
    tls('kaggle.com'),
    'no-route',
    'blackhole',
  ],
])('%s is blocked', (_what, mutate, shape, by, because) => {
  expect(predictedFor(mutate, shape).prediction).toMatchObject({
    outcome: 'blocked',
    by,
    because: expect.stringContaining(because),
  });
});

test('whether a block is on record is the rule’s to say, and the ALERT log’s', () => {
  // Of TLS it is open whether an allow list under strict order has a drop of its own that logs.
  const logged = (mutate: Change) => {
    const { prediction } = predictedFor(onTop(everythingOut, mutate), udp(9000));
    return prediction.outcome === 'blocked' ? prediction.logged : prediction;
  };
  const withoutAlert = editPolicy((policy) => ({
    ...policy,
    StatefulDefaultActions: ['aws:drop_established'],
  }));
  const withoutLog: Change = (s) => change(s, 'loggingConfigurations', () => []);
  expect(logged(same)).toBe(true);
  expect(logged(withoutAlert)).toBe(false);
  expect(logged(withoutLog)).toBe(false);
  expect(logged(unreadSection('loggingConfigurations'))).toBeNull();
});

test.each<[string, Change, FlowShape]>([
  ['round the firewall', pastFirewall, tls('example.com')],
  [
    'by another route to that address alone',
    (s) => addRoutes(s, 'rtb-nat', route('52.0.0.0/8', { GatewayId: 'igw-a' })),
    tls('example.com'),
  ],
])('what leaves %s is open', (_how, mutate, shape) => {
  // Without an edge route the answers go round it too; with one, the firewall would see answers alone.
  const { prediction } = predictedFor(onTop(mutate, noEdgeRoute), shape);
  expect(prediction).toMatchObject({
    outcome: 'open',
    because: expect.stringContaining('no firewall is on it'),
  });
});

test.each<[string, Change, FlowShape, string]>([
  ['the answers go round the firewall', noEdgeRoute, tls('example.com'), 'do not surely cross'],
  [
    'the answers of an allowed name go round the firewall',
    noEdgeRoute,
    tls('kaggle.com'),
    'do not surely cross',
  ],
  [
    'the firewall is changing',
    editStatus((one) => ({ ...one, ConfigurationSyncStateSummary: 'PENDING' })),
    tls('example.com'),
    'is PENDING',
  ],
  ['only the answers cross the firewall', pastFirewall, tls('kaggle.com'), 'do not surely cross'],
  ['only the answers of UDP cross it', onTop(everythingOut, pastFirewall), udp(9000), 'do not surely cross'],
  [
    'a NAT gateway may not carry it',
    onTop(everythingOut, pastFirewall, noEdgeRoute),
    GRE,
    'carries TCP, UDP and ICMP',
  ],
  [
    'only some answers may come back',
    (s) => withEntries(s, tcpEntry(1, { egress: false, action: 'deny', ports: [40_000, 50_000] })),
    tls('kaggle.com'),
    'lets only part of its answers',
  ],
  [
    'the groups were not read',
    unreadSection('securityGroups'),
    tls('kaggle.com'),
    'grant aws:ReadsecurityGroups',
  ],
  ['the routes were not read', unreadSection('routeTables'), tls('kaggle.com'), 'grant aws:ReadrouteTables'],
  ['the ACLs were not read', unreadSection('networkAcls'), tls('kaggle.com'), 'grant aws:ReadnetworkAcls'],
  ['the rules were not read', unreadSection('ruleGroups'), tls('example.com'), 'ruleGroups'],
])('it is undecided when %s', (_why, mutate, shape, because) => {
  expect(predictedFor(mutate, shape).prediction).toEqual({
    outcome: 'undecided',
    because: expect.stringContaining(because),
  });
});

test('what the firewall and the NAT gateway both stop is stopped, and nobody knows whether it is on record', () => {
  const fragments = { ...tls('example.com'), fragmented: true };
  for (const shape of [GRE, fragments])
    expect(predictedFor(everythingOut, shape).prediction).toMatchObject({
      outcome: 'blocked',
      by: 'firewall',
      logged: null,
    });
});

test('where its handshake cannot be completed either, a record of the firewall’s block is not sure', () => {
  const noWayOn: Change = (s) => removeRoute(s, 'rtb-firewall', '0.0.0.0/0');
  expect(predictedFor(noWayOn, tls('example.com')).prediction).toMatchObject({
    outcome: 'blocked',
    by: 'firewall',
    logged: null,
    because: expect.stringContaining('; and no route of rtb-firewall matches'),
  });
});

test('UDP is dropped on its way out although its answers would go round the firewall', () => {
  const { prediction } = predictedFor(onTop(everythingOut, noEdgeRoute), udp(9000));
  expect(prediction).toMatchObject({ outcome: 'blocked', by: 'firewall' });
});

test('what needs no answer leaks where only the answers are stopped', () => {
  const noAnswers: Change = (s) => withEntries(s, anyEntry(1, false, 'deny', '52.0.0.0/8'));
  const syn = { ...tls(null), application: null, carriedBy: 'syn' as const };
  const open = onTop(everythingOut, pastFirewall, noEdgeRoute, noAnswers);
  expect(predictedFor(open, udp(9000)).prediction).toMatchObject({ outcome: 'leaks', by: 'network-acl' });
  expect(predictedFor(open, syn).prediction).toMatchObject({ outcome: 'leaks', by: 'network-acl' });
  expect(predictedFor(open, tls('kaggle.com')).prediction).toMatchObject({
    outcome: 'blocked',
    by: 'network-acl',
  });
});

test('an IPv6 destination has no route in a network without IPv6, and its sender no address', () => {
  const { prediction } = predictedFor(everythingOut, tls('kaggle.com'), { address: '2600::1' });
  expect(prediction).toMatchObject({ outcome: 'blocked', by: 'security-group' });
});

test('a host that was not described, or has two interfaces, is no sender', () => {
  expect(() => senderOf(referenceSnapshot(), PROBE_HOST)).toThrow(/i-0123456789abcdef0/);
  const two = change(withProbeHost(referenceSnapshot()), 'instances', (list) =>
    list.map((one) => ({ ...one, NetworkInterfaces: [...(one.NetworkInterfaces ?? []), {}] })),
  );
  expect(() => senderOf(two, PROBE_HOST)).toThrow(/2 network interfaces/);
});
