import { OWN_FAULTS } from '../infra/mutants/own-network';
import { referenceSnapshot } from '../infra/mutants/reference-snapshot';
import { unread } from '../infra/mutants/mutant';
import type { CheckInput } from '../suites/check';
import type { Finding } from '../suites/evidence';
import { judge } from '../suites/judge';
import { findingsOn } from '../suites/mutation.fixture';
import { checkFiles, loadCheck } from '../suites/registry';
import { derivedIntent } from '../suites/derived-intent';
import { negativeControls } from './negative-controls';

const live = { status: 'not-run' as const, because: 'no probes in this test' };

function run(input: CheckInput) {
  const tried = new Set(OWN_FAULTS.map(({ check }) => check));
  const checks = checkFiles()
    .filter(({ id }) => tried.has(id))
    .map(loadCheck);
  const findings = checks.flatMap((check) => judge(check, input));
  return { plan: checks.map(({ id }) => id), findings, input };
}

const inputOf = (snapshot: CheckInput['snapshot']): CheckInput => ({
  snapshot,
  intent: derivedIntent(snapshot),
  live,
});

test('every fault can be made in the reference network, and is caught for its reason', () => {
  const controls = negativeControls(run(inputOf(referenceSnapshot())));
  expect(controls.map(({ id, caught }) => [id, caught])).toEqual(OWN_FAULTS.map(({ id }) => [id, true]));
  for (const { because } of controls) expect(because.length).toBeGreaterThan(20);
});

test('the network that was read is not touched', () => {
  const snapshot = referenceSnapshot();
  negativeControls(run(inputOf(snapshot)));
  expect(snapshot).toEqual(referenceSnapshot());
});

test('a check that does not notice is not said to have caught anything', () => {
  const { plan, input } = run(inputOf(referenceSnapshot()));
  // The copy is judged with an intent that approves what was made in it.
  const approving: CheckInput = {
    ...input,
    intent: {
      ...input.intent,
      approvedExits: [{ target: 'igw-0a', destinations: ['9.9.9.0/24'], because: 'approved' }],
    },
  };
  const findings = plan.map((check): Finding => ({
    check,
    severity: 'high',
    outcome: 'pass',
    waiver: null,
    subject: 's',
    because: 'b',
    controls: [],
    proof: null,
    observations: [],
  }));
  const blind = { ...approving, snapshot: unread(referenceSnapshot(), 'domains') };
  const controls = negativeControls({ plan, findings, input: blind });
  expect(controls.filter(({ caught }) => !caught).map(({ id }) => id)).toContain('no-edge-route-table');
});

test('a fault that the network has already is not tried, nor one that cannot be made, nor one of a check left out', () => {
  const { plan, input, findings } = run(inputOf(referenceSnapshot()));
  const failing = findings.map((finding) =>
    finding.check === 'vpc-only/domain-is-vpc-only' ? { ...finding, outcome: 'fail' as const } : finding,
  );
  const without = {
    plan: plan.filter((id) => id !== 'endpoints/private-dns'),
    findings: failing,
    input: { ...input, snapshot: unread(referenceSnapshot(), 'ruleGroups') },
  };
  const ids = negativeControls(without).map(({ id }) => id);
  expect(ids).not.toContain('domain-with-direct-internet');
  expect(ids).not.toContain('endpoint-without-private-dns');
  expect(ids).not.toContain('all-of-com-allowed');
});

test('a name that was stopped and is on record is a control, too', () => {
  const [file] = checkFiles().filter(({ id }) => id === 'egress/blocks-are-logged');
  if (file === undefined) throw new Error('there is no such check');
  const [finding] = findingsOn(loadCheck(file), referenceSnapshot());
  if (finding === undefined) throw new Error('a check has findings');
  const passed: Finding = { ...finding, outcome: 'pass', subject: 'git-clone-github', because: 'on record' };
  const { input } = run(inputOf(referenceSnapshot()));
  expect(negativeControls({ plan: [], findings: [passed], input })).toEqual([
    expect.objectContaining({ kind: 'denied-name', id: 'git-clone-github', caught: true }),
  ]);
});
