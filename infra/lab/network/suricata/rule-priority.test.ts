import { priorityOf, unranked } from './rule-priority';
import { formatRule, parseRules, type Rule } from './rule-text';

function rule(options: string): Rule {
  const [parsed] = parseRules(`pass tls any any -> any any (${options})`);
  if (parsed === undefined) throw new Error('no rule');
  return parsed;
}

test.each([
  ['its own', 'priority:7; sid:1;', 7],
  ["its own before its class's", 'classtype:trojan-activity; priority:2; sid:1;', 2],
  ["its class's", 'classtype:trojan-activity; sid:1;', 1],
  ['of an unknown class', 'classtype:nobodys; sid:1;', 3],
  ['of neither', 'sid:1;', 3],
])('the priority of a rule is %s', (_what, options, priority) => {
  expect(priorityOf(rule(options))).toBe(priority);
});

test('without rank a rule keeps everything else, also its class', () => {
  expect(formatRule(unranked(rule('tls.sni; priority:1; classtype:trojan-activity; sid:4;')))).toBe(
    'pass tls any any -> any any (tls.sni; classtype:trojan-activity; sid:4; priority:3;)',
  );
});
