/** Runs one check and turns everything that can happen into findings. No path leads to a pass but the check's own. */
import { NotKnown } from '../infra/snapshot/snapshot';
import type { Check, CheckInput } from './check';
import type { Finding, Judgement } from './evidence';

/** The findings of one check: at least one, whatever the check does. */
export function judge(check: Check, input: CheckInput): readonly Finding[] {
  return judgements(check, input).map((judgement) => ({
    check: check.id,
    severity: check.severity,
    outcome: judgement.outcome,
    waiver: judgement.waiver ?? null,
    subject: judgement.subject,
    because: judgement.because,
    controls: check.controls,
    proof: judgement.proof ? { certificate: null, ...judgement.proof } : null,
    observations: judgement.observations ?? [],
  }));
}

function judgements(check: Check, input: CheckInput): readonly Judgement[] {
  const subject = input.snapshot.target.vpcId;
  try {
    const result = check.judge(input);
    if (result.length > 0) return result;
    return [
      { outcome: 'unknown', subject, because: 'The check decided nothing, which is a defect of this tool.' },
    ];
  } catch (error) {
    if (error instanceof NotKnown) return [{ outcome: 'unknown', subject, because: error.message }];
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return [
      {
        outcome: 'unknown',
        subject,
        because: `The check itself failed, which is a defect of this tool: ${reason}`,
      },
    ];
  }
}
