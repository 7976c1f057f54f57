/** How to do it again: what the check is about, how to mend it, and the read-only AWS CLI commands that show the same. */
import type { SectionName } from '../infra/snapshot/snapshot';
import type { Evidence, Finding } from '../suites/evidence';
import type { CheckGroup } from './check-groups';
import { awsCommand, describeCommands, quoted } from './cli-command';
import { html, nothing, type SafeHtml } from './safe-html';
import { areaOf } from './verdict';

const ROUTES: readonly SectionName[] = [
  'routeTables',
  'subnets',
  'internetGateways',
  'natGateways',
  'vpcEndpoints',
];
const FIREWALL: readonly SectionName[] = ['firewalls', 'firewallPolicies', 'ruleGroups'];

/** What the checks of an area mostly rest on; every call of the run is listed under provenance. */
const SECTIONS: ReadonlyMap<string, readonly SectionName[]> = new Map<string, readonly SectionName[]>([
  ['agreement', ROUTES],
  ['dns', ['resolverFirewall', 'dhcpOptions', 'vpcAttributes']],
  ['egress', ['firewalls', 'firewallPolicies', 'loggingConfigurations']],
  ['endpoints', ['vpcEndpoints', 'securityGroups']],
  ['firewall', FIREWALL],
  ['logging', ['loggingConfigurations', 'logGroups', 'logBuckets', 'flowLogs']],
  ['routing', ROUTES],
  ['security-groups', ['securityGroups', 'networkAcls', 'networkInterfaces']],
  ['vpc-only', ['domains', 'userProfiles', 'notebookInstances', 'executionRoles']],
]);
/** Where a check rests on other sections than its area mostly does; these come first. */
const OF_CHECK: ReadonlyMap<string, readonly SectionName[]> = new Map<string, readonly SectionName[]>([
  ['dns/resolver-is-guarded', ['resolverFirewall']],
  ['dns/no-foreign-resolver', ['dhcpOptions']],
  ['logging/alerts-are-logged', ['loggingConfigurations']],
  ['logging/flows-are-logged', ['loggingConfigurations']],
  ['logging/default-drops-are-logged', ['firewallPolicies', 'loggingConfigurations']],
  ['logging/vpc-flow-logs', ['flowLogs']],
  ['logging/is-retained', ['logGroups', 'logBuckets']],
  ['logging/is-encrypted', ['logGroups', 'logBuckets']],
  ['egress', ['instances', 'managedInstances', 'loggingConfigurations']],
  ['agreement', ['instances', 'managedInstances', 'loggingConfigurations']],
]);

/** Their findings rest on what was sent, which a snapshot does not hold. */
const NEEDS_PROBES = new Set(['agreement', 'egress']);
/** Of the calls of a section, a page per resource: more are under provenance. */
const MOST_COMMANDS = 12;

/** Folded where the check holds, open where somebody must act. */
export function checkDocumentation(group: CheckGroup, evidence: Evidence): SafeHtml {
  const { documentation, standing } = group;
  const commands = commandsOfCheck(group.check, evidence);
  const fix =
    documentation === null || documentation.fix === '' || standing === 'pass' || standing === 'not-applicable'
      ? nothing
      : html`<p class="label">Fix</p>
          <p class="prose">${documentation.fix}</p>`;
  return html`<div class="about">
    ${fix}
    <details>
      <summary>About this check${commands.length === 0 ? '' : ', and commands to perform it again'}</summary>
      ${
        documentation === null
          ? html`<p>
              What this check is about is not recorded in this evidence:
              <code>studio-egress explain ${quoted(group.check)}</code> prints it.
            </p>`
          : html`<p class="label">Why it matters</p>
              <p class="prose">${documentation.why}</p>
              ${
                documentation.references.length === 0
                  ? nothing
                  : html`<p class="label">References</p>
                      <ul class="references">
                        ${documentation.references.map((reference) => html`<li>${reference}</li> `)}
                      </ul>`
              }`
      }
      ${
        commands.length === 0
          ? nothing
          : html`<p class="label">What the run read, to be read again (these commands change nothing)</p>
              ${commandList(commands)}`
      }
      ${
        NEEDS_PROBES.has(group.area)
          ? nothing
          : html`<p class="label">By this program, from what the run read</p>
              ${commandList([`studio-egress verify --snapshot snapshot.json --suite ${quoted(group.area)}`])}`
      }
    </details>
  </div>`;
}

function commandsOfCheck(check: string, { run }: Evidence): readonly string[] {
  const area = areaOf(check);
  const own = OF_CHECK.get(check) ?? OF_CHECK.get(area) ?? [];
  const wanted = [...new Set([...own, ...(SECTIONS.get(area) ?? [])])];
  const calls = wanted.flatMap((name) =>
    (run.reading ?? []).filter((one) => one.name === name).flatMap((one) => one.calls),
  );
  const commands = calls.flatMap((call) => awsCommand(call, run.target.region) ?? []);
  return [...new Set(commands)].slice(0, MOST_COMMANDS);
}

/** Of the resources that a violated or open finding names: the subject, and the tables and targets of its hops. */
export function commandsFor({ check, subject, proof }: Finding, evidence: Evidence): SafeHtml {
  const { run } = evidence;
  const hops = proof?.hops ?? [];
  const named = [
    subject,
    ...hops.flatMap(({ at, routeTable, target }) => [routeTable ?? '', at, target ?? '']),
  ];
  const deciding =
    OF_CHECK.has(check) || OF_CHECK.has(areaOf(check)) ? commandsOfCheck(check, evidence).slice(0, 2) : [];
  const commands = [...new Set([...deciding, ...describeCommands(named, run.target.region)])];
  if (commands.length === 0) return nothing;
  return html`<p class="label">Look for yourself</p>
    ${commandList(commands)}`;
}

const commandList = (commands: readonly string[]): SafeHtml =>
  html`<pre class="commands" tabindex="0">${commands.join('\n')}</pre>`;
