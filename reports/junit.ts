/**
 * junit.xml in the dialect that Jenkins, GitLab, CodeBuild and Buildkite all read: testsuites > testsuite > testcase with
 * name and classname, and at most one of failure, error, skipped. No properties or file attribute in a testcase (the
 * Jenkins xUnit schema junit-10.xsd refuses both). GitLab counts only the first of several cases of one name, so the
 * subject is part of the name.
 */
import type { Evidence, Finding } from '../suites/evidence';
import { areaOf, areasOf, recounted, standingOf } from './verdict';

interface Case {
  readonly finding: Finding;
  readonly name: string;
}

/** One suite per area. fail is a failure, unknown an error, not applicable and waived are skipped with the reason. */
export function renderJunit(given: Evidence): string {
  const evidence = recounted(given);
  const cases = withNames(evidence.findings);
  const suites = areasOf([...evidence.plan, ...evidence.findings.map(({ check }) => check)]).map((area) =>
    suite(
      area,
      evidence,
      cases.filter(({ finding }) => areaOf(finding.check) === area),
    ),
  );
  const { pass, fail, unknown, notApplicable, waived } = evidence.summary;
  const all = attributes({
    name: `studio-egress ${evidence.run.target.vpcId}`,
    tests: pass + fail + unknown + notApplicable + waived,
    failures: fail,
    errors: unknown,
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${all}>\n${suites.join('')}</testsuites>\n`;
}

function suite(area: string, evidence: Evidence, cases: readonly Case[]): string {
  const standing = (wanted: readonly string[]) =>
    cases.filter(({ finding }) => wanted.includes(standingOf(finding))).length;
  const head = attributes({
    name: area,
    tests: cases.length,
    failures: standing(['fail']),
    errors: standing(['unknown']),
    skipped: standing(['not-applicable', 'waived']),
    timestamp: evidence.run.startedAt,
    hostname: evidence.run.target.region,
  });
  const properties = Object.entries({
    target: `${evidence.run.target.kind} ${evidence.run.target.account ?? ''}`.trim(),
    vpc: evidence.run.target.vpcId,
    run: evidence.run.id,
  })
    .map(([name, value]) => `   <property${attributes({ name, value })}/>\n`)
    .join('');
  return ` <testsuite${head}>\n  <properties>\n${properties}  </properties>\n${cases.map(testcase).join('')} </testsuite>\n`;
}

function testcase({ finding, name }: Case): string {
  const head = attributes({ name, classname: `studio-egress.${areaOf(finding.check)}` });
  const result = resultElement(finding);
  return result === null ? `  <testcase${head}/>\n` : `  <testcase${head}>\n   ${result}\n  </testcase>\n`;
}

function resultElement(finding: Finding): string | null {
  const { outcome, because, severity, waiver } = finding;
  if (waiver !== null) {
    const message = `waived until ${waiver.expires} by ${waiver.owner}: ${waiver.reason} (${outcome}: ${because})`;
    return element('skipped', { message });
  }
  if (outcome === 'pass') return null;
  if (outcome === 'not-applicable') return element('skipped', { message: `not applicable: ${because}` });
  if (outcome === 'fail') return element('failure', { type: severity, message: because }, details(finding));
  return element('error', { type: 'unknown', message: because }, details(finding));
}

function details({ because, subject, controls, proof }: Finding): string {
  const hops = (proof?.hops ?? []).map(
    (hop, index) =>
      `${index + 1}. ${hop.at}${hop.routeTable === null ? '' : ` [${hop.routeTable}: ${hop.route} -> ${hop.target}]`} ${hop.note}`,
  );
  return [
    because,
    `subject: ${subject}`,
    ...(controls.length > 0 ? [`controls: ${controls.join(', ')}`] : []),
    ...hops,
  ].join('\n');
}

/** Check and subject; a number behind those that would otherwise repeat. */
function withNames(findings: readonly Finding[]): readonly Case[] {
  const taken = new Set<string>();
  return findings.map((finding) => {
    const plain = `${finding.check} ${finding.subject}`;
    let name = plain;
    for (let n = 2; taken.has(name); n += 1) name = `${plain} (${n})`;
    taken.add(name);
    return { finding, name };
  });
}

const element = (name: string, given: Record<string, string>, text = ''): string =>
  text === '' ? `<${name}${attributes(given)}/>` : `<${name}${attributes(given)}>${xmlText(text)}</${name}>`;

const attributes = (given: Readonly<Record<string, string | number>>): string =>
  Object.entries(given)
    .map(([name, value]) => ` ${name}="${xmlAttribute(String(value))}"`)
    .join('');

/** What XML 1.0 cannot hold, even escaped: controls other than tab, LF, CR; lone surrogates; U+FFFE and U+FFFF. */
const NOT_XML =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text of an element; characters that XML cannot hold are written out as `\u001B`. */
export const xmlText = (text: string): string =>
  text
    .replace(
      NOT_XML,
      (character) => `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
    )
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
    .replace(/\r/g, '&#13;');

/** Value of an attribute: line ends and tabs are kept as character references, or a reader would make them blanks. */
export const xmlAttribute = (text: string): string =>
  xmlText(text).replace(/\n/g, '&#10;').replace(/\t/g, '&#9;');
