import type { Mutant } from '../../infra/mutants/mutant';
import { change } from '../../infra/mutants/mutant';
import { editList, editPolicy, inTurn, suricata } from '../../infra/mutants/firewall-changes';
import { breadthMutants, listing } from '../../infra/mutants/mutants-breadth';
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import type { Finding } from '../evidence';
import type { Intent } from '../intent';
import { judge } from '../judge';
import { findingsOn, testOnMutants } from '../mutation.fixture';
import check from './allow-list-is-narrow.check';

const FIRST = 'arn:aws:network-firewall:us-east-1:111122223333:stateful-rulegroup/first';

testOnMutants(check, breadthMutants());

test('each broad entry has a finding of its own, whatever it is broad for', () => {
  const findings = findingsOn(check, listing('.com', '.github.io', 'kaggle.net')(referenceSnapshot()));
  expect(
    findings.map(({ outcome, subject }) => `${outcome} ${subject.split(' ').slice(1).join(' ')}`),
  ).toEqual(['fail .com of allowed-domains', 'fail .github.io of allowed-domains']);
  expect(findings[1]?.proof?.witness).toMatchObject({ protocol: 'tcp/tls', port: 443 });
});

test.each(['tls', 'http'])(
  'an entry of which only the %s rule is stopped is too broad by the other',
  (stopped) => {
    const options = stopped === 'tls' ? 'tls.sni' : 'http.host';
    const before: Mutant['mutate'] = (s) =>
      change(s, 'ruleGroups', (list) => [
        ...list,
        ...list.map((one) => ({
          ...one,
          RuleGroupResponse: {
            ...one.RuleGroupResponse,
            RuleGroupArn: FIRST,
            RuleGroupName: 'first',
            RuleGroupId: 'f',
          },
          RuleGroup: {
            RulesSource: {
              RulesString: `drop ${stopped} any any -> any any (${options}; content:".github.io"; endswith; sid:1;)`,
            },
          },
        })),
      ]);
    const mutate = inTurn(
      listing('.github.io'),
      before,
      editPolicy((policy) => ({
        ...policy,
        StatefulRuleGroupReferences: [
          { ResourceArn: FIRST, Priority: 0 },
          ...(policy.StatefulRuleGroupReferences ?? []),
        ],
      })),
    );
    const [finding] = findingsOn(check, mutate(referenceSnapshot()));
    expect(finding).toMatchObject({ outcome: 'fail' });
    expect(finding?.proof?.witness?.protocol).toBe(stopped === 'tls' ? 'tcp/http' : 'tcp/tls');
  },
);

test('of very many broad entries the first are followed, and the rest is unknown', () => {
  const targets = Array.from({ length: 40 }, (_, index) => `.nosuchtld${index}`);
  const findings = findingsOn(check, editList({ Targets: targets })(referenceSnapshot()));
  expect(findings.filter(({ outcome }) => outcome === 'fail')).toHaveLength(25);
  expect(findings.at(-1)).toMatchObject({ outcome: 'unknown' });
  expect(findings.at(-1)?.because).toContain('15 more entries');
});

test('a list of ten thousand names is judged', () => {
  const targets = Array.from({ length: 10_000 }, (_, index) => `.host-${index}.example`);
  const findings = findingsOn(check, editList({ Targets: targets })(referenceSnapshot()));
  expect(findings.map(({ outcome }) => outcome)).toEqual(['pass']);
});

describe('what a declared intent denies', () => {
  const denying = (
    snapshot: Snapshot,
    probe: string,
    source: Intent['source'] = 'declared',
  ): readonly Finding[] =>
    judge(check, {
      snapshot,
      live: { status: 'not-run', because: 'no probes in this test' },
      intent: {
        source,
        file: null,
        sha256: null,
        derivedSections: [],
        destinations: [{ probe, expect: 'denied', because: 'nobody needs it' }],
        requiredEndpoints: [],
        logRetentionDays: 365,
        approvedExits: [],
        acceptedInspection: [],
        approvedSecurityGroups: [],
        acceptedRisks: [],
        listener: null,
      },
    }).filter(({ outcome }) => outcome !== 'pass');
  const listed = listing('github.com', 'pypi.org')(referenceSnapshot());

  test('must not be on the list', () => {
    expect(denying(listed, 'git-clone-github')).toMatchObject([
      { outcome: 'fail', subject: 'vpc-studio git-clone-github' },
    ]);
    expect(denying(listed, 'git-clone-github')[0]?.because).toContain('github.com of allowed-domains. Fix:');
    expect(denying(listed, 'wget-www.kaggle.com')).toMatchObject([{ outcome: 'fail' }]);
  });

  test('is denied where the list lacks one of its names', () => {
    expect(denying(listed, 'pip-install-pypi')).toEqual([]);
    expect(denying(referenceSnapshot(), 'wget-example')).toEqual([]);
  });

  test('is what the rules say where the intent is derived from them', () => {
    expect(denying(listed, 'git-clone-github', 'derived')).toEqual([]);
  });

  test('is unknown where the rules are not understood, and for a probe that is none', () => {
    const unclear = suricata('pass tls any any -> any any (tls.sni; pcre:"/(git)+/"; sid:1;)')(
      referenceSnapshot(),
    );
    expect(denying(unclear, 'git-clone-github').map(({ outcome }) => outcome)).toEqual([
      'unknown',
      'unknown',
    ]);
    expect(denying(referenceSnapshot(), 'ping-everybody')).toMatchObject([{ outcome: 'unknown' }]);
    expect(denying(referenceSnapshot(), 'wget-not a name')).toMatchObject([{ outcome: 'unknown' }]);
  });

  test('counts for nothing where there is no firewall to pass it', () => {
    const none = inTurn(listing('github.com'), (s) => change(s, 'firewalls', () => []));
    const subjects = denying(none(referenceSnapshot()), 'git-clone-github').map(({ subject }) => subject);
    expect(subjects).not.toContain('vpc-studio git-clone-github');
  });
});
