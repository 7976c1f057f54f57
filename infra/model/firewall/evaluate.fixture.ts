/** Policies and flows for the tests of evaluateFlow, as short to write as they are to read. */
import type { RuleGroup, StatelessRule } from '@aws-sdk/client-network-firewall';
import { parseAddress } from '../cidr';
import { enforcedOf } from '../differential-policy.fixture';
import { flowShape } from '../flow-shape';
import type { ConcreteFlow, FirewallVerdict } from './evaluate';
import { evaluateFlow } from './evaluate';
import type { EnforcedPolicy } from './firewall-policy';

export interface WrittenPolicy {
  /** Suricata rules, one rule group. */
  readonly rules?: readonly string[];
  /** Groups of other forms, after that one. */
  readonly groups?: readonly RuleGroup[];
  /** Default actions of strict order; null for action order. */
  readonly strict?: readonly string[] | null;
  readonly streamExceptions?: 'DROP' | 'CONTINUE' | 'REJECT';
  readonly stateless?: readonly StatelessRule[];
  readonly statelessDefault?: string;
  readonly fragmentDefault?: string;
  readonly homeNet?: readonly string[];
}

/** The policy as the model reads it from the API's own shapes. The VPC is 10.2.0.0/16. */
export function policyOf(written: WrittenPolicy): EnforcedPolicy {
  const { rules = [], groups = [], strict = null, stateless = [], homeNet } = written;
  const text: readonly RuleGroup[] =
    rules.length === 0 ? [] : [{ RulesSource: { RulesString: rules.join('\n') } }];
  return enforcedOf({
    policy: {
      StatelessDefaultActions: [written.statelessDefault ?? 'aws:forward_to_sfe'],
      StatelessFragmentDefaultActions: [written.fragmentDefault ?? 'aws:drop'],
      StatefulEngineOptions: {
        RuleOrder: strict === null ? 'DEFAULT_ACTION_ORDER' : 'STRICT_ORDER',
        ...(written.streamExceptions === undefined
          ? {}
          : { StreamExceptionPolicy: written.streamExceptions }),
      },
      ...(strict === null || strict.length === 0 ? {} : { StatefulDefaultActions: [...strict] }),
      ...(homeNet === undefined
        ? {}
        : { PolicyVariables: { RuleVariables: { HOME_NET: { Definition: [...homeNet] } } } }),
    },
    stateful: [...text, ...groups],
    stateless:
      stateless.length === 0
        ? []
        : [{ RulesSource: { StatelessRulesAndCustomActions: { StatelessRules: [...stateless] } } }],
  });
}

export function domainList(
  type: 'ALLOWLIST' | 'DENYLIST' | 'REJECTLIST' | 'ALERTLIST',
  targets: readonly string[],
  targetTypes: readonly ('TLS_SNI' | 'HTTP_HOST')[] = ['HTTP_HOST', 'TLS_SNI'],
): RuleGroup {
  return {
    RulesSource: {
      RulesSourceList: {
        GeneratedRulesType: type,
        Targets: [...targets],
        TargetTypes: [...targetTypes],
      },
    },
  };
}

export type ShapeParts = Parameters<typeof flowShape>[0];

/** From the Studio subnet to an address of the internet, unless said otherwise. */
export function flowOf(
  parts: ShapeParts,
  ends: { readonly to?: string; readonly from?: string } = {},
): ConcreteFlow {
  const { family, value: destination } = parseAddress(ends.to ?? '203.0.113.40');
  const { value: source } = parseAddress(ends.from ?? '10.2.3.10');
  return { shape: flowShape(parts), family, source, destination };
}

export const tls = (name: string | null, more: Partial<ShapeParts> = {}): ShapeParts => ({
  transport: 'tcp',
  port: 443,
  application: 'tls',
  name,
  ...more,
});
export const http = (name: string | null, more: Partial<ShapeParts> = {}): ShapeParts => ({
  transport: 'tcp',
  port: 80,
  application: 'http',
  name,
  ...more,
});
export const tcp = (port: number, more: Partial<ShapeParts> = {}): ShapeParts => ({
  transport: 'tcp',
  port,
  application: null,
  ...more,
});
export const udp = (port: number, more: Partial<ShapeParts> = {}): ShapeParts => ({
  transport: 'udp',
  port,
  application: null,
  ...more,
});
export const ssh = (more: Partial<ShapeParts> = {}): ShapeParts => tcp(22, { application: 'ssh', ...more });
export const icmp: ShapeParts = { transport: 'icmp', port: null, application: null };
export const gre: ShapeParts = { transport: 'other', port: null, application: null };

export function verdict(
  written: WrittenPolicy,
  parts: ShapeParts,
  ends: Parameters<typeof flowOf>[1] = {},
): FirewallVerdict {
  return evaluateFlow(policyOf(written), flowOf(parts, ends));
}

/** The outcome alone. */
export function outcome(
  written: WrittenPolicy,
  parts: ShapeParts,
  ends: Parameters<typeof flowOf>[1] = {},
): string {
  return verdict(written, parts, ends).outcome;
}
