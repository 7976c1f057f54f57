import * as fc from 'fast-check';
import { ACTIONS, parseRules, type Rule } from './rule-text';
import { strictOrderProblems, type PlacedRule } from './strict-order';

const place = (...texts: string[]): PlacedRule[] =>
  parseRules(texts.join('\n')).map((rule, index) => ({ rule, label: `rule ${index + 1}` }));
const rule = (action: string, protocol: string, sid: number): string =>
  `${action} ${protocol} any any -> any any (sid:${sid};)`;

test('the first pass behind a drop that could meet it is named, with both rules', () => {
  const problems = strictOrderProblems(
    place(rule('drop', 'tls', 1), rule('alert', 'ip', 2), rule('pass', 'tcp', 3)),
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

const verdictProblems = (...texts: string[]): string[] =>
  strictOrderProblems(place(...texts)).flatMap(({ sentence, changesVerdict }) =>
    changesVerdict ? [sentence] : [],
  );

test('a bit that is read before it is set, each by rules of another action, is carried in the order as written', () => {
  const read = 'drop tcp any any -> any any (flowbits:isnotset,a; sid:1;)';
  const set = 'alert tcp any any -> any any (flowbits:isnotset,a; flowbits:set,a; noalert; sid:2;)';
  expect(verdictProblems(read, set)).toEqual([]);
  expect(verdictProblems(set, read)).toEqual([expect.stringContaining('rule 2 keeps state between rules')]);
});

test.each([
  [
    'one action sets and reads',
    [
      'drop tcp any any -> any any (flowbits:isset,a; sid:1;)',
      'drop tcp any any -> any any (flowbits:set,a; sid:2;)',
    ],
  ],
  ['bits of hosts', ['alert tcp any any -> any any (hostbits:set,a; sid:1;)']],
  ['bits of address pairs', ['alert tcp any any -> any any (xbits:set,a,track ip_src; sid:1;)']],
  ['numbers', ['alert tcp any any -> any any (flowint:a,+,1; sid:1;)']],
  ['several bits at once', ['alert tcp any any -> any any (flowbits:isset,a|b; sid:1;)']],
  ['a bit that is toggled', ['alert tcp any any -> any any (flowbits:toggle,a; sid:1;)']],
])('%s: never taken for carried', (_what, rules) => {
  expect(verdictProblems(...rules)).toHaveLength(1);
});

test('bits of different names, and bits that are only read, stand in any order', () => {
  expect(
    verdictProblems(
      'alert tcp any any -> any any (flowbits:set,a; sid:1;)',
      'drop tcp any any -> any any (flowbits:isset,b; sid:2;)',
    ),
  ).toEqual([]);
});

test('rules that no packet can match both stand in any order', () => {
  expect(
    verdictProblems(
      'drop tls any any -> any any (tls.sni; dotprefix; content:".evil.example"; nocase; endswith; sid:1;)',
      'drop tcp any any -> any 22 (flow:to_server; sid:2;)',
      'pass tls any any -> any 443 (tls.sni; dotprefix; content:".kaggle.com"; nocase; endswith; sid:3;)',
    ),
  ).toEqual([]);
});

/** What a packet is, as the protocols of rules that it can match, and which of the rules it matches beside those. */
interface Packet {
  readonly is: readonly string[];
  readonly matched: readonly boolean[];
}
const PACKETS: readonly (readonly string[])[] = [
  ['ip', 'tcp'],
  ['ip', 'tcp', 'tls'],
  ['ip', 'tcp', 'http'],
  ['ip', 'tcp', 'dns'],
  ['ip', 'udp'],
  ['ip', 'udp', 'quic'],
  ['ip', 'udp', 'dns'],
  ['ip', 'icmp'],
  ['ip', 'sctp'],
];

/** The first rule that ends evaluation decides; none passes. */
function verdict(rules: readonly { rule: Rule; matches: boolean }[]): 'through' | 'blocked' {
  const first = rules.find(({ rule, matches }) => matches && rule.action !== 'alert');
  return first === undefined || first.rule.action === 'pass' ? 'through' : 'blocked';
}

test("where no verdict problem is reported, Suricata's order and strict order agree on every packet", () => {
  const rules = fc.array(
    fc.record({ action: fc.constantFrom(...ACTIONS), protocol: fc.constantFrom(...new Set(PACKETS.flat())) }),
    {
      maxLength: 6,
    },
  );
  const packet: fc.Arbitrary<Packet> = fc.record({
    is: fc.constantFrom(...PACKETS),
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
      for (const { is, matched } of packets) {
        const written = placed.map(({ rule }, index) => ({
          rule,
          matches: is.includes(rule.protocol) && matched[index] === true,
        }));
        const sorted = ACTIONS.flatMap((action) => written.filter((entry) => entry.rule.action === action));
        expect(verdict(sorted)).toBe(verdict(written));
      }
    }),
    { numRuns: 500 },
  );
  expect(carried).toBeGreaterThan(50);
});

interface BitRule {
  readonly action: (typeof ACTIONS)[number];
  readonly bits: readonly string[];
}

/** What becomes of a flow's packets when rules are asked in this order; a rule's bits count for the rules after it. */
function verdicts(
  rules: readonly (BitRule & { index: number })[],
  packets: readonly (readonly boolean[])[],
): string[] {
  const set = new Set<string>();
  return packets.map((matched) => {
    let decided: string | null = null;
    for (const { action, bits, index } of rules) {
      const holds = bits.every((bit) => {
        const [command, name = ''] = bit.split(',');
        return command === 'isset' ? set.has(name) : command === 'isnotset' ? !set.has(name) : true;
      });
      if (matched[index] !== true || !holds) continue;
      for (const bit of bits) {
        const [command, name = ''] = bit.split(',');
        if (command === 'set') set.add(name);
        if (command === 'unset') set.delete(name);
      }
      if (action !== 'alert') decided ??= action;
    }
    return decided ?? 'pass';
  });
}

test('where bits are taken for carried, a flow meets the same verdicts in either order, whatever one action does within', () => {
  const bit = fc
    .tuple(fc.constantFrom('set', 'unset', 'isset', 'isnotset'), fc.constantFrom('a', 'b'))
    .map((parts) => parts.join(','));
  const rules = fc.array(
    fc.record({ action: fc.constantFrom(...ACTIONS), bits: fc.uniqueArray(bit, { maxLength: 2 }) }),
    { minLength: 2, maxLength: 5 },
  );
  const packets = fc.array(fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), {
    minLength: 4,
    maxLength: 4,
  });
  const changes = ({ bits }: BitRule): boolean => bits.some((each) => /^(un)?set,/.test(each));
  let carried = 0;
  fc.assert(
    fc.property(rules, packets, (described, flow) => {
      const texts = described.map(
        ({ action, bits }, index) =>
          `${action} tcp any any -> any any (${bits.map((each) => `flowbits:${each};`).join(' ')} sid:${index + 1};)`,
      );
      if (verdictProblems(...texts).length > 0) return;
      if (described.some(changes)) carried++;
      const written = described.map((rule, index) => ({ ...rule, index }));
      const sorted = ACTIONS.flatMap((action) => {
        const own = written.filter((rule) => rule.action === action);
        return [...own.filter(changes), ...own.filter((rule) => !changes(rule))];
      });
      const blocked = (each: string): boolean => each !== 'pass';
      expect(verdicts(sorted, flow).map(blocked)).toEqual(verdicts(written, flow).map(blocked));
    }),
    { numRuns: 2000 },
  );
  expect(carried).toBeGreaterThan(50);
});
