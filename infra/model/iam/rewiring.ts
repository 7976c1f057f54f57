/** Whether a role may change the network that is verified, or come by the permissions to do so. */
import type { Snapshot } from '../../snapshot/snapshot';
import { ask } from '../known';
import type { Decision } from './evaluation';
import { decide } from './evaluation';
import type { Caller } from './execution-role';
import { arnOf, knowing } from './execution-role';
import { TAKING_ROLES } from './passed-roles';
import { BORROWING, REWIRING } from './rewiring-actions';
import { resourceKind } from './rewiring-resources';

export interface Rewiring {
  readonly action: string;
  /** What it changes, as the end of a sentence. */
  readonly changes: string;
  readonly decision: Decision;
}

/**
 * Every action on this network that the role is not plainly denied. Where it was not read what the network has of a kind,
 * a role that is denied an action on all of that kind is denied it; any other is undecided.
 */
export function rewiringBy(caller: Caller, snapshot: Snapshot): readonly Rewiring[] {
  return REWIRING.flatMap(({ actions, changes, on }) => {
    const { every, ours } = resourceKind(on);
    const arns = ask(() => ours(caller, snapshot));
    return actions.flatMap((action) => {
      const decision = arns.known
        ? firstOpen(arns.value.map((arn) => decideOn(caller, action, arn)))
        : ofUnread(decideOn(caller, action, every(caller)), arns.because);
      return decision === null ? [] : [{ action, changes, decision }];
    });
  });
}

function ofUnread({ answer }: Decision, because: string): Decision | null {
  return answer === 'denied' ? null : { answer: 'undecided', because };
}

/** A name that no policy means in particular: who may use the role of this name may use any. */
const ANY_NAME = 'studio-egress-verifier-asks-for-any';

/**
 * Every action by which the role could act with permissions that are not its own. Those on whatever role there is are
 * `allowed`; those on particular ones are `undecided`, because what those roles may do was not read. The execution
 * roles are judged themselves and do not count.
 */
export function borrowingBy(caller: Caller, judged: readonly string[]): readonly Rewiring[] {
  return BORROWING.flatMap(({ action, of }) => {
    const prefix = `arn:${caller.partition}:iam::${caller.account}:${of}/`;
    const changes = `the permissions it acts with, as another ${of}`;
    const decisions = servicesFor(action, caller).map((service) => {
      const any = decideOn(caller, action, `${prefix}${ANY_NAME}`, { service });
      if (any.answer === 'allowed') return { ...any, resource: `${prefix}*` };
      const particular = decideOn(caller, action, `${prefix}?*`, { service, except: judged });
      return particular.answer === 'allowed' ? notRead(particular.resource, particular.because) : particular;
    });
    const decision = firstOpen(decisions);
    return decision === null ? [] : [{ action, changes, decision }];
  });
}

function notRead(resource: string, because: string): Decision {
  return {
    answer: 'undecided',
    because: `${because} on ${resource}, and what that may do was not read`,
  };
}

/** The decision that matters most of several, or null when all are denied. */
function firstOpen(decisions: readonly Decision[]): Decision | null {
  return (
    decisions.find(({ answer }) => answer === 'allowed') ??
    decisions.find(({ answer }) => answer === 'undecided') ??
    null
  );
}

const PASSED_TO = 'iam:passedtoservice';

/** The services that the role can hand another role to: those of which it may call an action that takes one. */
function servicesFor(action: string, caller: Caller): readonly (string | null)[] {
  if (action !== 'iam:PassRole') return [null];
  const { identity, boundary } = caller.principal;
  const said = [...identity, ...(boundary ?? [])].flatMap((statement) =>
    statement.effect === 'unread'
      ? []
      : statement.clauses.filter(({ key }) => key === PASSED_TO).flatMap(({ values }) => values),
  );
  const known = [...TAKING_ROLES.keys()];
  // In China some services are called with `.cn` behind (MEMORY which): a pattern may be for those alone.
  const inChina = caller.partition === 'aws-cn' ? known.map((name) => `${name}.cn`) : [];
  const services = new Set([...known, ...inChina, ...said.filter((name) => !/[*?$]/.test(name))]);
  return [...services].filter((service) => mayHandTo(caller, service));
}

/** Of a service whose actions are not known here, it may be able to call one. */
function mayHandTo(caller: Caller, service: string): boolean {
  const actions = TAKING_ROLES.get(service.replace(/\.cn$/, ''));
  if (actions === undefined) return true;
  return actions.some((action) => {
    const resource = arnOf(caller, action.slice(0, action.indexOf(':')), '?*');
    return decideOn(caller, action, resource).answer !== 'denied';
  });
}

interface Asked {
  /** The service that a role is passed to. */
  readonly service?: string | null;
  readonly except?: readonly string[];
}

function decideOn(
  caller: Caller,
  action: string,
  resource: string,
  { service = null, except = [] }: Asked = {},
): Decision {
  // The Region of a request to IAM is where its endpoint is, which is not the target's.
  const isGlobal = action.startsWith('iam:') || action.startsWith('sts:');
  const context = knowing(caller.context, {
    ...(isGlobal ? {} : { 'aws:requestedregion': [caller.region] }),
    ...(service === null ? {} : { [PASSED_TO]: [service] }),
  });
  return decide(caller.principal, { action, resource, except, contexts: [context] });
}
