/** The sections about the run as a whole: what was claimed, what was not tested, and where it comes from. */
import { largeEvidence } from '../bench/large-evidence';
import type { ChangedFinding, EarlierRun, Evidence } from '../suites/evidence';
import { evidenceFixture } from './evidence.fixture';
import { renderHtml, type HtmlOptions } from './html';
import { changesByKind } from './html-changes';
import { controlViews } from './html-views';
import { elementsOf, named, parseMarkup, wordsOf, type MarkupElement } from './markup.fixture';
import { runMembers, runProvenance } from './provenance.fixture';
import { html } from './safe-html';

const EARLIER: EarlierRun = {
  id: 'run',
  startedAt: '2026-11-22T13:59:00.000Z',
  finishedAt: '2026-11-22T14:00:00.000Z',
  verdict: 'verified',
  fail: 0,
  unknown: 0,
};

const full = (overrides: Partial<Evidence> = {}): Evidence => {
  const base = evidenceFixture();
  return { ...base, ...runMembers, run: { ...base.run, ...runProvenance }, ...overrides };
};

const section = (id: string, evidence = full(), options: HtmlOptions = {}): MarkupElement => {
  const found = elementsOf(parseMarkup(renderHtml(evidence, options))).find(
    ({ attributes }) => attributes['id'] === id,
  );
  if (found === undefined) throw new Error(`no element #${id}`);
  return found;
};

const words = (id: string, evidence = full(), options: HtmlOptions = {}) =>
  wordsOf(section(id, evidence, options));

describe('an older file, without the members that came later', () => {
  test.each([
    ['since', 'Not recorded'],
    ['population', 'What was excluded on purpose is not recorded'],
    ['accepted', 'Whether there was a file of accepted findings is not recorded'],
    ['negative-controls', 'nothing here shows that these checks can fail'],
    ['provenance', 'Which API calls the configuration was read by is not recorded'],
    ['scope', 'Flow log not recorded'],
    ['fail', 'is not recorded in this evidence: studio-egress explain routing/return-crosses-firewall'],
  ])('%s says that it is not recorded', (id, text) => {
    expect(words(id, evidenceFixture())).toContain(text);
  });
});

describe('the order of reading', () => {
  test('verdict, scope, changes, population, findings, risks, limits, controls, provenance', () => {
    const root = parseMarkup(renderHtml(full()));
    const links = named(root, 'nav').flatMap((nav) =>
      named(nav, 'a').map(({ attributes }) => attributes['href']),
    );
    const order = [
      'scope',
      'since',
      'population',
      'findings',
      'accepted',
      'limits',
      'negative-controls',
      'provenance',
    ];
    expect(links.filter((link) => order.includes(link?.slice(1) ?? ''))).toEqual(order.map((id) => `#${id}`));
    const [main = root] = named(root, 'main');
    const ids = main.children.flatMap((child) => (typeof child === 'string' ? [] : [child.attributes['id']]));
    expect(links).toEqual(ids.map((id) => `#${id}`));
  });

  test('the network is drawn after the scope', () => {
    const network = html`<section id="network" aria-labelledby="network-h">
      <h2 id="network-h">The network</h2>
    </section>`;
    const root = parseMarkup(renderHtml(full(), { network }));
    const [main = root] = named(root, 'main');
    const ids = main.children.flatMap((child) => (typeof child === 'string' ? [] : [child.attributes['id']]));
    expect(ids.slice(0, 3)).toEqual(['scope', 'method', 'network']);
  });
});

describe('since the last run', () => {
  const change = (before: ChangedFinding['before'], now: ChangedFinding['now']): ChangedFinding => ({
    check: 'routing/x',
    subject: `${before} ${now}`,
    before,
    now,
  });
  const all = (['fail', 'unknown', 'waived', 'pass', 'not-applicable', null] as const).flatMap(
    (before, _, standings) => standings.filter((now) => now !== before).map((now) => change(before, now)),
  );

  test('every change stands under one heading', () => {
    const kinds = changesByKind(all);
    expect(kinds.flatMap(({ changes }) => changes)).toHaveLength(all.length);
    const of = (before: ChangedFinding['before'], now: ChangedFinding['now']) =>
      kinds.find(({ changes }) => changes.some((one) => one.before === before && one.now === now))?.heading;
    expect(of('pass', 'fail')).toBe('Newly violated');
    expect(of(null, 'fail')).toBe('New, and violated');
    expect(of('pass', 'unknown')).toBe('No longer verified');
    expect(of('fail', 'pass')).toBe('Mended');
    expect(of('fail', 'unknown')).toBe('No longer verified');
    expect(of('fail', null)).toBe('No longer there');
    expect(of('fail', 'waived')).toBe('Otherwise changed');
  });

  test('it names the earlier run and each change', () => {
    const runs = [{ ...EARLIER, id: 'run-1', finishedAt: '2026-11-22T14:00:00.000Z' }];
    const since = { runs, unchanged: 9, changed: [change('pass', 'fail')] };
    expect(words('since', { ...full(), since })).toContain(
      'Since the last run Compared with run run-1, which ended 2026-11-22T14:00:00.000Z: 1 change, 9 findings as before. Newly violated 1 finding routing/x pass fail: pass → fail',
    );
  });
});

test('earlier runs stand beside this one, the latest last', () => {
  const runs = Array.from({ length: 20 }, (_, index) => ({
    ...EARLIER,
    id: `run-${index}`,
    startedAt: `2026-11-${String(index + 1).padStart(2, '0')}`,
    verdict: index === 3 ? 'violated' : 'verified',
    fail: index === 3 ? 2 : 0,
  }));
  const text = words('since', { ...full(), since: { runs, changed: [], unchanged: 1 } });
  expect(text).toContain('20 runs of this target before this one, 19 of them verified; the last 14');
  expect(text).not.toContain('run-5 ');
  expect(text.endsWith('2026-11-20 run-19 verified 0 0')).toBe(true);
});

test('how it was tested is counted from the evidence', () => {
  const text = words('method');
  expect(text).toContain('2 destinations must or must not be reached. The owner declared nothing');
  expect(text).toContain('by 1 API call that only reads');
  expect(text).toContain('For 1 claim about every packet a certificate was made');
  expect(text).toContain(
    '2 attempts from the Studio subnet, each with its commands and output below, and 1 control run from outside',
  );
  expect(text).toContain('1 accepted, 0 refused');
  expect(text).toContain('it has records of 2 of the attempts');
  expect(words('method', full({ firewallLog: null }))).toContain('Not tried: no probe was sent in this run.');
});

test('what changed while the run was on stands before the scope', () => {
  const evidence = full();
  const changed = {
    ...evidence,
    run: {
      ...evidence.run,
      changes: [{ section: 'routeTables' as const, because: 'rtb-1 has another route.' }],
    },
  };
  expect(words('meanwhile', changed)).toContain('routeTables: rtb-1 has another route.');
  const text = renderHtml(changed);
  expect(text.indexOf('id="meanwhile"')).toBeLessThan(text.indexOf('id="scope"'));
  expect(renderHtml(full())).not.toContain('id="meanwhile"');
});

test('excluded checks are counted beside the planned ones, each with its reason', () => {
  const population = words('population');
  expect(population).toContain('11 checks = 10 planned before the run + 1 excluded.');
  expect(population).toContain('dns/resolver-is-guarded: It was not asked for in this run.');
});

describe('by framework requirement', () => {
  test('each requirement has the outcomes of every finding that names it, and no others', () => {
    const { findings } = evidenceFixture();
    const everyControl = new Set(findings.flatMap(({ controls }) => controls));
    expect(new Set(controlViews(findings).map(({ control }) => control))).toEqual(everyControl);
    for (const { control, counts, checks } of controlViews(findings)) {
      const own = findings.filter((finding) => finding.controls.includes(control));
      expect(Object.values(counts).reduce((sum, n) => sum + n, 0)).toBe(own.length);
      expect(checks).toEqual([...new Set(own.map(({ check }) => check))]);
    }
  });

  test('frameworks are named in full, requirements by their own ids', () => {
    const tables = named(section('controls'), 'table').map(wordsOf);
    expect(tables[0]).toContain('NIST SP 800-53 Rev. 5');
    expect(tables[0]).toContain(
      'SC-7(5) routing/egress-crosses-firewall, routing/return-crosses-firewall 1 0 0 1 0',
    );
    expect(tables.some((table) => table.startsWith('AWS Security Hub'))).toBe(true);
  });
});

describe('what the run was shown to catch', () => {
  test('each negative control with what was done and who must notice', () => {
    const text = words('negative-controls');
    expect(text).toContain('2 of 2 caught');
    expect(text).toContain('route-past-the-firewall fault made in a copy of what was read');
    expect(text).toContain('All were noticed.');
  });

  test('a missed one stands first, and nobody can overlook it', () => {
    const given = full().negativeControls ?? [];
    const missed = given.map((one, index) => ({ ...one, caught: index === 0 }));
    const text = words('negative-controls', full({ negativeControls: missed }));
    expect(text).toContain('1 of 2 caught');
    expect(text).toContain('1 control went unnoticed');
    expect(text.indexOf('git-clone-github')).toBeLessThan(text.indexOf('route-past-the-firewall'));
  });

  test('none is not the same as not recorded', () => {
    expect(words('negative-controls', full({ negativeControls: [] }))).toContain(
      'No negative control could be made',
    );
  });
});

test('waivers have owner, expiry and what became of them; none is said', () => {
  const text = words('accepted');
  expect(text).toContain(
    'firewall/is-protected arn:aws:network-firewall:us-east-1:123456789012:firewall/fw A test stack. network team 2031-12-31 in use 3',
  );
  expect(words('accepted', full({ waivers: null }))).toContain('There was no file of accepted findings.');
});

test('provenance has every call with its parameters, request ids and hashes, and what was not read', () => {
  const text = words('provenance');
  expect(text).toContain('1 section could not be read.');
  expect(text).toContain('Not read: ec2:DescribeDhcpOptions answered UnauthorizedOperation');
  expect(text).toContain('ec2:DescribeRouteTables {"Filters":[{"Name":"vpc-id"');
  expect(text).toContain(`request 5f1b2c3d-0000-4000-8000-000000000001, SHA-256 ${'ab'.repeat(32)}`);
  expect(text).toContain('request without an id, SHA-256 not taken');
});

describe('doing it again', () => {
  test('the calls of the run are commands that only read, quoted for a shell', () => {
    expect(words('fail')).toContain(
      `aws ec2 describe-route-tables --cli-input-json '{"Filters":[{"Name":"vpc-id","Values":["vpc-0a'\\''; rm -rf /"]}]}' --region eu-west-1`,
    );
  });

  test('a violated finding has the commands for the resources that it names', () => {
    expect(words('fail')).toContain('aws ec2 describe-route-tables --route-table-ids rtb-0d4e5f60718293a4b');
  });

  test('statement, fix and why are those of the check', () => {
    const text = words('pass');
    expect(text).toContain('Every internet destination is reached through the firewall.');
    expect(text).toContain('One more specific route is enough to leave past it.');
  });
});

test('what the run does not prove follows from what it did', () => {
  const evidence = full();
  const limits = words('limits');
  expect(limits).toContain('1 check of this version was left out on purpose');
  expect(limits).toContain('The probes ran on a host');
  expect(limits).not.toContain('negative control');
  const job = { ...evidence, run: { ...evidence.run, vantage: 'processing-job' as const } };
  expect(words('limits', job)).toContain('The probes ran in a processing job');
  expect(words('limits', job)).not.toContain('The probes ran on a host');
  expect(words('limits', full({ negativeControls: [] }))).toContain('No negative control was made');
  const given = evidence.negativeControls ?? [];
  const missed = full({ negativeControls: given.map((one) => ({ ...one, caught: false })) });
  expect(words('limits', missed)).toContain('A negative control went unnoticed');
});

test('ten thousand findings are all there, in less than six megabytes', () => {
  const text = renderHtml(largeEvidence(full(), 10_000));
  expect(text.match(/ data-finding=""/g)).toHaveLength(10_000);
  expect(Buffer.byteLength(text)).toBeLessThan(6_000_000);
  expect(text).not.toContain('<script>globalThis');
});
