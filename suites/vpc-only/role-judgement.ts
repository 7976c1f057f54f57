/** A finding about an execution role, from what its policies decide on each of many requests. */
import type { Decision } from '../../infra/model/iam/evaluation';
import { NO_RESOURCE } from '../../infra/model/iam/evaluation';
import type { Caller } from '../../infra/model/iam/execution-role';
import type { Judgement } from '../evidence';

/** A request that a role is not plainly denied, and what would come of it, as a sentence part. */
export interface Open {
  /** `sagemaker:CreateModel`, or several calls that it takes together: `a with b`. */
  readonly action: string;
  readonly doing: string;
  readonly decision: Decision;
}

export interface Wording {
  /** What is true when no request is open, as a sentence with its full stop. */
  readonly pass: string;
  /** What to do, without `Fix:`; it gets the actions that are allowed. */
  readonly fix: (actions: string) => string;
}

/** Of at most so many kinds of doing one request is spelled out in a finding; the others are named by their action. */
const SPELLED_OUT = 3;
/** Service control policies stand above the account: they can take away, never give. */
const NOT_LOOKED_AT =
  "Service control policies are not visible to this run: one may still deny it, the role's own policies do not";

/** Fail when one request is allowed, unknown when none is and one is undecided, pass when all are denied. */
export function judgeRole({ role }: Caller, open: readonly Open[], { pass, fix }: Wording): Judgement {
  const subject = role.RoleArn;
  const allowed = open.filter(({ decision }) => decision.answer === 'allowed');
  if (allowed.length > 0) {
    // Of several calls that it takes together, one is enough to deny.
    const actions = [...new Set(allowed.map(({ action }) => action.replace(/ with .*/, '')))].join(', ');
    const because = `${subject} may ${listed(allowed)}. ${NOT_LOOKED_AT}. Fix: ${fix(actions)}.`;
    return { outcome: 'fail', subject, because };
  }
  if (open.length === 0) return { outcome: 'pass', subject, because: pass };
  return { outcome: 'unknown', subject, because: `Whether ${subject} may ${listed(open)} is not known.` };
}

function listed(open: readonly Open[]): string {
  const firsts = [...new Set(open.map(({ doing }) => doing))].flatMap(
    (doing) => open.find((one) => one.doing === doing) ?? [],
  );
  const spelled = firsts.slice(0, SPELLED_OUT);
  const sentences = spelled.map(({ action, doing, decision }) => {
    const on =
      decision.answer === 'allowed' && decision.resource !== NO_RESOURCE ? ` on ${decision.resource}` : '';
    return `${doing} (${action}${on}: ${decision.because})`;
  });
  const rest = [...new Set(open.filter((one) => !spelled.includes(one)).map(({ action }) => action))];
  return rest.length === 0
    ? sentences.join('; ')
    : `${sentences.join('; ')}; and in the same way call ${rest.join(', ')}`;
}

/** The name by which IAM's operations take the role. */
export function roleName({ role }: Caller): string {
  return role.RoleArn.slice(role.RoleArn.lastIndexOf('/') + 1);
}
