import * as fc from 'fast-check';
import { ACTIONS, parseRules, type Rule } from './rule-text';
import { passesOnlyPackets, strictOrderProblems, type PlacedRule } from './strict-order';

const place = (...texts: string[]): PlacedRule[] =>
  parseRules(texts.join('\n')).map((rule, index) => ({ rule, label: `rule ${index + 1}` }));
const rule = (action: string, protocol: string, sid: number): string =>
  `${action} ${protocol} any any -> any any (sid:${sid};)`;

test('the first pass behind a drop that could meet it is named, with both rules', () => {
  const problems = strictOrderProblems(
    place(rule('drop', 'tls', 1), rule('alert', 'ip', 2), rule('pass', 'http', 3)),
  );
  expect(problems[0]).toMatchObject({ changesVerdict: true });
  expect(problems[0]?.sentence).toMatch(/rule 1 \(drop\) comes before rule 3 \(pass\)/);
});

test('an alert before a pass costs its record, not its verdict', () => {
  const problems = strictOrderProblems(place(rule('alert', 'tls', 1), rule('pass', 'tls', 2)));
  expect(problems).toMatchObject([{ changesVerdict: false }]);
});

test("pass, drop, reject and alert in Suricata's order, and rules that never meet, are carried exactly", () => {
  expect(
    strictOrderProblems(place(...ACTIONS.map((action, index) => rule(action, 'ip', index + 1)))),
  ).toEqual([]);
  expect(
    strictOrderProblems(place(rule('drop', 'icmp', 1), rule('drop', 'udp', 2), rule('pass', 'tls', 3))),
  ).toEqual([]);
});

test('bits kept between rules are never taken for carried', () => {
  const [problem] = strictOrderProblems(place('alert tls any any -> any any (flowbits:set,a; sid:1;)'));
  expect(problem).toMatchObject({ changesVerdict: true });
});

/** A packet's transport, and which of the rules of that transport it matches beside their protocol. */
interface Packet {
  readonly transport: 'tcp' | 'udp' | 'icmp' | 'other';
  readonly matched: readonly boolean[];
}
const CARRIES: Record<string, readonly string[]> = {
  tcp: ['tcp'], tls: ['tcp'], http: ['tcp'], udp: ['udp'], quic: ['udp'], dns: ['tcp', 'udp'], icmp: ['icmp'],
  ip: ['tcp', 'udp', 'icmp', 'other'], sctp: ['other'],
}; // prettier-ignore

/** The first rule that ends evaluation decides; none passes. */
function verdict(rules: readonly { rule: Rule; matches: boolean }[]): 'through' | 'blocked' {
  const first = rules.find(({ rule, matches }) => matches && rule.action !== 'alert');
  return first === undefined || first.rule.action === 'pass' ? 'through' : 'blocked';
}

test("where no verdict problem is reported, Suricata's order and strict order agree on every packet", () => {
  const rules = fc.array(
    fc.record({ action: fc.constantFrom(...ACTIONS), protocol: fc.constantFrom(...Object.keys(CARRIES)) }),
    {
      maxLength: 6,
    },
  );
  const packet: fc.Arbitrary<Packet> = fc.record({
    transport: fc.constantFrom('tcp', 'udp', 'icmp', 'other'),
    matched: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  });
  let carried = 0;
  fc.assert(
    fc.property(rules, fc.array(packet, { minLength: 8, maxLength: 8 }), (described, packets) => {
      const placed = place(
        ...described.map(({ action, protocol }, index) => rule(action, protocol, index + 1)),
      );
      if (strictOrderProblems(placed).some(({ changesVerdict }) => changesVerdict)) return;
      carried++;
      for (const { transport, matched } of packets) {
        const written = placed.map(({ rule }, index) => ({
          rule,
          matches: (CARRIES[rule.protocol] ?? []).includes(transport) && matched[index] === true,
        }));
        const sorted = ACTIONS.flatMap((action) => written.filter((entry) => entry.rule.action === action));
        expect(verdict(sorted)).toBe(verdict(written));
      }
    }),
    { numRuns: 500 },
  );
  expect(carried).toBeGreaterThan(50);
});

test('only a transport rule with a direction passes single packets', () => {
  const passes = (text: string): boolean => parseRules(text).some((rule) => passesOnlyPackets(rule));
  expect(passes('pass tcp any any -> any 22 (flow:to_server; sid:1;)')).toBe(true);
  expect(passes('pass tcp any any -> any 22 (sid:1;)')).toBe(false);
  expect(passes('pass tls any any -> any any (flow:to_server, established; sid:1;)')).toBe(false);
  expect(passes('drop tcp any any -> any 22 (flow:to_server; sid:1;)')).toBe(false);
});
