/**
 * Rule variables. AWS gives every rule group its own; Suricata has one set for all, so each rule's variables are
 * written out in place. Pure.
 *
 * Facts: HOME_NET is the firewall's VPC unless the policy or the rule group says otherwise (aws.md 2.11: NFW
 * developer guide, stateful-rule-groups-domain-names); a group that sets only HOME_NET keeps the policy's
 * EXTERNAL_NET, the negation of the policy's HOME_NET (aws.md 2.12: suricata-limitations-caveats).
 */
import type { IPSet, RuleVariables } from '@aws-sdk/client-network-firewall';
import type { Rule } from './rule-text';

/** By name, without the sign: the text that stands for it in a rule's header. */
export interface Variables {
  readonly ipSets: ReadonlyMap<string, string>;
  readonly portSets: ReadonlyMap<string, string>;
}

/** A rule or set that cannot be written out: an unknown variable, a reference set, a definition that is no address. */
export class VariableError extends Error {
  override readonly name = 'VariableError';
}

const ADDRESS = /^!?(any|[0-9a-f.:]+(\/\d{1,3})?|\[[0-9a-f.:/,! ]+\])$/i;
const PORT = /^!?(any|\d{1,5}(:\d{0,5})?|:\d{1,5}|\[[0-9:,! ]+\])$/i;

export interface PolicyVariablesOptions {
  readonly policy: Readonly<Record<string, IPSet>> | undefined;
  /** IPv4 block of the firewall's VPC. */
  readonly vpcCidr: string;
}

/** The variables every rule group starts from. */
export function policyVariables({ policy, vpcCidr }: PolicyVariablesOptions): Variables {
  const own = readSets({ IPSets: { ...policy } });
  const homeNet = own.ipSets.get('HOME_NET') ?? `[${vpcCidr}]`;
  return {
    ipSets: new Map([['HOME_NET', homeNet], ['EXTERNAL_NET', negated(homeNet)], ...own.ipSets]),
    portSets: own.portSets,
  };
}

/** A rule group's variables: its own before the policy's. */
export function groupVariables(group: RuleVariables | undefined, policy: Variables): Variables {
  const own = readSets(group);
  return {
    ipSets: new Map([...policy.ipSets, ...own.ipSets]),
    portSets: new Map([...policy.portSets, ...own.portSets]),
  };
}

function readSets(variables: RuleVariables | undefined): Variables {
  const read = (sets: Record<string, { Definition?: string[] | undefined }> | undefined, form: RegExp) =>
    new Map(
      Object.entries(sets ?? {}).map(([name, set]) => [name, asList(name, set.Definition ?? [], form)]),
    );
  return { ipSets: read(variables?.IPSets, ADDRESS), portSets: read(variables?.PortSets, PORT) };
}

function asList(name: string, definition: readonly string[], form: RegExp): string {
  for (const entry of definition) {
    if (!form.test(entry.trim())) throw new VariableError(`variable ${name} holds ${JSON.stringify(entry)}`);
  }
  if (definition.length === 0) throw new VariableError(`variable ${name} is empty`);
  return `[${definition.map((entry) => entry.trim()).join(',')}]`;
}

/** The complement, as Suricata reads it: it has no double negation. */
function negated(list: string): string {
  return list.startsWith('!') ? list.slice(1) : `!${list}`;
}

/** The rule with all variables of its header written out. Throws VariableError for one that is not defined. */
export function writeOut(rule: Rule, variables: Variables): Rule {
  return {
    ...rule,
    source: substitute(rule.source, variables.ipSets, ADDRESS),
    sourcePort: substitute(rule.sourcePort, variables.portSets, PORT),
    destination: substitute(rule.destination, variables.ipSets, ADDRESS),
    destinationPort: substitute(rule.destinationPort, variables.portSets, PORT),
  };
}

function substitute(text: string, sets: ReadonlyMap<string, string>, form: RegExp): string {
  if (text.includes('@')) {
    throw new VariableError(
      `${text} refers to a set outside the rule group, whose members the lab cannot know`,
    );
  }
  const written = text.replaceAll(/(!?)\$([A-Za-z0-9_]+)/g, (_all, sign: string, name: string) => {
    const value = sets.get(name);
    if (value === undefined) throw new VariableError(`variable $${name} is not defined`);
    return sign === '!' ? negated(value) : value;
  });
  const elements = written.split(/[\s,[\]]+/).filter((element) => element !== '' && element !== '!');
  const wrong = elements.find((element) => !form.test(element));
  if (elements.length === 0 || wrong !== undefined) {
    throw new VariableError(`${JSON.stringify(text)} is neither an address, a port nor a variable`);
  }
  return written.toLowerCase();
}
