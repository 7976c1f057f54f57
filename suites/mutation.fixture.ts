/**
 * Tries a check on the reference network and its mutants: it must pass on the reference, stay quiet on every harmless
 * variation, and notice each mutant that is meant for it, for the expected reason. Called from a check's own test.
 */
import { harmlessVariations } from '../infra/mutants/harmless';
import type { Approvals, Mutant } from '../infra/mutants/mutant';
import { referenceSnapshot } from '../infra/mutants/reference-snapshot';
import type { Snapshot } from '../infra/snapshot/snapshot';
import type { Check } from './check';
import type { Finding } from './evidence';
import { judge } from './judge';

/** What the tests take for the intent of the reference network's owner. */
const REFERENCE_INTENT = {
  source: 'declared' as const,
  file: null,
  sha256: null,
  derivedSections: [],
  destinations: [],
  requiredEndpoints: ['sagemaker.api', 'sagemaker.runtime', 'studio', 's3', 'sts', 'logs'],
  logRetentionDays: 365,
  approvedExits: [],
  acceptedInspection: [],
  approvedSecurityGroups: ['sg-studio'],
  acceptedRisks: [],
  listener: null,
};

/** The findings of a check on a snapshot, without probes. */
export function findingsOn(check: Check, snapshot: Snapshot, approvals: Approvals = {}): readonly Finding[] {
  const live = { status: 'not-run' as const, because: 'no probes in this test' };
  return judge(check, { snapshot, intent: { ...REFERENCE_INTENT, ...approvals }, live });
}

/** Declares the tests of a check on its mutants. */
export function testOnMutants(check: Check, mutants: readonly Mutant[]): void {
  const own = mutants.filter((mutant) => mutant.check === check.id);

  test(`${check.id} passes on the reference network`, () => {
    const findings = findingsOn(check, referenceSnapshot());
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
  });

  test(`${check.id} has mutants, one of them a fail and one of them unknown`, () => {
    expect(new Set(own.map(({ expect: outcome }) => outcome))).toEqual(new Set(['fail', 'unknown']));
    expect(new Set(own.map(({ id }) => id)).size).toBe(own.length);
  });

  test.each(own.map((mutant) => [mutant.id, mutant.breaks, mutant] as const))(
    '%s is noticed: %s',
    (_id, _breaks, mutant) => {
      const noticed = findingsOn(check, mutant.mutate(referenceSnapshot())).filter(
        ({ outcome }) => outcome === mutant.expect,
      );
      expect(noticed.map(({ because }) => because).join('\n')).toContain(mutant.names);
      if (mutant.expect === 'fail') expect(noticed[0]?.because).toContain('Fix:');
    },
  );

  test.each(harmlessVariations().map((one) => [one.id, one.variation, one] as const))(
    '%s stays quiet: %s',
    (_id, _variation, harmless) => {
      const findings = findingsOn(check, harmless.mutate(referenceSnapshot()), harmless.intent);
      expect(findings.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
    },
  );
}
