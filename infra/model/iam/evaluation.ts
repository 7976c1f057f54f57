/**
 * Whether a role may make a request, as far as its own policies say: identity policies and permissions boundary.
 * Organization policies (SCPs, RCPs), session policies and the policies of resources are not looked at.
 *
 * Facts: IAM user guide, "Policy evaluation logic": a Deny in any policy decides; otherwise some identity policy must
 * allow, and so must the permissions boundary, where there is one. Actions are compared without case, resources with.
 */
import type { ExecutionRole } from '../../snapshot/snapshot';
import type { Statement } from './policy-document';
import { statementsOf } from './policy-document';
import type { OneRequest, Request } from './statement-match';
import { applies, deniesEverything, isRead, mayBeAbout, openness, widestPatterns } from './statement-match';
import { kindsOf, matchesPattern } from './wildcard';

/** A role's statements. */
export interface Principal {
  readonly identity: readonly Statement[];
  /** Null where there is no boundary: then nothing is taken away. */
  readonly boundary: readonly Statement[] | null;
}

/** What stands for the resource of an action that takes none: only a statement about `*` is about it. */
export const NO_RESOURCE = '(no resource)';

const NOT_ALLOWED = 'no statement allows it';

export type Decision =
  | {
      readonly answer: 'allowed';
      /** A resource, of those asked for, that it is allowed on. */
      readonly resource: string;
      /** The statement that allows it. */
      readonly because: string;
    }
  | { readonly answer: 'denied'; readonly because: string }
  | { readonly answer: 'undecided'; readonly because: string };

/** What a role brings along. Never throws: what cannot be read becomes statements that leave requests open. */
export function principalOf(role: ExecutionRole): Principal {
  return {
    identity: role.policies.flatMap(statementsOf),
    boundary: role.permissionsBoundary === null ? null : statementsOf(role.permissionsBoundary),
  };
}

/** Decides a request. Where the caller chooses the resource, one that it may name is enough for `allowed`. */
export function decide(principal: Principal, request: Request): Decision {
  const about = (statement: Statement) => mayBeAbout(statement, request);
  const relevant = {
    identity: principal.identity.filter(about),
    boundary: principal.boundary?.filter(about) ?? null,
  };
  // Nothing more to find out, and so for nearly every action of a role that is allowed only its work.
  if (relevant.identity.every(({ effect }) => effect === 'Deny'))
    return { answer: 'denied', because: NOT_ALLOWED };
  const blanket = [...relevant.identity, ...(relevant.boundary ?? [])].find((statement) =>
    deniesEverything(statement, request),
  );
  if (blanket !== undefined) return { answer: 'denied', because: `${blanket.label} denies it` };
  const { resources, areAll } = resourcesOf(relevant, request);
  const decisions = resources.map((one) =>
    inEveryContext(request.contexts.map((context) => decideOne(relevant, { ...one, context }))),
  );
  const allowed = decisions.find(({ answer }) => answer === 'allowed');
  if (allowed !== undefined) return allowed;
  if (!areAll)
    return { answer: 'undecided', because: 'its statements name resources in too many ways to follow' };
  return (
    decisions.find(({ answer }) => answer === 'undecided') ??
    decisions[0] ?? { answer: 'denied', because: 'there is no such resource' }
  );
}

interface Resources {
  readonly resources: readonly Pick<OneRequest, 'resource' | 'among'>[];
  /** Whether every way to be among the statements' patterns has an example. */
  readonly areAll: boolean;
}

/** How many patterns give an example each when there are too many to follow all their combinations. */
const EXAMPLES = 20;

/** An example of each kind of resource that the statements of a principal tell apart. */
function resourcesOf({ identity, boundary }: Principal, { resource, except = [] }: Request): Resources {
  const named = [...identity, ...(boundary ?? [])].filter(isRead);
  const patterns = [...new Set(named.flatMap(widestPatterns))];
  const kinds = kindsOf(resource, [...patterns, ...except]);
  const texts =
    kinds === null
      ? patterns.slice(0, EXAMPLES).flatMap((pattern) => kindsOf(resource, [pattern]) ?? [])
      : kinds;
  const counting = texts.filter(({ text }) => !except.some((pattern) => matchesPattern(pattern, text)));
  return {
    resources: counting.map(({ text }) => ({
      resource: text,
      among: new Set(patterns.filter((pattern) => matchesPattern(pattern, text))),
    })),
    areAll: kinds !== null,
  };
}

/** The answer that is the same whichever context the request has. */
function inEveryContext(decisions: readonly Decision[]): Decision {
  const [first, ...others] = decisions;
  if (first === undefined) return { answer: 'undecided', because: 'nothing is known of the request' };
  const differing = others.find(({ answer }) => answer !== first.answer);
  if (differing === undefined) return first;
  return {
    answer: 'undecided',
    because: `it depends on how the service fills in what the request leaves out: ${first.because}, or ${differing.because}`,
  };
}

function decideOne({ identity, boundary }: Principal, request: OneRequest): Decision {
  const all = [...identity, ...(boundary ?? [])];
  const denies = all.filter(({ effect }) => effect !== 'Allow');
  const denied = denies.find((statement) => applies(statement, request) === 'yes');
  if (denied !== undefined) return { answer: 'denied', because: `${denied.label} denies it` };
  const byIdentity = allowedBy(identity, request);
  if (byIdentity.truth === 'no') return { answer: 'denied', because: NOT_ALLOWED };
  const byBoundary = boundary === null ? null : allowedBy(boundary, request);
  if (byBoundary?.truth === 'no')
    return { answer: 'denied', because: 'the permissions boundary does not allow it' };
  const open = [
    ...denies.filter((statement) => applies(statement, request) === 'maybe'),
    ...(byIdentity.truth === 'maybe' ? [byIdentity.statement] : []),
    ...(byBoundary?.truth === 'maybe' ? [byBoundary.statement] : []),
  ];
  const [first] = open;
  if (first !== undefined) return { answer: 'undecided', because: openness(first) };
  return {
    answer: 'allowed',
    resource: request.resource,
    because: `${byIdentity.statement.label} allows it`,
  };
}

type Permission =
  | { readonly truth: 'yes' | 'maybe'; readonly statement: Statement }
  | { readonly truth: 'no' };

function allowedBy(statements: readonly Statement[], request: OneRequest): Permission {
  const allowing = statements
    .filter(({ effect }) => effect !== 'Deny')
    .map((statement) => ({ statement, truth: applies(statement, request) }));
  const found =
    allowing.find(({ truth }) => truth === 'yes') ?? allowing.find(({ truth }) => truth === 'maybe');
  if (found === undefined || found.truth === 'no') return { truth: 'no' };
  return { truth: found.truth, statement: found.statement };
}
