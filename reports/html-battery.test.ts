import * as fc from 'fast-check';
import type { Evidence, Finding } from '../suites/evidence';
import { evidenceFixture, firewallRecord, observation } from './evidence.fixture';
import { hostileText } from './hostile.fixture';
import { renderHtml } from './html';
import { elementsOf, named, parseMarkup, wordsOf as words, type MarkupElement } from './markup.fixture';
import { verdictTable } from './terminal';

const technique = (overrides: Partial<Finding>): Finding => ({
  check: 'egress/evasions-are-blocked',
  severity: 'high',
  outcome: 'pass',
  waiver: null,
  subject: 'quic',
  because: 'the security group stopped it',
  controls: [],
  proof: null,
  observations: [],
  ...overrides,
});

const seen = (probe: string, overrides: Parameters<typeof observation>[0] = {}) =>
  observation({ probe, title: `${probe} by hand`, firewallRecords: [], ...overrides });

const BATTERY: readonly Finding[] = [
  technique({ observations: [seen('quic', { arrivals: [] })] }),
  technique({
    subject: 'sni-spoof',
    outcome: 'fail',
    because: 'an allowed name to a foreign server gets through',
    observations: [
      seen('sni-spoof', {
        result: { kind: 'succeeded', detail: '200' },
        arrivals: [
          {
            at: '2026-11-23T14:03:04.000Z',
            nonce: 'k3x9q',
            protocol: 'tcp',
            remote: '198.51.100.10:1',
            local: '203.0.113.40:443',
            bytes: 517,
          },
        ],
      }),
    ],
  }),
  technique({
    subject: 'ssh-git',
    because: 'the firewall dropped it',
    observations: [
      seen('ssh-git', {
        firewallRecords: [{ by: 'destination-and-time', record: firewallRecord({ sni: null }) }],
      }),
    ],
  }),
  technique({
    subject: 'domain-fronting',
    outcome: 'fail',
    waiver: { reason: 'no TLS inspection', owner: 'security', expires: '2030-01-01' },
    observations: [seen('domain-fronting', { result: { kind: 'succeeded', detail: '200' } })],
  }),
  technique({ subject: 'ipv6-direct', outcome: 'not-applicable', because: 'the subnet has no IPv6' }),
];

const withFindings = (more: readonly Finding[]): Evidence => {
  const base = evidenceFixture();
  return evidenceFixture({ findings: [...base.findings, ...more] });
};

const section = (evidence: Evidence, id: string): MarkupElement | undefined =>
  elementsOf(parseMarkup(renderHtml(evidence))).find(({ attributes }) => attributes['id'] === id);

test('each technique has a row with all witnesses, what gets through first', () => {
  const battery = section(withFindings(BATTERY), 'battery');
  const rows = battery === undefined ? [] : named(battery, 'tr').map(words).slice(1);
  expect(rows.map((row) => row.split(' ')[0])).toEqual([
    'sni-spoof',
    'domain-fronting',
    'quic',
    'ssh-git',
    'ipv6-direct',
  ]);
  expect(rows[0]).toContain('gets through succeeded received 517 bytes no record');
  expect(rows[1]).toContain('accepted risk succeeded no witness there');
  expect(rows[2]).toContain('timed out at TLS saw nothing no record the security group stopped it');
  expect(rows[3]).toContain('drop: aws:alert_established action');
});

test('no table where no technique was tried', () => {
  expect(section(evidenceFixture(), 'battery')).toBeUndefined();
  expect(section(withFindings([technique({ outcome: 'unknown' })]), 'battery')).toBeUndefined();
});

test('a disagreement of model and network comes before everything else, in the report and at the terminal', () => {
  const loud: Finding = {
    ...technique({ check: 'agreement/model-and-probes', subject: 'ssh-git', outcome: 'fail' }),
    because: 'The model says blocked, the server received 27 bytes.',
  };
  const evidence = withFindings([loud]);
  const main = named(parseMarkup(renderHtml(evidence)), 'main')[0];
  const first = main?.children.find((child) => typeof child !== 'string');
  expect(typeof first === 'string' || first === undefined ? '' : first.attributes['id']).toBe('disagreement');
  expect(first === undefined || typeof first === 'string' ? '' : words(first)).toContain(loud.because);
  const lines = verdictTable(evidence, { colour: false, columns: 100 }).split('\n');
  expect(lines.find((line) => line.startsWith('FAIL'))).toContain('agreement/model-and-probes');
  expect(section(evidenceFixture(), 'disagreement')).toBeUndefined();
});

test('hostile text adds no element and no attribute', () => {
  const shape = (text: string): readonly string[] => {
    const hostile = technique({
      subject: text,
      because: text,
      observations: [
        seen(text, { firewallRecords: [{ by: 'nonce', record: firewallRecord({ signature: text }) }] }),
      ],
    });
    const loud = technique({ check: 'agreement/x', subject: text, because: text, outcome: 'fail' });
    return elementsOf(parseMarkup(renderHtml(withFindings([hostile, loud])))).map(({ name, attributes }) =>
      [name, ...Object.keys(attributes)].join(' '),
    );
  };
  const expected = new Set(shape('x'));
  fc.assert(
    fc.property(hostileText, (text) => {
      expect(shape(text).filter((known) => !expected.has(known))).toEqual([]);
    }),
    { numRuns: 25 },
  );
});
