import { editList, suricata } from '../infra/mutants/firewall-changes';
import { change, unread } from '../infra/mutants/mutant';
import { referenceSnapshot } from '../infra/mutants/reference-snapshot';
import type { Snapshot } from '../infra/snapshot/snapshot';
import { coverageOf } from './intent-coverage';
import type { IntendedDestination } from './intent';

const wants = (probe: string, expectation: IntendedDestination['expect']): IntendedDestination => ({
  probe,
  expect: expectation,
  because: 'x',
});

const WANTED = [
  wants('wget-kaggle', 'allowed'),
  wants('wget-www.kaggle.com/competitions', 'allowed'),
  wants('git-clone-github', 'denied'),
  wants('pip-install-pypi', 'denied'),
];
const statuses = (snapshot: Snapshot): readonly string[] =>
  coverageOf(snapshot, WANTED).map(({ status }) => status);

const listing = (...targets: readonly string[]) => editList({ Targets: [...targets] });

test('the reference network’s list is what is wanted', () => {
  expect(statuses(referenceSnapshot())).toEqual(['agrees', 'agrees', 'agrees', 'agrees']);
});

test('a name that the list does not cover, and one that it covers though it is to be denied', () => {
  const snapshot = listing('kaggle.com', 'github.com')(referenceSnapshot());
  expect(statuses(snapshot)).toEqual(['agrees', 'differs', 'differs', 'agrees']);
  const [, uncovered, open] = coverageOf(snapshot, WANTED);
  expect(uncovered?.because).toMatch(/is to be allowed, and the deployed rules stop www\.kaggle\.com \(/);
  expect(open?.because).toMatch(/is to be denied, and the deployed rules pass it \(.*github\.com/);
});

test('a client gets through when all of its names do', () => {
  expect(statuses(listing('.kaggle.com', 'pypi.org')(referenceSnapshot()))[3]).toBe('agrees');
  expect(statuses(listing('.kaggle.com', 'pypi.org', '.pythonhosted.org')(referenceSnapshot()))[3]).toBe(
    'differs',
  );
});

test('rules that are not understood or not read leave it open', () => {
  const odd = suricata('pass tls any any -> any any (tls.sni; pcre:"/(git)+/"; sid:1;)')(referenceSnapshot());
  expect(statuses(odd)[2]).toBe('unknown');
  expect(new Set(statuses(unread(referenceSnapshot(), 'ruleGroups')))).toEqual(new Set(['unknown']));
});

test('without a firewall nothing agrees', () => {
  const bare = change(referenceSnapshot(), 'firewalls', () => []);
  expect(statuses(bare)).not.toContain('agrees');
});
