/**
 * evaluateFlow against a simulation that knows nothing of courses, sets or parsed rules: packets one after the other, rules
 * one after the other, and where two readings of a rule's effect are possible, both.
 */
import * as fc from 'fast-check';
import type { ShapeParts, WrittenPolicy } from './evaluate.fixture';
import { icmp, outcome, tcp, tls, udp } from './evaluate.fixture';

interface TinyRule {
  readonly action: 'pass' | 'drop' | 'reject' | 'alert';
  readonly protocol: 'ip' | 'tcp' | 'udp' | 'icmp' | 'tls';
  readonly port: 'any' | '443' | '!443';
  readonly state: 'any' | 'established' | 'not_established';
  readonly way: 'any' | 'to_server' | 'to_client';
  readonly name: null | 'exact' | 'below' | 'not';
  readonly flags: null | 'S' | 'SA';
  readonly payload: boolean;
}

/** What the rule's own words allow: names belong to TLS, flags to TCP, ports to TCP, UDP and TLS. */
const tinyRule: fc.Arbitrary<TinyRule> = fc
  .record({
    action: fc.constantFrom('pass', 'drop', 'reject', 'alert'),
    protocol: fc.constantFrom('ip', 'tcp', 'udp', 'icmp', 'tls'),
    port: fc.constantFrom('any', '443', '!443'),
    state: fc.constantFrom('any', 'established', 'not_established'),
    way: fc.constantFrom('any', 'to_server', 'to_client'),
    name: fc.constantFrom(null, 'exact', 'below', 'not'),
    flags: fc.constantFrom(null, null, 'S', 'SA'),
    payload: fc.boolean(),
  } as const)
  .map((rule) => ({
    ...rule,
    port: rule.protocol === 'ip' || rule.protocol === 'icmp' ? 'any' : rule.port,
    name: rule.protocol === 'tls' ? rule.name : null,
    flags: rule.protocol === 'tcp' ? rule.flags : null,
    payload: rule.protocol === 'tcp' && rule.payload,
  }));

const NAMES = {
  exact: 'content:"kaggle.com"; startswith; endswith',
  below: 'dotprefix; content:".kaggle.com"; endswith',
  not: 'content:!"kaggle"',
};

function written(rule: TinyRule, index: number): string {
  const { action, protocol, port, state, way, name, flags, payload } = rule;
  const flow = [way, state].filter((word) => word !== 'any').join();
  const options = [
    flow === '' ? '' : `flow:${flow}; `,
    name === null ? '' : `tls.sni; ${NAMES[name]}; `,
    flags === null ? '' : `flags:${flags}; `,
    payload ? 'dsize:>0; ' : '',
  ];
  return `${action} ${protocol} $HOME_NET any <> $EXTERNAL_NET ${port} (${options.join('')}sid:${index + 1};)`;
}

interface TinyFlow {
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly port: number;
  readonly application: 'tls' | null;
  readonly name: string | null;
  readonly serverFirst: boolean;
  readonly parts: ShapeParts;
}

const tinyFlow = (parts: ShapeParts): TinyFlow => ({
  protocol: parts.transport === 'tcp' || parts.transport === 'udp' ? parts.transport : 'icmp',
  port: parts.port ?? 0,
  application: parts.application === 'tls' ? 'tls' : null,
  name: parts.name ?? null,
  serverFirst: parts.firstSpeaker === 'server',
  parts,
});

const FLOWS: readonly TinyFlow[] = [
  tcp(443),
  tcp(9000),
  tcp(443, { firstSpeaker: 'server' }),
  tls('kaggle.com'),
  tls('www.kaggle.com'),
  tls('example.com'),
  tls('example.com', { port: 8443 }),
  udp(443),
  udp(9000),
  icmp,
].map(tinyFlow);

interface TinyPacket {
  readonly out: boolean;
  readonly flags: '' | 'S' | 'SA' | 'A';
  readonly bytes: boolean;
  readonly established: boolean;
  /** The engine knows the protocol; this packet brings the name. */
  readonly known: boolean;
  readonly named: boolean;
  /** Nothing follows when it is lost. */
  readonly vital: boolean;
}

function packets({ protocol, application, serverFirst }: TinyFlow): readonly TinyPacket[] {
  const base = {
    out: true,
    flags: '' as const,
    bytes: false,
    established: false,
    known: false,
    named: false,
    vital: true,
  };
  if (protocol !== 'tcp')
    return [
      { ...base, bytes: true },
      { ...base, out: false, bytes: true, established: true },
    ];
  const data = { ...base, flags: 'A' as const, bytes: true, established: true, known: application !== null };
  const greeting = { ...data, out: false, known: false };
  const bare = { ...base, flags: 'A' as const, established: true, known: application !== null, vital: false };
  return [
    { ...base, flags: 'S' },
    { ...base, flags: 'SA', out: false },
    { ...bare, established: false, known: false },
    ...(serverFirst ? [greeting, { ...bare, known: false }] : []),
    { ...data, named: application !== null },
    { ...data, out: false },
    bare,
    data,
    { ...data, out: false },
  ];
}

/** A client's port is never 443. */
function matches(rule: TinyRule, packet: TinyPacket, flow: TinyFlow): boolean {
  if (
    rule.protocol === 'tls'
      ? flow.application !== 'tls'
      : rule.protocol !== 'ip' && rule.protocol !== flow.protocol
  )
    return false;
  if (rule.protocol === 'tls' && !packet.known) return false;
  if (rule.port !== 'any' && (rule.port === '443') !== (flow.port === 443)) return false;
  if (rule.way !== 'any' && (rule.way === 'to_server') !== packet.out) return false;
  if (rule.state !== 'any' && (rule.state === 'established') !== packet.established) return false;
  if (rule.flags !== null && rule.flags !== packet.flags) return false;
  if (rule.payload && !packet.bytes) return false;
  if (rule.name === null) return true;
  if (!packet.named || flow.name === null) return false;
  if (rule.name === 'not') return !flow.name.includes('kaggle');
  return flow.name === 'kaggle.com' || (rule.name === 'below' && flow.name.endsWith('.kaggle.com'));
}

/** Whether what a rule does holds for the flow: those about names, and those about addresses alone. */
function isWide({ protocol, port, state, way, name, flags, payload }: TinyRule): boolean {
  const bare = port === 'any' && state === 'any' && way === 'any' && flags === null && !payload;
  return name !== null || (bare && protocol !== 'tls');
}

type DropDefault = 'none' | 'strict' | 'established';

interface World {
  readonly rules: readonly TinyRule[];
  readonly strict: boolean;
  readonly dropDefault: DropDefault;
}

/** All outcomes that some reading allows. */
function outcomes(world: World, flow: TinyFlow): ReadonlySet<string> {
  const all = packets(flow);
  const found = new Set<string>();
  const walk = (index: number, moved: boolean): void => {
    const packet = all[index];
    if (packet === undefined) return void found.add('passed');
    const stop = (how: string): void => void found.add(moved ? 'leaks' : how);
    const go = (): void => walk(index + 1, moved || packet.bytes);
    const met = decided(world, packet, flow);
    if (met === 'pass') found.add('passed');
    if (met === 'pass one') {
      found.add('passed');
      go();
    }
    if (met === 'go on') go();
    if (met === 'reject flow' || met === 'drop flow') stop(met === 'drop flow' ? 'dropped' : 'rejected');
    if (met === 'reject one') {
      stop('rejected');
      // The reset may come after what follows at once (measured: flow-course.ts).
      if (!packet.vital) walk(index + 1, moved);
    }
    if (met === 'drop one') {
      stop('dropped');
      if (!packet.vital) walk(index + 1, moved);
    }
  };
  walk(0, false);
  return found;
}

type Decided = 'pass' | 'pass one' | 'drop flow' | 'drop one' | 'reject flow' | 'reject one' | 'go on';

function decided({ rules, strict, dropDefault }: World, packet: TinyPacket, flow: TinyFlow): Decided {
  const met = rules.filter((rule) => rule.action !== 'alert' && matches(rule, packet, flow));
  const ordered = strict
    ? met
    : (['pass', 'drop', 'reject'] as const).flatMap((action) => met.filter((rule) => rule.action === action));
  const [first] = ordered;
  if (first === undefined) {
    const falls =
      dropDefault === 'strict' ||
      (dropDefault === 'established' && (flow.protocol !== 'tcp' || (packet.out && packet.established)));
    return falls ? 'drop one' : 'go on';
  }
  if (first.action === 'pass') return isWide(first) ? 'pass' : 'pass one';
  // A reject goes to the packet's sender, and in action order beside a drop as well.
  const rejects = strict ? first.action === 'reject' : ordered.some(({ action }) => action === 'reject');
  if (rejects && packet.out) return isWide(first) ? 'reject flow' : 'reject one';
  return isWide(first) || first.action === 'reject' ? 'drop flow' : 'drop one';
}

function policy({ rules, strict, dropDefault }: World): WrittenPolicy {
  const text = rules.map(written);
  return { rules: text, strict: strict ? (dropDefault === 'none' ? [] : [`aws:drop_${dropDefault}`]) : null };
}

const ANY: TinyRule = {
  action: 'pass',
  protocol: 'tcp',
  port: 'any',
  state: 'any',
  way: 'to_server',
  name: null,
  flags: null,
  payload: false,
};
/** Met once in 7,000 worlds: the acknowledgement of a greeting is rejected, and the data behind it pass or do not. */
const PASSES_DATA: TinyRule = { ...ANY, payload: true };
const REJECTS_WHAT_COMES_BEFORE: TinyRule = {
  ...ANY,
  action: 'reject',
  protocol: 'ip',
  state: 'established',
};

test('every verdict is what the simulation allows, and undecided when it allows more than one', () => {
  const seen: Record<string, number> = {};
  fc.assert(
    fc.property(
      fc.array(tinyRule, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      fc.constantFrom<DropDefault>('none', 'strict', 'established'),
      (rules, strict, wanted) => {
        const world = { rules, strict, dropDefault: strict ? wanted : 'none' } as const;
        for (const flow of FLOWS) {
          const allowed = [...outcomes(world, flow)];
          const said = outcome(policy(world), flow.parts);
          seen[said] = (seen[said] ?? 0) + 1;
          expect([flow.parts, said]).toEqual([flow.parts, allowed.length === 1 ? allowed[0] : 'undecided']);
        }
      },
    ),
    { numRuns: 400, examples: [[[PASSES_DATA, REJECTS_WHAT_COMES_BEFORE], false, 'none']] },
  );
  // The universe is not one of a single answer.
  for (const one of ['passed', 'dropped', 'rejected', 'leaks', 'undecided'])
    expect([one, (seen[one] ?? 0) > 20]).toEqual([one, true]);
});
