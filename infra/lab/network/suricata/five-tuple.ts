/**
 * Standard stateful rules (5-tuple and options) as Suricata rules. Pure.
 * Facts: NFW developer guide, suricata-examples ("standard stateful rule groups"): header and options are written out
 * as they are given; Direction ANY is `<>` (API reference, Header).
 */
import type { StatefulRule } from '@aws-sdk/client-network-firewall';
import { ACTIONS, type Rule } from './rule-text';

/** A stateful rule that lacks a part AWS requires or has a value the lab does not know. */
export class StatefulRuleError extends Error {
  override readonly name = 'StatefulRuleError';
}

/** Suricata's names where AWS's differ. */
const PROTOCOLS: Readonly<Record<string, string>> = { IKEV2: 'ike' };

/** The rule as Suricata reads it; `any` in either case is `any`. */
export function statefulRule({ Action, Header, RuleOptions }: StatefulRule): Rule {
  const action = ACTIONS.find((name) => name === Action?.toLowerCase());
  if (action === undefined) throw new StatefulRuleError(`a stateful rule with action ${Action}`);
  if (Header === undefined) throw new StatefulRuleError('a stateful rule without a header');
  const part = (name: 'Protocol' | 'Source' | 'SourcePort' | 'Destination' | 'DestinationPort'): string => {
    const value = Header[name]?.trim() ?? '';
    if (value === '' || /[\s();]/.test(value.replaceAll(/,\s+/g, ','))) {
      throw new StatefulRuleError(`a stateful rule whose ${name} is ${JSON.stringify(Header[name])}`);
    }
    return /^any$/i.test(value) ? 'any' : value.replaceAll(/\s/g, '');
  };
  const direction = Header.Direction === 'FORWARD' ? '->' : Header.Direction === 'ANY' ? '<>' : null;
  if (direction === null) throw new StatefulRuleError(`a stateful rule with direction ${Header.Direction}`);
  const protocol = part('Protocol').toUpperCase();
  return {
    action,
    protocol: PROTOCOLS[protocol] ?? protocol.toLowerCase(),
    source: part('Source'),
    sourcePort: part('SourcePort'),
    direction,
    destination: part('Destination'),
    destinationPort: part('DestinationPort'),
    options: (RuleOptions ?? []).map(({ Keyword = '', Settings = [] }) => {
      if (!/^[a-z0-9_.-]+$/i.test(Keyword) || Settings.some((setting) => /[;\r\n]/.test(setting))) {
        throw new StatefulRuleError(`a stateful rule with option ${JSON.stringify([Keyword, ...Settings])}`);
      }
      return { keyword: Keyword.toLowerCase(), value: Settings.length === 0 ? null : Settings.join(',') };
    }),
  };
}
