import { statementsOf } from './policy-document';

const read = (document: unknown) =>
  statementsOf({
    source: 'inline',
    name: 'p',
    document: typeof document === 'string' ? document : JSON.stringify(document),
  });

const WHOLE = { Effect: 'Allow', Action: 'ec2:*', Resource: '*' };

test('one statement and one action are the same as a list of one', () => {
  expect(read({ Statement: WHOLE })).toEqual(
    read({ Statement: [{ ...WHOLE, Action: ['ec2:*'], Resource: ['*'] }] }),
  );
});

test('conditions lose the case of operator and key, and keep that of values', () => {
  const [statement] = read({
    Version: '2012-10-17',
    Statement: { ...WHOLE, Sid: 's', Condition: { StringEquals: { 'Aws:Key': ['A', 1, true] } } },
  });
  expect(statement).toEqual({
    effect: 'Allow',
    actions: { negated: false, patterns: ['ec2:*'] },
    resources: { negated: false, patterns: ['*'] },
    clauses: [{ operator: 'stringequals', key: 'aws:key', values: ['A', '1', 'true'] }],
    hasVariables: true,
    label: 'statement "s" of the policy "p"',
  });
});

test.each([
  ['not JSON', '{"Statement":'],
  ['a list', [WHOLE]],
  ['no statement', {}],
  ['null as a statement', { Statement: null }],
  ['another version', { Version: '2030-01-01', Statement: WHOLE }],
  ['a key twice', '{"Statement":{"Effect":"Deny","Action":"*","Action":"a:b","Resource":"*"}}'],
  [
    'a key twice, spelled in two ways',
    '{"Statement":{"Effect":"Deny","\\u0045ffect":"Allow","Action":"*","Resource":"*"}}',
  ],
  ['no Effect', { Statement: { Action: '*', Resource: '*' } }],
  ['another Effect', { Statement: { ...WHOLE, Effect: 'allow' } }],
  ['no Action', { Statement: { Effect: 'Allow', Resource: '*' } }],
  ['both Action and NotAction', { Statement: { ...WHOLE, NotAction: '*' } }],
  ['an Action that is no text', { Statement: { ...WHOLE, Action: [1] } }],
  ['no Resource', { Statement: { Effect: 'Allow', Action: '*' } }],
  ['a Principal', { Statement: { ...WHOLE, Principal: '*' } }],
  ['a Condition that is a list', { Statement: { ...WHOLE, Condition: [] } }],
  ['an operator that holds a text', { Statement: { ...WHOLE, Condition: { Bool: 'true' } } }],
  ['a value that is an object', { Statement: { ...WHOLE, Condition: { Bool: { key: {} } } } }],
])('%s leaves the statement unread', (_what, document) => {
  expect(read(document).map(({ effect }) => effect)).toEqual(['unread']);
});

test('an unread statement does not take its neighbours along', () => {
  expect(read({ Statement: [{ ...WHOLE, Effect: 'Maybe' }, WHOLE] }).map(({ effect }) => effect)).toEqual([
    'unread',
    'Allow',
  ]);
});

test('the same key in two objects, or as a value, is not the same key twice', () => {
  const twice = { ...WHOLE, Action: ['Effect', 'Effect'], Condition: { Null: { Effect: 'a:"b' } } };
  expect(read({ Statement: [twice, twice] }).map(({ effect }) => effect)).toEqual(['Allow', 'Allow']);
});

test('only a policy of 2012 has variables', () => {
  const variables = (Version: string | undefined) =>
    read({ Version, Statement: WHOLE }).map(
      (statement) => statement.effect !== 'unread' && statement.hasVariables,
    );
  expect([variables('2012-10-17'), variables('2008-10-17'), variables(undefined)]).toEqual([
    [true],
    [false],
    [false],
  ]);
});
