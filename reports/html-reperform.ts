/** How to do it again: what the check is about, how to mend it, and the read-only AWS CLI commands that show the same. */
import type { SectionName } from '../infra/snapshot/snapshot';
import type { Evidence, Finding } from '../suites/evidence';
import type { CheckGroup } from './check-groups';
import { awsCommand, describeCommands, quoted } from './cli-command';
import { html, nothing, type SafeHtml } from './safe-html';

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
/** Their findings rest on what was sent, which a snapshot does not hold. */
const NEEDS_PROBES = new Set(['agreement', 'egress']);
/** Of the calls of a section, a page per resource: more are under provenance. */
const MOST_COMMANDS = 12;

/** Folded where the check holds, open where somebody must act. */
export function checkDocumentation(group: CheckGroup, evidence: Evidence): SafeHtml {
  const { documentation, standing } = group;
  const commands = areaCommands(group.area, evidence);
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

function areaCommands(area: string, { run }: Evidence): readonly string[] {
  const wanted = SECTIONS.get(area) ?? [];
  const calls = (run.reading ?? []).filter(({ name }) => wanted.includes(name)).flatMap((one) => one.calls);
  const commands = calls.flatMap((call) => awsCommand(call, run.target.region) ?? []);
  return [...new Set(commands)].slice(0, MOST_COMMANDS);
}

/** Of the resources that a violated or open finding names: the subject, and the tables and targets of its hops. */
export function commandsFor({ subject, proof }: Finding, { run }: Evidence): SafeHtml {
  const hops = proof?.hops ?? [];
  const named = [
    subject,
    ...hops.flatMap(({ at, routeTable, target }) => [routeTable ?? '', at, target ?? '']),
  ];
  const commands = describeCommands(named, run.target.region);
  if (commands.length === 0) return nothing;
  return html`<p class="label">Look for yourself</p>
    ${commandList(commands)}`;
}

const commandList = (commands: readonly string[]): SafeHtml =>
  html`<pre class="commands" tabindex="0">${commands.join('\n')}</pre>`;
