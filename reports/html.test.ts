import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { evidenceFixture, verifiedEvidence } from './evidence.fixture';
import { hostileEvidence, hostileText } from './hostile.fixture';
import { renderHtml } from './html';
import { SCRIPT } from './html-script';
import { standingOf } from './verdict';
import {
  elementsOf,
  named,
  parseMarkup,
  textOf,
  wordsOf as words,
  type MarkupElement,
} from './markup.fixture';

const render = (evidence = evidenceFixture()): MarkupElement => parseMarkup(renderHtml(evidence));
const byId = (root: MarkupElement, id: string): MarkupElement => {
  const found = elementsOf(root).find(({ attributes }) => attributes['id'] === id);
  if (found === undefined) throw new Error(`no element #${id}`);
  return found;
};

describe('one self-contained file', () => {
  test('its policy allows its own style sheet and its own script, by hash, and nothing else', () => {
    const file = renderHtml(evidenceFixture());
    const style = /<style>([\s\S]*?)<\/style>/.exec(file)?.[1] ?? 'none';
    const hash = createHash('sha256').update(style).digest('base64');
    const scriptHash = createHash('sha256').update(SCRIPT).digest('base64');
    const policy = named(parseMarkup(file), 'meta').find(({ attributes }) => 'http-equiv' in attributes);
    expect(policy?.attributes).toEqual({
      'http-equiv': 'Content-Security-Policy',
      content: `default-src 'none'; style-src 'sha256-${hash}'; script-src 'sha256-${scriptHash}'; base-uri 'none'; form-action 'none'`,
    });
    expect(style).not.toMatch(/url\(|@import|expression/);
  });

  test('it holds its own script alone, no inline style or handler, and points nowhere outside', () => {
    const elements = elementsOf(render());
    expect(elements.filter(({ name }) => /^(link|img|iframe|object|embed|form|base)$/.test(name))).toEqual(
      [],
    );
    expect(named(render(), 'script').map(textOf)).toEqual([SCRIPT]);
    expect(SCRIPT).not.toMatch(
      /innerHTML|insertAdjacent|document\.write|eval|Function\(|fetch|XMLHttp|import\(/,
    );
    const attributes = elements.flatMap(({ attributes: given }) => Object.entries(given));
    expect(
      attributes.filter(([name]) => name === 'style' || name === 'src' || name.startsWith('on')),
    ).toEqual([]);
    const links = attributes.filter(([name]) => name === 'href').map(([, value]) => value);
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((link) => !link.startsWith('#'))).toEqual([]);
  });

  test('every id is there once, and every reference leads to one', () => {
    const elements = elementsOf(render());
    const ids = elements.flatMap(({ attributes }) => attributes['id'] ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const references = elements.flatMap(({ attributes }) => [
      ...(attributes['href']?.slice(1) ?? '').split(' '),
      ...(attributes['aria-labelledby'] ?? '').split(' '),
    ]);
    expect(references.filter((id) => id !== '' && !ids.includes(id))).toEqual([]);
  });

  test('the same evidence gives the same bytes', () => {
    const again = JSON.parse(JSON.stringify(evidenceFixture()));
    expect(renderHtml(again)).toBe(renderHtml(evidenceFixture()));
  });

  test('hostile text adds no element and no attribute', () => {
    const shape = (root: MarkupElement) =>
      [
        ...new Set(
          elementsOf(root).map(({ name, attributes }) => [name, ...Object.keys(attributes)].join(' ')),
        ),
      ].sort();
    const expected = shape(render(hostileEvidence('x')));
    fc.assert(
      fc.property(hostileText, (text) => {
        const file = renderHtml(hostileEvidence(text));
        expect(file).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u);
        expect(shape(parseMarkup(file)).filter((known) => !expected.includes(known))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the verdict', () => {
  test.each([
    ['Violated', evidenceFixture(), '2 statements are violated; 1 statement could not be verified.'],
    ['Verified', verifiedEvidence(), 'All 6 statements hold.'],
    [
      'Could not be verified',
      evidenceFixture({ findings: evidenceFixture().findings.filter(({ outcome }) => outcome !== 'fail') }),
      '1 statement could not be verified; nothing was found violated.',
    ],
  ])('%s comes first, as the one heading of the first rank', (word, evidence, sentence) => {
    const root = render(evidence);
    expect(named(root, 'h1').map(words)).toEqual([word]);
    const [header] = named(root, 'header');
    expect(header === undefined ? '' : words(header)).toContain(sentence);
    const [title] = named(root, 'title');
    expect(title === undefined ? '' : words(title)).toContain(word);
  });

  test('counts in the file that disagree with its findings are not believed', () => {
    const lie = { pass: 11, fail: 0, unknown: 0, notApplicable: 0, waived: 0 };
    expect(named(render(evidenceFixture({ summary: lie })), 'h1').map(words)).toEqual(['Violated']);
  });

  test('a planned check without a finding is never verified, and is named', () => {
    const evidence = verifiedEvidence();
    const root = render({ ...evidence, plan: [...evidence.plan, 'dns/resolver-is-guarded'] });
    expect(named(root, 'h1').map(words)).toEqual(['Could not be verified']);
    expect(words(byId(root, 'population'))).toContain(
      'Does not reconcile: 1 planned check without any finding: dns/resolver-is-guarded.',
    );
  });

  test('a run that ended early says why, at the top', () => {
    const evidence = verifiedEvidence();
    const root = render({ ...evidence, run: { ...evidence.run, endedEarly: 'interrupted by SIGINT' } });
    expect(named(root, 'header').map(words).join()).toContain('The run ended early: interrupted by SIGINT');
  });
});

describe('the body', () => {
  test('says who looked at what, when, with what', () => {
    const scope = words(byId(render(), 'scope'));
    for (const fact of [
      '123456789012',
      'eu-west-1',
      'vpc-0123456789abcdef0',
      'arn:aws:sts::123456789012:assumed-role/auditor/alice',
      '2026-11-23T14:03:19.482Z (19.5 s)',
      'complete after 148.2 s (sentinel z1z1z arrived after 61.0 s)',
    ]) {
      expect(scope).toContain(fact);
    }
  });

  test('the program, the invocation and the snapshot are under provenance', () => {
    const provenance = words(byId(render(), 'provenance'));
    for (const fact of [
      'studio-egress-verifier 0.1.0',
      'studio-egress verify --stack studio --region eu-west-1',
      '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    ]) {
      expect(provenance).toContain(fact);
    }
  });

  test('planned checks are decided, not verifiable or not applicable, and the sums agree', () => {
    const rows = named(byId(render(), 'population'), 'tr').map((row) =>
      row.children.flatMap((cell) => (typeof cell === 'string' ? [] : [words(cell)])),
    );
    expect(rows).toContainEqual(['firewall', '2', '0', '1', '1', '0', '2']);
    expect(rows).toContainEqual(['endpoints', '1', '1', '0', '0', '0', '2']);
    expect(rows.at(-1)).toEqual(['All', '10', '8', '1', '1', '0', '11']);
    for (const [, planned, decided, unknown, notApplicable] of rows.slice(1)) {
      expect(Number(planned)).toBe(Number(decided) + Number(unknown) + Number(notApplicable));
    }
  });

  test('every finding is there once, under its standing and its check, with its subject and reason', () => {
    const root = render();
    const groups = elementsOf(root).filter(({ attributes }) => attributes['class']?.startsWith('check '));
    const rowsOf = (group: MarkupElement) =>
      elementsOf(group).filter(({ attributes }) => 'data-finding' in attributes);
    expect(groups.flatMap(rowsOf)).toHaveLength(evidenceFixture().findings.length);
    for (const finding of evidenceFixture().findings) {
      const { because, subject, check, controls } = finding;
      const own = groups.filter((group) => rowsOf(group).some((row) => words(row).includes(because)));
      expect(own).toHaveLength(1);
      const [group = root] = own;
      expect(group.attributes['class']).toBe(`check ${standingOf(finding)}`);
      expect(group.attributes['data-count']).toBe(String(rowsOf(group).length));
      for (const part of [subject, check, ...controls]) expect(words(group)).toContain(part);
    }
    expect(words(byId(root, 'waived'))).toContain('Accepted by net-sec@example.com until 2027-01-31');
    expect(named(byId(root, 'fail'), 'h3').map(words)).toEqual([
      'violated routing/return-crosses-firewall',
      'violated security-groups/egress-is-limited',
    ]);
  });

  test('a proof’s hops stand in a table with headings', () => {
    const [table] = named(byId(render(), 'fail'), 'table');
    const rows = named(table ?? render(), 'tr').map((row) =>
      row.children.flatMap((cell) => (typeof cell === 'string' ? [] : [words(cell)])),
    );
    expect(rows).toEqual([
      ['Hop', 'At', 'Route table', 'Route', 'Target', 'What happens'],
      [
        '1',
        'igw-0112233445566778',
        'rtb-0d4e5f60718293a4b',
        '10.2.0.0/16',
        'local',
        'destination becomes 10.2.2.15',
      ],
      ['2', 'nat-0123456789abcdef0', '–', '–', '–', 'never met the firewall'],
    ]);
  });

  test('each attempt is shown once, client and firewall side by side, and its findings lead to it', () => {
    const root = render();
    const attempts = named(byId(root, 'observations'), 'article');
    expect(attempts).toHaveLength(3);
    const studio = words(attempts[1] ?? root);
    expect(studio).toContain('The client: timed out at TLS');
    expect(studio).toContain('The firewall: 1 record');
    expect(studio).toContain('nonce, beyond doubt');
    expect(studio).toContain('<script>alert(1)</script>');
    expect(words(attempts[2] ?? root)).toContain('not on the way');
    const links = named(byId(root, 'findings'), 'a').map(({ attributes }) => attributes['href']);
    expect(links).toEqual(['#probe-2', '#probe-3', '#probe-1', '#probe-2']);
  });

  test('what the run does not prove depends on the run', () => {
    const limits = (evidence = evidenceFixture()) => words(byId(render(evidence), 'limits'));
    expect(limits()).toContain('SNI spoofing');
    expect(limits()).not.toContain('No probe ran');
    expect(limits(evidenceFixture({ firewallLog: null }))).toContain('No probe ran');
    const { run } = evidenceFixture();
    expect(limits(evidenceFixture({ run: { ...run, target: { ...run.target, kind: 'lab' } } }))).toContain(
      'it is not a network in AWS',
    );
    const incomplete = { status: 'incomplete', waitedMs: 5, because: 'no sentinel' } as const;
    expect(limits(evidenceFixture({ firewallLog: incomplete }))).toContain('proves nothing');
  });

  test('headings go down one rank at a time, columns and rows are headed, the language is named', () => {
    const root = render();
    expect(root.attributes['lang']).toBe('en');
    const ranks = elementsOf(root).flatMap(({ name }) => (/^h[1-6]$/.test(name) ? [Number(name[1])] : []));
    ranks.forEach((rank, index) => expect(rank).toBeLessThanOrEqual((ranks[index - 1] ?? 0) + 1));
    for (const cell of named(root, 'th')) expect(cell.attributes['scope']).toMatch(/^(col|row)$/);
    for (const table of named(root, 'table')) expect(named(table, 'th').length).toBeGreaterThan(1);
  });
});
