import { defaultActionRules } from './default-actions';
import { parseRules } from './rule-text';
import { passesOnlyPackets, strictDoubts } from './strict-doubts';

const doubts = (actions: readonly string[], ...rules: string[]): readonly string[] =>
  strictDoubts({
    placed: parseRules(rules.join('\n')).map((rule, index) => ({ rule, label: `rule ${index + 1}` })),
    allowLists: [],
    drops: actions.some((action) => action.startsWith('aws:drop_')),
    defaults: defaultActionRules(actions),
  });
const UDP = 'drop udp any any -> any any (sid:1;)';

test('drop_established and drop_strict are documented for every packet', () => {
  expect(doubts(['aws:drop_established', 'aws:alert_established'])).toEqual([]);
  expect(doubts(['aws:drop_strict'])).toEqual([]);
});

test('the server-directed action is in doubt for what no rule drops, and says what that is', () => {
  const [doubt] = doubts(['aws:drop_established_app_layer_to_server'], UDP);
  expect(doubt).toMatch(/drops all ICMP, .*aws:drop_established_app_layer_to_server .*not documented/);
  expect(doubt).not.toContain('UDP,');
});

test('what the action of both directions does with packets that carry nothing is in doubt whatever the rules are', () => {
  expect(doubts(['aws:drop_established_app_layer']).join()).toMatch(/packets of the server/);
});

test('an application-layer alert that stands alone logs what nobody knows', () => {
  expect(doubts(['aws:drop_strict', 'aws:alert_established_app_layer']).join()).toMatch(
    /which packets it logs/,
  );
});

test('only a transport rule with a direction passes single packets', () => {
  const passes = (text: string): boolean => parseRules(text).some((rule) => passesOnlyPackets(rule));
  expect(passes('pass tcp any any -> any 22 (flow:to_server; sid:1;)')).toBe(true);
  expect(passes('pass tcp any any -> any 22 (sid:1;)')).toBe(false);
  expect(passes('pass tls any any -> any any (flow:to_server, established; sid:1;)')).toBe(false);
  expect(passes('drop tcp any any -> any 22 (flow:to_server; sid:1;)')).toBe(false);
});
