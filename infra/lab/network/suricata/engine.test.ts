import { setTimeout as sleep } from 'node:timers/promises';
import type { MatchAttributes, PortRange, StatelessRule } from '@aws-sdk/client-network-firewall';
import {
  allowList,
  FIREWALL_ARN,
  firewallAccount,
  raiseTestNetwork,
  rulesString,
  strictPolicy,
  type TestNetwork,
} from './test-network';
import { EngineError } from './engine';
import type { EveRecord } from './eve';
import { compileFirewall } from './firewall-rules';

const TIMEOUT_MS = 60_000;
let network: TestNetwork;

beforeAll(async () => {
  network = await raiseTestNetwork();
}, TIMEOUT_MS);
afterAll(async () => network?.close());

const PROBES = {
  kaggle: 'curl -sS -o /dev/null -w "%{http_code}" -m 5 https://kaggle.com',
  kaggleHttp: 'curl -sS -o /dev/null -w "%{http_code}" -m 5 http://kaggle.com',
  example: 'curl -sS -o /dev/null -w "%{http_code}" -m 0.7 https://example.com',
  exampleHttp: 'curl -sS -o /dev/null -w "%{http_code}" -m 0.7 http://example.com',
  banner: 'timeout 0.7 bash -c "exec 3<>/dev/tcp/203.0.113.40/22; head -c 3 <&3"',
  handshake: 'timeout 0.7 bash -c "exec 3<>/dev/tcp/203.0.113.40/9000" && echo ok',
  udp: 'timeout 0.7 bash -c "exec 3<>/dev/udp/203.0.113.40/9000; echo hi >&3; head -c 2 <&3"',
  ping: 'ping -c 1 -W 1 203.0.113.40 >/dev/null && echo ok',
} as const;
type Probe = keyof typeof PROBES;

async function probe(...names: Probe[]): Promise<Partial<Record<Probe, string>>> {
  const results = names.map(
    async (name) => [name, (await network.client(PROBES[name])).stdout.trim()] as const,
  );
  return Object.fromEntries(await Promise.all(results));
}

const ALL: Probe[] = ['kaggle', 'kaggleHttp', 'example', 'exampleHttp', 'banner', 'handshake', 'udp', 'ping'];
const LIST = { list: allowList('.kaggle.com') };

const alertOf = (record: EveRecord): { signature?: unknown; signature_id?: unknown } =>
  Object(record['alert']);
const signatureIds = (records: readonly EveRecord[]): Set<unknown> =>
  new Set(records.map((record) => alertOf(record).signature_id));
const alerts = (): EveRecord[] => network.records().filter((record) => record['event_type'] === 'alert');

test(
  'an allow list in action order stops unlisted names of TLS and HTTP, on record, and nothing else',
  async () => {
    await network.use(firewallAccount({ groups: LIST }));
    expect(await probe(...ALL)).toEqual({
      kaggle: '200',
      kaggleHttp: '200',
      example: '000',
      exampleHttp: '000',
      banner: 'SSH',
      handshake: 'ok',
      udp: 'hi',
      ping: 'ok',
    });
    expect(alerts()).toHaveLength(2);
    expect(signatureIds(alerts())).toEqual(new Set([3, 4]));
    expect(alerts().find((record) => alertOf(record).signature_id === 4)).toMatchObject({
      tls: { sni: 'example.com' },
      alert: { action: 'blocked', signature: 'not matching any TLS allowlisted FQDNs' },
      verdict: { action: 'drop' },
      direction: 'to_server',
    });
  },
  TIMEOUT_MS,
);

test(
  'drop_established lets the handshake and what servers say through and drops all else, on record with the name',
  async () => {
    await network.use(
      firewallAccount({
        groups: LIST,
        policy: strictPolicy('aws:drop_established', 'aws:alert_established'),
      }),
    );
    const before = network.witnesses().length;
    expect(await probe(...ALL)).toEqual({
      kaggle: '200',
      kaggleHttp: '200',
      example: '000',
      exampleHttp: '000',
      banner: 'SSH',
      handshake: 'ok',
      udp: '',
      ping: '',
    });
    const records = alerts();
    expect(new Set(records.map((record) => alertOf(record).signature))).toEqual(
      new Set(['aws:alert_established action']),
    );
    const of = (proto: string): unknown[] =>
      records.filter((record) => record['proto'] === proto).map((record) => alertOf(record).signature_id);
    expect(new Set(of('TCP'))).toEqual(new Set([4]));
    expect(new Set([...of('UDP'), ...of('ICMP')])).toEqual(new Set([2]));
    expect(records).toContainEqual(
      expect.objectContaining({ tls: expect.objectContaining({ sni: 'example.com' }) as unknown }),
    );
    expect(records).toContainEqual(
      expect.objectContaining({ http: expect.objectContaining({ hostname: 'example.com' }) as unknown }),
    );
    // The server's word: the handshake was whole, and no hello of an unlisted name came.
    const arrived = network.witnesses().slice(before);
    expect(arrived).toContainEqual(expect.objectContaining({ kind: 'tcp', local: '203.0.113.40:9000' }));
    expect(arrived.filter(({ kind, name }) => kind !== 'tcp' && name === 'example.com')).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  "a rule's own record of a block stands alone, and drop_strict stops the handshake",
  async () => {
    const rule = 'drop tcp $HOME_NET any -> any 9000 (msg:"mine"; flow:to_server; sid:77; rev:3;)';
    await network.use(
      firewallAccount({
        groups: { ...LIST, own: rulesString(rule) },
        policy: strictPolicy('aws:drop_strict', 'aws:alert_strict'),
      }),
    );
    expect(await probe('handshake', 'example')).toEqual({ handshake: '', example: '000' });
    const to9000 = alerts().filter((record) => record['dest_port'] === 9000);
    expect(new Set(to9000.map((record) => alertOf(record).signature_id))).toEqual(new Set([77]));
    expect(new Set(alerts().map((record) => alertOf(record).signature))).toEqual(
      new Set(['mine', 'aws:alert_strict action']),
    );
  },
  TIMEOUT_MS,
);

test(
  'the stateless engine comes first: what it passes is not inspected, what it drops leaves no record',
  async () => {
    const account = firewallAccount({ groups: LIST });
    const arn = 'arn:aws:network-firewall:us-east-1:123456789012:stateless-rulegroup/first';
    const range = (port: number): PortRange[] => [{ FromPort: port, ToPort: port }];
    const rule = (Priority: number, match: MatchAttributes, action: string): StatelessRule => ({
      Priority,
      RuleDefinition: { MatchAttributes: match, Actions: [action] },
    });
    account.ruleGroups.set(arn, {
      RuleGroupResponse: { RuleGroupArn: arn, RuleGroupName: 'first', RuleGroupId: 'first' },
      RuleGroup: {
        RulesSource: {
          StatelessRulesAndCustomActions: {
            StatelessRules: [
              // Both ways: an answer that the stateful engine sees without its question is dropped.
              rule(1, { Protocols: [6], DestinationPorts: range(80) }, 'aws:pass'),
              rule(2, { Protocols: [6], SourcePorts: range(80) }, 'aws:pass'),
              rule(3, { Protocols: [17], DestinationPorts: range(9000) }, 'aws:drop'),
            ],
          },
        },
      },
      UpdateToken: '1',
    });
    const policy = [...account.firewallPolicies.values()][0];
    if (policy !== undefined)
      policy.FirewallPolicy.StatelessRuleGroupReferences = [{ ResourceArn: arn, Priority: 1 }];
    await network.use(account);
    expect(await probe('kaggle', 'exampleHttp', 'udp', 'example')).toMatchObject({
      exampleHttp: '200',
      udp: '',
      example: '000',
    });
    expect(alerts().map((record) => alertOf(record).signature_id)).toEqual([4]);
  },
  TIMEOUT_MS,
);

test(
  'rules that change are in force when reload resolves',
  async () => {
    await network.use(firewallAccount({ groups: LIST }));
    const wider = { list: allowList('.kaggle.com', '.example.com') };
    await network.engine().reload(compileFirewall(firewallAccount({ groups: wider }), FIREWALL_ARN));
    expect(await probe('kaggle', 'example')).toEqual({ kaggle: '200', example: '200' });
    await network.engine().reload(compileFirewall(firewallAccount({ groups: LIST }), FIREWALL_ARN));
    expect(await probe('kaggle', 'example')).toEqual({ kaggle: '200', example: '000' });
    expect(alerts().map((record) => alertOf(record).signature_id)).toEqual([4]);
  },
  TIMEOUT_MS,
);

/** One flow that is kept open: a datagram each tenth of a second, and the time of each answer. */
const KEPT_OPEN = `
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(("203.0.113.40", 9000))
s.settimeout(0.1)
for n in range(35):
    s.send(b"hi")
    try:
        s.recv(9)
        print(round(time.time() * 1000))
        time.sleep(0.1)
    except TimeoutError:
        pass
`;

test(
  'a flow that was passed goes on under rules that drop it, until flows are flushed',
  async () => {
    const only = (action: string) =>
      firewallAccount({ groups: { own: rulesString(`${action} udp any any -> any 9000 (sid:1;)`) } });
    await network.use(only('pass'));
    const client = network.client(`python3 -c '${KEPT_OPEN}'`);
    await sleep(1000);
    await network.engine().reload(compileFirewall(only('drop'), FIREWALL_ARN));
    const reloadedAtMs = Date.now();
    await sleep(1000);
    const flushedAtMs = Date.now();
    await network.engine().flush();
    const answers = (await client).stdout.trim().split('\n').map(Number);
    expect(answers.filter((atMs) => atMs < reloadedAtMs).length).toBeGreaterThan(1);
    expect(answers.filter((atMs) => atMs > reloadedAtMs && atMs < flushedAtMs).length).toBeGreaterThan(1);
    // One may have been on its way.
    expect(answers.filter((atMs) => atMs > flushedAtMs + 200)).toEqual([]);
    expect(await probe('udp')).toEqual({ udp: '' });
    expect(network.engine().running()).toBe(true);
  },
  TIMEOUT_MS,
);

test(
  'a rule that the engine refuses is said, and nothing passes',
  async () => {
    await network.use(
      firewallAccount({
        groups: { own: rulesString('pass tcp any any -> any any (nosuchkeyword; sid:1;)') },
      }),
    );
    expect(network.engine().problems().join('\n')).toMatch(/refused a rule: .*nosuchkeyword/);
    expect(await probe('handshake', 'ping')).toEqual({ handshake: '', ping: '' });
  },
  TIMEOUT_MS,
);

test(
  'a policy that cannot be carried lets nothing through',
  async () => {
    const rules = ['drop tls any any -> any any (sid:1;)', 'pass tls any any -> any any (sid:2;)'];
    const compiled = await network.use(
      firewallAccount({
        groups: { own: rulesString(...rules) },
        policy: strictPolicy('aws:drop_established'),
      }),
    );
    expect(compiled.unfaithful).toHaveLength(1);
    expect(await probe('handshake', 'ping', 'udp')).toEqual({ handshake: '', ping: '', udp: '' });
  },
  TIMEOUT_MS,
);

test(
  'a killed engine is seen to be dead, lets nothing through, and takes no rules',
  async () => {
    await network.use(firewallAccount({ groups: LIST }));
    expect(network.engine().running()).toBe(true);
    process.kill(network.engine().pid, 'SIGKILL');
    expect(await probe('handshake', 'ping')).toEqual({ handshake: '', ping: '' });
    expect(network.engine().running()).toBe(false);
    const compiled = compileFirewall(firewallAccount({ groups: LIST }), FIREWALL_ARN);
    await expect(network.engine().reload(compiled)).rejects.toThrow(EngineError);
  },
  TIMEOUT_MS,
);
