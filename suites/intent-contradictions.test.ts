import { contradictions, indistinctDenials } from './intent-contradictions';
import type { DeclaredDestination, PartialDeclaration } from './intent-declaration';

const techniques = ['sni-spoof', 'quic'];
const said = (declaration: PartialDeclaration): readonly string[] =>
  contradictions(declaration, { techniques }).map(({ path, reason }) => `${path.join('.')}: ${reason}`);

type Expect = DeclaredDestination['expect'];
const wget = (name: string, expectation: Expect): DeclaredDestination => ({
  client: 'wget',
  name,
  expect: expectation,
  because: 'x',
});
const page = (url: string, expectation: Expect): DeclaredDestination => ({
  client: 'wget',
  url,
  expect: expectation,
  because: 'x',
});
const git = (url: string, expectation: Expect): DeclaredDestination => ({
  client: 'git',
  url,
  expect: expectation,
  because: 'x',
});
const pip = (name: string, expectation: Expect): DeclaredDestination => ({
  client: 'pip',
  package: name,
  expect: expectation,
  because: 'x',
});

describe('refused', () => {
  test.each<readonly [string, readonly DeclaredDestination[], RegExp]>([
    [
      'the same name allowed and denied',
      [wget('kaggle.com', 'allowed'), wget('kaggle.com', 'denied')],
      /^destinations\.1: .*denies wget https:\/\/kaggle\.com.*destinations\[0\]/,
    ],
    [
      'in the other order',
      [wget('kaggle.com', 'denied'), wget('kaggle.com', 'allowed')],
      /^destinations\.0: .*destinations\[1\]/,
    ],
    [
      'one page of a site allowed and another denied',
      [page('https://a.com/x', 'allowed'), page('https://a.com/y', 'denied')],
      /a\.com, which destinations\[0\]/,
    ],
    [
      'one repository of a host allowed and another denied',
      [git('https://github.com/a/b', 'allowed'), git('https://github.com/c/d', 'denied')],
      /github\.com, which destinations\[0\]/,
    ],
    [
      'a host denied that an allowed git needs',
      [git('https://github.com/a/b', 'allowed'), wget('github.com', 'denied')],
      /github\.com, which destinations\[0\] \(git clone/,
    ],
    [
      'the files of an allowed pip denied',
      [pip('torch', 'allowed'), wget('files.pythonhosted.org', 'denied')],
      /files\.pythonhosted\.org, which destinations\[0\] \(pip install -U torch\)/,
    ],
    [
      'one package allowed and another denied',
      [pip('torch', 'allowed'), pip('numpy', 'denied')],
      /pypi\.org, which .* and to files\.pythonhosted\.org/,
    ],
    [
      'pip denied with both of its names allowed one by one',
      [wget('pypi.org', 'allowed'), wget('files.pythonhosted.org', 'allowed'), pip('torch', 'denied')],
      /^destinations\.2: /,
    ],
    [
      'the same twice',
      [pip('Scikit_Learn', 'denied'), pip('scikit-learn', 'denied')],
      /^destinations\.1: .*destinations\[0\] is already/,
    ],
    [
      'the same site by name and by address',
      [wget('a.com', 'allowed'), page('https://a.com/', 'allowed')],
      /^destinations\.1: .*destinations\[0\] is already/,
    ],
    [
      'the endpoint that every domain needs',
      [wget('api.sagemaker.eu-west-1.amazonaws.com', 'denied')],
      /the endpoint sagemaker\.api, which every VpcOnly domain needs/,
    ],
  ])('%s', (_case, destinations, expected) => {
    const problems = said({ destinations });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(expected);
  });

  test('a required endpoint whose name is denied', () => {
    const destinations = [wget('git-codecommit.us-east-1.amazonaws.com', 'denied')];
    expect(said({ destinations })).toEqual([]);
    expect(said({ destinations, endpoints: { required: ['git-codecommit'] } })).toEqual([
      expect.stringMatching(/the endpoint git-codecommit, which endpoints\.required names$/),
    ]);
  });

  test.each(['10.0.0.1/8', '10.0.0.0/33', '300.0.0.0/8', '010.0.0.0/8', 'fd00::1/8', '10.0/8', '1:2/64'])(
    'an approved exit to %s',
    (text) => {
      const exits = { approved: [{ target: 'tgw-1', destinations: ['10.0.0.0/8', text], because: 'x' }] };
      expect(said({ exits })).toEqual([expect.stringMatching(/^exits\.approved\.0\.destinations\.1: /)]);
    },
  );

  test('a risk of no technique, and one that is accepted twice', () => {
    const risk = (technique: string) => ({ technique, reason: 'x', owner: 'x', expires: '2031-12-31' });
    const accepted = [risk('sni-spoof'), risk('sni-spof'), risk('quic'), null, risk('quic')];
    expect(contradictions({ risks: { accepted } }, { techniques })).toMatchObject([
      { path: ['risks', 'accepted', 1, 'technique'], word: { written: 'sni-spof', known: techniques } },
      {
        path: ['risks', 'accepted', 4, 'technique'],
        reason: expect.stringMatching(/accepted\[2\] is already/),
      },
    ]);
  });
});

test('denied ones that share a name are named, for the log cannot tell them apart', () => {
  const destinations = [
    pip('torch', 'denied'),
    wget('github.com', 'denied'),
    wget('kaggle.com', 'allowed'),
    git('https://github.com/a/b', 'denied'),
    page('https://kaggle.com/x', 'allowed'),
  ];
  expect(said({ destinations })).toEqual([]);
  expect(indistinctDenials({ destinations })).toEqual([
    expect.stringMatching(/^destinations\[1\] and destinations\[3\] both need github\.com, /),
  ]);
});

describe('no contradiction', () => {
  test.each<readonly [string, readonly (DeclaredDestination | null)[]]>([
    ['a name denied and one below it allowed', [wget('a.com', 'denied'), wget('www.a.com', 'allowed')]],
    ['pip denied and its index allowed', [pip('torch', 'denied'), wget('pypi.org', 'allowed')]],
    [
      'another page of the same site, both allowed',
      [page('https://a.com/x', 'allowed'), wget('a.com', 'allowed')],
    ],
    [
      'several that are denied by one name',
      [wget('github.com', 'denied'), git('https://github.com/a/b', 'denied')],
    ],
    ['a bucket of somebody else', [wget('bucket.s3.eu-west-1.amazonaws.com', 'denied')]],
    ['entries with faults of their own', [null, wget('a.com', 'denied')]],
  ])('%s', (_case, destinations) => {
    expect(said({ destinations })).toEqual([]);
  });

  test('a risk whose day is over: the finding says so', () => {
    const accepted = [{ technique: 'quic', reason: 'x', owner: 'x', expires: '2020-01-01' }];
    expect(said({ risks: { accepted } })).toEqual([]);
  });
});

test.each([
  '10.0.0.5',
  '127.0.0.1',
  '0.0.0.0',
  '169.254.169.254',
  '172.31.0.1',
  '100.64.0.1',
  '224.0.0.1',
  '255.255.255.255',
])('a listener that is not on the internet is refused: %s', (listener) => {
  expect(said({ listener })).toEqual([expect.stringContaining('which is not on the internet')]);
});

test.each(['999.1.1.1', '1.2.3', '1.2.3.4.5', 'host.7'])(
  'a listener that is neither name nor address is refused: %s',
  (listener) => {
    expect(said({ listener })).toEqual([expect.stringContaining('neither a name nor an address')]);
  },
);

test.each(['listener.example.com', '203.0.113.7', '172.32.0.1', '9.9.9.9', '10.example.com'])(
  'a listener may be a name or an address of the internet: %s',
  (listener) => {
    expect(said({ listener })).toEqual([]);
  },
);
