/**
 * What this run was shown to catch: known faults made in a copy of the very network that was read, and the names that
 * had to be stopped and were. A run that misses one of its controls has verified nothing (suites/assemble.ts).
 */
import { OWN_FAULTS, type OwnFault } from '../infra/mutants/own-network';
import type { Check, CheckInput } from '../suites/check';
import type { Finding, NegativeControl } from '../suites/evidence';
import { judge } from '../suites/judge';
import { checkFiles, loadCheck } from '../suites/registry';

export interface NegativeControlOptions {
  readonly input: CheckInput;
  /** Ids of the checks that the run decides: only they can be tried. */
  readonly plan: readonly string[];
  /** What the run found, on the network as it was read. */
  readonly findings: readonly Finding[];
}

/**
 * A fault that the network has already proves nothing when it is made once more, so it is left out; likewise one that
 * cannot be made in it.
 */
export function negativeControls({
  input,
  plan,
  findings,
}: NegativeControlOptions): readonly NegativeControl[] {
  const checks = new Map(
    checkFiles()
      .filter(({ id }) => plan.includes(id))
      .map((file) => [file.id, loadCheck(file)] as const),
  );
  const faults = OWN_FAULTS.flatMap((fault) => {
    const check = checks.get(fault.check);
    return check === undefined ? [] : (faultControl(fault, { check, input, findings }) ?? []);
  });
  return [...faults, ...deniedNames(findings)];
}

interface Trial {
  readonly check: Check;
  readonly input: CheckInput;
  readonly findings: readonly Finding[];
}

function faultControl(fault: OwnFault, { check, input, findings }: Trial): NegativeControl | null {
  const before = findings.filter((finding) => finding.check === fault.check);
  if (before.length === 0 || before.some(({ outcome }) => outcome === fault.expect)) return null;
  const snapshot = fault.make(input.snapshot);
  if (snapshot === null) return null;
  const found = judge(check, { ...input, snapshot });
  const noticed = found.find(({ outcome }) => outcome === fault.expect);
  const { id, what } = fault;
  return {
    kind: 'fault',
    id,
    what,
    check: fault.check,
    caught: noticed !== undefined,
    because: noticed?.because ?? `the check answered ${found.map(({ outcome }) => outcome).join(', ')}`,
  };
}

/** Names that were asked for, had to be stopped, were stopped, and stand in the firewall's log. */
function deniedNames(findings: readonly Finding[]): readonly NegativeControl[] {
  return findings
    .filter(({ check, outcome }) => check === 'egress/blocks-are-logged' && outcome === 'pass')
    .map(({ check, subject, because }) => ({
      kind: 'denied-name',
      id: subject,
      what: `${subject} was asked for from the Studio subnet and had to be stopped.`,
      check,
      caught: true,
      because,
    }));
}
