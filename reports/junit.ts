/**
 * junit.xml in the dialect that Jenkins, GitLab, CodeBuild and Buildkite all read: testsuites > testsuite > testcase with
 * name and classname, and at most one of failure, error, skipped. No properties or file attribute in a testcase (the
 * Jenkins xUnit schema junit-10.xsd refuses both). GitLab counts only the first of several cases of one name, so the
 * subject is part of the name.
 */
import { targetName } from '../suites/assemble';
import type { Evidence, Finding } from '../suites/evidence';
import { visibleText } from './plain-text';
import { evidenceLines, messageOf, resultAreas, resultsOf, type Result } from './results';
import { areaOf } from './verdict';

/** One suite per area. fail is a failure, unknown an error; not applicable, waived and notes are skipped with the reason. */
export function renderJunit(evidence: Evidence): string {
  const results = resultsOf(evidence);
  const suites = resultAreas(results).map((area) =>
    suite(
      area,
      evidence,
      results.filter(({ finding }) => areaOf(finding.check) === area),
    ),
  );
  const all = attributes({
    name: `studio-egress ${targetName(evidence.run.target)}`,
    tests: results.length,
    failures: countOf(results, ['fail']),
    errors: countOf(results, ['unknown']),
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${all}>\n${suites.join('')}</testsuites>\n`;
}

const countOf = (results: readonly Result[], wanted: readonly Result['standing'][]): number =>
  results.filter(({ standing }) => wanted.includes(standing)).length;

function suite(area: string, { run }: Evidence, results: readonly Result[]): string {
  const head = attributes({
    name: area,
    tests: results.length,
    failures: countOf(results, ['fail']),
    errors: countOf(results, ['unknown']),
    skipped: countOf(results, ['not-applicable', 'waived', 'note']),
    timestamp: run.startedAt,
    hostname: run.target.region,
  });
  const properties = Object.entries({
    target: `${run.target.kind} ${run.target.account ?? ''}`.trim(),
    vpc: run.target.vpcId ?? 'not found',
    run: run.id,
  })
    .map(([name, value]) => `   <property${attributes({ name, value })}/>\n`)
    .join('');
  return ` <testsuite${head}>\n  <properties>\n${properties}  </properties>\n${results.map(testcase).join('')} </testsuite>\n`;
}

function testcase(result: Result): string {
  const head = attributes({
    name: result.name,
    classname: `studio-egress.${areaOf(result.finding.check)}`,
  });
  const inside = resultElement(result);
  return inside === null ? `  <testcase${head}/>\n` : `  <testcase${head}>\n   ${inside}\n  </testcase>\n`;
}

function resultElement(result: Result): string | null {
  const message = messageOf(result);
  switch (result.standing) {
    case 'pass':
      return null;
    case 'fail':
      return element('failure', { type: result.finding.severity, message }, details(result.finding));
    case 'unknown':
      return element('error', { type: 'unknown', message }, details(result.finding));
    default:
      return element('skipped', { message });
  }
}

const details = (finding: Finding): string =>
  [
    finding.because,
    `subject: ${finding.subject}`,
    ...(finding.controls.length > 0 ? [`controls: ${finding.controls.join(', ')}`] : []),
    ...evidenceLines(finding),
  ].join('\n');

const element = (name: string, given: Record<string, string>, text = ''): string =>
  text === '' ? `<${name}${attributes(given)}/>` : `<${name}${attributes(given)}>${xmlText(text)}</${name}>`;

const attributes = (given: Readonly<Record<string, string | number>>): string =>
  Object.entries(given)
    .map(([name, value]) => ` ${name}="${xmlAttribute(String(value))}"`)
    .join('');

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text of an element. `visibleText` leaves no character that XML 1.0 cannot hold, and so no carriage return either. */
export const xmlText = (text: string): string =>
  visibleText(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

/** Value of an attribute: line ends and tabs are kept as character references, or a reader would make them blanks. */
export const xmlAttribute = (text: string): string =>
  xmlText(text).replace(/\n/g, '&#10;').replace(/\t/g, '&#9;');
