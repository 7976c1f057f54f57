import { route } from '../infra/mutants/reference-network';
import { addRoutes } from '../infra/mutants/route-changes';
import { parseSnapshot } from '../infra/snapshot/snapshot-file';
import type { Snapshot } from '../infra/snapshot/snapshot';
import { derivedIntent } from '../suites/derived-intent';
import type { Finding } from '../suites/evidence';
import { judge } from '../suites/judge';
import { checkFiles, loadCheck } from '../suites/registry';
import { largeAccount } from './large-account';

jest.setTimeout(120_000);

const account = largeAccount();
/** Those that judge the configuration; the others need what probes saw. */
const configurationChecks = checkFiles().filter(({ area }) => area !== 'egress' && area !== 'agreement');

function findingsOf(id: string, snapshot: Snapshot): readonly Finding[] {
  const file = configurationChecks.find((candidate) => candidate.id === id);
  if (file === undefined) throw new Error(`there is no check ${id}`);
  const live = { status: 'not-run' as const, because: 'no probes in this test' };
  return judge(loadCheck(file), { snapshot, intent: derivedIntent(snapshot), live });
}

/** The outcomes that occur, each with one example's words. */
function outcomesOf(findings: readonly Finding[]): Readonly<Record<string, string>> {
  return Object.fromEntries(findings.map(({ outcome, because }) => [outcome, because]));
}

test('the large account is what it claims to be', () => {
  const { subnets, routeTables, domains, securityGroups, networkInterfaces } = account.sections;
  const counts = [subnets, routeTables, domains, securityGroups, networkInterfaces].map((section) =>
    section.status === 'read' ? section.value.length : section.status,
  );
  expect(counts).toEqual([306, 208, 50, 202, 359]);
  expect(parseSnapshot(JSON.stringify(account), 'the large account')).toEqual(account);
});

test.each(configurationChecks.map(({ id }) => id))('%s passes on the large account', (id) => {
  const findings = findingsOf(id, account);
  expect(findings.length).toBeGreaterThan(0);
  expect(outcomesOf(findings)).toEqual({ pass: expect.any(String) });
});

test.each([
  ['a table of its own', 'rtb-studio-150', ['subnet-studio-150']],
  ['a table that it shares', 'rtb-studio-50', ['subnet-studio-250', 'subnet-studio-50']],
])('of 300 subnets, exactly those behind a hole fail: one with %s', (_what, table, subnets) => {
  const holed = addRoutes(account, table, route('44.1.2.3/32', { GatewayId: 'igw-a' }));
  const findings = findingsOf('routing/egress-crosses-firewall', holed);
  const failing = findings.filter(({ outcome }) => outcome !== 'pass');
  const said = failing.map(
    ({ subject, outcome, proof }) => `${subject} ${outcome} ${proof?.witness?.destination}`,
  );
  expect(said.sort()).toEqual(subnets.map((subnet) => `${subnet} fail 44.1.2.3`));
  expect(findings).toHaveLength(300);
});
