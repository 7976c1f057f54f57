/** Domain lists as the rules that Network Firewall makes of them. */
import type { RuleGroup } from '../../snapshot/snapshot';
import { NotKnown, returned } from '../../snapshot/snapshot';
import type { Variables } from './header-expression';
import { PORTS, unknownAddresses } from './header-expression';
import type { Action, NameContent, Rule, RulePrecision } from './rule';
import { exactly } from './uncertain-set';

type RulesSourceList = NonNullable<
  NonNullable<NonNullable<RuleGroup['RuleGroup']>['RulesSource']>['RulesSourceList']
>;

const ACTIONS: Readonly<Record<string, Action>> = {
  ALLOWLIST: 'pass',
  DENYLIST: 'drop',
  REJECTLIST: 'reject',
  ALERTLIST: 'alert',
};
const APPLICATIONS: Readonly<Record<string, 'tls' | 'http'>> = { TLS_SNI: 'tls', HTTP_HOST: 'http' };

/** A domain list's own name, as AWS takes it: lower case, with or without a leading dot. */
const TARGET = /^\.?[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?$/;

/**
 * The rules of a domain list, in order; throws {@link NotKnown} for a list of a form that AWS does not document.
 *
 * Facts: aws.md 2.13, 2.14 (Network Firewall developer guide, suricata-examples: a pass rule for each name and then
 * one drop rule for each protocol), 2.11 (stateful-rule-groups-domain-names: only from HOME_NET to EXTERNAL_NET), 2.18
 * and 2.19 (API reference, `RulesSourceList`). DERIVED: the HTTP drop rule does not match a request without headers
 * (aws.md 2.16). Whether an allow list under strict order has drop rules of its own is not documented, so they are a
 * "maybe" there.
 */
export function domainListRules(
  list: RulesSourceList,
  options: { readonly label: string; readonly strictOrder: boolean; readonly variables: Variables },
): readonly Rule[] {
  const { label, strictOrder, variables } = options;
  const type = returned(list.GeneratedRulesType, `GeneratedRulesType of ${label}`);
  const action = ACTIONS[type];
  if (action === undefined)
    throw new NotKnown(`${label} is a domain list of type "${type}", which this tool does not know`);
  const applications = returned(list.TargetTypes, `TargetTypes of ${label}`).map((targetType) => {
    const application = APPLICATIONS[targetType];
    if (application === undefined)
      throw new NotKnown(`${label} has the target type "${targetType}", which this tool does not know`);
    return application;
  });
  const names = returned(list.Targets, `Targets of ${label}`);
  const listed = applications.flatMap((application) =>
    names.map((name) =>
      listRule({
        action,
        application,
        variables,
        label: `${name} of ${label}`,
        entry: name,
        names: [nameContent(application, name, label)],
      }),
    ),
  );
  if (action !== 'pass') return listed;
  const doubt = strictOrder ? ['whether an allow list drops by itself under strict order'] : [];
  const rest = applications.map((application) =>
    listRule({
      action: 'drop',
      application,
      variables,
      label: `what ${label} does not name`,
      entry: 'what the list does not name',
      names: [],
      doubt,
      openConditions: application === 'http' ? [...doubt, HEADERLESS] : doubt,
    }),
  );
  return [...listed, ...rest];
}

/** The condition of the generated HTTP drop rule: it needs a request header (aws.md 2.14, 2.16). */
export const HEADERLESS = 'http.header_names';

function nameContent(application: 'tls' | 'http', target: string, label: string): NameContent {
  const text = target.toLowerCase();
  if (!TARGET.test(text))
    throw new NotKnown(
      `${label} has the target ${JSON.stringify(target)}, which this tool does not understand`,
    );
  const dotPrefix = text.startsWith('.');
  return {
    application,
    text,
    negated: false,
    nocase: true,
    startsWith: !dotPrefix,
    endsWith: true,
    dotPrefix,
  };
}

function listRule(
  parts: Pick<Rule, 'action' | 'label' | 'names'> & {
    readonly application: 'tls' | 'http';
    readonly variables: Variables;
    /** The rule as a reader finds it in the list. */
    readonly entry: string;
    readonly openConditions?: readonly string[];
    /** Those of the open conditions that a single packet does not answer either. */
    readonly doubt?: readonly string[];
  },
): Rule {
  const { variables, entry, openConditions = [], doubt = [], ...rest } = parts;
  return {
    ...rest,
    transports: ['tcp'],
    source: variables.addresses.get('HOME_NET') ?? unknownAddresses(),
    destination: variables.addresses.get('EXTERNAL_NET') ?? unknownAddresses(),
    sourcePorts: exactly([PORTS]),
    destinationPorts: exactly([PORTS]),
    bothWays: false,
    established: 'only',
    toServer: true,
    toClient: false,
    openConditions,
    logs: true,
    precision: {
      place: { resource: '', rule: entry },
      conditions: generatedConditions(rest),
      untested: doubt,
      bits: [],
      ipOnly: false,
      scope: 'flow',
      records: rest.action !== 'pass',
      tells: rest.action === 'reject' ? 'sender' : null,
      priority: 1,
    },
  };
}

/** What the generated rules say beside the name: aws.md 2.13, 2.14. */
function generatedConditions({
  application,
  names,
}: Pick<Rule, 'application' | 'names'>): RulePrecision['conditions'] {
  if (application === 'tls') return [{ kind: 'client-hello' }];
  return names.length === 0 ? [{ kind: 'request-headers' }] : [];
}
