import { defaultActionRules } from './default-actions';
import { formatRule } from './rule-text';
import { allowList, firewallAccount, raiseTestNetwork, strictPolicy, type TestNetwork } from './test-network';

const matches = (...actions: string[]): string[] =>
  defaultActionRules(actions).rules.map(({ rule }) =>
    formatRule(rule)
      .replace(/ msg:.*$/, '')
      .replaceAll(/ any any -> any any/g, ''),
  );

test('no action is no rule, and an alert action only logs', () => {
  expect(matches()).toEqual([]);
  expect(defaultActionRules(['aws:alert_established']).rules.map(({ rule }) => rule.action)).toEqual(
    Array.from({ length: 4 }, () => 'alert'),
  );
});

test('every family drops UDP, ICMP and what is neither of them nor TCP, with or without a flow', () => {
  const families = ['established', 'established_app_layer', 'established_app_layer_to_server'];
  for (const family of families) {
    expect(matches(`aws:drop_${family}`).slice(-3)).toEqual([
      'drop udp (flow:stateless;',
      'drop icmp (flow:stateless;',
      'drop ip (ip_proto:!6; ip_proto:!17; ip_proto:!1;',
    ]);
  }
  expect(matches('aws:drop_strict')).toEqual([
    'drop ip (flow:stateless;',
    'drop ip (ip_proto:!6; ip_proto:!17; ip_proto:!1;',
  ]);
});

test('the application-layer actions wait for a name, and only one of them looks at the server', () => {
  const toServer = matches('aws:drop_established_app_layer_to_server');
  expect(toServer[0]).toBe('drop tls (flow:established,to_server; ssl_state:client_hello;');
  expect(toServer.join()).not.toContain('to_client');
  expect(matches('aws:drop_established_app_layer')).toEqual(
    expect.arrayContaining([...toServer, 'drop tcp (flow:established,to_client; dsize:>0;']),
  );
  expect(defaultActionRules(['aws:drop_established_app_layer_to_server'])).toMatchObject({
    unfaithful: [],
    serverDirected: 'aws:drop_established_app_layer_to_server',
  });
  expect(defaultActionRules(['aws:drop_established_app_layer']).unfaithful).toHaveLength(1);
});

test.each([
  ['an action nobody knows', ['aws:drop_everything']],
  ['two drops', ['aws:drop_strict', 'aws:drop_established']],
])('%s is said, and all is dropped', (_what, actions) => {
  const { unfaithful, rules } = defaultActionRules(actions);
  expect(unfaithful).toEqual([expect.stringContaining('not understood')]);
  expect(rules[0]?.rule).toMatchObject({ action: 'drop', protocol: 'ip' });
});

describe('in a network', () => {
  const TIMEOUT_MS = 60_000;
  let network: TestNetwork;
  beforeAll(async () => {
    network = await raiseTestNetwork();
  }, TIMEOUT_MS);
  afterAll(async () => network?.close());

  const https = (name: string): string => `curl -sS -o /dev/null -m 2 https://${name} && echo through`;
  /** The request's line and host in segments of their own. */
  const http = (host: string, address: string): string =>
    `exec 3<>/dev/tcp/${address}/80; printf 'GET / HTTP/1.1\\r\\nHo' >&3; sleep 0.2; printf 'st: ${host}\\r\\nConnection: close\\r\\n\\r\\n' >&3; timeout 2 head -c 4 <&3`;
  const banner = 'exec 3<>/dev/tcp/203.0.113.40/22; timeout 1 head -c 3 <&3';
  const gre = `python3 -c "import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 47).sendto(b'x' * 40, ('203.0.113.40', 0))"`;

  const seen = async (script: string): Promise<string> =>
    (await network.client(`bash -c '${script.replaceAll("'", `'\\''`)}'`)).stdout.trim();

  test.each([
    ['aws:drop_established_app_layer_to_server', 'SSH'],
    ['aws:drop_established_app_layer', ''],
  ])(
    '%s: names are judged when they are whole, and a server that speaks first is heard or not',
    async (action, heard) => {
      const policy = strictPolicy(action, action.replace('drop', 'alert'));
      await network.use(firewallAccount({ groups: { list: allowList('.kaggle.com') }, policy }));
      expect(await seen(https('kaggle.com'))).toBe('through');
      expect(await seen(https('example.com'))).toBe('');
      expect(await seen(http('kaggle.com', '203.0.113.10'))).toBe('HTTP');
      expect(await seen(http('example.com', '203.0.113.40'))).toBe('');
      expect(await seen(banner)).toBe(heard);
      await seen(gre);
      const dropped = network.records().filter((record) => record['event_type'] === 'alert');
      expect(dropped.map((record) => record['proto'])).toContain('GRE');
    },
    TIMEOUT_MS,
  );
});
