import { overmatchedName } from './name-overmatch';
import { ruleOf } from './rule-meaning';
import { parseRules } from './suricata-rule';

function overmatched(options: string): string | null {
  const [parsed] = parseRules(`pass tls any any -> any any (tls.sni; ${options} sid:1;)`);
  if (parsed === undefined || !parsed.understood) throw new Error('the rule of this test is not one');
  const rule = ruleOf(parsed.rule, 'rule', { addresses: new Map(), ports: new Map() });
  if (rule === null) throw new Error('the rule of this test has no action');
  return overmatchedName(rule);
}

test.each([
  ['content:"kaggle.com"; endswith;', 'zq7x.zq7xkaggle.com'],
  ['content:"kaggle.com"; startswith;', 'kaggle.com.unlisted-zq7x.invalid'],
  ['content:"kaggle"; content:".com"; endswith;', 'zq7x.kaggle.unlisted-zq7x.com'],
  ['content:".com"; endswith;', 'zq7x.unlisted-zq7x.com'],
  ['dotprefix; content:".co.uk"; endswith;', 'zq7x.unlisted-zq7x.co.uk'],
  ['content:"api"; startswith; content:".GitHub.io"; nocase; endswith;', 'api.unlisted-zq7x.github.io'],
])('%s also lets %s through', (options, name) => {
  expect(overmatched(options)).toBe(name);
});

test.each([
  'content:"kaggle.com"; startswith; endswith;',
  'content:"kaggle.com"; bsize:10;',
  'dotprefix; content:".kaggle.com"; endswith;',
  'content:"api"; content:".kaggle.com"; endswith;',
  'content:"github.io"; startswith; endswith;',
  'dotprefix; content:".kaggle.github.io"; endswith;',
  'dotprefix; content:".amazonaws.com"; endswith;',
  '',
])('%s names its hosts', (options) => {
  expect(overmatched(options)).toBeNull();
});
