import { actionOrder, inTurn, setPolicy, suricata } from '../infra/mutants/firewall-changes';
import { change, unread } from '../infra/mutants/mutant';
import { referenceSnapshot } from '../infra/mutants/reference-snapshot';
import type { Snapshot } from '../infra/snapshot/snapshot';
import { derivedIntent, DOCUMENTED_ENDPOINTS } from './derived-intent';

const expectations = (snapshot: Snapshot): Readonly<Record<string, string>> =>
  Object.fromEntries(
    derivedIntent(snapshot).destinations.map(({ probe, expect: outcome }) => [probe, outcome]),
  );

const listing = (...targets: readonly string[]): Snapshot =>
  change(referenceSnapshot(), 'ruleGroups', (list) =>
    list.map((one) => ({
      ...one,
      RuleGroup: {
        RulesSource: {
          RulesSourceList: {
            Targets: [...targets],
            TargetTypes: ['TLS_SNI'],
            GeneratedRulesType: 'ALLOWLIST',
          },
        },
      },
    })),
  );

test('what the list names is intended to work, and the rest to be denied', () => {
  expect(expectations(referenceSnapshot())).toEqual({
    'wget-kaggle': 'allowed',
    'git-clone-github': 'denied',
    'pip-install-pypi': 'denied',
    'wget-example': 'denied',
  });
});

test('a probe that needs several names is allowed only when all of them are on the list', () => {
  expect(expectations(listing('.pypi.org'))['pip-install-pypi']).toBe('denied');
  expect(expectations(listing('.pypi.org', '.pythonhosted.org'))['pip-install-pypi']).toBe('allowed');
});

test('a name without a leading dot is that name and no other', () => {
  const outcomes = expectations(listing('www.kaggle.com'));
  expect(outcomes).toMatchObject({ 'wget-kaggle': 'denied', 'wget-www.kaggle.com': 'allowed' });
});

test('other names of the list get a probe of their own, ten at most', () => {
  const names = Array.from({ length: 15 }, (_, index) => `.host-${index}.example`);
  const own = Object.keys(expectations(listing(...names))).filter((id) => id.startsWith('wget-host-'));
  expect(own).toHaveLength(10);
  expect(own[0]).toBe('wget-host-0.example');
});

test('names that Suricata rules pass are on the list, too', () => {
  const rule = 'pass tls any any -> any any (tls.sni; content:"github.com"; startswith; endswith; sid:1;)';
  expect(expectations(suricata(rule)(referenceSnapshot()))).toMatchObject({
    'git-clone-github': 'allowed',
    'wget-kaggle': 'denied',
  });
});

test('a policy that passes everything intends nothing by it', () => {
  const everything = inTurn(
    setPolicy({ StatefulDefaultActions: undefined }),
    suricata('pass ip any any -> any any (sid:1;)'),
  );
  expect(expectations(everything(referenceSnapshot()))['wget-example']).toBe('denied');
});

test('a rule that is not understood leaves open what it may name', () => {
  expect(
    expectations(
      suricata('pass tls any any -> any any (tls.sni; pcre:"/git/"; sid:1;)')(referenceSnapshot()),
    ),
  ).toEqual({});
});

test('rules that could not be read leave no destination', () => {
  expect(derivedIntent(unread(referenceSnapshot(), 'ruleGroups')).destinations).toEqual([]);
});

test('a rule that denies a name before the list passes it is the intent, but not in action order', () => {
  const rules = suricata(
    'drop tls any any -> any any (tls.sni; content:"kaggle.com"; startswith; endswith; sid:1;)',
    'pass tls any any -> any any (tls.sni; content:"kaggle.com"; startswith; endswith; sid:2;)',
  );
  expect(expectations(rules(referenceSnapshot()))['wget-kaggle']).toBe('denied');
  expect(expectations(inTurn(rules, actionOrder)(referenceSnapshot()))['wget-kaggle']).toBe('allowed');
});

describe('endpoints that are required', () => {
  const cloning = (url: string) => (snapshot: Snapshot) =>
    change(snapshot, 'domains', (list) =>
      list.map((one) => ({
        ...one,
        DefaultUserSettings: {
          ...one.DefaultUserSettings,
          JupyterLabAppSettings: { CodeRepositories: [{ RepositoryUrl: url }] },
        },
      })),
    );
  const codeCommit = cloning('https://git-codecommit.us-east-1.amazonaws.com/v1/repos/notebooks');
  const required = (snapshot: Snapshot) => derivedIntent(snapshot).requiredEndpoints;

  test('are the documented ones, whatever the list covers', () => {
    expect(required(referenceSnapshot())).toEqual(DOCUMENTED_ENDPOINTS);
    expect(required(listing('.amazonaws.com', '.sagemaker.aws'))).toEqual(DOCUMENTED_ENDPOINTS);
  });

  test('and CodeCommit, where the settings name a repository there and the list does not', () => {
    expect(required(codeCommit(referenceSnapshot()))).toEqual([...DOCUMENTED_ENDPOINTS, 'git-codecommit']);
    const listed = listing('git-codecommit.us-east-1.amazonaws.com');
    expect(required(codeCommit(listed))).toEqual(DOCUMENTED_ENDPOINTS);
  });

  test.each([
    ['another Region', cloning('https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/notebooks')],
    ['another host', cloning('https://github.com/git-codecommit.us-east-1.amazonaws.com')],
    [
      'a domain of another VPC',
      inTurn(codeCommit, (s) =>
        change(s, 'domains', (list) => list.map((one) => ({ ...one, VpcId: 'vpc-other' }))),
      ),
    ],
    ['rules that could not be read', inTurn(codeCommit, (s) => unread(s, 'ruleGroups'))],
    ['settings that could not be read', inTurn(codeCommit, (s) => unread(s, 'domains'))],
  ])('but not for %s', (_what, mutate) => {
    expect(required(mutate(referenceSnapshot()))).toEqual(DOCUMENTED_ENDPOINTS);
  });
});
