import * as fc from 'fast-check';
import type { PolicyDocument } from '../../snapshot/snapshot';
import type { Context } from './condition';
import { decide, NO_RESOURCE, principalOf } from './evaluation';
import type { Request } from './statement-match';

interface TestStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

interface TestRole {
  readonly policies: readonly (readonly TestStatement[])[];
  readonly boundary: readonly TestStatement[] | null;
}

type World = Readonly<Record<string, string | null>>;

const ARN = 'arn:aws:s:r:1:';
const ACTIONS = ['s:Get', 's:Put'];
const NAMES = ['', 'a', 'b', 'aa', 'ab', 'ba', 'x', 'ax', 'xa', 'aax'];
const KEYS = ['k', 'l'];
const VALUES = [null, 'a', 'b'];

const action = fc.constantFrom('s:Get', 's:put', 's:*', '*', 's:G?t', 't:*');
const resource = fc.constantFrom(
  '*',
  `${ARN}*`,
  `${ARN}a`,
  `${ARN}a*`,
  `${ARN}*a`,
  `${ARN}?`,
  'arn:aws:s:r:2:a',
);
const operator = fc.constantFrom(
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'StringEqualsIfExists',
  'Null',
  'ForAllValues:StringEquals',
  'ForAnyValue:StringEquals',
  'ForAnyValue:StringNotEquals',
);
const some = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: 1, maxLength: 2 });
const condition = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  fc
    .tuple(operator, fc.constantFrom(...KEYS), some(fc.constantFrom('a', 'b')), fc.boolean())
    .map(([name, key, values, isTrue]) => ({
      [name]: { [key]: name === 'Null' ? [String(isTrue)] : values },
    })),
);
const statement: fc.Arbitrary<TestStatement> = fc
  .tuple(
    fc.constantFrom('Allow' as const, 'Deny' as const),
    some(action),
    some(resource),
    condition,
    fc.nat(9),
  )
  .map(([Effect, actions, resources, Condition, form]) => ({
    Effect,
    ...(form === 0 ? { NotAction: actions } : { Action: actions }),
    ...(form === 1 ? { NotResource: resources } : { Resource: resources }),
    ...(Condition === undefined ? {} : { Condition }),
  }));
const role: fc.Arbitrary<TestRole> = fc.record({
  policies: fc.array(fc.array(statement, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 }),
  boundary: fc.option(fc.array(statement, { minLength: 1, maxLength: 2 }), { freq: 2 }),
});

/** The logic of IAM once more, over plain yes and no, for one resource in a world of which everything is known. */
function isAllowed({ policies, boundary }: TestRole, act: string, name: string, world: World): boolean {
  const about = (one: TestStatement): boolean =>
    matches(one.Action, one.NotAction, act.toLowerCase(), (text) => text.toLowerCase()) &&
    matches(one.Resource, one.NotResource, name, (text) => text) &&
    Object.entries(one.Condition ?? {}).every(([op, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(op, values, world[key] ?? null)),
    );
  const own = policies.flat().filter(about);
  const limits = boundary?.filter(about);
  const denied = [...own, ...(limits ?? [])].some(({ Effect }) => Effect === 'Deny');
  const allows = (list: readonly TestStatement[]) => list.some(({ Effect }) => Effect === 'Allow');
  return !denied && allows(own) && (limits === undefined || allows(limits));
}

function matches(
  positive: readonly string[] | undefined,
  negative: readonly string[] | undefined,
  text: string,
  fold: (pattern: string) => string,
): boolean {
  const one = (pattern: string) =>
    new RegExp(`^${fold(pattern).replaceAll('?', '.').replaceAll('*', '.*')}$`).test(text);
  return positive === undefined ? !(negative ?? []).some(one) : positive.some(one);
}

function holds(op: string, values: readonly string[], actual: string | null): boolean {
  if (op === 'Null') return values.includes(String(actual === null));
  const among = actual !== null && values.includes(actual);
  if (op === 'StringNotEquals') return !among;
  if (op === 'ForAnyValue:StringNotEquals') return actual !== null && !among;
  if (op === 'StringEqualsIfExists' || op === 'ForAllValues:StringEquals') return actual === null || among;
  return among;
}

const document = (name: string, Statement: readonly TestStatement[]): PolicyDocument => ({
  source: 'inline',
  name,
  document: JSON.stringify({ Version: '2012-10-17', Statement }),
});

function principal({ policies, boundary }: TestRole) {
  return principalOf({
    RoleArn: 'arn:aws:iam::1:role/r',
    policies: policies.map((statements, index) => document(`p${index}`, statements)),
    permissionsBoundary: boundary === null ? null : document('boundary', boundary),
  });
}

const contextOf = (known: World): Context =>
  new Map(Object.entries(known).map(([key, value]) => [key, value === null ? 'absent' : [value]]));

const everyWorld = VALUES.flatMap((k) => VALUES.map((l): World => ({ k, l })));

test('with everything known, one resource is allowed exactly when IAM allows it', () => {
  fc.assert(
    fc.property(
      role,
      fc.constantFrom(...ACTIONS),
      fc.constantFrom(...NAMES),
      fc.constantFrom(...everyWorld),
      (policies, act, name, world) => {
        const request = { action: act, resource: ARN + name, contexts: [contextOf(world)] };
        expect(decide(principal(policies), request).answer).toBe(
          isAllowed(policies, act, ARN + name, world) ? 'allowed' : 'denied',
        );
      },
    ),
    { numRuns: 1000 },
  );
});

test('with everything known, a name that the caller chooses is allowed exactly when IAM allows one', () => {
  fc.assert(
    fc.property(role, fc.constantFrom(...ACTIONS), fc.constantFrom(...everyWorld), (policies, act, world) => {
      const decision = decide(principal(policies), {
        action: act,
        resource: `${ARN}*`,
        contexts: [contextOf(world)],
      });
      const names = NAMES.filter((name) => isAllowed(policies, act, ARN + name, world));
      expect(decision.answer).toBe(names.length > 0 ? 'allowed' : 'denied');
      if (decision.answer === 'allowed')
        expect(isAllowed(policies, act, decision.resource, world)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('what is decided with little known holds whatever the rest is', () => {
  fc.assert(
    fc.property(role, fc.constantFrom(...ACTIONS), fc.constantFrom(...VALUES), (policies, act, l) => {
      const decision = decide(principal(policies), {
        action: act,
        resource: `${ARN}*`,
        contexts: [contextOf({ l })],
      });
      const worlds = everyWorld.filter((world) => world['l'] === l);
      if (decision.answer === 'allowed')
        for (const world of worlds) expect(isAllowed(policies, act, decision.resource, world)).toBe(true);
      if (decision.answer === 'denied')
        for (const world of worlds)
          for (const name of NAMES) expect(isAllowed(policies, act, ARN + name, world)).toBe(false);
    }),
    { numRuns: 500 },
  );
});

const NOTHING_KNOWN: Context = new Map();
const asks = (changes: Partial<Request> = {}): Request => ({
  action: 's:Get',
  resource: `${ARN}a`,
  contexts: [NOTHING_KNOWN],
  ...changes,
});
const withDocuments = (...documents: string[]) =>
  principalOf({
    RoleArn: 'arn:aws:iam::1:role/r',
    policies: documents.map((text, index) => ({ source: 'inline', name: `p${index}`, document: text })),
    permissionsBoundary: null,
  });
const ALLOW = JSON.stringify({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });
const DENY = JSON.stringify({ Statement: { Effect: 'Deny', Action: 's:*', Resource: '*' } });

test('a policy that cannot be read leaves open what no other denies', () => {
  expect(decide(withDocuments('{', ALLOW), asks())).toMatchObject({ answer: 'undecided' });
  expect(decide(withDocuments('{'), asks())).toMatchObject({ answer: 'undecided' });
  expect(decide(withDocuments('{', DENY), asks())).toEqual({
    answer: 'denied',
    because: 'statement 1 of the policy "p1" denies it',
  });
});

test('an action without a resource is not allowed by a statement about one', () => {
  const about = (Resource: string) =>
    withDocuments(JSON.stringify({ Statement: { Effect: 'Allow', Action: 's:*', Resource } }));
  const request = asks({ resource: NO_RESOURCE });
  expect(decide(about(`${ARN}*`), request).answer).toBe('denied');
  expect(decide(about('*'), request).answer).toBe('allowed');
});

test('a pattern with fewer parts than an ARN decides nothing', () => {
  const short = JSON.stringify({ Statement: { Effect: 'Allow', Action: 's:*', Resource: 'arn:aws:s:*' } });
  expect(decide(withDocuments(short), asks()).answer).toBe('undecided');
  expect(decide(withDocuments(short), asks({ resource: 'arn:aws:t:r:1:a' })).answer).toBe('denied');
});

test('a variable is text in a policy without the version that has them', () => {
  const statement = { Effect: 'Deny', Action: 's:*', Resource: `${ARN}\${aws:username}` };
  const old = JSON.stringify({ Statement: statement });
  const current = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  expect(decide(withDocuments(ALLOW, old), asks()).answer).toBe('allowed');
  expect(decide(withDocuments(ALLOW, current), asks()).answer).toBe('undecided');
});

test('contexts that lead to different answers leave it open', () => {
  const guarded = JSON.stringify({
    Statement: { Effect: 'Deny', Action: '*', Resource: '*', Condition: { Bool: { k: 'false' } } },
  });
  const contexts = [contextOf({ k: 'false' }), contextOf({ k: null })];
  expect(decide(withDocuments(ALLOW, guarded), asks({ contexts }))).toMatchObject({ answer: 'undecided' });
  expect(decide(withDocuments(ALLOW), asks({ contexts }))).toMatchObject({ answer: 'allowed' });
});

test('resources that do not count are left out', () => {
  const one = JSON.stringify({ Statement: { Effect: 'Allow', Action: '*', Resource: `${ARN}a` } });
  const any = asks({ resource: `${ARN}?*` });
  expect(decide(withDocuments(one), any)).toMatchObject({ answer: 'allowed', resource: `${ARN}a` });
  expect(decide(withDocuments(one), { ...any, except: [`${ARN}a`] }).answer).toBe('denied');
  expect(decide(withDocuments(ALLOW), { ...any, except: [`${ARN}a`] }).answer).toBe('allowed');
});

test('of very many patterns one that allows is found, and nothing is denied that was not followed', () => {
  const teams = Array.from({ length: 300 }, (_, index) => `arn:aws:s:*:1:*team-${(index * 31) % 997}-*`);
  const allow = JSON.stringify({ Statement: { Effect: 'Allow', Action: '*', Resource: teams } });
  const withoutA = JSON.stringify({ Statement: { Effect: 'Deny', Action: '*', Resource: '*-*' } });
  const any = asks({ resource: `${ARN}?*` });
  expect(decide(withDocuments(allow), any).answer).toBe('allowed');
  expect(decide(withDocuments(allow, withoutA), any).answer).toBe('undecided');
});
