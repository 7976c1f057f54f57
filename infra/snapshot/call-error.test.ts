import { errorInWords, missingPermission } from './call-error';

/** As Node throws it. */
const systemError = (code: string) =>
  Object.assign(new Error(`getaddrinfo ${code} x.amazonaws.com`), { code });
const named = (name: string, message: string) => Object.assign(new Error(message), { name });

test.each([
  ['a service without an endpoint', systemError('ENOTFOUND'), 'ENOTFOUND', /no such endpoint in this Region/],
  ['a refused connection', systemError('ECONNREFUSED'), 'ECONNREFUSED', /^getaddrinfo \S+ \S+$/],
  ['an error of AWS', named('AccessDenied', 'no'), 'AccessDenied', /^no$/],
  [
    'an error of AWS that has a system code as well',
    Object.assign(named('Throttling', 'no'), { code: 'E' }),
    'Throttling',
    /^no$/,
  ],
  ['an error without a code', new Error('x'), 'Error', /^x$/],
  ['no error at all', 'x', 'Error', /^x$/],
])('%s is called what it is', (_case, cause, code, message) => {
  expect(errorInWords(cause, {})).toEqual({ code, message: expect.stringMatching(message) });
});

test('a proxy that the environment names is not used, which is said where AWS was not reached', () => {
  const message = (cause: Error, environment: NodeJS.ProcessEnv) => errorInWords(cause, environment).message;
  const proxied = { https_proxy: 'http://proxy:3128' };
  for (const cause of [systemError('ECONNREFUSED'), named('TimeoutError', 'late')]) {
    expect(message(cause, proxied)).toMatch(/HTTPS_PROXY is set/);
    expect(message(cause, {})).not.toMatch(/PROXY/);
  }
  expect(message(named('AccessDenied', 'no'), proxied)).toBe('no');
});

test.each([
  ['AccessDeniedException', 'User: u is not authorized to perform: iam:GetRole because', 'iam:GetRole'],
  ['UnauthorizedOperation', 'You are not authorized to perform this operation.', 'ec2:DescribeVpcs'],
  ['ExpiredToken', 'User: u is not authorized to perform: iam:GetRole because', null],
])('the permission that %s lacks', (code, message, expected) => {
  expect(missingPermission({ operation: 'ec2:DescribeVpcs', code, message })).toBe(expected);
});

test('what the SDK advises programmers to do is no word of AWS', () => {
  const advice =
    '\n  Deserialization error: to see the raw response, inspect the hidden field {error}.$response';
  expect(errorInWords(new SyntaxError(`Unexpected token '<'${advice} on this object.`), {})).toEqual({
    code: 'SyntaxError',
    message: "Unexpected token '<'",
  });
});
