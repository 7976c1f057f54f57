import * as fc from 'fast-check';
import { readIntentText } from '../commands/intent-document';
import { editList } from '../infra/mutants/firewall-changes';
import { change, unread } from '../infra/mutants/mutant';
import { exitMutants, partnerEndpoint, withEndpoint } from '../infra/mutants/mutants-exits';
import { referenceSnapshot } from '../infra/mutants/reference-snapshot';
import type { Snapshot } from '../infra/snapshot/snapshot';
import { declaredIntent } from './declared-intent';
import { derivedIntent } from './derived-intent';
import type { Intent } from './intent';
import { foundExits } from './intent-exits';
import { readDeclaration } from './intent-problems';
import { intentText } from './intent-text';

const written = (snapshot: Snapshot): string =>
  intentText(snapshot, derivedIntent(snapshot), { passingIds: false });

/** The intent that a text declares; throws where it has faults. */
function readBack(text: string, snapshot: Snapshot): Intent {
  const { value, faults } = readIntentText(text);
  const read = readDeclaration(value, { techniques: ['sni-spoof'] });
  if (faults.length > 0 || read.status !== 'sound')
    throw new Error(JSON.stringify([faults, read.status === 'faulty' ? read.problems : []]));
  return declaredIntent({ path: 'x', sha256: 'x', declaration: read.declaration }, snapshot);
}

const asDeclared = (
  intent: Intent,
  { derived }: { readonly derived: Intent['derivedSections'] },
): Intent => ({
  ...intent,
  source: 'declared',
  file: 'x',
  sha256: 'x',
  derivedSections: derived,
});

test('what is written for the reference network says what was derived, and nothing is left to be derived', () => {
  const snapshot = referenceSnapshot();
  expect(readBack(written(snapshot), snapshot)).toEqual(asDeclared(derivedIntent(snapshot), { derived: [] }));
});

test('the same for any allow list', () => {
  const name = fc
    .array(fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,5}[a-z0-9])?$/), { minLength: 1, maxLength: 3 })
    .map((labels) => `${labels.join('.')}.test`);
  const target = fc.tuple(fc.constantFrom('', '.'), name).map((parts) => parts.join(''));
  const story = fc.subarray([
    '.kaggle.com',
    'github.com',
    '.pypi.org',
    'files.pythonhosted.org',
    'example.com',
  ]);
  fc.assert(
    fc.property(fc.array(target, { maxLength: 12 }), story, (targets, known) => {
      fc.pre(targets.length + known.length > 0);
      const snapshot = editList({ Targets: [...known, ...targets] })(referenceSnapshot());
      expect(readBack(written(snapshot), snapshot)).toEqual(
        asDeclared(derivedIntent(snapshot), { derived: [] }),
      );
    }),
    { numRuns: 60 },
  );
});

test('what no client can be pointed at stands in it as a comment', () => {
  const snapshot = editList({ Targets: ['.kaggle.com', '10.1.2.3'] })(referenceSnapshot());
  const text = written(snapshot);
  expect(text).toContain('# Left out, for no client can be pointed at it: wget-10.1.2.3');
  expect(readBack(text, snapshot).destinations.map(({ probe }) => probe)).not.toContain('wget-10.1.2.3');
});

test('what could not be derived is left out, and then still derived', () => {
  const snapshot = unread(unread(referenceSnapshot(), 'ruleGroups'), 'domains');
  const text = written(snapshot);
  expect(text).toContain('None could be derived');
  expect(readBack(text, snapshot).derivedSections).toEqual(['destinations', 'securityGroups']);
});

test('ids of a deployment into the lab are left out', () => {
  const snapshot = referenceSnapshot();
  const text = intentText(snapshot, derivedIntent(snapshot), { passingIds: true });
  expect(text).not.toContain('sg-studio');
  expect(readBack(text, snapshot).derivedSections).toEqual(['securityGroups']);
});

/** The text with the marks taken away before its exits, as the owner would who approves them all. */
const approving = (text: string): string => {
  const lines = text.split('\n');
  const start = lines.indexOf('# exits:');
  const end = lines.findIndex((line, index) => index > start && !/^#\s{2,}/.test(line));
  return lines
    .map((line, index) =>
      index >= start && index < end ? line.replace(/^# /, '').replace(/^ *the /, '# ') : line,
    )
    .join('\n');
};

test('exits that are there are written as comments, and are approved once the marks are gone', () => {
  const mutant = exitMutants().find(({ id }) => id === 'R15');
  const partner = withEndpoint(referenceSnapshot(), partnerEndpoint());
  const snapshot = mutant?.mutate(partner) ?? partner;
  const text = written(snapshot);
  expect(readBack(text, snapshot).approvedExits).toEqual([]);
  const approved = readBack(approving(text), snapshot).approvedExits;
  expect(approved.map(({ target, destinations }) => ({ target, destinations }))).toEqual(
    foundExits(snapshot).exits.map(({ target, destinations }) => ({ target, destinations })),
  );
  expect(approved.map(({ target }) => target)).toEqual(['tgw-a', 'vpce-partner']);
});

test('no text of the account gets out of its comment or its quotes', () => {
  const evil = '\n  - client: wget\n    name: evil.example\n\u0085risks: \u2028"';
  const named = change(referenceSnapshot(), 'firewallPolicies', (list) => list);
  const snapshot = { ...named, target: { ...named.target, stack: `x${evil}`, region: `r${evil}` } };
  const intent = derivedIntent(referenceSnapshot());
  const text = intentText(
    snapshot,
    {
      ...intent,
      destinations: [
        { probe: 'wget-kaggle', expect: 'allowed', because: `the list has ${evil}` },
        { probe: `wget-${evil}`, expect: 'allowed', because: 'x' },
      ],
      requiredEndpoints: [`s3${evil}`, 'sts'],
      approvedSecurityGroups: [`sg-1${evil}`],
    },
    { passingIds: false },
  );
  const back = readBack(text, referenceSnapshot());
  expect(back.destinations.map(({ probe }) => probe)).toEqual(['wget-kaggle']);
  expect(back.requiredEndpoints).toEqual(['sts']);
  expect(back.acceptedRisks).toEqual([]);
});
