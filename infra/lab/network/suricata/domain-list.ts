/**
 * Domain lists as the Suricata rules that AWS makes of them. Pure.
 *
 * Facts: the rules of ALLOWLIST and DENYLIST are quoted in the NFW developer guide, suricata-examples (aws.md 2.13,
 * 2.14); a leading dot means the name and everything below it (aws.md 2.18: API reference, RulesSourceList). DERIVED:
 * rules follow the order of TargetTypes (the guide's examples and published log samples agree with it); REJECTLIST and
 * ALERTLIST have DENYLIST's form with their own action, and messages formed alike.
 *
 * Under strict order an ALLOWLIST gives its pass rules only, and what it does not name is left to the policy's default
 * actions. No AWS document says so; REPORT: published logs of strict-order policies with an allow list show the default
 * action's signature for unlisted names, never "not matching any … allowlisted FQDNs". It is also the careful reading:
 * an implied drop that did not exist would hide an open firewall.
 */
import type { RulesSourceList } from '@aws-sdk/client-network-firewall';
import { parseRules, type Action, type Rule } from './rule-text';

/** A list that is not one AWS would accept or that the lab does not know. */
export class DomainListError extends Error {
  override readonly name = 'DomainListError';
}

const TARGET = /^\.?[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?$/;
const KINDS: Readonly<Record<string, { readonly action: Action; readonly word: string }>> = {
  ALLOWLIST: { action: 'pass', word: 'allowlisted' },
  DENYLIST: { action: 'drop', word: 'denylisted' },
  REJECTLIST: { action: 'reject', word: 'rejectlisted' },
  ALERTLIST: { action: 'alert', word: 'alertlisted' },
};
const NETS = '$HOME_NET any -> $EXTERNAL_NET any';

/** The list's rules, in order, numbered from 1 as AWS numbers them. */
export function domainListRules(list: RulesSourceList, order: 'action' | 'strict'): Rule[] {
  const { Targets: targets = [], TargetTypes: types = [], GeneratedRulesType: type } = list;
  const kind = KINDS[type ?? ''];
  if (kind === undefined) throw new DomainListError(`a domain list of type ${type}`);
  if (targets.length === 0 || types.length === 0)
    throw new DomainListError('a domain list without targets or target types');
  const lines: string[] = [];
  const add = (line: string): number => lines.push(`${line} sid:${lines.length + 1}; rev:1;)`);
  for (const target of targets) {
    const name = target.toLowerCase();
    if (!TARGET.test(name)) throw new DomainListError(`${JSON.stringify(target)} in a domain list`);
    for (const targetType of types) add(`${kind.action} ${listed(targetType, name, kind.word)}`);
  }
  if (kind.action === 'pass' && order === 'action') {
    for (const targetType of types) add(`drop ${unlisted(targetType)}`);
  }
  return parseRules(lines.join('\n'));
}

function listed(targetType: string, name: string, word: string): string {
  const dot = name.startsWith('.');
  if (targetType === 'TLS_SNI') {
    const match = dot
      ? `dotprefix; content:"${name}"; nocase; endswith`
      : `content:"${name}"; startswith; nocase; endswith`;
    return `tls ${NETS} (ssl_state:client_hello; tls.sni; ${match}; msg:"matching TLS ${word} FQDNs"; priority:1; flow:to_server, established;`;
  }
  if (targetType === 'HTTP_HOST') {
    const match = dot ? `dotprefix; content:"${name}"; endswith` : `content:"${name}"; startswith; endswith`;
    return `http ${NETS} (http.host; ${match}; msg:"matching HTTP ${word} FQDNs"; priority:1; flow:to_server, established;`;
  }
  throw new DomainListError(`a domain list for ${targetType}`);
}

function unlisted(targetType: string): string {
  return targetType === 'TLS_SNI'
    ? `tls ${NETS} (msg:"not matching any TLS allowlisted FQDNs"; priority:1; ssl_state:client_hello; flow:to_server, established;`
    : `http ${NETS} (http.header_names; content:"|0d 0a|"; startswith; msg:"not matching any HTTP allowlisted FQDNs"; priority:1; flow:to_server, established;`;
}
