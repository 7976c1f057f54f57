/** Evidence of many findings for the report's bench: forty checks, a twentieth violated, a quarter with a path of four hops. */
import type { Evidence, Finding, Hop } from '../suites/evidence';
import { summaryOf } from '../suites/assemble';

const CHECKS = 40;
const VIOLATED_EVERY = 20;
const AREAS = ['routing', 'firewall', 'endpoints', 'security-groups', 'logging'] as const;

const id = (prefix: string, index: number): string => `${prefix}-0${index.toString(16).padStart(16, 'a')}`;

function hopsOf(index: number): readonly Hop[] {
  const table = id('rtb', index);
  return [
    {
      at: id('subnet', index),
      routeTable: table,
      route: '0.0.0.0/0',
      target: id('nat', index),
      note: 'leaves the Studio subnet',
    },
    {
      at: id('nat', index),
      routeTable: id('rtb', index + 1),
      route: '0.0.0.0/0',
      target: id('vpce', index),
      note: 'source becomes 10.2.2.15',
    },
    {
      at: id('vpce', index),
      routeTable: id('rtb', index + 2),
      route: '0.0.0.0/0',
      target: id('igw', index),
      note: 'inspected by the firewall',
    },
    { at: id('igw', index), routeTable: null, route: null, target: null, note: 'leaves as 203.0.113.7' },
  ];
}

function findingOf(index: number): Finding {
  const check = index % CHECKS;
  const violated = index % VIOLATED_EVERY === 0;
  const proven = index % 4 === 0;
  return {
    check: `${AREAS[check % AREAS.length]}/statement-${check}`,
    severity: check % 3 === 0 ? 'critical' : 'high',
    outcome: violated ? 'fail' : 'pass',
    waiver: null,
    subject: id('subnet', index),
    because: violated
      ? `${id('rtb', index)} sends 203.0.113.0/24 to ${id('igw', index)} past the firewall; replace the route by one to ${id('vpce', index)}. <script>globalThis.broken = true</script>`
      : `Every destination that ${id('subnet', index)} reaches through the internet gateway crosses ${id('vpce', index)}.`,
    controls: ['NIST-800-53r5:SC-7', `NIST-800-53r5:AC-${(check % 6) + 1}`],
    proof: proven
      ? {
          witness: { protocol: 'tcp', source: '10.2.3.10', destination: '203.0.113.1', port: 443 },
          hops: hopsOf(index),
          certificate: null,
        }
      : null,
    observations: [],
  };
}

/** `small` is a run's evidence, for what is not a finding. */
export function largeEvidence(small: Evidence, findings: number): Evidence {
  const many = Array.from({ length: findings }, (_, index) => findingOf(index));
  const plan = [...new Set(many.map(({ check }) => check))];
  const checks = Object.fromEntries(
    plan.map((check) => [
      check,
      {
        statement: `Every packet of the Studio subnets does what ${check} asks for.`,
        why: 'One route is enough to leave past the firewall.',
        fix: 'AWS::EC2::Route with the firewall’s VpcEndpointId.',
        references: ['https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html'],
      },
    ]),
  );
  return { ...small, plan, checks, findings: many, summary: summaryOf(many) };
}
